import re
from types import SimpleNamespace

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barolib.i18n import numbers, wording
from barolib.i18n.wording import Language
from barolib.statistics.groups import GROUPS
from barolib.survey.rounding import percent

FR = ["Pas encore abordé", "Réflexion engagée", "e-Maturité", "SIG complet"]
EN = ["Not started", "Under consideration", "e-Maturity", "GIS complete"]
LEVELS = pd.DataFrame({"level": [1, 2, 3, 4], "percent": [9, 25, 0, 66]})
LEVELS["share"] = LEVELS["percent"] / 100


def plain(text):
    """The text with its no-break spaces as `~` (wide) and `_` (narrow), to be read in a test."""
    return text.replace("\u00a0", "~").replace("\u202f", "_")


@pytest.mark.parametrize(
    ("number", "fr", "en"),
    [(0, "0", "0"), (999, "999", "999"), (1234567, "1_234_567", "1,234,567")],
)
def test_integers_keep_their_thousands_apart(number, fr, en):
    assert plain(Language("fr").integer(number)) == fr
    assert Language("en").integer(number) == en


def test_percents_bear_their_sign():
    assert plain(Language("fr").percent(44)) == "44_%"
    assert Language("en").percent(44) == "44%"


@pytest.mark.parametrize(
    ("number", "fr"),
    [
        (2.664, "2,7"),
        (2.85, "2,9"),
        (3.0, "3,0"),
        (-0.04, "0,0"),
        (-1.25, "−1,3"),
        (1234, "1_234,0"),
    ],
)
def test_decimals_round_half_away_from_zero(number, fr):
    assert plain(Language("fr").decimal(number)) == fr


def test_english_decimals_have_a_point():
    assert Language("en").decimal(2.664) == "2.7"


def test_a_difference_in_points_keeps_its_unit_on_its_line():
    told = [plain(Language("fr").points(each)) for each in (25.3, -1.94, -1.96, 0.0)]
    assert told == ["+25,3~points", "−1,9~point", "−2,0~points", "0,0~point"]
    assert plain(Language("en").points(0.5)) == "+0.5~points"


@settings(deadline=None)
@given(st.integers(0, 10**9), st.sampled_from(["fr", "en"]))
def test_no_number_can_break_over_two_lines(number, lang):
    for text in (Language(lang).integer(number), Language(lang).percent(number)):
        assert not set(text) & {" ", "\t", "\n"}


@pytest.mark.parametrize(
    ("base", "respondents", "others", "not_concerned", "fr", "en"),
    [
        (32, 34, [], None, "n~=~32 sur~34", "n~=~32 of~34"),
        (32, 34, [], pd.NA, "n~=~32 sur~34", "n~=~32 of~34"),
        (30, 34, [15], None, "n~=~30 (ou~15) sur~34", "n~=~30 (or~15) of~34"),
        (30, None, [10, 20], None, "n~=~30 (ou~20 ou 10)", "n~=~30 (or~20 or 10)"),
        (
            32,
            34,
            [],
            2,
            "n~=~32 sur~34 · 2~non concernés",
            "n~=~32 of~34 · 2~not concerned",
        ),
        (33, 34, [], 1, "n~=~33 sur~34 · 1~non concerné", "n~=~33 of~34 · 1~not concerned"),
        (33, 34, [], 0, "n~=~33 sur~34", "n~=~33 of~34"),
        (34, 34, [], 0, "n~=~34 sur~34", "n~=~34 of~34"),
        (1234, 2700, [], None, "n~=~1_234 sur~2_700", "n~=~1,234 of~2,700"),
    ],
)
def test_the_note_tells_the_base(base, respondents, others, not_concerned, fr, en):
    told = (base, respondents, others, not_concerned)
    assert plain(Language("fr").base_note(*told)) == fr
    assert plain(Language("en").base_note(*told)) == en


def test_the_note_of_a_theme_tells_answers_and_affirmations():
    assert plain(Language("fr").pooled_note(260, 9)) == "n~=~260 réponses, 9~affirmations"
    assert plain(Language("fr").pooled_note(1, 1)) == "n~=~1 réponse, 1~affirmation"
    assert plain(Language("en").pooled_note(1260, 1)) == "n~=~1,260 answers, 1~statement"


def test_implementation_has_its_percent_or_a_dash():
    assert plain(Language("fr").implementation(44)) == "Mise en œuvre~: 44_%"
    assert Language("en").implementation(44) == "Implementation: 44%"
    assert plain(Language("fr").implementation(None)) == "Mise en œuvre~: –"


def test_the_alt_text_of_a_bar_tells_the_finding_its_base_and_the_largest_level():
    shuffled, mark = LEVELS.iloc[[2, 0, 3, 1]], "Mise en œuvre\u00a0: 66\u202f%"
    assert plain(Language("fr").alt_bar(shuffled, FR, mark, "n\u00a0=\u00a032")) == (
        "Mise en œuvre~: 66_% (n~=~32)~; niveau le plus fréquent~: SIG complet, 66_%."
    )
    tied = LEVELS.assign(share=[0.25, 0.25, 0.5, 0.0]).iloc[:2]
    assert plain(Language("en").alt_bar(tied, EN, "Half", "n")) == (
        "Half (n); most frequent levels: not started, under consideration, 9%."
    )


def test_the_alt_text_of_an_empty_bar_says_so():
    empty = LEVELS.assign(percent=pd.array([pd.NA] * 4, dtype="Int64"), share=float("nan"))
    assert plain(Language("fr").alt_bar(empty, FR, "–", "n = 0")) == "Pas de répartition~: n = 0."


@given(st.text("ab ", max_size=600), st.text("c ", max_size=60))
def test_an_alt_text_is_short_and_keeps_its_note(text, note):
    told = wording.short(text, note)
    assert len(told) <= wording.MOST_LETTERS
    assert told.endswith(note)
    assert told == text + note or "…" in told


def test_the_alt_text_of_the_legend_groups_the_levels():
    assert plain(Language("fr").alt_legend(FR, 3)) == (
        "Légende~: les 4~niveaux de maturité, du plus bas au plus haut. "
        "Avant la mise en œuvre~: 1 pas encore abordé, 2 réflexion engagée. "
        "Mise en œuvre~: 3 e-Maturité, 4 SIG complet."
    )


def test_scores_are_described_by_theme_in_order():
    parts = pd.DataFrame(
        {
            "theme_id": ["T02", "T02", "T01", "T01"],
            "label": ["Services", "Services", "Cybersécurité", "Cybersécurité"],
            "description": ["Villes 3,8", "Métropoles non publié", "Villes 2,7", "Métropoles 3,0"],
        }
    )
    notes = ["Villes (n = 4)", "réponses simulées"]
    assert plain(Language("fr").scores_told("status_scores", parts, FR, notes)) == (
        "Niveau moyen de chaque thème par catégorie, de~1 (pas encore abordé) à~4 (SIG complet)~: "
        "Services~: Villes 3,8, Métropoles non publié~; "
        "Cybersécurité~: Villes 2,7, Métropoles 3,0. Villes (n = 4)~; réponses simulées."
    )
    text = Language("en").scores_told("theme_means", parts.iloc[[2]], EN, [""])
    assert text.endswith("to\u00a04 (GIS complete): Cybersécurité: Villes 2,7.")


def test_the_alt_text_of_scores_tells_the_lowest_and_the_highest():
    rows = pd.DataFrame({"value": [2.0, 1.5, 3.0, 1.5], "text": ["2", "1,5", "3", "1,5"]})
    rows["of"] = ["A", "B", "C", "D"]
    told = plain(Language("fr").alt_scores("theme_means", rows, FR, "n = 4"))
    assert told.endswith("à~4 (SIG complet)~: 1,5 (B, …)~à~3 (C). n = 4.")
    none = Language("en").alt_scores("theme_means", rows.iloc[:0], EN, "")
    assert none.endswith("GIS complete): too few answers.")


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (2.0, 3.14, "+2,0~à~+3,1~pts"),
        (2.0, 2.0, "+2,0~pts"),
        (-100.0, -10.0, "baisse d’au moins 10~points, ampleur inconnue"),
        (1.5, 100.0, "hausse d’au moins 1,5~point, ampleur inconnue"),
        (-100.0, 0.0, "sens et ampleur inconnus"),
        (-3.0, 100.0, "sens et ampleur inconnus"),
    ],
)
def test_a_range_that_says_nothing_of_its_size_is_told_in_words(low, high, said):
    assert plain(Language("fr").points_range(low, high)) == said


@pytest.mark.parametrize(
    ("bases", "fr"),
    [
        ([34, 34], "n~=~34"),
        ([34, pd.NA, 30], "n~=~30–34"),
        ([1234], "n~=~1_234"),
        ([0], "n~=~0"),
        ([pd.NA], ""),
        ([], ""),
    ],
)
def test_several_bases_are_told_from_least_to_greatest(bases, fr):
    assert plain(Language("fr").base(bases)) == fr


def test_ranks_come_with_their_interval_where_there_is_one():
    assert plain(Language("fr").rank(2, 1, 4)) == "rang~1–4"
    assert plain(Language("en").rank(1, 1, 1)) == "rank~1"
    assert plain(Language("en").rank(3, pd.NA, pd.NA)) == "rank~3"
    assert Language("fr").rank(pd.NA, pd.NA, pd.NA) == ""


def test_an_interval_has_the_decimals_of_a_mean():
    assert Language("fr").interval(2.54, 3.05) == "2,5–3,1"
    assert Language("en").interval(2.54, 2.46) == "2.5"
    assert Language("en").interval(float("nan"), float("nan")) == ""


@pytest.mark.parametrize(
    ("low", "high", "fr", "en"),
    [
        (0, 25000, "Moins de~25_000~hab.", "Under~25,000 inhabitants"),
        (25000, 100000, "25_000 à~99_999~hab.", "25,000 to~99,999 inhabitants"),
        (400000, None, "400_000~hab. et~plus", "400,000 or~more inhabitants"),
    ],
)
def test_a_size_class_ends_before_its_upper_bound(low, high, fr, en):
    assert plain(Language("fr").size_class(low, high)) == fr
    assert plain(Language("en").size_class(low, high)) == en


@pytest.mark.parametrize(
    ("origin", "provenance", "told"),
    [
        ("answers", "synthetic", True),
        ("answers", "collected", False),
        ("answers", None, False),
        ("printed", "synthetic", False),
    ],
)
def test_a_note_on_simulated_answers_says_so(origin, provenance, told):
    edition = SimpleNamespace(provenance=SimpleNamespace(answers=provenance))
    for lang, words in (("fr", "n · réponses simulées"), ("en", "n · simulated answers")):
        assert Language(lang).source_note("n", origin, edition) == (words if told else "n")


def test_labels_fall_back_on_french():
    table = pd.DataFrame(
        {"id": ["a", "b", "c"], "label_fr": ["A", "B", "C"], "label_en": ["AA", None, ""]}
    )
    assert Language("en").labels(table, "id") == {"a": "AA", "b": "B", "c": "C"}


def test_both_languages_say_the_same_things():
    def shape(value):
        if isinstance(value, dict):
            return {key: shape(each) for key, each in value.items()}
        if isinstance(value, list):
            return [shape(each) for each in value]
        return {part.split("}")[0] for part in value.split("{")[1:]}

    for key, texts in wording._words().items():
        assert texts.keys() == {"fr", "en"}, key
        assert shape(texts["fr"]) == shape(texts["en"]), key


def test_the_words_of_groups_are_those_of_the_groups():
    assert list(Language("fr").term("groups")) == list(GROUPS)[::-1]


def test_a_recomputed_share_is_in_percent_another_figure_to_two_decimals():
    told = [Language("fr").figure(each, "mean") for each in (2.6641, 34.0, -0.9381, 1234.0)]
    assert [plain(each) for each in told] == ["2,66", "34", "−0,94", "1_234"]
    shares = [Language("fr").figure(each, "share") for each in (0.4375, 0.6, None)]
    assert [plain(each) for each in shares] == ["43,8_%", "60_%", "–"]
    assert Language("en").figure(0.4375, "share") == "43.8%"


def test_what_a_claim_says_and_allows_is_written_in_the_units_of_its_figure():
    told = [("moins de 0.5", "share"), ("0.8445–0.8555", "share"), (">= 4.0", "mean")]
    told += [("17100000–18000000", "count"), ("-0.2000–0.2000", "change")]
    shown = [plain(Language("fr").claimed(*each)) for each in told]
    assert shown[:3] == ["moins de 50_%", "84,45–85,55_%", "≥ 4"]
    assert shown[3:] == ["17_100_000–18_000_000", "−0,2~à~0,2"]
    assert Language("en").claimed("0.8445–0.8555", "share") == "84.45–85.55%"


def test_a_printed_share_keeps_its_qualifier():
    assert plain(Language("fr").printed_share(0.6, "près de")) == "«~près de~» 60_%"
    assert Language("en").printed_share(1 / 3, None) == "33.3%"


# ---------------------------------------------------------------------------------- few, but some

ROUNDINGS = st.sampled_from(["half_up", "half_up_via_tenths"])
PARTS = st.integers(1, 5000).flatmap(lambda base: st.tuples(st.integers(0, base), st.just(base)))


@given(PARTS, ROUNDINGS, st.sampled_from(["fr", "en"]))
def test_0_percent_is_said_of_none_and_100_of_all(part, rounding, lang):
    n, base = part
    shown = int(percent(n, base, rounding))
    text = plain(Language(lang).percent(shown, n / base)).replace("_", "")
    said = {"fr": ("0%", "<~1%", "100%", ">~99%"), "en": ("0%", "<1%", "100%", ">99%")}[lang]
    assert (text == said[0]) == (n == 0)
    assert (text == said[1]) == (n > 0 and shown == 0)
    assert (text == said[2]) == (n == base)
    assert (text == said[3]) == (n < base and shown == 100)
    assert text in said or text == f"{shown}%"


@pytest.mark.parametrize(
    ("percent", "share", "fr", "en"),
    [
        (0, 0.0, "0_%", "0%"),
        (0, 0.004, "<~1_%", "<1%"),
        (100, 0.996, ">~99_%", ">99%"),
        (100, 1.0, "100_%", "100%"),
        (0, None, "0_%", "0%"),
        (None, None, "–", "–"),
    ],
)
def test_a_percent_of_a_few_is_not_that_of_none(percent, share, fr, en):
    assert plain(Language("fr").percent(percent, share)) == fr
    assert plain(Language("en").percent(percent, share)) == en


def test_what_is_printed_stays_as_printed_in_figures_and_alt_texts():
    levels = pd.DataFrame({"level": [1, 2], "percent": [0, 100], "share": [0.001, 0.999]})
    assert numbers.level_digits(levels) == ["<1", ">99"]
    assert numbers.level_digits(levels.assign(origin="answers")) == ["<1", ">99"]
    assert numbers.level_digits(levels.assign(origin="printed")) == ["0", "100"]
    told = plain(Language("fr").alt_bar(levels, ["Rien", "Tout"], "", ""))
    assert told.endswith("tout, >~99_%.")


def test_a_share_of_a_few_to_a_tenth_is_not_that_of_none():
    shares = [0, 0.0004, 0.0006, 0.5, 0.9996, 1, None]
    told = [Language("fr").share_digits(each) for each in shares]
    assert told == ["0,0", "<0,1", "0,1", "50,0", ">99,9", "100,0", "–"]
    assert Language("en").share_digits(0.0004) == "<0.1"


@given(st.integers(1, 10**6), st.integers(1, 10**6))
def test_a_share_to_a_tenth_is_0_of_none_alone(n, more):
    assert Language("en").share_digits(n / (n + more)) not in ("0.0", "100.0")


@pytest.mark.parametrize(
    ("setting", "fr"), [(3.5, "3,5"), (3.25, "3,25"), (1, "1,0"), (10.0, "10,0"), (0.125, "0,125")]
)
def test_a_setting_is_told_as_it_is_set(setting, fr):
    assert Language("fr").exact(setting) == fr


def test_what_there_is_not_is_a_dash():
    assert Language("fr").integer(None) == Language("en").decimal(None) == "–"
    assert Language("fr").integer(pd.NA) == Language("en").decimal(float("nan")) == "–"


# ---------------------------------------------------------------------------------- one, or many


@given(st.integers(0, 10**6))
def test_a_noun_is_singular_where_it_is_one_in_french_for_none_too(count):
    fr = Language("fr").count(count, "réponse", "réponses").split("\u00a0")[1]
    en = Language("en").count(count, "answer", "answers").split("\u00a0")[1]
    assert (fr == "réponse") == (count < 2)
    assert (en == "answer") == (count == 1)


def test_a_count_that_is_not_published_says_so():
    assert plain(Language("fr").count(None, "a", "réponses")) == ("nombre non publié de~réponses")
    assert "undisclosed" in Language("en").count(pd.NA, "answer", "answers")


def test_how_many_affirmations_are_compared_agrees_with_the_number():
    told = [plain(Language("fr").coverage(*each)) for each in ((1, 6), (3, 8), (1, 1))]
    assert told == ["1~affirmation sur~6", "3~affirmations sur~8", "1~affirmation sur~1"]
    told = [plain(Language("en").coverage(*each)) for each in ((1, 6), (1, 1))]
    assert told == ["1 of~6~statements", "1 of~1~statement"]


@pytest.mark.parametrize(
    ("low", "high", "en"),
    [(0, 1, "Under 1 inhabitant"), (1, 2, "1 inhabitant"), (1, 3, "1 to 2 inhabitants")],
)
def test_a_size_class_of_one_inhabitant_is_singular(low, high, en):
    assert Language("en").size_class(low, high).replace("\u00a0", " ") == en


# ---------------------------------------------------------------------------------- withheld, alike


def test_a_distribution_that_too_few_gave_says_so_and_tells_no_base():
    for lang, said in (("fr", "Trop peu de réponses pour être publiée"), ("en", "Too few answers")):
        note = Language(lang).base_note(pd.NA, 16, [3], pd.NA)
        assert note.startswith(said)
        assert Language(lang).pooled_note(None, 0, 2) == note
        levels = pd.DataFrame({"percent": [None], "share": [None]})
        alt = Language(lang).alt_bar(levels, FR, "–", note)
        assert note[1:] in alt
        assert not re.search(r"\d", note + alt)


def test_a_theme_says_which_of_its_affirmations_are_left_out():
    assert plain(Language("fr").pooled_note(32, 2, 1)) == (
        "n~=~32 réponses, 2~affirmations~· 1~non publiée"
    )


@given(st.dictionaries(st.text("ab", min_size=1, max_size=3), st.sampled_from(["X", "x ", "Y."])))
def test_no_two_labels_read_alike(named):
    told = wording.distinct_labels(named)
    assert len({" ".join(label.casefold().split()) for label in told.values()}) == len(named)
    assert all(told[key] in (label, f"{label} ({key})") for key, label in named.items())


def test_labels_that_read_alike_bear_their_keys_and_others_stay():
    table = pd.DataFrame(
        {"id": ["a", "b", "c"], "label_fr": ["Villes", "villes ", "Bourgs"], "label_en": None}
    )
    assert Language("fr").labels(table, "id") == {
        "a": "Villes (a)",
        "b": "villes  (b)",
        "c": "Bourgs",
    }
