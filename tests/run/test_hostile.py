"""Whole runs by the command line where the machine, the folder or its sender mean harm."""

import json
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from barolib.errors import StudyError
from barolib.files import digests
from barolib.files.layout import Layout
from barolib.run import notebooks, run
from support import published as shared

pytestmark = pytest.mark.skipif(os.name == "nt", reason="a machine of POSIX")

#: Whatever a path may hold, in more characters than a socket's may have.
NASTY = '-{é} "it\'s" %41#1 [x] $HOME;& {0} ' + "d" * 80
#: Modules and settings that something of a run might take for its own.
LYING_ABOUT = ("pandas", "statsmodels", "yaml", "zmq", "sitecustomize", "conftest", "typst")
LYING_ABOUT += ("ipython_config", "jupyter_config", "jupyter_nbconvert_config")


def started(root, *words, **how):
    environment = os.environ | {"PYTHONPATH": str(shared.ROOT / "src")} | how.pop("env", {})
    line = [sys.executable, "-m", "barolib", "run", f"--root={root}", *words]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "encoding": "utf-8"}
    return subprocess.Popen(line, env=environment, **pipes, **how)


def left_aside(root):
    """What a run leaves while it works."""
    return [
        path
        for path in root.rglob("*")
        if re.fullmatch(r"\.tmp-.*|\..*\.(\d+|new|former)|\.holder\.json", path.name)
    ]


def readable(path):
    return bool(stat.S_IMODE(path.stat().st_mode) & 0o077)


@pytest.fixture
def nasty(answered):
    """The study of six respondents in a folder of an awkward name, with what lies about there."""
    root = answered.layout.root / NASTY
    shutil.copytree(answered.layout.root / "data", root / "data")
    mark = answered.layout.root / "mark"
    for name in LYING_ABOUT:
        (root / f"{name}.py").write_text(f"open({str(mark)!r}, 'a').write(__file__)\n", "utf-8")
    (root / "matplotlibrc").write_text("savefig.dpi: 7\nbackend: module://pandas\n", "utf-8")
    (root / "lab").mkdir()
    (root / "lab" / "index.html.j2").write_text("POISON", encoding="utf-8")
    return root, mark


@pytest.mark.slow
def test_a_run_where_all_is_against_it(nasty):
    root, mark = nasty
    env = {"LC_ALL": "C", "PYTHONIOENCODING": "ascii", "HOME": "/nowhere", "TMPDIR": "/nowhere"}
    machine = set(Path(tempfile.gettempdir()).iterdir())
    with started(root, env=env, cwd=root, umask=0o022) as process:
        assert process.stdout.readline() == "edition 2030:\n"
        process.stdout.close()  # as `| head -1` does
        assert (process.stderr.read(), process.wait()) == ("", 0)
    layout = Layout.at(root)
    assert (layout.output("2030", "fr") / "index.html").is_file()
    assert not mark.exists()
    pages = [*layout.processed("2030").glob("notebooks/*.html")]
    assert len(pages) == len(notebooks.STAGES)
    assert not [page for page in pages if "POISON" in page.read_text(encoding="utf-8")]
    assert left_aside(root) == []
    new = {path.name for path in set(Path(tempfile.gettempdir()).iterdir()) - machine}
    assert not [name for name in new if name.startswith(("kernel-", "barolib-", ".tmp-"))]
    private = root / "data" / "processed"
    assert [path for path in (private, *private.rglob("*")) if readable(path)] == []
    shown = layout.output("2030", "fr")
    assert [path for path in (shown, *shown.rglob("*")) if not readable(path)] == []


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_is_asked_to_end_ends_in_one_line_and_leaves_nothing(answered, number):
    layout = answered.layout
    for folder in (layout.processed("2030"), layout.output("2030", "fr")):
        folder.mkdir(parents=True)
        (folder / "former").write_text("former", encoding="utf-8")
    with started(layout.root, "--engine", "embedded") as process:
        while not process.stdout.readline().startswith("  1_cleaning"):
            assert process.poll() is None
        process.send_signal(number)
        told = process.communicate(timeout=60)[1]
    assert (told, process.returncode) == (
        "interrupted: the former results are as they were\n",
        1,
    )
    assert left_aside(layout.root) == []
    for folder in (layout.processed("2030"), layout.output("2030", "fr")):
        assert [path.name for path in folder.iterdir()] == ["former"]


MOUNT = 'mount -t tmpfs -o size=900k none "$1" && cp -r "$2"/. "$1" && shift 2 && exec "$@"'


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("unshare") is None, reason="no disk can be lent to a process")
def test_a_disk_that_fills_up_is_told_with_the_file_and_the_disk(answered, tmp_path_factory):
    disk, root = tmp_path_factory.mktemp("disk"), answered.layout.root
    given = ["unshare", "-m", "sh", "-c", MOUNT, "sh", str(disk), str(root)]
    if subprocess.run([*given, "true"], capture_output=True, check=False).returncode:
        pytest.skip("no disk can be lent to a process")
    done = shared.command("run", "--root", str(disk), before=given)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert f"{disk}/data/processed/.work/2030/" in done.stderr
    assert "No space left on device" in done.stderr
    assert f"make room on the disk at {disk} (0 MB are free)" in done.stderr


# ---------------------------------------------------------------------------------- poisoned


@pytest.fixture
def sent(tiny, monkeypatch):
    """A study that was run elsewhere, and whatever its sender did to what the run left."""
    monkeypatch.setattr(notebooks, "execute", shared.execute_here)
    layout = tiny.layout

    def go():
        return run.run(
            layout, shared.run_config("2030", ["fr"]), run.ExecutionOptions(1), lambda text: None
        )

    go()

    def poison(step, name, old, new):
        """Changes a file that a step left, and all that is kept of it, so that nothing is fresh."""
        record = layout.work("2030") / ".record"
        tasks = json.loads(record.read_text(encoding="utf-8"))
        for path in layout.root.glob(f"data/processed/**/{name}"):
            text = path.read_text(encoding="utf-8")
            path.write_text(text.replace(old, new, 1), encoding="utf-8")
        before = {}
        for task in tasks.values():
            before |= task["_values_:"]["left"]
        targets = {"processed 2030": layout.processed("2030"), step: layout.work("2030") / step}
        for target, folder in targets.items():
            tasks[target]["_values_:"]["left"] = digests.of_folder(folder)
        digest = digests.of_file(next(layout.work("2030").glob(f"{step}/**/{name}")))
        for task in tasks.values():
            taken = task["_values_:"]["taken"]
            taken |= {key: digest for key in taken if key.endswith(name)}
        record.write_text(json.dumps(tasks), encoding="utf-8")

    texts = layout.root / "report" / "text" / "2030" / "fr"
    texts.mkdir(parents=True)
    (texts / "lead.md").write_text("Un autre texte.\n", encoding="utf-8")
    return layout, go, poison


@pytest.mark.slow
@pytest.mark.parametrize(
    ("step", "name", "old", "new"),
    [
        ("3_distributions", "T01-01.svg", "</svg>", "<script>alert(1)</script></svg>"),
        ("3_distributions", "T01-01.svg", "<g ", '<g onload="alert(1)" '),
        ("page 1_cleaning", "1_cleaning.html", '<meta http-equiv="', '<script>1</script><meta a="'),
    ],
)
def test_what_a_sender_put_into_results_is_not_published(sent, step, name, old, new):
    layout, go, poison = sent
    poison(step, name, old, new)
    with pytest.raises(StudyError) as error:
        go()
    assert {Path(each.file).name for each in error.value.problems} == {name}
    published = layout.output("2030", "fr")
    assert "alert(1)" not in "".join(
        path.read_text(encoding="utf-8") for path in published.rglob("*.html")
    )


@pytest.mark.slow
def test_what_is_written_of_texts_is_never_taken_from_the_folder(sent):
    layout, go, _ = sent
    kept = layout.build("2030", "fr").with_name("fr-written")
    kept.mkdir(exist_ok=True)
    for path in layout.build("2030", "fr").rglob("*"):
        if path.is_file() and path.suffix in (".qmd", ".typ", ".svg", ".md", ".js", ".lua"):
            path.write_text("POISON", encoding="utf-8")
    go()
    published = layout.output("2030", "fr")
    assert "Un autre texte." in (published / "index.html").read_text(encoding="utf-8")
    for path in published.rglob("*.*"):
        assert b"POISON" not in path.read_bytes()


def test_the_faults_told_in_the_docs_name_tests_that_are_there():
    text = (shared.ROOT / "docs" / "run.md").read_text(encoding="utf-8")
    table = text.split("## What can interrupt a run")[1].split("\n## ")[0]
    rows = [line for line in table.splitlines() if line.startswith("| ")][1:]
    there = {path.name for path in (shared.ROOT / "tests").rglob("test_*.py")}
    assert len(rows) > 25
    for row in rows:
        names = re.findall(r"`(test_\w+\.py)`", row.split("|")[3])
        assert names, row
        assert set(names) <= there, row
