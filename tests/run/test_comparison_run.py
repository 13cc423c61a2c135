"""A run that compares: what it leaves beside the edition's own tables, and what it refuses."""

import json

import pytest

from barolib.compare import comparison
from barolib.errors import Problem, StudyError
from barolib.run import checking, notebooks
from barolib.survey import tables
from support import published as shared


def process(studies):
    """The tables of a run of the later edition."""
    layout = studies[0].layout
    shared.process_here(layout, "2030", ["fr"])
    return layout


@pytest.mark.slow
def test_a_run_leaves_the_comparison_in_a_folder_of_its_own(two):
    layout = process(two)
    folder = layout.comparison("2030", "2028")
    assert folder == layout.root / "data" / "processed" / "2030_vs_2028"
    left = {path.stem for path in folder.glob("*.parquet")}
    assert left == {table for stage in notebooks.COMPARISON for table in stage.writes}
    assert (folder / "tables.xlsx").is_file()
    written = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert written["parameters"]["against"] == "2028"
    assert set(written["inputs_earlier"]) == {"2028"}
    folders = sorted(path.name for path in folder.parent.iterdir())
    assert folders == [".work", "2030", "2030_vs_2028"]
    found = tables.written(folder)
    assert set(found) == left  # each within its contract
    own = {path.stem for path in layout.processed("2030").glob("*.parquet")}
    assert not own & left


def test_the_executed_notebook_stands_beside_the_others(two):
    layout = process(two)
    left = {path.name for path in (layout.processed("2030") / "notebooks").iterdir()}
    assert {"3_distributions.html", "4_delta.ipynb", "4_delta.html"} <= left


@pytest.mark.slow
def test_a_comparison_that_fails_leaves_both_folders_as_they_were(two, monkeypatch):
    def fail(pair):
        raise StudyError(Problem("stage", "it broke", "fix it"))

    layout = process(two)
    folders = layout.processed("2030"), layout.comparison("2030", "2028")
    before = [shared.digests(folder) for folder in folders]
    two[0].replace("questionnaire.csv", "Quatre services en ligne", "Quatre")
    monkeypatch.setattr("barolib.compare.delta.affirmations", fail)
    with pytest.raises(StudyError, match="it broke"):
        process(two)
    assert [shared.digests(folder) for folder in folders] == before


def test_what_is_compared_is_said(two):
    assert checking.compared(two[0].layout, "2030", None) == (
        ["2028", "2030"],
        "compared with 2028",
    )


def test_without_an_edition_before_the_run_says_so(two):
    said = "no comparison: no edition before"
    assert checking.compared(two[0].layout, "2028", None) == ([], said)


def test_incomparable_editions_stop_a_run_only_where_the_comparison_was_asked_for(two):
    two[0].replace("edition.yml", "implementation_from: 3", "implementation_from: 4")
    names, said = checking.compared(two[0].layout, "2030", None)
    assert names == []
    assert "implementation" in said
    with pytest.raises(comparison.Incomparable):
        checking.compared(two[0].layout, "2030", "2028")


def test_a_link_that_leads_nowhere_stops_every_run(two):
    two[0].cell("questionnaire.csv", "T01-01", "previous_id", "A7")
    with pytest.raises(StudyError, match="2028 has no such affirmation"):
        checking.compared(two[0].layout, "2030", None)
