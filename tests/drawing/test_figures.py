import re
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from xml.etree import ElementTree

import pandas as pd
import pytest

from barolib.drawing import figures
from barolib.drawing.canvas import WIDTH
from barolib.survey.edition import Edition, Provenance
from support.charting import SVG, words

pytestmark = pytest.mark.usefixtures("fonts")


@pytest.fixture
def raw():
    """What the drawing reads of an edition of four levels, two themes and three affirmations."""
    names = ["Non", "Étudié & décidé", "En cours", "Fait"]
    edition = Edition.model_validate(
        {
            "id": "2030",
            "title": {"fr": "Baromètre"},
            "provenance": {},
            "scale": [
                {"level": i, "stage": f"s{i}", "label": {"fr": name, "en": f"Level {i}"}}
                for i, name in enumerate(names, start=1)
            ],
            "implementation_from": 3,
        }
    )
    return SimpleNamespace(
        edition=edition,
        panel=40,
        members={"T01": ["T01-01", "T01-02"], "T02": ["T02-01"]},
        themes=pd.DataFrame(
            {
                "theme_id": ["T01", "T02"],
                "label_fr": ["Pilotage", "Données"],
                "label_en": ["Steering", None],
            }
        ),
        questionnaire=pd.DataFrame(
            {
                "affirmation_id": ["T01-02", "T01-01", "T02-01"],
                "label_fr": ["Mesurer < suivre", "Décider", "Ouvrir"],
                "label_en": ["Measure", "Decide", None],
            }
        ),
    )


def rows(key, subject, counts, percents, **more):
    table = pd.DataFrame({"level": [1, 2, 3, 4], "n": counts, "percent": percents})
    base = sum(counts)
    table = table.assign(**{key: subject}, base=base, share=table["n"] / base, origin="printed")
    return table.assign(**more)


@pytest.fixture
def tables():
    distributions = pd.concat(
        [
            rows("affirmation_id", "T01-01", [0, 10, 20, 2], [0, 31, 63, 6], not_concerned=1),
            rows("affirmation_id", "T01-02", [10, 10, 10, 0], [33, 33, 33, 0], not_concerned=None),
        ]
    ).astype({"not_concerned": "Int64"})
    pooled = rows("theme_id", "T01", [10, 20, 30, 2], [16, 32, 48, 3])
    reconstructions = pd.DataFrame(
        {
            "affirmation_id": ["T01-01", "T01-02", "T01-02", "T01-02"],
            "base": [32, 3, 30, 30],
            "chosen": [True, False, True, False],
        }
    )
    return distributions, pooled, reconstructions


@pytest.fixture
def drawn(raw, tables):
    return figures.draw_distributions(raw, *tables, ["fr", "en"])


def test_what_is_drawn_comes_in_order_in_each_language(drawn):
    each = [(figure.lang, figure.kind, figure.name, figure.subject) for figure in drawn]
    assert each[:4] == [
        ("fr", "legend", "legend", "2030"),
        ("fr", "theme", "T01", "T01"),
        ("fr", "affirmation", "T01-02", "T01-02"),
        ("fr", "affirmation", "T01-01", "T01-01"),
    ]
    assert [("en", *rest) for _, *rest in each[:4]] == each[4:]


def test_a_bar_says_its_percents_its_base_and_its_share_at_implementation(drawn):
    first, second = drawn[2], drawn[3]
    assert words(first.svg) == [
        "33",
        "33",
        "33",
        "0",
        "Mise en œuvre\u00a0: 33\u202f%",
        "n\u00a0=\u00a030 (ou\u00a03) sur\u00a040",
    ]
    # 22 of 32 are 68.75 %: from the counts, not 63 + 6.
    assert words(second.svg)[-2:] == [
        "Mise en œuvre\u00a0: 69\u202f%",
        "n\u00a0=\u00a032 sur\u00a040 · 1\u00a0non concerné",
    ]
    assert second.alt == (
        "Mise en œuvre\u00a0: 69\u202f% (n\u00a0=\u00a032 sur\u00a040 · 1\u00a0non concerné)"
        "\u00a0; "
        "niveau le plus fréquent\u00a0: en cours, 63\u202f%."
    )
    assert "niveaux les plus fréquents\u00a0: non, étudié & décidé, en cours, 33" in first.alt


def test_a_theme_says_how_many_answers_it_pools(drawn):
    assert "n\u00a0=\u00a062 réponses, 2\u00a0affirmations" in words(drawn[1].svg)


def test_bars_of_simulated_answers_say_so_and_printed_ones_do_not(raw, tables):
    distributions, pooled, reconstructions = tables
    raw.edition = raw.edition.model_copy(
        update={"provenance": Provenance(answers="synthetic", tables="published")}
    )
    answered = distributions["affirmation_id"] == "T01-01"
    distributions["origin"] = answered.map({True: "answers", False: "printed"})
    given = (distributions, pooled.assign(origin="answers"), reconstructions)
    told = {each.name: each for each in figures.draw_distributions(raw, *given, ["fr", "en"])}
    assert {name for name, each in told.items() if "simulated answers" in each.alt} == {
        "T01",
        "T01-01",
    }
    assert words(told["T01-01"].svg)[-1].endswith(" · simulated answers")
    assert "simulated" not in told["T01-02"].svg


def test_the_table_names_every_file_saved(drawn, tmp_path):
    table = figures.save_all(drawn, tmp_path)
    assert list(table.columns) == ["figure", "lang", "kind", "subject", "alt"]
    assert (table.dtypes == "str").all()
    assert table["alt"].str.len().min() > 40
    saved = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.*"))
    assert saved == sorted(table["lang"] + "/" + table["figure"] + ".svg")
    path = tmp_path / "fr" / "T01-01.svg"
    assert path.read_text(encoding="utf-8") == drawn[3].svg


def test_several_can_stand_in_one_page(drawn):
    ids = [name for each in drawn[:4] for name in re.findall(r'\bid="([^"]+)"', each.svg)]
    assert len(ids) == len(set(ids))
    assert all(
        name.startswith(f"{each.name}-")
        for each in drawn
        for name in re.findall(r'\bid="([^"]+)"', each.svg)
    )


def test_the_svg_is_an_element_that_touches_nothing_around_it(drawn):
    for each in drawn:
        root = ElementTree.fromstring(each.svg)
        assert each.svg.startswith("<svg ")
        assert root.tag == f"{SVG}svg"
        assert root.get("viewBox").startswith(f"0 0 {WIDTH:.0f} ")
        assert not {"width", "height"} & set(root.keys())
        inside = {element.tag.removeprefix(SVG) for element in root.iter()}
        assert inside <= {"svg", "g", "path", "text", "defs"}


def test_text_is_text_in_the_family_of_the_report(drawn):
    for text in ElementTree.fromstring(drawn[0].svg).iter(f"{SVG}text"):
        assert "font-family: 'Inter', sans-serif" in text.get("style")
    assert "Étudié & décidé" in words(drawn[0].svg)


def test_the_same_figure_gives_the_same_bytes_even_at_once(raw, tables):
    def svgs():
        return [each.svg for each in figures.draw_distributions(raw, *tables, ["fr"])]

    with ThreadPoolExecutor(4) as pool:
        runs = [pool.submit(svgs) for _ in range(4)]
    assert len({tuple(run.result()) for run in runs}) == 1


def test_the_preview_shows_one_language_with_its_alt_texts(drawn):
    shown = figures.Preview(drawn, "fr")._repr_html_()
    assert shown.count("<svg ") == 4
    assert "T01-02: Mise en œuvre" in shown
    assert "étudié &amp; décidé" in shown
    assert "Implementation" not in shown
