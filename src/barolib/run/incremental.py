"""Steps that are done again only where what they depend on, or what they left, has changed.

doit keeps the order, the threads and the record; here stands what a step is, and when it is fresh.
"""

from __future__ import annotations

import json
import sys
import threading
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from barolib.errors import Problem, StudyError
from barolib.files import atomic_write, digests
from barolib.run import children

#: Beside the record: where the tracebacks of what stopped a step stand.
LOG = "log.txt"
#: How long an interrupted run waits for its steps to clean up, in seconds.
_PATIENCE = 10


@dataclass(frozen=True)
class Step:
    """A step: the folder that it leaves, the steps before it, what it depends on, and its work.

    `inputs` tells a digest of each thing that the step depends on, by name; `make` leaves `target`
    whole, or raises.
    """

    name: str
    target: Path
    after: tuple[str, ...]
    inputs: Callable[[], Mapping[str, str]]
    make: Callable[[], object]


@dataclass(frozen=True)
class ExecutionOptions:
    """How steps are done: so many at a time, and whether even those that are fresh."""

    jobs: int = 2
    force: bool = False


def complete(
    steps: Sequence[Step], record: Path, options: ExecutionOptions, say: Callable[[str], None]
) -> list[str]:
    """Does the steps that are not fresh; returns their names.

    A step that fails stops those after it and no other; then StudyError holds every problem.
    `record` is doit's: the digests of what each step took and left, kept from run to run.
    """
    from doit.control import TaskControl
    from doit.dependency import Dependency, JsonDB
    from doit.reporter import ZeroReporter
    from doit.runner import MThreadRunner, Runner
    from doit.task import Stream, dict_to_task

    progress = _Steps(say, options.force, record.with_name(LOG))
    for step in steps:
        atomic_write.recover(step.target)
    record.parent.mkdir(parents=True, exist_ok=True)
    _forget_spoilt(record)
    control = TaskControl([dict_to_task(progress.task(step)) for step in steps])
    control.process(None)
    dependency, reporter = Dependency(JsonDB, str(record)), ZeroReporter(sys.stdout, {})
    arguments = dependency, reporter, True, options.force
    stream = Stream(2)
    runner = (
        MThreadRunner(*arguments, stream, options.jobs)
        if options.jobs > 1
        else Runner(*arguments, stream)
    )
    try:
        runner.run_all(control.task_dispatcher())
    except BaseException as error:  # a Ctrl-C is the main thread's; steps are at work in others
        children.end_all()
        progress.wait()
        if not isinstance(error, Exception):
            raise
        progress.failed("the record of the steps", str(record), error)
    if progress.problems:
        raise StudyError(progress.problems)
    return progress.done


def stale(steps: Sequence[Step], record: Path) -> list[str]:
    """The names of the steps that `complete` would do, the record being its own."""
    from doit.dependency import Dependency, JsonDB

    _forget_spoilt(record)
    progress, kept = _Steps(lambda text: None, False, record), Dependency(JsonDB, str(record))
    return [step.name for step in steps if not progress.fresh(step, kept.get_values(step.name))]


def _forget_spoilt(record: Path) -> None:
    """Removes a record that a killed run left half written, or that is none: nothing is fresh."""
    try:
        entries = json.loads(record.read_text(encoding="utf-8"))
        sound = isinstance(entries, dict) and all(map(_is_entry, entries.values()))
    except (OSError, ValueError, RecursionError):
        sound = False
    if not sound:
        record.unlink(missing_ok=True)


def _is_entry(entry: object) -> bool:
    """Whether that is what doit keeps of a task: what the step told stands in it as a mapping."""
    return isinstance(entry, dict) and isinstance(entry.get("_values_:", {}), dict)


@dataclass
class _Steps:
    """What doit calls for each step, and what came of it."""

    say: Callable[[str], None]
    force: bool
    log: Path
    done: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    at_work: set[str] = field(default_factory=set)
    change: threading.Condition = field(default_factory=threading.Condition)

    def task(self, step: Step) -> dict:
        """The step as doit reads it."""
        return {
            "name": step.name,
            "task_dep": [*step.after],
            "uptodate": [lambda task, values: self.fresh(step, values)],
            "actions": [(self.make, [step])],
            "io": {"capture": False},
        }

    def fresh(self, step: Step, values: Mapping) -> bool:
        """Whether neither what the step took nor what it left has changed since it was done."""
        try:
            taken, left = dict(step.inputs()), digests.of_folder(step.target)
        except Exception:  # which comes again, and is told, where the step is done
            return False
        same = (values.get("taken"), values.get("left")) == (taken, left)
        if same and not self.force:
            self.say(f"  {step.name}: unchanged")
        return same

    def make(self, step: Step) -> dict | bool:
        """Does the step; what it took and left, or False where it failed."""
        start = time.perf_counter()
        self._turn(step.name, begins=True)
        try:
            self.say(f"  {step.name} …")
            taken = dict(step.inputs())
            step.make()
            left = digests.of_folder(step.target)
            self.say(f"  {step.name}: {time.perf_counter() - start:.1f} s")
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:  # a panic of Typst is no Exception
            self.failed(f"step {step.name}", str(step.target), error)
            self.say(f"  {step.name}: failed")
            return False
        finally:
            self._turn(step.name, begins=False)
        self.done.append(step.name)
        return {"taken": taken, "left": left}

    def failed(self, doing: str, place: str, error: BaseException) -> None:
        """Notes what stopped a step; of what no one foresaw, the traceback goes into the log."""
        if isinstance(error, StudyError):
            self.problems += error.problems
            return
        with suppress(OSError), self.log.open("a", encoding="utf-8") as log:
            log.write(f"{doing}:\n{''.join(traceback.format_exception(error))}\n")
        self.problems.append(Problem.of_error(error, doing, place, str(self.log)))

    def wait(self) -> None:
        """Waits for the steps at work to end, for a while."""
        with self.change:
            self.change.wait_for(lambda: not self.at_work, _PATIENCE)

    def _turn(self, name: str, *, begins: bool) -> None:
        with self.change:
            (self.at_work.add if begins else self.at_work.discard)(name)
            self.change.notify_all()
