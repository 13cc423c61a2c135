"""A run reads each raw file once, in its first step; all that comes after takes what that kept."""

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from support import published as shared

#: Notes each opening of a raw file, in every process of Python; that of a digest is none.
NOTING = """\
import os, sys

def note(event, given):
    if event != "open" or os.path.join("data", "raw", "") not in str(given[0]):
        return
    frame = sys._getframe()
    while frame := frame.f_back:
        if frame.f_code.co_filename.endswith(os.path.join("files", "digests.py")):
            return
    log = os.open(os.environ["OPENED"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(log, f"{given[0]}\\n".encode())
    os.close(log)

sys.addaudithook(note)
"""
OPEN = """\
import barolib
study = barolib.open("2030")
assert len(study.tables["scores"])
assert len(study.tables["claims"].columns)
assert len(study.compare().table)
"""


@pytest.fixture
def noted(tmp_path):
    """A function: the raw files that a process of Python opens, and how often."""
    place, log = tmp_path / "noting", tmp_path / "opened"
    place.mkdir()
    (place / "sitecustomize.py").write_text(NOTING, encoding="utf-8")
    paths = [str(place), str(shared.ROOT / "src")]
    env = os.environ | {"PYTHONPATH": os.pathsep.join(paths), "OPENED": str(log)}

    def call(root, *words):
        log.write_text("", encoding="utf-8")
        done = subprocess.run(
            [sys.executable, *words],
            cwd=root,
            env=env,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return Counter(map(Path, log.read_text(encoding="utf-8").splitlines()))

    return call


def test_a_run_reads_each_raw_file_of_either_edition_once(two, noted):
    root = two[0].layout.root
    files = [path for study in two for path in study.folder.iterdir()]
    run = ["-m", "barolib", "run", "--edition", "2030", "--engine", "embedded"]
    assert noted(root, *run) == Counter(files)
    assert noted(root, "-c", OPEN) == Counter()
    two[1].replace("edition.yml", "fr: Essai", "fr: Le premier essai")
    earlier = Counter(two[1].folder.iterdir())
    assert noted(root, "-c", OPEN) == earlier, "the one that changed, checked again"
    assert noted(root, *run) == Counter(two[0].folder.iterdir()), (
        "checked, where a run is not fresh"
    )
