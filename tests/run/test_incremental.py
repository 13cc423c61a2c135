"""Steps done again only where something changed; what a failing step stops."""

import signal
import threading
import time

import pytest
from doit.dependency import JsonDB

from barolib.errors import Problem, StudyError
from barolib.files import atomic_write, digests
from barolib.run import children, incremental
from barolib.run.incremental import ExecutionOptions, Step


class House:
    """Steps a → b → c and a → d; each writes what its source says, in upper case."""

    def __init__(self, root):
        self.root, self.said, self.faults = root, [], {}
        self.texts, self.unread = dict.fromkeys("abcd", "one"), None

    def step(self, name, *after):
        def make():
            if name in self.faults:
                raise self.faults[name]
            with atomic_write.filling(self.root / name) as aside:
                (aside / "text").write_text(self.texts[name].upper(), encoding="utf-8")

        def inputs():
            if name == self.unread:
                raise PermissionError(13, "Permission denied", name)
            left = {each: digests.of_file(self.root / each / "text") for each in after}
            return {"source": self.texts[name]} | left

        return Step(name, self.root / name, after, inputs, make)

    def run(self, jobs=1, **options):
        self.said.clear()
        steps = [self.step("a"), self.step("b", "a"), self.step("c", "b"), self.step("d", "a")]
        options = ExecutionOptions(jobs, **options)
        return incremental.complete(steps, self.root / ".record", options, self.said.append)

    def text(self, name):
        return (self.root / name / "text").read_text(encoding="utf-8")


@pytest.fixture
def house(tmp_path):
    return House(tmp_path)


@pytest.mark.parametrize("jobs", [1, 2])
def test_every_step_once_then_none(house, jobs):
    assert sorted(house.run(jobs)) == ["a", "b", "c", "d"]
    assert house.said.index("  a …") < house.said.index("  b …") < house.said.index("  c …")
    assert house.run(jobs) == []
    assert sorted(house.said) == [f"  {name}: unchanged" for name in "abcd"]


def test_force_does_every_step_again(house):
    house.run()
    assert sorted(house.run(force=True)) == ["a", "b", "c", "d"]
    assert not [line for line in house.said if "unchanged" in line]


def test_only_what_depends_on_a_change_is_done_again(house):
    house.run()
    house.texts["b"] = "two"
    assert house.run() == ["b", "c"]
    assert house.text("b") == "TWO"
    house.texts["d"] = "two"
    assert house.run() == ["d"]


def test_a_change_that_changes_no_result_goes_no_further(house):
    house.run()
    house.texts["a"] = "ONE"
    assert house.run() == ["a"]


@pytest.mark.parametrize("spoil", ["changed", "removed", "added"])
def test_a_result_that_is_no_longer_as_it_was_left_is_made_again(house, spoil):
    house.run()
    if spoil == "removed":
        (house.root / "b" / "text").unlink()
    else:
        name = "text" if spoil == "changed" else "more"
        (house.root / "b" / name).write_text("by hand", encoding="utf-8")
    assert house.run() == ["b"]
    assert [path.name for path in (house.root / "b").iterdir()] == ["text"]
    assert house.text("b") == "ONE"


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_failure_stops_what_comes_after_it_and_nothing_else(house, jobs):
    house.run()
    house.texts |= dict.fromkeys("abcd", "two")
    house.faults["b"] = StudyError(Problem("b.csv", "it broke", "fix it"))
    with pytest.raises(StudyError, match=r"b\.csv: it broke") as error:
        house.run(jobs)
    assert len(error.value.problems) == 1
    assert "  b: failed" in house.said
    assert [house.text(name) for name in "abcd"] == ["TWO", "ONE", "ONE", "TWO"]
    house.faults.clear()
    assert house.run(jobs) == ["b", "c"]


def test_every_failure_is_told_together_whatever_its_kind(house):
    house.faults = {
        "b": StudyError([Problem("b.csv", "one", "fix"), Problem("b.csv", "two", "fix")]),
        "d": OSError(28, "No space left on device", "/data/x"),
    }
    with pytest.raises(StudyError) as error:
        house.run()
    told = [f"{each.file}: {each.message}" for each in error.value.problems]
    assert told == ["b.csv: one", "b.csv: two", "/data/x: No space left on device"]


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ZeroDivisionError("a\nbug"), "step d: ZeroDivisionError: a bug"),
        (MemoryError(), "step d: memory is at its limit"),
        (ImportError("x.so: failed to map segment"), "step d: memory is at its limit"),
        (OSError(24, "Too many open files"), "/d: Too many open files"),
        (OSError(28, "No space left on device"), "/d: No space left on device"),
        (BaseException("a panic"), "step d: BaseException: a panic"),
    ],
)
def test_what_no_step_foresaw_is_told_in_a_line_with_its_step(house, jobs, error, told):
    house.faults["d"] = error
    with pytest.raises(StudyError) as raised:
        house.run(jobs)
    (problem,) = raised.value.problems
    assert f"{problem.file}: {problem.message}".endswith(told)
    log = (house.root / "log.txt").read_text(encoding="utf-8")
    assert log.startswith("step d:\nTraceback")
    assert type(error).__name__ in log
    if "a bug" in told:
        assert problem.fix.endswith(str(house.root / "log.txt"))


@pytest.mark.parametrize(
    "content",
    [b"\x80\x04nothing", b"", b"[]", b'{"a": 3}', b'{"a": {"_values_:": [1]}}', b"[" * 10**5],
    ids=["pickled", "empty", "a list", "a number", "an odd entry", "deep"],
)
def test_a_record_that_is_spoilt_is_as_none(house, content):
    house.run()
    (house.root / ".record").write_bytes(content)
    assert sorted(house.run()) == ["a", "b", "c", "d"]
    assert house.run() == []


def test_a_record_that_cannot_be_written_is_told(house, monkeypatch):
    def full(database):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(JsonDB, "dump", full)
    with pytest.raises(StudyError, match=r"\.record: No space left on device") as error:
        house.run()
    assert "make room on the disk at /" in error.value.problems[0].fix


def test_an_input_that_cannot_be_read_stops_the_step_that_takes_it(house):
    house.run()
    house.unread = "b"
    with pytest.raises(StudyError, match="Permission denied"):
        house.run(2)
    assert [line for line in house.said if "failed" in line] == ["  b: failed"]


@pytest.mark.timeout(120)  # a lost Ctrl-C would cost the whole suite ten minutes
@pytest.mark.parametrize("jobs", [1, 2])
def test_an_interrupted_run_waits_for_its_steps_to_clean_up(house, jobs):
    ended, genuine = [], house.step

    class Kernel:
        def kill(self):
            ended.append("kernel")

    kernel = Kernel()

    def at_work(name, *after):
        step = genuine(name, *after)

        def make():
            children.begun(kernel)
            with atomic_write.filling(house.root / name) as aside:
                (aside / "half").write_text("half", encoding="utf-8")
                while not ended:  # told to the main thread, and again where it did not hear
                    signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
                    time.sleep(2)
                raise RuntimeError("its kernel was ended")

        return Step(name, step.target, after, step.inputs, make) if name == "a" else step

    house.step = at_work
    with pytest.raises(KeyboardInterrupt):
        house.run(jobs)
    assert ended == ["kernel"]
    assert {path.name for path in house.root.iterdir()} <= {".record", "log.txt"}


def test_what_changes_while_a_step_works_is_seen_the_next_time(house):
    house.run()
    house.texts["b"] = "two"
    genuine = house.step

    def meddling(name, *after):
        step = genuine(name, *after)

        def make():
            step.make()
            house.texts["b"] = "three"

        return Step(name, step.target, after, step.inputs, make) if name == "b" else step

    house.step = meddling
    house.run()
    house.step = genuine
    assert house.run() == ["b", "c"]
    assert house.text("b") == "THREE"
