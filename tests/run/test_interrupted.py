"""Runs killed, refused or out of room: the former publication stands, the next completes."""

import json
import random
import shutil
import signal
import subprocess
import sys

import pandas as pd
import published as shared
import pytest

from barolib.errors import StudyError
from barolib.run import notebooks, run

small = shared.small


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is a signal of POSIX")
def test_a_run_killed_at_any_moment_leaves_each_folder_former_or_new(small):
    moments = sorted(random.Random(8).uniform(0.02, 1) for _ in range(5))
    words = [sys.executable, str(shared.ROOT / "tests" / "killing.py"), str(small.root), "2030"]
    done = subprocess.run(
        [*words, *map(str, moments)], capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    names = {"data/processed/2030", "report/_output/2030/fr", "report/_output/2030/en"}
    assert set(found["before"]) == set(found["after"]) == names
    assert all(found["before"][name] != found["after"][name] for name in names)
    assert found["after"] == found["whole"], "as a run that nobody killed"
    for each in found["killed"]:
        assert each["signal"] == signal.SIGKILL
        for name in names:
            assert each["published"][name] in (found["before"][name], found["after"][name])
    assert any(each["published"] == found["before"] for each in found["killed"])


@pytest.fixture
def stopped(small, monkeypatch):
    """Runs the small study over a former publication; the problems that stop it."""
    monkeypatch.setattr(notebooks, "execute", shared.execute_here)
    former = [small.processed("2030"), *(small.output("2030", each) for each in shared.LANGUAGES)]
    for folder in former:
        folder.mkdir(parents=True)
        (folder / "former").write_text("former", encoding="utf-8")

    def go():
        with pytest.raises(StudyError) as error:
            run.run(small, shared.wanted("2030"), run.Pace(1), lambda text: None)
        for folder in former:
            assert [path.name for path in folder.iterdir()] == ["former"]
            assert [path.name for path in folder.parent.glob(f".{folder.name}.*")] == []
        return error.value.problems

    return go


def test_a_missing_font_is_told_with_its_folder(small, stopped, monkeypatch):
    shutil.rmtree(small.fonts)
    small.fonts.mkdir()
    monkeypatch.setattr(shared.Layout, "sources", property(lambda layout: small.root))
    assert {each.file for each in stopped()} == {str(small.fonts)}


def test_a_full_disk_is_told_with_the_file(stopped, monkeypatch):
    def full(self, path, **options):
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(pd.DataFrame, "to_parquet", full)
    (problem,) = stopped()
    assert problem.message == "No space left on device"
    assert ".themes.parquet" in problem.file
    assert "make room on the disk at /" in problem.mend
