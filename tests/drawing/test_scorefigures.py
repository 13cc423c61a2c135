from types import SimpleNamespace

import pandas as pd
import pytest

from barolib.drawing import figures, palette
from barolib.survey.edition import Edition
from support.charting import assert_clear, words

pytestmark = pytest.mark.usefixtures("fonts")
EDITION = {
    "id": "2030",
    "title": {"fr": "Baromètre"},
    "provenance": {"answers": "synthetic"},
    "scale": [
        {"level": i, "stage": f"s{i}", "label": {"fr": name, "en": f"Level {i}"}}
        for i, name in enumerate(["Non", "Étudié", "En cours", "Fait"], start=1)
    ],
    "implementation_from": 3,
    "statuses": [
        {"id": "m", "label": {"fr": "Métropoles"}},
        {"id": "v", "label": {"fr": "Villes"}},
    ],
    "size_classes": [25000, 100000],
    "rounding": "half_up_via_tenths",
}
NAMES = ["theme_means", "group_profiles", "status_scores", "size_scores"]
NAMES += ["status_stages", "size_stages"]


@pytest.fixture
def raw():
    """What the drawing reads of an edition of two themes and a transverse one."""
    themes = pd.DataFrame(
        [
            ("X1", "transverse", 3, "Partout", "Everywhere"),
            ("T02", "theme", 2, "Données", None),
            ("T01", "theme", 1, "Pilotage", "Steering"),
        ],
        columns=["theme_id", "kind", "position", "label_fr", "label_en"],
    )
    return SimpleNamespace(edition=Edition.model_validate(EDITION), themes=themes)


def means(*rows):
    columns = ["theme_id", "kind", "mean", "ci_low", "ci_high", "rank", "rank_low", "rank_high"]
    types = dict.fromkeys(columns[5:8], "Int64") | dict.fromkeys(columns[2:5], "float64")
    table = pd.DataFrame(rows, columns=columns).astype(types)
    return table.assign(base=[34, 33, 34, 34][: len(table)], basis="respondents")


def subgroups(measure, rows):
    """Rows of dimension, subgroup, theme, value, base; without base they are withheld."""
    columns = ["dimension", "subgroup", "theme_id", measure, "base"]
    table = pd.DataFrame(rows, columns=columns).astype({measure: "float64", "base": "Int64"})
    return table.assign(withheld=table["base"].isna())


@pytest.fixture
def tables():
    scores, stages = [], []
    for theme in ("T01", "T02", "X1", "general"):
        scores += [("group", "leaders", theme, 3.45, 5), ("group", "peloton", theme, 2.0, 20)]
        scores += [("status", "v", theme, 2.25, 12), ("status", "m", theme, None, None)]
        scores += [("size_class", "25000", theme, 2.5, 9), ("size_class", "0", theme, 1.0, 8)]
    for theme in ("T01", "T02"):
        stages += [("status", "v", theme, 10 / 29, 12), ("status", "m", theme, None, None)]
        stages += [("size_class", "25000", theme, 1.0, 9), ("size_class", "0", theme, 0.0, 8)]
    scores[2] = ("status", "v", "T01", 2.25, 11)
    return {
        "theme_scores": means(
            ("T01", "theme", 2.25, 2.04, 2.46, 2, 1, 2),
            ("T02", "theme", 3.0, 2.9, 3.1, 1, 1, 2),
            ("X1", "transverse", 3.5, 3.2, 3.8, None, None, None),
            ("general", "general", 2.6, 2.5, 2.7, None, None, None),
        ),
        "subgroup_scores": subgroups("mean", scores),
        "subgroup_stages": subgroups("share", stages),
    }


def draw(raw, tables, lang="fr"):
    return {each.name: each for each in figures.draw_scores(raw, tables, [lang])}


def test_every_chart_is_drawn_in_each_language_and_is_clear(raw, tables):
    drawn = figures.draw_scores(raw, tables, ["fr", "en"])
    assert [(each.lang, each.name) for each in drawn] == [
        (lang, name) for lang in ("fr", "en") for name in NAMES
    ]
    for each in drawn:
        assert (each.kind, each.subject) == (each.name, "2030")
        assert_clear(each.figure)
        assert_clear(each.narrow)
        simulated = {"fr": "réponses simulées", "en": "simulated answers"}[each.lang]
        assert simulated in words(each.svg)[-1]
        assert each.description.endswith(f"{simulated}.")
        assert each.alt.endswith(f"{simulated}.")
        assert len(each.alt) < 250


def test_themes_come_by_rank_then_the_general_level_then_transverse_themes(raw, tables):
    fr = draw(raw, tables)["theme_means"]
    shown = words(fr.svg)
    order = ["Données", "Pilotage", "Niveau général", "Toutes les affirmations"]
    order += ["Thèmes transverses", "Partout"]
    assert [each for each in shown if each in order] == order
    assert shown[-1] == "n\u00a0=\u00a033–34 · intervalles à\u00a095\u202f% · réponses simulées"
    assert "Pilotage\u00a0: 2,3 (2,0–2,5, rang\u00a01–2)\u00a0; " in fr.description
    assert "Partout\u00a0: 3,5 (3,2–3,8). n" in fr.description
    assert "\u00a0: 2,3 (Pilotage)\u00a0à\u00a03,0 (Données). n" in fr.alt


def test_pooled_means_come_by_position_without_interval_rank_or_note(raw, tables):
    table = means(("T02", "theme", 3.0, *[None] * 5), ("T01", "theme", 2.0, *[None] * 5))
    fr = draw(raw, tables | {"theme_scores": table.assign(basis="pooled_counts")})["theme_means"]
    assert words(fr.svg)[-4:] == ["2,0", "Pilotage", "3,0", "Données"]
    assert fr.description.endswith("Pilotage\u00a0: 2,0\u00a0; Données\u00a0: 3,0.")


def test_collected_answers_are_not_called_simulated(raw, tables):
    settings = EDITION | {"provenance": {"answers": "collected"}}
    raw.edition = Edition.model_validate(settings)
    for each in draw(raw, tables).values():
        assert "simulé" not in each.svg + each.description


def test_without_answers_only_means_are_drawn(raw, tables):
    none = {name: table.iloc[:0] for name, table in tables.items() if name != "theme_scores"}
    assert list(draw(raw, tables | none)) == ["theme_means"]


def test_a_single_subgroup_or_withheld_ones_alone_make_no_chart(raw, tables):
    scores = tables["subgroup_scores"]
    status, size = scores["dimension"] == "status", scores["dimension"] == "size_class"
    hidden = scores.assign(withheld=scores["withheld"] | size)
    hidden.loc[size, ["mean", "base"]] = pd.NA
    given = tables | {"subgroup_scores": hidden[~status | (hidden["subgroup"] == "v")]}
    assert not {"status_scores", "size_scores"} & set(draw(raw, given))


def test_a_withheld_subgroup_is_told_without_a_figure(raw, tables):
    fr = draw(raw, tables)["status_scores"]
    shown = words(fr.svg)
    head = shown.index("Métropoles")
    assert shown[head : head + 4] == ["Métropoles", "non publié", "Villes", "n\u00a0=\u00a011–12"]
    assert any(each.startswith("Non publié\u00a0: moins de 3\u00a0répondants") for each in shown)
    assert "Pilotage\u00a0: Métropoles non publié, Villes 2,3" in fr.description
    assert "Métropoles (non publié)\u00a0; Villes (n\u00a0=\u00a011–12)" in fr.description


def test_percents_of_stages_follow_the_rounding_of_the_edition(raw, tables):
    # 10 of 29 are 34.48 %: 34.5 by tenths, then 35.
    assert "Villes 35" in draw(raw, tables)["status_stages"].description
    raw.edition = raw.edition.model_copy(update={"rounding": "half_up"})
    assert "Villes 34" in draw(raw, tables)["status_stages"].description


def test_shares_are_halved_upwards_whatever_their_binary_form(raw, tables):
    raw.edition = raw.edition.model_copy(update={"rounding": "half_up"})
    stages = tables["subgroup_stages"]
    shares = ((29, 200, 15), (57, 200, 29), (1, 8, 13), (349_999, 350_000, ">99"), (1, 900, "<1"))
    for n, base, percent in shares:
        given = stages.assign(share=stages["share"].where(stages["withheld"], n / base))
        alt = draw(raw, tables | {"subgroup_stages": given})["status_stages"].description
        assert f"Villes {percent}\u00a0" in alt


def test_groups_and_sizes_stand_from_the_lowest_with_nobody_told(raw, tables):
    drawn = draw(raw, tables)
    assert words(drawn["group_profiles"].svg)[:3] == [
        "En retrait (n\u00a0=\u00a00)",
        "Peloton (n\u00a0=\u00a020)",
        "En tête (n\u00a0=\u00a05)",
    ]
    assert "En retrait réponses insuffisantes, Peloton 2,0" in drawn["group_profiles"].description
    sizes = drawn["size_scores"].description.split(". ")[-2]
    assert "hab" in sizes
    assert drawn["size_scores"].description.index("Moins de\u00a025\u202f000") < drawn[
        "size_scores"
    ].description.index("25\u202f000 à\u00a099\u202f999")


def test_a_theme_that_a_subgroup_did_not_answer_is_a_dash(raw, tables):
    stages = tables["subgroup_stages"]
    gone = (stages["subgroup"] == "0") & (stages["theme_id"] == "T02")
    fr = draw(raw, tables | {"subgroup_stages": stages[~gone]})["size_stages"]
    assert words(fr.svg).count("–") == 2
    assert "Réponses insuffisantes" in words(fr.svg)
    assert palette.IMPLEMENTATION in fr.svg


def test_the_tables_given_stay_as_they_are(raw, tables):
    before = {name: table.copy() for name, table in tables.items()}
    figures.draw_scores(raw, tables, ["fr"])
    for name, table in tables.items():
        pd.testing.assert_frame_equal(table, before[name])
