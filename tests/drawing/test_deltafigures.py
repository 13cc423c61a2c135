import re
from types import SimpleNamespace

import pandas as pd
import pytest

from barolib.drawing import figures
from barolib.survey.edition import Edition
from support.charting import assert_clear, words

pytestmark = pytest.mark.usefixtures("fonts")
STAGES = ["not_started", "orientations", "in_progress", "complete", "improving"]
NAMES = ["Non", "Orientations", "En cours", "Complète", "Continue"]


def edition(key, levels, rounding="half_up"):
    scale = [
        {"level": i, "stage": STAGES[i - 1], "label": {"fr": NAMES[i - 1], "en": f"Level {i}"}}
        for i in range(1, levels + 1)
    ]
    settings = {"id": key, "title": {"fr": "B"}, "provenance": {}, "implementation_from": 3}
    return Edition.model_validate(settings | {"scale": scale, "rounding": rounding})


@pytest.fixture
def raw():
    """What the drawing reads of a later edition of five levels, two themes, three affirmations."""
    themes = [("T01", "Pilotage", "Steering"), ("T02", "Données", None)]
    asked = [
        ("T01-01", "T01", "Décider", "Decide"),
        ("T01-02", "T01", "Mesurer", "Measure"),
        ("T02-01", "T02", "Ouvrir", "Open"),
    ]
    return SimpleNamespace(
        edition=edition("2031", 5, "half_up_via_tenths"),
        themes=pd.DataFrame(themes, columns=["theme_id", "label_fr", "label_en"]),
        questionnaire=pd.DataFrame(
            asked, columns=["affirmation_id", "theme_id", "label_fr", "label_en"]
        ),
    )


@pytest.fixture
def before():
    """An earlier edition, of four levels."""
    return SimpleNamespace(edition=edition("2030", 4))


DELTAS = ["affirmation_id", "share_before", "base_before", "share_after", "base_after", "delta_pp"]
DELTAS += ["ci_low", "ci_high", "detectable_pp", "verdict", "basis"]
THEMES = ["theme_id", "delta_pp", "ci_low", "ci_high", "affirmations", "asked", "covered"]
THEMES += ["verdict", "basis"]
PRINTED = ["claim_ids", "affirmation_id", "levels_before", "levels_after", "printed_before"]
PRINTED += ["printed_after", "qualifier_before", "qualifier_after", "delta_low", "delta_high"]
PRINTED += ["ci_low", "ci_high", "verdict", "basis"]


@pytest.fixture
def tables():
    rows = [
        ("T01-02", 10 / 40, 40, 10 / 29, 29, 9.48, -11.2, 30.4, 33.1, "stable", "simulated"),
        ("T01-01", 36 / 40, 40, 28 / 28, 28, 10.0, -3.5, 23.1, None, "progress", "printed"),
    ]
    cuts = [
        ("T01-01", 4 / 40, 40, 7 / 28, 28, 15.0, -3.0, 34.4, 31.5, "stable", "printed", "complete"),
        ("T01-02", 0.0, 40, 2 / 29, 29, 6.9, -3.2, 22.0, 20.3, "stable", "simulated", "complete"),
        ("T01-01", 0.99, 40, 0.98, 28, 9.9, 9.8, 9.7, None, "stable", "printed", "orientations"),
    ]
    themes = [
        ("T01", -2.25, None, None, 2, 3, True, "stable", "printed"),
        ("T02", 12.0, 1.5, 22.4, 1, 1, True, "progress", "simulated"),
    ]
    printed = [
        ("A;B", "T02-01", "3-4", "3-5", 0.38, 0.625, "moins de", None, 8.2, 16.4, -6.0, 31.0),
        ("C;D", "T01", "4", "4-5", 0.1, 0.2, None, None, 9.0, 9.0, None, None),
    ]
    ends = [("depends_on_counts", "printed"), ("no_test", "printed")]
    printed = [(*row, *end) for row, end in zip(printed, ends, strict=True)]
    return {
        "delta_affirmations": pd.DataFrame(rows, columns=DELTAS),
        "delta_cuts": pd.DataFrame(cuts, columns=[*DELTAS, "cut"]),
        "delta_themes": pd.DataFrame(themes, columns=THEMES),
        "printed_comparisons": pd.DataFrame(printed, columns=PRINTED),
    }


def drawn(raw, before, tables, lang="fr"):
    return {each.name: each for each in figures.draw_delta(raw, before, tables, [lang])}


def test_every_chart_comes_in_each_language_and_is_clear(raw, before, tables):
    found = figures.draw_delta(raw, before, tables, ["fr", "en"])
    assert [(each.lang, each.name, each.kind, each.subject) for each in found] == [
        (lang, *names)
        for lang in ("fr", "en")
        for names in (
            ("delta-T01", "delta", "T01"),
            ("cumulated-T01", "cumulated", "T01"),
            ("delta_themes", "delta_themes", "2031"),
            ("delta_printed", "delta_printed", "2031"),
        )
    ]
    for each in found:
        assert_clear(each.figure)
        assert_clear(each.narrow)


def test_the_description_holds_every_number_drawn(raw, before, tables):
    """All but those of the key and of the axis, which the figures are read off."""
    for lang in ("fr", "en"):
        for each in drawn(raw, before, tables, lang).values():
            text = [part for part in words(each.svg) if not re.fullmatch(r"[+−]?\d+", part)]
            numbers = {n for part in text for n in re.findall(r"[+−]?\d+(?:[.,]\d+)?", part)}
            assert len(numbers) > 3
            assert len(each.alt) < 250
            assert numbers - {"95"} <= set(re.findall(r"[+−]?\d+(?:[.,]\d+)?", each.description))


def test_an_affirmation_shows_the_share_before_in_figures_and_the_verdict_alone(
    raw, before, tables
):
    figure = drawn(raw, before, tables)["delta-T01"]
    shown = words(figure.svg)
    first, second = shown.index("Décider"), shown.index("Mesurer")
    assert first < second  # in the order of the questionnaire
    # 10 of 29 are 34.48 %: 34.5 by the tenths of the later edition, then 35.
    assert {"2030\u00a0: 25\u202f%", "stable (simulé)", "progrès"} <= set(shown)
    assert not any("35\u202f%" in each for each in shown)  # it stands on the bar of the affirmation
    assert not any("ntervalle" in each or "n\u00a0=" in each for each in shown)
    assert (
        "Mesurer\u00a0: 2030\u00a0: 25\u202f%, stable (simulé), 2031\u00a0: 35\u202f%"
        in figure.description
    )
    assert figure.alt == (
        "2\u00a0affirmations, 2030–2031\u00a0: progrès\u00a0: 1, stable (simulé)\u00a0: 1\u00a0; "
        "de\u00a0+9,5\u00a0à\u00a0+10,0\u00a0pts. "
        "D’après\u00a0: réponses simulées, chiffres imprimés."
    )


def test_levels_stand_from_implementation_on_where_both_have_them(raw, before, tables):
    figure = drawn(raw, before, tables)["cumulated-T01"]
    assert (
        "Décider\u00a0: 2030, n\u00a0=\u00a040\u00a0: En cours 80\u202f%, "
        "Complète ou\u00a0au-delà 10\u202f%, 2031, n\u00a0=\u00a028\u00a0: "
        "En cours 75\u202f%, Complète ou\u00a0au-delà 25\u202f%"
    ) in figure.description
    assert "Orientations" not in figure.svg
    assert "99" not in figure.description
    assert (
        "2030, 25\u202f%\u00a0à\u00a090\u202f%\u00a0; 2031, 35\u202f%\u00a0à\u00a0100\u202f%"
        in figure.alt
    )


def test_a_cut_that_an_affirmation_lacks_is_left_out(raw, before, tables):
    fewer = tables | {"delta_cuts": tables["delta_cuts"][1:]}
    assert "Complète" not in drawn(raw, before, fewer)["cumulated-T01"].svg


def test_the_highest_stage_of_the_later_scale_has_nothing_beyond(raw, before, tables):
    raw.edition = edition("2031", 4)
    told = drawn(raw, before, tables)["cumulated-T01"].description
    assert "Complète 10\u202f%" in told
    assert "au-delà" not in told


def test_themes_stand_under_their_verdict_from_the_greatest_rise(raw, before, tables):
    rise = (15.0, 2.0, 28.0, 1, 1, True, "progress", "simulated")
    more = pd.DataFrame([("T01", *rise)], columns=THEMES)
    themes = pd.concat([tables["delta_themes"], more], ignore_index=True)
    themes.loc[0, "theme_id"] = "T03"
    raw.themes.loc[2] = ("T03", "Réseaux", None)
    figure = drawn(raw, before, tables | {"delta_themes": themes})["delta_themes"]
    kept = ["En progrès", "Pilotage", "Données", "Stables", "Réseaux"]
    assert [each for each in words(figure.svg) if each in kept] == kept
    assert (
        "Données\u00a0: +12,0\u00a0pts, progrès (simulé), 1\u00a0affirmation sur\u00a01"
        in figure.description
    )
    assert (
        "Réseaux\u00a0: −2,3\u00a0pts, stable, 2\u00a0affirmations sur\u00a03. D’après"
        in figure.description
    )


def test_a_theme_of_too_small_a_coverage_stands_last_and_under_no_verdict(raw, before, tables):
    themes = tables["delta_themes"].assign(covered=[True, False])
    for lang, said in (("fr", "Couverture insuffisante"), ("en", "Coverage too small")):
        figure = drawn(raw, before, tables | {"delta_themes": themes}, lang)["delta_themes"]
        shown = words(figure.svg)
        assert shown.index(said) > max(
            shown.index(each) for each in ("Stables", "Stable") if each in shown
        )
        assert {"En progrès", "Rising", "progrès (simulé)"}.isdisjoint(shown)
        assert said[0].lower() + said[1:] in figure.description


def test_without_intervals_the_key_has_none(raw, before, tables):
    themes = tables["delta_themes"].assign(ci_low=float("nan"), ci_high=float("nan"))
    figure = drawn(raw, before, tables | {"delta_themes": themes})["delta_themes"]
    assert "ntervalle" not in figure.svg + figure.description


def test_printed_figures_are_quoted_with_the_range_that_they_allow(raw, before, tables):
    figure = drawn(raw, before, tables)["delta_printed"]
    assert (
        "Ouvrir\u00a0: +8,2\u00a0à\u00a0+16,4\u00a0pts, selon les effectifs, "
        "2030\u00a0(niveaux\u00a03–4)\u00a0: «\u00a0moins de\u00a0» 38\u202f%\u00a0· "
        "2031\u00a0(niveaux\u00a03–5)\u00a0: 62,5\u202f%"
    ) in figure.description
    assert (
        "Pilotage\u00a0: +9,0\u00a0pts, sans test, 2030\u00a0(niveau\u00a04)" in figure.description
    )
    assert figure.description.endswith("D’après\u00a0: chiffres imprimés.")


def test_many_printed_figures_are_drawn_in_several_charts_and_each_once(raw, before, tables):
    printed = pd.concat([tables["printed_comparisons"]] * 6, ignore_index=True)
    printed["claim_ids"] = [f"C{at}" for at in printed.index]
    found = drawn(raw, before, tables | {"printed_comparisons": printed})
    parts = [each for name, each in found.items() if each.kind == "delta_printed"]
    assert [each.name for each in parts] == ["delta_printed-1", "delta_printed-2"]
    assert {each.subject for each in parts} == {"2031"}
    assert [each.description.count("sans test") for each in parts] == [3, 3]
    for each in parts:
        assert_clear(each.figure)
        assert_clear(each.narrow)


def test_a_printed_range_that_says_nothing_of_its_size_is_told_in_words(raw, before, tables):
    printed = tables["printed_comparisons"].assign(delta_low=-100.0, delta_high=[-10.0, 4.0])
    printed = printed.assign(ci_low=-100.0)
    for lang, least, unknown in (
        ("fr", "baisse d’au moins 10\u00a0points, ampleur inconnue", "sens et ampleur inconnus"),
        ("en", "a fall of at least 10\u00a0points, of unknown size", "direction and size unknown"),
    ):
        figure = drawn(raw, before, tables | {"printed_comparisons": printed}, lang)[
            "delta_printed"
        ]
        assert {least, unknown} <= set(words(figure.svg))
        assert "100" not in figure.description


def test_a_table_without_rows_makes_no_figure(raw, before, tables):
    none = {name: table.iloc[:0] for name, table in tables.items()}
    assert figures.draw_delta(raw, before, none, ["fr", "en"]) == []
    only = none | {"delta_themes": tables["delta_themes"]}
    assert list(drawn(raw, before, only)) == ["delta_themes"]


def test_the_tables_given_stay_as_they_are(raw, before, tables):
    copies = {name: table.copy() for name, table in tables.items()}
    figures.draw_delta(raw, before, tables, ["fr"])
    for name, table in tables.items():
        pd.testing.assert_frame_equal(table, copies[name])
