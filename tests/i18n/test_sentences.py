"""Where sentences end: not at a short form, not within a value."""

import pytest

from barolib.i18n.sentences import paragraphs, sentences

PARTED = [
    ["Une phrase.", "Une autre !", "Une autre ?", "La fin"],
    ["Il dit « Où ? » et s’en va.", "« Oui. »", "C’est dit."],
    ["Voir p. 3, art. 5 et cf. Dupont.", "Puis M. Durand, J. Petit et Mme. Roux."],
    ["Selon J. B. Say, la fin.", "Non"],
    ["Voir le point 1.2 de l’annexe.", "**Gras.** suite"],
    ["Il y en a beaucoup…", "Ou peu."],
    ["Vraiment ?!", "Oui."],
    ["See Fig. 3, e.g. Paris.", "It is so."],
]


@pytest.mark.parametrize("parts", PARTED)
def test_a_text_is_parted_into_its_sentences(parts):
    assert sentences(" ".join(parts)) == parts


def test_a_value_begins_a_sentence_where_its_words_do():
    seen = {"@": "57 %", "#": "Libellé. Suite", "~": "libellé"}
    read = lambda rest: "".join(seen.get(sign, sign) for sign in rest)  # noqa: E731
    assert sentences("Un. @ des réponses. # suit. ~ aussi.", read) == [
        "Un.",
        "@ des réponses.",
        "# suit. ~ aussi.",
    ]
    assert sentences("Un point. 57 suit.") == ["Un point. 57 suit."]


def test_paragraphs_and_items_are_apart():
    assert paragraphs("Un\nsuite\n\nDeux\n- a\n- b")[::2] == ["Un\nsuite", "Deux", "- a", "- b"]
