"""What surrounds a run: who may read what it writes, its temporary files, how it is interrupted."""

from __future__ import annotations

import logging
import os
import signal
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from barolib.errors import Problem, StudyError
from barolib.files import atomic_write, links, permissions
from barolib.files.layout import Layout
from barolib.run import lock

#: Files open at once, and bytes of addresses, below which no notebook can be executed.
_LEAST_FILES, _LEAST_MEMORY = 128, 2 * 10**9
_ENOUGH_FILES = 4096


@contextmanager
def of_run(layout: Layout, log: Path, say: Callable[[str], None]) -> Iterator[int]:
    """The surroundings of a run, one at a time, for the block; gives the umask of before.

    What the block writes is its owner's alone. Temporary files, those of programs included, stand
    in the study's folder and go with the block; what killed runs left goes before it. What
    libraries tell goes into `log`. A request to end is a KeyboardInterrupt. Raises StudyError where
    another run is at work, or where the folder or the machine does not allow one.
    """
    _refuse_links(layout)
    _refuse_limits()
    with ExitStack() as stack:
        before = os.umask(0o077)
        stack.callback(os.umask, before)
        stack.enter_context(_ended_by("SIGTERM", "SIGHUP"))
        log.parent.mkdir(parents=True, exist_ok=True)
        permissions.allow(layout.work(""), 0o700)
        if stack.enter_context(lock.held(layout, say)):
            stack.callback(_clear, layout)
            _clear(layout)
        log.write_text("", encoding="utf-8")
        stack.enter_context(_temporary(layout, log))
        stack.enter_context(_logged(log))
        yield before


def _refuse_links(layout: Layout) -> None:
    """Raises StudyError for links in what a run made: another run would follow them."""
    made = layout.root / "data" / "processed", layout.root / "report" / "_build"
    removed = tuple(layout.work("").glob(".tmp-*"))
    fix = "remove it; a run makes no links there"
    problems = [
        Problem(str(path), "a link among what a run made", fix, value=str(path.readlink()))
        for folder in made
        for path in links.links(folder)
        if not any(path.is_relative_to(folder) for folder in removed)
    ]
    if problems:
        raise StudyError(problems)


def _refuse_limits() -> None:
    """Raises StudyError where the shell gives too little; else takes what files it allows.

    With less, libraries end the process without a word, or wait for ever.
    """
    try:
        import resource
    except ImportError:  # Windows has no such limits
        return
    unlimited = resource.RLIM_INFINITY
    memory, _ = resource.getrlimit(resource.RLIMIT_AS)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    files = _ENOUGH_FILES if hard == unlimited else min(hard, _ENOUGH_FILES)
    message = "the shell lets this process {}, and a run needs {}"
    if memory != unlimited and memory < _LEAST_MEMORY:
        reason = message.format(f"use {memory / 1e9:.1f} GB of memory", f"{_LEAST_MEMORY / 1e9:g}")
        raise StudyError(Problem("barolib run", reason, "allow more: ulimit -v unlimited"))
    if files < _LEAST_FILES:
        reason = message.format(f"open {files} files at once", _LEAST_FILES)
        raise StudyError(Problem("barolib run", reason, "allow more: ulimit -n 1024"))
    if soft != unlimited and soft < files:
        resource.setrlimit(resource.RLIMIT_NOFILE, (files, hard))


def _clear(layout: Layout) -> None:
    """Removes what runs leave aside while they work."""
    for left in layout.work("").glob(".tmp-*"):
        atomic_write.remove(left)
    report = layout.root / "report"
    for folder in (layout.root / "data" / "processed", report / "_output", report / "_review"):
        atomic_write.sweep(folder)


@contextmanager
def _temporary(layout: Layout, log: Path) -> Iterator[None]:
    """Temporary files in the study's folder, for this process and those that it begins."""
    folder = tempfile.mkdtemp(prefix=".tmp-", dir=layout.work(""))
    changed = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), folder)
    changed |= {"PYTHONSAFEPATH": "1", "BAROLIB_LOG": str(log)}  # no module of the folder
    place, tempfile.tempdir = tempfile.tempdir, folder
    try:
        with variables(changed):
            yield
    finally:
        tempfile.tempdir = place
        atomic_write.remove(Path(folder))


@contextmanager
def variables(changed: Mapping[str, str]) -> Iterator[None]:
    """Variables of the environment as they are given, for the block."""
    former = {name: os.environ[name] for name in changed if name in os.environ}
    os.environ |= changed
    try:
        yield
    finally:
        for name in changed:
            os.environ.pop(name, None)
        os.environ |= former


@contextmanager
def _logged(log: Path) -> Iterator[None]:
    """What libraries tell of themselves goes into the log and not to who runs the study."""
    handler, root = logging.FileHandler(log, encoding="utf-8", delay=True), logging.getLogger()
    root.addHandler(handler)
    logging.captureWarnings(capture=True)
    try:
        yield
    finally:
        logging.captureWarnings(capture=False)
        root.removeHandler(handler)
        handler.close()


@contextmanager
def _ended_by(*names: str) -> Iterator[None]:
    """A signal that asks this process to end interrupts the block as Ctrl-C does.

    One that is ignored, as under nohup, stays so.
    """
    former = {}
    if threading.current_thread() is threading.main_thread():
        known = [getattr(signal, name) for name in names if hasattr(signal, name)]
        asked = [number for number in known if signal.getsignal(number) == signal.SIG_DFL]
        former = {number: signal.signal(number, signal.default_int_handler) for number in asked}
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
