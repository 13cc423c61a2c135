"""The data behind the charts: every chart has its table, and no table tells a withheld cell."""

import pandas as pd
import pytest

from barolib.i18n.wording import Language
from barolib.report import engines, publication
from barolib.report.breakdowns import CROSSED, Breakdowns
from barolib.survey.rounding import of_share
from support import answering
from support import published as shared


@pytest.fixture
def found(answered):
    """The subgroups of the study of six respondents, in English."""
    stages = pd.DataFrame(
        [
            ("status", "town", "T01", 2 / 3, 3, False),
            ("status", "city", "T01", 1 / 8, 4, False),
            ("status", "city", "T02", None, None, True),
            ("status", "town", "T02", None, None, True),
            ("size_class", "100000", "T01", 1.0, 5, False),
            ("size_class", "0", "T01", None, None, True),
            ("group", "leaders", "T01", 1.0, 5, False),
        ],
        columns=["dimension", "subgroup", "theme_id", "share", "base", "withheld"],
    )
    scores = stages.rename(columns={"share": "mean"})
    tables = {"subgroup_stages": stages, "subgroup_scores": scores}
    return Breakdowns(answered.read(), tables, Language("en"))


def shown(cell):
    """What a page shows of a cell: its base and its value, and of a stage the percent before it."""
    return "withheld" if cell.withheld else (cell.base, cell.text, getattr(cell, "before", ""))


def test_a_theme_is_read_by_status_and_size_in_the_order_of_the_edition(found):
    (_, statuses), (_, sizes) = found.stages("T01")
    assert {name: shown(cell) for name, cell in statuses} == {
        "City": (4, "13%", "87"),
        "Town": (3, "67%", "33"),
    }
    assert [name for name, _ in statuses] == ["City", "Town"]
    assert [(name, shown(cell)) for name, cell in sizes] == [
        ("Under\u00a010,000 inhabitants", "withheld"),
        ("100,000 or\u00a0more inhabitants", (5, "100%", "0")),
    ]
    assert [cell.at for _, cell in statuses] == ["13", "67"]
    assert [dimension for dimension, _ in found.stages("T01")] == ["status", "size_class"]


def test_a_theme_all_of_whose_cells_are_withheld_is_not_read_so(found):
    assert found.stages("T02") == []
    assert found.stages("X1") == []


def test_a_grid_has_a_row_a_theme_and_a_column_a_subgroup_that_answered(found):
    columns, rows = found.grid("status_stages")
    assert columns == ["City", "Town"]
    assert [(theme, [*map(shown, cells)]) for theme, cells in rows] == [
        ("First", [(4, "13%", "87"), (3, "67%", "33")]),
        ("Second", ["withheld", "withheld"]),
    ]
    columns, ((theme, (cell,)),) = found.grid("group_profiles")
    assert (columns, theme, shown(cell)) == (["Leaders"], "First", (5, "1.0", ""))


@pytest.mark.parametrize(
    ("n", "base", "percent"), [(1, 8, 13), (33, 40, 83), (1, 3, 33), (0, 7, 0)]
)
def test_the_percent_of_a_share_is_that_of_its_counts(n, base, percent):
    assert of_share(n / base, "half_up") == percent


@pytest.mark.parametrize("lang", shared.LANGUAGES)
def test_every_chart_of_a_page_but_the_legend_has_its_data(published, lang):
    for path in published.output(lang).glob("*.html"):
        for figure in shared.read_page(path).select("figure:not(.legend)"):
            table = figure.select_one("details.data > .table > table")
            # Or the section has a table of its own, after the chart or before it.
            places = [figure, *figure.find_parents(class_="pages")]
            near = [place.find_next_sibling(["h2", "div"]) for place in places]
            near += [place.find_previous_sibling("div") for place in places]
            table = table or next(each.table for each in near if each and each.table)
            assert table, f"{path.name}: {figure['id']}"
            assert table.caption.get_text()
            assert all(row.th["scope"] == "row" for row in table.select("tbody tr"))


@pytest.mark.parametrize("lang", shared.LANGUAGES)
def test_the_data_of_a_bar_are_its_levels_counts_and_percents(published, lang):
    rows = published.raw.edition.level_labels(lang)
    for name, percents in shared.printed_percents().items():
        if not name.startswith("T") or len(name) == 3:
            continue
        figure = published.soup(lang, name[:3]).select_one(f"figure[id='{name}']")
        cells = [
            [cell.get_text() for cell in row.find_all(["th", "td"])]
            for row in figure.select("details tbody tr")
        ]
        *levels, implemented, every = cells
        assert [row[1] for row in levels] == rows
        assert [row[3] for row in levels] == percents
        counts = [int(row[2]) for row in levels]
        assert int(every[2].split()[0]) == sum(counts)
        assert int(implemented[2]) == sum(counts[3:])


PORT = "  - {id: port, label: {fr: Port, en: Port}}"


@pytest.mark.slow
def test_withheld_subgroups_are_told_as_such_and_no_figure_of_theirs_is_there(small):
    for path in small.raw("2030").iterdir():
        path.unlink()
    for name, content in answering.BY_STATUS.items():
        for old, new in (
            ("Bourg, en: Town}}", f"Bourg, en: Town}}}}\n{PORT}"),
            ("R30,C,city", "R30,C,port"),
        ):
            content = content.replace(old, new)
        (small.raw("2030") / name).write_text(content, encoding="utf-8")
    raw = shared.process_here(small, "2030")
    build = publication.fill(small, raw, "en")
    engines.render(build, small.output("2030", "en"), "embedded")
    pages = {
        path.stem: shared.read_page(path) for path in small.output("2030", "en").glob("*.html")
    }
    tables = pages["T01"].select("#whole-T01 table.subgroups")
    # One port is withheld, and the towns, which the total less the cities would tell with it.
    assert [table.thead.th.get_text() for table in tables] == ["Kind of authority"]
    shown = [row.td.get_text() for row in tables[0].select("tbody tr")]
    assert shown == ["14", "withheld", "withheld"]
    charts = {figure["id"]: figure for figure in pages["groups"].select("figure")}
    assert set(charts) <= set(CROSSED)
    assert charts
