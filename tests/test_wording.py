import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barolib import wording

FR = ["Pas encore abordé", "Réflexion engagée", "e-Maturité", "SIG complet"]
EN = ["Not started", "Under consideration", "e-Maturity", "GIS complete"]
LEVELS = pd.DataFrame({"level": [1, 2, 3, 4], "percent": [9, 25, 0, 66]})


def plain(text):
    """The text with its no-break spaces as `~` (wide) and `_` (narrow), to be read in a test."""
    return text.replace("\u00a0", "~").replace("\u202f", "_")


@pytest.mark.parametrize(
    ("number", "fr", "en"),
    [(0, "0", "0"), (999, "999", "999"), (1234567, "1_234_567", "1,234,567")],
)
def test_integers_keep_their_thousands_apart(number, fr, en):
    assert plain(wording.integer_text(number, "fr")) == fr
    assert wording.integer_text(number, "en") == en


def test_percents_bear_their_sign():
    assert plain(wording.percent_text(44, "fr")) == "44_%"
    assert wording.percent_text(44, "en") == "44%"


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
    assert plain(wording.decimal_text(number, "fr")) == fr


def test_english_decimals_have_a_point():
    assert wording.decimal_text(2.664, "en") == "2.7"


@settings(deadline=None)
@given(st.integers(0, 10**9), st.sampled_from(["fr", "en"]))
def test_no_number_can_break_over_two_lines(number, lang):
    for text in (wording.integer_text(number, lang), wording.percent_text(number, lang)):
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
        (33, 34, [], 0, "n~=~33 sur~34 · 0~non concerné", "n~=~33 of~34 · 0~not concerned"),
        (34, 34, [], 0, "n~=~34 sur~34", "n~=~34 of~34"),
        (1234, 2700, [], None, "n~=~1_234 sur~2_700", "n~=~1,234 of~2,700"),
    ],
)
def test_the_note_tells_the_base(base, respondents, others, not_concerned, fr, en):
    told = (base, respondents, others, not_concerned)
    assert plain(wording.note_base(*told, "fr")) == fr
    assert plain(wording.note_base(*told, "en")) == en


def test_the_note_of_a_theme_tells_answers_and_affirmations():
    assert plain(wording.note_pooled(260, 9, "fr")) == "n~=~260 réponses, 9~affirmations"
    assert plain(wording.note_pooled(1, 1, "fr")) == "n~=~1 réponse, 1~affirmation"
    assert plain(wording.note_pooled(1260, 1, "en")) == "n~=~1,260 answers, 1~statement"


def test_implementation_has_its_percent_or_a_dash():
    assert plain(wording.implementation_text(44, "fr")) == "Mise en œuvre~: 44_%"
    assert wording.implementation_text(44, "en") == "Implementation: 44%"
    assert plain(wording.implementation_text(None, "fr")) == "Mise en œuvre~: –"


def test_the_alt_text_of_a_bar_tells_every_level_in_order():
    shuffled = LEVELS.iloc[[2, 0, 3, 1]]
    notes = ["Mise en œuvre\u00a0: 66\u202f%", "n\u00a0=\u00a032"]
    assert plain(wording.alt_bar("Piloter le SIG.", shuffled, FR, notes, "fr")) == (
        "Répartition des réponses pour «~Piloter le SIG~»~: pas encore abordé 9_%, "
        "réflexion engagée 25_%, e-Maturité 0_%, SIG complet 66_%. "
        "Mise en œuvre~: 66_%~; n~=~32."
    )
    assert plain(wording.alt_bar("Steer GIS", LEVELS, EN, ["n~=~32"], "en")) == (
        "Distribution of answers for “Steer GIS”: not started 9%, under consideration 25%, "
        "e-Maturity 0%, GIS complete 66%. n~=~32."
    )


def test_the_alt_text_of_a_theme_says_that_it_is_the_whole():
    text = wording.alt_theme_bar("Cybersécurité", LEVELS, FR, ["n = 260"], "fr")
    assert plain(text).startswith("Répartition de toutes les réponses du thème «~Cybersécurité~»~:")


def test_the_alt_text_of_an_empty_bar_says_so():
    empty = LEVELS.assign(percent=pd.array([pd.NA] * 4, dtype="Int64"))
    text = wording.alt_bar("Piloter", empty, FR, ["n = 0"], "fr")
    assert plain(text) == "Aucune réponse pour «~Piloter~». n = 0."


def test_the_alt_text_of_the_legend_groups_the_levels():
    assert plain(wording.alt_legend(FR, 3, "fr")) == (
        "Légende~: les 4~niveaux de maturité, du plus bas au plus haut. "
        "Avant la mise en œuvre~: 1 pas encore abordé, 2 réflexion engagée. "
        "Mise en œuvre~: 3 e-Maturité, 4 SIG complet."
    )


def test_the_alt_text_of_the_means_tells_each_theme():
    means = pd.DataFrame({"label": ["Cybersécurité", "Services"], "text": ["3,8", "2,7"]})
    assert plain(wording.alt_theme_means(means, FR, "fr")) == (
        "Niveau moyen de chaque thème, de~1 (pas encore abordé) à~4 (SIG complet)~: "
        "Cybersécurité 3,8~; Services 2,7."
    )


def test_both_languages_say_the_same_things():
    french, english = (wording._WORDS[lang] for lang in ("fr", "en"))
    assert french.keys() == english.keys()
    for key, text in french.items():
        if isinstance(text, str):
            fields = {part.split("}")[0] for part in text.split("{")[1:]}
            assert fields == {part.split("}")[0] for part in english[key].split("{")[1:]}, key
