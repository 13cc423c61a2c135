"""The processes that a run has begun, so that they end where it is interrupted."""

from __future__ import annotations

from contextlib import suppress
from typing import Protocol
from weakref import WeakSet


class Process(Protocol):
    """A process of the system, as `subprocess` or `multiprocessing` has it."""

    def kill(self) -> None:
        """Ends it, if it lives."""


_begun: WeakSet[Process] = WeakSet()


def begun(process: Process) -> None:
    """Makes a process known for as long as anything holds it."""
    _begun.add(process)


def end_all() -> None:
    """Ends every process that is known; the steps that wait for them fail and clean up."""
    for process in list(_begun):
        with suppress(OSError, ValueError):
            process.kill()
