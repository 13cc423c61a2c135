"""A run is repeated as its manifest says; whatever differs is named."""

import pytest

from barolib import cli
from barolib.errors import StudyError
from barolib.files import manifest
from barolib.report import engines
from barolib.run import notebooks, verifying
from support import published as shared


def test_a_run_repeated_is_the_same_to_the_byte_and_what_was_changed_is_named(
    two, monkeypatch, capsys
):
    monkeypatch.setattr(notebooks, "execute", shared.execute_here)
    layout = two[0].layout
    words = ["--root", str(layout.root), "--jobs", "1"]
    assert cli.main(["run", *words, "--engine", "embedded"]) == 0
    before, page = shared.digests(layout.root), layout.output("2030", "fr") / "index.html"
    assert cli.main(["verify", *words]) == 0
    assert shared.digests(layout.root) == before, "it leaves the study alone"
    folders = layout.processed("2030"), layout.comparison("2030", "2028"), page.parent
    count = sum(len(shared.digests(each)) for each in folders)
    assert capsys.readouterr().out.endswith(f"repeated: {count} files, every byte the same\n")

    page.write_bytes(page.read_bytes().replace(b"Essai", b"Essay", 1))
    (layout.comparison("2030", "2028") / "more.csv").write_text("1", encoding="utf-8")
    assert cli.main(["verify", *words]) == 1
    found = capsys.readouterr().err
    assert "2 problems:" in found
    assert "report/_output/2030/fr/index.html: not what the run gives" in found
    assert "data/processed/2030_vs_2028/more.csv" in found


def test_what_is_no_longer_what_the_report_was_made_from_is_refused_unrun(two, monkeypatch):
    layout = two[0].layout
    described = manifest.describe(layout, "2030", {"languages": ["fr"]}, ["2028"])
    described["versions"] = described["versions"] | {"pandas": "0.1"}
    described["commit"] = {"id": "0" * 40, "time": 1, "changed": False}
    described |= {"engine": "quarto 1.9.38", "time": "1"}
    monkeypatch.setattr(engines, "named", {"quarto": "quarto 1.10.2"}.__getitem__)
    layout.processed("2030").mkdir(parents=True)
    manifest.write(layout.processed("2030"), described)
    two[1].append("themes.csv", "")
    monkeypatch.setattr("barolib.run.run.run", None)
    with pytest.raises(StudyError) as error:
        verifying.verify(layout, "2030", 1, print)
    found = {each.file: each for each in error.value.problems}
    assert set(found) == {"commit", "data/raw/2028/themes.csv", "engine", "version of pandas"}
    assert found["engine"].value == "quarto 1.9.38 → quarto 1.10.2"
    assert found["version of pandas"].value.startswith("0.1 → ")


def test_a_repeated_run_has_the_texts_of_the_study_that_it_repeats(two, monkeypatch):
    layout, texts = two[0].layout, []
    parameters = {"languages": ["fr"], "against": "2028"}
    described = manifest.describe(layout, "2030", parameters, ["2028"])
    layout.processed("2030").mkdir(parents=True)
    manifest.write(layout.processed("2030"), described | {"engine": "embedded", "time": "1"})
    monkeypatch.setattr(verifying.run, "run", lambda copy, *_: texts.append(copy.texts_apart))
    with pytest.raises(StudyError, match="not what the run gives"):
        verifying.verify(layout, "2030", 1, print)
    assert texts == [layout.texts_apart]


def test_without_a_run_there_is_nothing_to_repeat(two):
    with pytest.raises(StudyError, match="nothing is published"):
        verifying.verify(two[0].layout, "2030", 1, print)
