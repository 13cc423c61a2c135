"""The archive: what is published and no more, valid as a Data Package, and a study to run again."""

import json
import zipfile

import frictionless
import pytest

from barolib import cli
from barolib.errors import StudyError
from barolib.files import digests, simulated
from barolib.run import archive, notebooks
from support import published as shared

LICENCES = "licences: {tables: CC-BY-4.0, raw: etalab-2.0}"


def test_an_archive_is_a_valid_package_and_verifies_where_it_is_unpacked(
    tiny, tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr(notebooks, "execute", shared.execute_here)
    tiny.append("edition.yml", LICENCES)
    layout, words = tiny.layout, ["--root", str(tmp_path)]
    assert cli.main(["archive", "2030", *words]) == 1
    assert "nothing is published of the edition" in capsys.readouterr().err

    assert cli.main(["run", *words, "--engine", "embedded", "--jobs", "1"]) == 0
    assert cli.main(["archive", "2030", *words]) == 0
    target, before = layout.archive("2030"), digests.of_file(layout.archive("2030"))
    unpacked = tmp_path / "unpacked"
    with zipfile.ZipFile(target) as packed:
        assert packed.namelist() == sorted(packed.namelist())
        packed.extractall(unpacked)
    report = frictionless.validate(str(target))
    assert report.valid, report.to_summary()
    package = json.loads((unpacked / "datapackage.json").read_text(encoding="utf-8"))
    assert package["licenses"] == [{"name": "CC-BY-4.0"}]
    cited = (unpacked / "CITATION.bib").read_text(encoding="utf-8")
    assert cited.startswith("@misc{barometre-2030-fr,")
    capsys.readouterr()
    assert cli.main(["verify", "--root", str(unpacked), "--jobs", "1"]) == 0
    assert "every byte the same" in capsys.readouterr().out

    # Without a licence of the raw files: what a reader of the report has, and its manifest.
    monkeypatch.setattr(archive, "_closed", lambda layout, editions: ["2030"])
    archive.write(layout, "2030", print)
    with zipfile.ZipFile(target) as packed:
        held = {name for name in packed.namelist() if name.startswith("data/")}
        others = {name for name in packed.namelist() if not name.startswith(("data/", "report/"))}
    tables = layout.processed("2030")
    offered = [path.relative_to(tmp_path) for path in (tables / "downloads").iterdir()]
    manifest = "data/processed/2030/manifest.json"
    assert held == {manifest, *(path.as_posix() for path in offered)}
    assert others == {"CITATION.bib", "datapackage.json", "questionnaire.csv", "themes.csv"}
    monkeypatch.undo()
    archive.write(layout, "2030", print)
    assert digests.of_file(target) == before, "the same bytes"

    tiny.replace("themes.csv", "Première", "Primaire")
    with pytest.raises(StudyError, match="not what the files as they are now give") as error:
        archive.write(layout, "2030", print)
    assert "1_cleaning" in error.value.problems[0].value
    assert digests.of_file(target) == before, "the former archive stays"


def test_raw_files_are_passed_on_by_licence_and_never_those_of_respondents(two):
    later, _ = two
    layout = later.layout
    assert archive._closed(layout, ["2028", "2030"]) == ["2028", "2030"]
    for study in two:
        study.append("edition.yml", LICENCES)
    with pytest.raises(StudyError) as error:
        archive._closed(layout, ["2028", "2030"])
    files = ("answers.csv", "respondents.csv")
    assert [problem.file for problem in error.value.problems] == [
        f"data/raw/{edition}/{name}" for edition in ("2028", "2030") for name in files
    ]
    for study in two:
        simulated.record(study.folder, [study.folder / name for name in files])
    assert archive._closed(layout, ["2028", "2030"]) == []
    later.append("answers.csv", "R7,1,1,1,1")
    with pytest.raises(StudyError, match=r"data/raw/2030/answers\.csv"):
        archive._closed(layout, ["2028", "2030"])
