"""What surrounds a run: its files are its owner's, stay in the study, and go with it."""

import errno
import logging
import os
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from pathlib import Path

import pytest

from barolib.errors import StudyError
from barolib.files.layout import Layout
from barolib.run import limits, surroundings

posix = pytest.mark.skipif(os.name == "nt", reason="permissions and signals are those of POSIX")


@pytest.fixture
def layout(tmp_path):
    return Layout.at(tmp_path)


@pytest.fixture
def log(layout):
    return layout.work("2030") / "log.txt"


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


# ---------------------------------------------------------------------------------- files


@posix
def test_what_a_run_writes_is_its_owner_s_alone(layout, log):
    layout.work("").mkdir(parents=True)
    layout.work("").chmod(0o755)
    before = os.umask(0o022)
    try:
        with surroundings.of_run(layout, log, print) as mask:
            (layout.work("2030") / "answers").mkdir()
            (layout.work("2030") / "answers" / "a.csv").write_text("1", encoding="utf-8")
            made = [layout.work(""), *layout.work("").rglob("*")]
            assert [path for path in made if mode(path) & 0o077] == []
            assert len(made) > 4
            assert mask == 0o022
        assert os.umask(0o022) == 0o022
    finally:
        os.umask(before)


def test_temporary_files_stand_in_the_study_and_go_with_the_run(layout, log):
    place, variables = tempfile.gettempdir(), dict(os.environ)
    with surroundings.of_run(layout, log, print):
        path = Path(tempfile.mkdtemp())
        (path / "a.csv").write_text("1", encoding="utf-8")
        script = "import sys, tempfile; print(tempfile.gettempdir(), sys.flags.safe_path)"
        said = subprocess.check_output([sys.executable, "-c", script], text=True).split()
        assert [Path(said[0]), said[1]] == [path.parent, "True"]
        assert path.is_relative_to(layout.work(""))
    assert not path.parent.exists()
    assert (tempfile.gettempdir(), dict(os.environ)) == (place, variables)
    assert sorted(each.name for each in layout.work("").iterdir()) == [".lock", "2030"]


def test_a_folder_of_the_machine_for_them_is_not_needed(layout, log, monkeypatch):
    for name in ("TMPDIR", "TEMP", "TMP"):
        monkeypatch.setenv(name, "/nowhere")
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setattr(tempfile, "_candidate_tempdir_list", lambda: ["/nowhere"], raising=True)
    with surroundings.of_run(layout, log, print), tempfile.TemporaryFile() as file:
        assert file.write(b"1") == 1


def test_what_killed_runs_left_goes_before_the_next(layout, log):
    processed, output = layout.root / "data" / "processed", layout.root / "report" / "_output"
    left = [
        layout.work("") / ".tmp-abcd" / "verify" / "data" / "raw" / "answers.csv",
        layout.work("2029") / ".1_cleaning.123" / "2029" / "answers.parquet",
        processed / ".2030.4567" / "answers.parquet",
        processed / "2030" / ".answers.parquet.new",
        output / "2030" / ".fr.77" / "index.html",
        processed / ".2030_vs_2028.former" / "delta.parquet",
    ]
    for path in left:
        path.parent.mkdir(parents=True)
        path.write_text("answers", encoding="utf-8")
    with surroundings.of_run(layout, log, print):
        pass
    assert [path for path in left if path.exists()] == []
    back = processed / "2030_vs_2028" / "delta.parquet"
    assert back.read_text(encoding="utf-8") == "answers", "what was taken from its place comes back"


def test_nothing_of_a_run_at_work_is_cleared_by_another(layout, log):
    with surroundings.of_run(layout, log, print):
        path = Path(tempfile.mkdtemp())
        other = surroundings.of_run(layout, log, print)
        with pytest.raises(StudyError, match="another run is at work"), other:
            raise AssertionError("two runs at once")
        assert path.is_dir()


def test_a_disk_without_locks_is_said_and_cleared_of_nothing(layout, log, monkeypatch):
    fcntl = pytest.importorskip("fcntl")
    for number in (errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS):

        def refuse(*_, number=number):
            raise OSError(number, "No locks available")

        monkeypatch.setattr(fcntl, "flock", refuse)
        left, said = layout.work("") / ".tmp-other", []
        left.mkdir(parents=True, exist_ok=True)
        with surroundings.of_run(layout, log, said.append):
            path = Path(tempfile.mkdtemp())
        assert said == [
            "this folder's disk has no locks: let no other run work here at the same time"
        ]
        assert (left.exists(), path.exists()) == (True, False)


@pytest.mark.parametrize(
    "place", ["data/processed/.work/2030", "data/processed/2030/a.parquet", "report/_build/2030"]
)
def test_a_link_among_what_a_run_made_is_refused_and_leads_nowhere(layout, log, place, tmp_path):
    elsewhere = tmp_path.with_name(f"{tmp_path.name}-elsewhere")
    (elsewhere / "fr").mkdir(parents=True)
    path = layout.root / place
    path.parent.mkdir(parents=True)
    path.symlink_to(elsewhere)
    with pytest.raises(StudyError) as error, surroundings.of_run(layout, log, print):
        raise AssertionError("the run went on")
    (problem,) = error.value.problems
    assert (problem.file, problem.value) == (str(path), str(elsewhere))
    assert list(elsewhere.iterdir()) == [elsewhere / "fr"]


# ---------------------------------------------------------------------------------- ends


@posix
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_a_request_to_end_interrupts_the_run_and_clears_up(layout, log, name):
    number = getattr(signal, name)
    before = signal.SIG_DFL  # whatever the tests were started with, as nohup ignores SIGHUP
    outside = signal.signal(number, before)

    def run():
        with surroundings.of_run(layout, log, print):
            tempfile.mkdtemp()
            os.kill(os.getpid(), number)
            time.sleep(10)

    try:
        with pytest.raises(KeyboardInterrupt):
            run()
        assert signal.getsignal(number) == before
    finally:
        signal.signal(number, outside)
    assert list(layout.work("").glob(".tmp*")) == []


@posix
def test_a_signal_that_is_ignored_stays_so(layout, log):
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with surroundings.of_run(layout, log, print):
            assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_run_in_another_thread_leaves_signals_alone(layout, log):
    went = []

    def work():
        with surroundings.of_run(layout, log, print):
            went.append(threading.current_thread())

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert went == [thread]


def test_what_libraries_tell_goes_into_the_log(layout, log, capfd):
    with surroundings.of_run(layout, log, print), warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.getLogger("papermill").warning("Passed unknown parameter")
        warnings.warn("a warning", stacklevel=1)
    assert capfd.readouterr() == ("", "")
    told = log.read_text(encoding="utf-8")
    assert "unknown parameter" in told
    assert "a warning" in told


# ---------------------------------------------------------------------------------- limits


@pytest.mark.parametrize("kind", ["RLIMIT_NOFILE", "RLIMIT_AS"])
def test_too_few_files_or_too_little_memory_are_refused_before_anything(
    layout, log, monkeypatch, kind
):
    resource = pytest.importorskip("resource")
    genuine, few = resource.getrlimit, getattr(resource, kind)
    least = {few: (64, 64) if kind == "RLIMIT_NOFILE" else (10**9, -1)}
    monkeypatch.setattr(resource, "getrlimit", lambda asked: least.get(asked) or genuine(asked))
    with pytest.raises(StudyError) as error, surroundings.of_run(layout, log, print):
        raise AssertionError("the run went on")
    (problem,) = error.value.problems
    told = "open 64 files at once" if kind == "RLIMIT_NOFILE" else "use 1.0 GB of memory"
    assert told in problem.message
    assert "ulimit" in problem.fix
    assert not layout.work("").exists()


def test_a_run_opens_as_many_files_as_the_shell_allows(layout, log):
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    if before[1] < 512:
        pytest.skip("the shell allows few files")
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, before[1]))
    try:
        with surroundings.of_run(layout, log, print):
            assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == min(before[1], 4096)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


@pytest.mark.parametrize(
    ("told", "means"),
    [("", None), ("0", "0"), (" 0946684800 ", "946684800"), ("253402300799", "253402300799")],
)
def test_a_time_in_seconds_is_taken(monkeypatch, told, means):
    monkeypatch.setenv(limits.EPOCH, told)
    assert limits.epoch() == means


@pytest.mark.parametrize("name", [limits.EPOCH, limits.CELL])
@pytest.mark.parametrize("told", ["abc", "-5", "1.5", "1e9", "9" * 16, "9" * 5000, "٣", "0x10"])
def test_what_is_no_number_of_seconds_is_refused_with_its_name(monkeypatch, name, told):
    monkeypatch.setenv(name, told)
    with pytest.raises(StudyError) as error:
        limits.epoch(), limits.cell()
    (problem,) = error.value.problems
    assert problem.file == f"environment variable {name}"
    assert problem.value == told[:60]
