"""One run at a time: a lock that says who holds it, and that dies with its process."""

from __future__ import annotations

import errno
import json
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path

from barolib.errors import Problem, StudyError
from barolib.files.layout import Layout

#: What a file system without locks answers where one is asked for.
_NO_LOCKS = (errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL)


@contextmanager
def held(layout: Layout, say: Callable[[str], None]) -> Iterator[bool]:
    """Holds the lock of a study's folder for the block; raises StudyError where another run does.

    The system frees the lock of a process that ended, however it ended: a note that such a process
    left is told and taken over. Gives False where the file system has no locks, which is told.
    """
    folder = layout.work("")
    folder.mkdir(parents=True, exist_ok=True)
    note = folder / ".holder.json"
    with ExitStack() as stack:
        locked = _lock(folder / ".lock", stack, note)
        if not locked:
            say("this folder's disk has no locks: let no other run work here at the same time")
        elif note.exists():
            say(f"taking over from {_holder(note)}, which ended before its end")
        now = datetime.now().astimezone().isoformat(timespec="seconds")
        who = {"process": os.getpid(), "machine": socket.gethostname(), "since": now}
        stack.callback(note.unlink, missing_ok=True)
        note.write_text(json.dumps(who), encoding="utf-8")
        yield locked


def _lock(path: Path, stack: ExitStack, note: Path) -> bool:
    """Locks the file until the stack unwinds; False where the file system has no locks."""
    from filelock import FileLock, Timeout

    try:
        stack.enter_context(FileLock(path, timeout=0, fallback_to_soft=False))
    except Timeout:
        fix = "wait until it is done, or end that process"
        message = f"another run is at work here: {_holder(note)}"
        raise StudyError(Problem("data/processed", message, fix)) from None
    except OSError as error:
        if error.errno not in _NO_LOCKS:
            raise
        return False
    return True


def _holder(note: Path) -> str:
    """Who wrote the note, as far as it tells."""
    try:
        who = json.loads(note.read_text(encoding="utf-8"))
        return f"process {who['process']} on {who['machine']}, since {who['since']}"
    except (OSError, ValueError, KeyError):
        return "a run that left no name"
