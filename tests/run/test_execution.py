"""Notebooks whatever their kernel meets: they end, in one line; nothing that lies about is run."""

import json
import os
import sys
import tempfile
import time
from pathlib import Path

import nbformat
import pytest

from barolib.errors import StudyError
from barolib.report import safety
from barolib.run import kernels, limits, notebooks

KERNELSPEC = {"display_name": "étude", "language": "python", "name": "mon-noyau"}
WIDGETS = {"application/vnd.jupyter.widget-state+json": {"version_major": 2, "version_minor": 0}}
OLD = [{"output_type": "stream", "name": "stdout", "text": ["vieux\n"]}]


@pytest.fixture
def execute(tmp_path):
    """Executes a notebook of these cells, changed by `spoil`; its executed copy."""

    def run(*sources, spoil=lambda text: text, **parameters):
        book = nbformat.v4.new_notebook()
        book.cells = [nbformat.v4.new_code_cell(each) for each in sources]
        book.cells[0].metadata["tags"] = ["parameters"]
        path = tmp_path / "study" / "a.ipynb"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(spoil(nbformat.writes(book)).encode())
        return notebooks.execute(path, parameters, tmp_path / "{executed} é")

    return run


def problem(execute, *sources, **how):
    with pytest.raises(StudyError) as error:
        execute(*sources, **how)
    (found,) = error.value.problems
    return found


def outputs(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return ["".join(each.get("text", "")) for cell in cells for each in cell["outputs"]]


# ---------------------------------------------------------------------------------- ends


def test_a_cell_that_hangs_is_ended_at_the_limit(execute, monkeypatch):
    monkeypatch.setenv(limits.CELL, "2")
    start = time.monotonic()
    found = problem(execute, "a = 1", "import time\ntime.sleep(300)", "b = 2")
    assert time.monotonic() - start < 60
    assert (found.file, found.message) == ("notebooks/a.ipynb", "a cell was not done after 2 s")
    assert found.value == "import time / time.sleep(300)"
    assert "BAROLIB_CELL_LIMIT=4" in found.fix


def test_a_kernel_that_is_killed_is_told_with_its_notebook(execute):
    found = problem(execute, "import os\nos.kill(os.getpid(), 9)")
    assert found.file == "notebooks/a.ipynb"
    assert found.message.startswith("its kernel was ended")
    assert "memory" in found.fix


@pytest.mark.parametrize(
    ("source", "told", "fix"),
    [
        ("raise MemoryError", "MemoryError", "--jobs 1"),
        (
            "raise OSError(28, 'No space left on device', '/a.parquet')",
            "/a.parquet",
            "make room on the disk at /",
        ),
        ("raise OSError(24, 'Too many open files')", "Too many open files", "ulimit -n"),
    ],
)
def test_what_the_system_refuses_to_a_cell_is_told_with_the_fix(execute, source, told, fix):
    found = problem(execute, "a = 1", source)
    assert found.file == "notebooks/a.ipynb, cell 2"
    assert told in found.message
    assert fix in found.fix


def test_a_kernel_that_cannot_start_is_told_with_its_notebook(execute, monkeypatch):
    words = [sys.executable, "-c", "raise SystemExit(3)", "{connection_file}"]
    monkeypatch.setattr(kernels, "_COMMAND", words)
    found = problem(execute, "a = 1")
    assert found.file == "notebooks/a.ipynb"
    assert "its kernel was ended" in found.message


# ---------------------------------------------------------------------------------- as saved


@pytest.mark.parametrize(
    "how",
    [
        {"kernelspec": KERNELSPEC},
        {"widgets": WIDGETS},
        {"kernelspec": None, "language_info": {"name": "R"}},
        {},
    ],
    ids=["another kernel", "widgets", "no kernel", "outputs"],
)
def test_a_notebook_is_its_cells_however_it_was_saved(execute, tmp_path, how):
    def spoil(text):
        book = json.loads(text)
        book["metadata"] = how
        for cell in book["cells"]:
            cell |= {"outputs": OLD, "execution_count": 7, "source": [*cell["source"], "\r\n"]}
        text = json.dumps(book, ensure_ascii=False, indent=1).replace("\n", "\r\n")
        return "\ufeff" + text

    executed = execute("a = 1", "print(a, 'é')", spoil=spoil, a=2)
    assert outputs(executed) == ["2 é\n"]
    notebooks.keep(executed, tmp_path / "kept")
    page = (tmp_path / "kept" / "a.html").read_text(encoding="utf-8")
    assert "2 é" in page
    assert "vieux" not in page
    assert "<script" not in page
    assert "mon-noyau" not in (tmp_path / "kept" / "a.ipynb").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        '{"cells": 3}',
        '{"cells": [{}]}',
        '{"cells": [{"cell_type": "x", "source": ""}]}',
        '{"worksheets": []}',
    ],
)
def test_what_is_no_notebook_is_told_by_its_name(execute, content):
    found = problem(execute, "a = 1", spoil=lambda text: content)
    assert found.file == "notebooks/a.ipynb"
    assert found.message.startswith("this is no notebook")


# ---------------------------------------------------------------------------------- lies about


POISON = "open({!r}, 'a').write(__file__)\n"


@pytest.fixture
def poisoned(tmp_path, monkeypatch):
    """Files of every name that something might take for its own, which leave a mark where run."""
    mark, folder = tmp_path / "mark", tmp_path / "study"
    text = POISON.format(str(mark))
    files = {f"{name}.py": text for name in ("pandas", "statsmodels", "json", "yaml", "zmq")}
    files |= {f"{name}.py": text for name in ("sitecustomize", "conftest", "ipython_config")}
    files |= {f"jupyter_{name}_config.py": text for name in ("nbconvert", "server", "lab")}
    files["jupyter_config.py"] = text
    files["matplotlibrc"] = "figure.dpi: 7\nbackend: module://pandas\n"
    files["profile_default/startup/a.py"] = files["profile_default/ipython_config.py"] = text
    template = "{% for c in ''.__class__.__mro__[1].__subclasses__() %}{% endfor %}POISON"
    files["lab/index.html.j2"] = files["base/base.html.j2"] = template
    spec = {"argv": [sys.executable, "-c", text], "display_name": "x", "language": "python"}
    files["data/kernels/python3/kernel.json"] = json.dumps(spec)
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")
    monkeypatch.chdir(folder)
    monkeypatch.setenv("JUPYTER_PATH", str(folder / "data"))
    monkeypatch.setenv("PYTHONSTARTUP", str(folder / "pandas.py"))
    return mark


def test_no_file_beside_a_notebook_or_where_the_run_began_is_run(execute, poisoned, tmp_path):
    seen = (
        "import matplotlib, pandas, sys\nprint(matplotlib.rcParams['figure.dpi'], '' in sys.path)"
    )
    executed = execute("a = 1", seen)
    assert outputs(executed) == ["100.0 False\n"]
    notebooks.keep(executed, tmp_path / "kept")
    page = (tmp_path / "kept" / "a.html").read_text(encoding="utf-8")
    assert "POISON" not in page
    assert safety.POLICY in page
    assert not poisoned.exists()


# ---------------------------------------------------------------------------------- sockets


@pytest.fixture
def short_folder():
    """A folder with a short path: that of pytest has the number of the run in it."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        yield Path(folder)


@pytest.mark.skipif(os.name == "nt", reason="sockets are files elsewhere")
def test_sockets_stand_elsewhere_where_the_path_is_too_long(short_folder, monkeypatch):
    deep = short_folder / "d" / ("d" * 90)
    deep.mkdir(parents=True)
    for folder in (short_folder, deep):
        monkeypatch.setattr(tempfile, "tempdir", str(folder))
        with kernels.alone() as kernel:
            place = Path(kernel.ip.default_value)
            assert len(str(place)) < 100
            assert place.parent.stat().st_mode & 0o077 == 0
            home = Path(kernel.folder.default_value)
            assert home.parent == folder
            assert home.stat().st_mode & 0o077 == 0
        assert not place.parent.exists()
        assert list(folder.glob("kernel-*")) == []
    monkeypatch.setattr(kernels, "_ELSEWHERE", ("/proc/nowhere", str(deep)))
    with pytest.raises(StudyError, match="no folder for the sockets") as error, kernels.alone():
        raise AssertionError("there is no place")
    assert "XDG_RUNTIME_DIR" in error.value.problems[0].fix
