"""One run at a time: a lock that says who holds it, and that dies with its process."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from barolib.errors import Problem, StudyError
from barolib.files.layout import Layout


@contextmanager
def held(layout: Layout, say: Callable[[str], None]) -> Iterator[None]:
    """Holds the lock of a study's folder for the block; raises StudyError where another run does.

    The system frees the lock of a process that ended, however it ended: a note that such a process
    left is told and taken over.
    """
    from filelock import FileLock, Timeout

    folder = layout.work("")
    folder.mkdir(parents=True, exist_ok=True)
    note = folder / ".holder.json"
    try:
        with FileLock(folder / ".lock", timeout=0):
            if note.exists():
                say(f"taking over from {_holder(note)}, which ended before its end")
            now = datetime.now().astimezone().isoformat(timespec="seconds")
            who = {"process": os.getpid(), "machine": socket.gethostname(), "since": now}
            note.write_text(json.dumps(who), encoding="utf-8")
            try:
                yield
            finally:
                note.unlink(missing_ok=True)
    except Timeout:
        mend = "wait until it is done, or end that process"
        message = f"another run is at work here: {_holder(note)}"
        raise StudyError(Problem("data/processed", message, mend)) from None


def _holder(note) -> str:
    """Who wrote the note, as far as it tells."""
    try:
        who = json.loads(note.read_text(encoding="utf-8"))
        return f"process {who['process']} on {who['machine']}, since {who['since']}"
    except (OSError, ValueError, KeyError):
        return "a run that left no name"
