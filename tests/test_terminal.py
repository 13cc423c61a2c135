"""What the command line prints, whatever is at the other end, and faults nobody foresaw."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from barolib import cli
from barolib.errors import TRACEBACK, Problem
from barolib.run import run
from support import published as shared

FULL = Path("/dev/full")
#: A line that is longer than any pipe or buffer holds, and no ASCII.
SAY = "from barolib import cli\nfor _ in range(9): cli._say('é…' * 50000)\nprint('done', file={})"


def say(where="__import__('sys').stderr", **how):
    """Runs a program that says what is no ASCII; it sets its streams as the command line does."""
    script = f"from barolib import terminal\nterminal.make_safe()\n{SAY.format(where)}"
    environment = os.environ | {"PYTHONPATH": str(shared.ROOT / "src")} | how.pop("env", {})
    given = [sys.executable, "-c", script]
    return subprocess.Popen(given, env=environment, stderr=subprocess.PIPE, text=True, **how)


@pytest.mark.parametrize(
    "env", [{"PYTHONIOENCODING": "ascii"}, {"PYTHONIOENCODING": "cp437"}, {"LC_ALL": "C"}]
)
def test_what_the_terminal_cannot_show_is_told_as_codes(study, env):
    settings = study.text("edition.yml").replace("Baromètre", "Baromètre…")
    study.write("edition.yml", settings.replace("id: ", "idé: "))
    environment = os.environ | {"PYTHONPATH": str(shared.ROOT / "src")} | env
    words = ["check", "2021", "--root", str(study.layout.root)]
    done = subprocess.run(
        [sys.executable, "-m", "barolib", *words], env=environment, capture_output=True, check=False
    )
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr
    assert b"id\\xe9" in done.stderr or "idé".encode() in done.stderr or b"id\x82" in done.stderr


def test_a_reader_who_leaves_does_not_stop_the_command():
    with say(stdout=subprocess.PIPE) as process:
        process.stdout.read(1)
        process.stdout.close()
        assert (process.stderr.read(), process.wait()) == ("done\n", 0)


@pytest.mark.skipif(not FULL.exists(), reason="the system has no full disk to lend")
def test_a_full_disk_at_the_other_end_does_not_stop_the_command():
    with FULL.open("w") as full, say(stdout=full) as process:
        assert (process.stderr.read(), process.wait()) == ("done\n", 0)


@pytest.mark.skipif(os.name == "nt", reason="the shell is that of POSIX")
@pytest.mark.parametrize("closed", [">&-", "<&-", ">&- 2>&-", "<&- >&- 2>&-"])
def test_closed_streams_give_their_place_to_no_file(tmp_path, closed):
    path = tmp_path / "data"
    script = "from barolib import cli, terminal\nimport os, subprocess, sys\nterminal.make_safe()\n"
    script += f"file = open({str(path)!r}, 'w')\nassert file.fileno() > 2\n"
    script += "cli._say('é')\nos.write(1, b'x')\n"
    script += "child = [sys.executable, '-c', 'import os; [os.fstat(n) for n in (0, 1, 2)]']\n"
    script += "sys.exit(subprocess.run(child, close_fds=False).returncode)"
    environment = os.environ | {"PYTHONPATH": str(shared.ROOT / "src")}
    words = ["sh", "-c", f'exec "$@" {closed}', "sh", sys.executable, "-c", script]
    assert subprocess.run(words, env=environment, check=False).returncode == 0
    assert path.read_text(encoding="utf-8") == ""


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ZeroDivisionError("a bug\nof two lines"), "barolib run: ZeroDivisionError: a bug of two"),
        (MemoryError(), "barolib run: memory is at its limit"),
        (OSError(24, "Too many open files"), "barolib run: Too many open files"),
        (UnicodeEncodeError("utf-8", "\udcff", 0, 1, "no"), "barolib run: UnicodeEncodeError"),
    ],
)
def test_what_nobody_foresaw_is_one_line_and_its_traceback_is_asked_for(
    study, monkeypatch, capsys, error, said
):
    def stop(*_, **__):
        raise error

    monkeypatch.setattr(run, "run", stop)
    words = ["run", "--root", str(study.layout.root)]
    assert cli.main(words) == 1
    told = capsys.readouterr().err
    assert told.startswith(said)
    assert "Traceback" not in told
    assert len(told.splitlines()) == 2, "the line and its fix"
    monkeypatch.setenv(TRACEBACK, "1")
    assert cli.main(words) == 1
    assert capsys.readouterr().err.startswith("Traceback")


@pytest.mark.skipif(os.name == "nt", reason="of a copy, POSIX tells both names")
def test_of_a_copy_on_a_full_disk_the_file_that_was_written_is_named(tmp_path):
    error = OSError(28, "No space left on device", "/from", None, str(tmp_path / "to"))
    problem = Problem.of_error(error, "a step")
    assert problem.file == str(tmp_path / "to")
    assert "make room on the disk at /" in problem.fix


def test_a_module_in_the_folder_where_the_command_begins_is_not_taken(tmp_path):
    mark = tmp_path / "mark"
    for name in ("yaml", "pandas", "argparse", "pydantic", "openpyxl", "json"):
        text = f"open({str(mark)!r}, 'a').write({name!r})"
        (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
    environment = os.environ | {"PYTHONPATH": str(shared.ROOT / "src")}
    words = [sys.executable, "-m", "barolib", "check", "2021", "--root", str(shared.ROOT)]
    done = subprocess.run(words, cwd=tmp_path, env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert not mark.exists()
