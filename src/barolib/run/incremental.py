"""Steps that are done again only where what they depend on, or what they left, has changed.

doit keeps the order, the threads and the record; here stands what a step is, and when it is fresh.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from barolib.errors import Problem, StudyError
from barolib.files import whole


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
class Pace:
    """How steps are done: so many at a time, and whether even those that are fresh."""

    jobs: int = 2
    force: bool = False


def complete(
    steps: Sequence[Step], record: Path, pace: Pace, say: Callable[[str], None]
) -> list[str]:
    """Does the steps that are not fresh; returns their names.

    A step that fails stops those after it and no other; then StudyError holds every problem.
    `record` is doit's: the digests of what each step took and left, kept from run to run.
    """
    from doit.control import TaskControl
    from doit.dependency import Dependency, SqliteDB
    from doit.reporter import ZeroReporter
    from doit.runner import MThreadRunner, Runner
    from doit.task import Stream, dict_to_task

    told = _Steps(say, pace.force)
    for step in steps:
        whole.recover(step.target)
    record.parent.mkdir(parents=True, exist_ok=True)
    control = TaskControl([dict_to_task(told.task(step)) for step in steps])
    control.process(None)
    kept = Dependency(SqliteDB, str(record))  # written in one transaction
    given = (kept, ZeroReporter(sys.stdout, {}), True, pace.force, Stream(2))
    runner = MThreadRunner(*given, pace.jobs) if pace.jobs > 1 else Runner(*given)
    runner.run_all(control.task_dispatcher())
    told.raise_failures()
    return told.done


@dataclass
class _Steps:
    """What doit calls for each step, and what came of it."""

    say: Callable[[str], None]
    force: bool
    done: list[str] = field(default_factory=list)
    failures: list[Exception] = field(default_factory=list)

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
        taken, left = dict(step.inputs()), whole.digests(step.target)
        same = (values.get("taken"), values.get("left")) == (taken, left)
        if same and not self.force:
            self.say(f"  {step.name}: unchanged")
        return same

    def make(self, step: Step) -> dict | bool:
        """Does the step; what it took and left, or False where it failed."""
        start = time.perf_counter()
        self.say(f"  {step.name} …")
        try:
            taken = dict(step.inputs())
            step.make()
            left = whole.digests(step.target)
        except Exception as error:
            self.failures.append(error)
            self.say(f"  {step.name}: failed")
            return False
        self.done.append(step.name)
        self.say(f"  {step.name}: {time.perf_counter() - start:.1f} s")
        return {"taken": taken, "left": left}

    def raise_failures(self) -> None:
        """Raises what the steps that failed raised: their problems together."""
        problems = []
        for error in self.failures:
            if isinstance(error, StudyError):
                problems += error.problems
            elif isinstance(error, OSError):
                problems.append(Problem.of_system(error))
            else:
                raise error
        if problems:
            raise StudyError(problems)
