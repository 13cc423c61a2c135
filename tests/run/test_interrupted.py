"""Runs killed, refused or out of room: the former publication stands, the next completes."""

import random
import shutil
import signal
import subprocess
import sys

import pandas as pd
import pytest

from barolib.errors import StudyError
from barolib.files import digests
from barolib.run import notebooks, run
from support import published as shared


@pytest.fixture
def killed():
    """A function: a run of the edition by support/killing.py, killed so many files on, or not."""
    words = [sys.executable, "-m", "support.killing", "2030"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "encoding": "utf-8"}
    with subprocess.Popen(words, cwd=shared.ROOT / "tests", **pipes) as program:

        def ended(root, moment=0):
            """How the run ended, and how many files it touched."""
            print(root, moment, file=program.stdin, flush=True)
            code, touched = map(int, program.stdout.readline().split())
            assert code in (0, -signal.SIGKILL)
            return code, touched

        yield ended


def published(root):
    """The digests of each folder that is published."""
    made = root / "data" / "processed" / "2030", *(root / "report" / "_output").glob("*/*")
    return {
        folder.relative_to(root).as_posix(): digests.of_folder(folder) for folder in sorted(made)
    }


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is a signal of POSIX")
def test_a_run_killed_at_any_moment_leaves_each_folder_former_or_new(small, killed, tmp_path):
    assert killed(small.root)[0] == 0
    before = published(small.root)
    label = small.raw("2030") / "questionnaire.csv"
    text = label.read_text(encoding="utf-8")
    label.write_text(text.replace("First", "Changed"), encoding="utf-8")
    undisturbed = tmp_path / "undisturbed"
    shutil.copytree(small.root, undisturbed)
    _, total = killed(undisturbed)
    found, drawn = [], random.Random(8)
    for share in sorted(drawn.uniform(0.02, 1) for _ in range(5)):
        assert killed(small.root, int(share * total))[0] == -signal.SIGKILL
        found.append(published(small.root))
    assert killed(small.root)[0] == 0
    after = published(small.root)
    assert set(before) == {
        "data/processed/2030",
        *(f"report/_output/2030/{each}" for each in shared.LANGUAGES),
    }
    assert all(before[name] != after[name] for name in before)
    assert after == published(undisturbed), "as a run that nobody killed"
    for each in found:
        for name in before:
            assert each[name] in (before[name], after[name])
    assert before in found


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
            run.run(small, shared.run_config("2030"), run.ExecutionOptions(1), lambda text: None)
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
    assert "make room on the disk at /" in problem.fix
