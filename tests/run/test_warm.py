"""Kernels that are forked: they show what others show, and end with the run."""

import gc
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import nbformat
import pytest

from barolib.errors import Problem, StudyError
from barolib.run import notebooks, warm

pytestmark = pytest.mark.skipif(not warm.AVAILABLE, reason="kernels are forked on Linux alone")

#: All that importing a library before the kernel is there could have set in another way.
SETTINGS = """
import os, signal, sys
import matplotlib, numpy as np, pandas as pd
from pandas._config import config
import barolib.drawing.figures
names = [each for each in config._registered_options if each.startswith("display.")]
names.remove("display.encoding")  # utf-8 or UTF-8
told = {name: pd.get_option(name) for name in names}
told["handlers"] = [str(signal.getsignal(each)) for each in (signal.SIGINT, signal.SIGTERM)]
told["place"] = __name__, os.environ.get("MPLBACKEND"), "" in sys.path
told["random"] = np.random.default_rng(1).random(), np.geterr()
told
"""
WIDE = "pd.DataFrame([range(30)])"
RC = "dict(matplotlib.rcParams)"


def notebook(path, *cells):
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(each) for each in cells])
    book.metadata["kernelspec"] = {"name": "python3", "display_name": "", "language": "python"}
    nbformat.write(book, path)
    return path


def shown(path, folder):
    book = nbformat.read(notebooks.execute(path, {}, folder), as_version=4)
    return [each["data"]["text/plain"] for cell in book.cells for each in cell.get("outputs", [])]


def test_a_forked_kernel_shows_what_another_shows(tmp_path, monkeypatch):
    path = notebook(tmp_path / "told.ipynb", SETTINGS, WIDE, RC)
    warm.prepare(["barolib.drawing.figures"])
    forked = shown(path, tmp_path / "forked")
    monkeypatch.setattr(warm, "AVAILABLE", False)
    assert forked == shown(path, tmp_path / "other")
    assert len(forked) == 3


def test_it_begins_with_the_libraries_in_place(tmp_path):
    """In a process of its own: the one that forks may have been started without them here."""
    path = notebook(tmp_path / "told.ipynb", "import sys\n'barolib.drawing.figures' in sys.modules")
    given = [sys.executable, "-c", _EXECUTE, str(path), str(tmp_path / "out")]
    subprocess.run(given, check=True, timeout=120)
    book = nbformat.read(tmp_path / "out" / path.name, as_version=4)
    assert book.cells[0].outputs[0]["data"]["text/plain"] == "True"


def test_it_ends_with_a_run_that_is_killed(tmp_path):
    told = tmp_path / "pid"
    cell = f"import os, time\nopen({str(told)!r}, 'w').write(str(os.getpid()))\ntime.sleep(300)"
    path = notebook(tmp_path / "long.ipynb", cell)
    run = subprocess.Popen([sys.executable, "-c", _EXECUTE, str(path), str(tmp_path / "out")])
    pid = int(awaited(lambda: told.is_file() and told.read_text()))
    run.send_signal(signal.SIGKILL)
    run.wait()
    assert awaited(lambda: not alive(pid))


@pytest.fixture
def prepared():
    warm.prepare(["barolib.drawing.figures"])


def told(name):
    """What a function that is done apart tells of its process."""
    return os.getpid(), os.environ.get(name), gc.isenabled()


def fail():
    """A function that finds two problems."""
    raise StudyError([Problem("a.csv", "wrong", "mend it", row="3"), Problem("b.csv", "gone", "")])


@pytest.mark.usefixtures("prepared")
def test_what_is_done_apart_has_the_settings_of_the_run(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "12345")
    pid, time, collects = warm.apart(told, "SOURCE_DATE_EPOCH")
    assert pid != os.getpid()
    assert (time, collects) == ("12345", True)


@pytest.mark.usefixtures("prepared")
def test_every_problem_found_apart_is_told():
    with pytest.raises(StudyError) as error:
        warm.apart(fail)
    assert [(each.file, each.row) for each in error.value.problems] == [
        ("a.csv", "3"),
        ("b.csv", ""),
    ]
    assert str(error.value).startswith("a.csv, row 3: wrong")


def test_without_a_process_to_fork_it_is_done_here(monkeypatch):
    monkeypatch.setattr(warm, "_prepared", threading.Event())
    assert warm.apart(told, "HOME")[0] == os.getpid()


def test_what_is_done_apart_ends_with_a_run_that_is_killed(tmp_path):
    told = tmp_path / "pid"
    run = subprocess.Popen([sys.executable, __file__, str(told)], cwd=tmp_path)
    pid = int(awaited(lambda: told.is_file() and told.read_text()))
    run.send_signal(signal.SIGKILL)
    run.wait()
    assert awaited(lambda: not alive(pid))


def stay(path):
    """Tells the number of its process, and does not end."""
    Path(path).write_text(str(os.getpid()), encoding="utf-8")
    time.sleep(300)


_EXECUTE = """
import sys
from pathlib import Path
from barolib.run import notebooks, warm
warm.prepare(["barolib.drawing.figures"])
notebooks.execute(Path(sys.argv[1]), {}, Path(sys.argv[2]))
"""


def awaited(found, seconds=60):
    end = time.monotonic() + seconds
    while not (answer := found()):
        assert time.monotonic() < end
        time.sleep(0.1)
    return answer


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


if __name__ == "__main__":
    warm.prepare([])
    warm.apart(stay, sys.argv[1])
