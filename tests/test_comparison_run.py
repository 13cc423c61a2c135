"""A run that compares: what it leaves beside the edition's own tables, and what it refuses."""

import json
import shutil

import pairing
import published as shared
import pytest

from barolib import comparison, notebooks, run, tables
from barolib.errors import Problem, StudyError
from barolib.intake import read_raw

two = pairing.two


@pytest.fixture
def quick(monkeypatch):
    """Runs the notebooks' cells in this process."""
    monkeypatch.setattr(notebooks, "run", shared.run_here)


def process(studies, against=None):
    """The tables of a run of the later edition, and what it said."""
    layout, said = studies[0].layout, []
    editions = run.compared(layout, "2030", against, said.append)
    run.process(layout, read_raw(layout, "2030"), ["fr"], said.append, editions)
    return layout, said


@pytest.mark.usefixtures("quick")
def test_a_run_leaves_the_comparison_in_a_folder_of_its_own(two):
    layout, said = process(two)
    folder = layout.comparison("2030", "2028")
    assert folder == layout.root / "data" / "processed" / "2030_vs_2028"
    left = {path.stem for path in folder.glob("*.parquet")}
    assert left == {table for stage in notebooks.COMPARISON for table in stage.writes}
    assert (folder / "tables.xlsx").is_file()
    assert "compared with 2028" in said
    written = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert written["parameters"]["against"] == "2028"
    assert set(written["inputs_earlier"]) == {"2028"}
    assert sorted(path.name for path in folder.parent.iterdir()) == ["2030", "2030_vs_2028"]
    found = tables.written(folder, read_raw(layout, "2030").edition)
    assert set(found) == left  # each within its contract
    own = {path.stem for path in layout.processed("2030").glob("*.parquet")}
    assert not own & left


def test_the_executed_notebook_stands_beside_the_others(two, monkeypatch):
    def copy(folder, parameters, executed, say, stages=notebooks.STAGES):
        executed.mkdir(exist_ok=True)
        for stage in stages:
            shutil.copy2(folder / f"{stage.notebook}.ipynb", executed)

    monkeypatch.setattr(notebooks, "run", copy)
    layout, _ = process(two)
    left = {path.name for path in (layout.processed("2030") / "notebooks").iterdir()}
    assert {"3_distributions.html", "4_delta.ipynb", "4_delta.html"} <= left


@pytest.mark.usefixtures("quick")
def test_a_comparison_that_fails_leaves_both_folders_as_they_were(two, monkeypatch):
    def fail(pair):
        raise StudyError(Problem("stage", "it broke", "mend it"))

    layout, _ = process(two)
    folders = layout.processed("2030"), layout.comparison("2030", "2028")
    before = [shared.digests(folder) for folder in folders]
    monkeypatch.setattr("barolib.delta.affirmations", fail)
    with pytest.raises(StudyError, match="it broke"):
        process(two)
    assert [shared.digests(folder) for folder in folders] == before


def test_without_an_edition_before_the_run_says_so(two):
    said = []
    assert run.compared(two[0].layout, "2028", None, said.append) == []
    assert said == ["no comparison: no edition before"]


def test_incomparable_editions_stop_a_run_only_where_the_comparison_was_asked_for(two):
    two[0].replace("edition.yml", "implementation_from: 3", "implementation_from: 4")
    said = []
    assert run.compared(two[0].layout, "2030", None, said.append) == []
    assert "implementation" in said[0]
    with pytest.raises(comparison.Incomparable):
        run.compared(two[0].layout, "2030", "2028", said.append)


def test_a_link_that_leads_nowhere_stops_every_run(two):
    two[0].cell("questionnaire.csv", "T01-01", "previous_id", "A7")
    with pytest.raises(StudyError, match="2028 has no such affirmation"):
        run.compared(two[0].layout, "2030", None, lambda text: None)
