"""Processes that start with what notebooks import: forked from one process that holds it.

Importing the libraries takes longer than most of a notebook's work. Only on Linux: elsewhere a
process that holds them cannot be forked safely. Where no process can be forked (no folder for its
socket, memory or files at their limit), what is asked of it is done without.
"""

from __future__ import annotations

import errno
import gc
import multiprocessing
import os
import pickle
import signal
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from multiprocessing import forkserver, util
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from barolib.run import children

AVAILABLE = sys.platform == "linux"

#: What every kernel needs, and the library imports only where it checks a table.
_ALWAYS = ("barolib.run.uncollected", "ipykernel.kernelapp", "pandera.pandas")
_prepared = threading.Event()


def prepare(modules: Iterable[str]) -> None:
    """Starts, where there is none yet, the process that kernels are forked from, in the background.

    It imports `modules`, and ends with this one.
    """
    if AVAILABLE and settled():
        multiprocessing.set_forkserver_preload([*_ALWAYS, *sorted(modules)])
        with suppress(OSError):
            forkserver.ensure_running()
            _prepared.set()


@cache
def settled() -> bool:
    """Whether there is a folder for the socket of that process; to be asked before a run begins.

    It is removed when this process ends, and so stands in no folder that goes before.
    """
    try:
        return bool(util.get_temp_dir())
    except OSError:
        return False


def apart(function: Callable, *arguments: object) -> object:
    """What `function` returns, or raises: done in a process of its own where one was prepared.

    Two steps in Python take turns within a process; apart they are done side by side. Raises
    ChildProcessError where the process was ended from outside.
    """
    here, there = multiprocessing.Pipe(duplex=False)
    process = _forked(_answer, there, dict(os.environ), function, arguments)
    there.close()
    with here:
        if process is None:
            return function(*arguments)
        try:
            well, result = here.recv()
        except EOFError:
            process.join()
            told = f"its process ended early ({process.exitcode}), as where memory runs out"
            raise ChildProcessError(errno.ECHILD, told) from None
    process.join()
    if not well:
        raise result
    return result


def start(command: Sequence[str], env: Mapping[str, str], folder: Path) -> Kernel | None:
    """Does in a process of its own what the command line of a kernel asks for, in `folder`.

    None where no process can be forked.
    """
    process = _forked(_serve, list(command), dict(env), folder)
    return Kernel(process) if process else None


def _forked(function: Callable, *arguments: object) -> BaseProcess | None:
    """The process that does the function, known to end with the run; None where there is none."""
    if not (AVAILABLE and _prepared.is_set()):
        return None
    process = multiprocessing.get_context("forkserver").Process(target=function, args=arguments)
    try:
        process.start()
    except (OSError, EOFError):
        return None
    children.begun(process)
    return process


def _answer(
    to: Connection, env: Mapping[str, str], function: Callable, arguments: Sequence[object]
) -> None:
    """The forked process of `apart`: it sends whether all went well, and what came of it."""
    _begin(env)
    try:
        to.send((True, function(*arguments)))
    except BaseException as error:  # a panic of Typst is no Exception
        to.send((False, _sendable(error)))


def _sendable(error: BaseException) -> BaseException:
    """The error, with where it arose; told in words where it is one that cannot be sent."""
    error.add_note("".join(traceback.format_exception(error)))
    try:
        if not isinstance(error, Exception):
            raise TypeError
        return pickle.loads(pickle.dumps(error))
    except Exception:
        told = RuntimeError(f"{type(error).__name__}: {error}")
        told.add_note(error.__notes__[-1])
        return told


@dataclass(frozen=True)
class Kernel:
    """A forked kernel, with what Jupyter asks of a process."""

    process: BaseProcess
    stdin: None = None
    stdout: None = None
    stderr: None = None

    @property
    def pid(self) -> int:
        """Its number, which is also that of its group."""
        return int(self.process.pid or 0)

    def poll(self) -> int | None:
        """Its exit code; None while it lives."""
        return self.process.exitcode

    def wait(self) -> int | None:
        """Its exit code, once it has ended."""
        self.process.join()
        return self.process.exitcode

    def send_signal(self, number: int) -> None:
        """Sends it a signal, if it lives."""
        if self.process.is_alive():
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Asks it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """Ends it."""
        self.send_signal(signal.SIGKILL)


def _serve(command: list[str], env: dict[str, str], folder: Path) -> None:
    """The forked process: a kernel as its command line would have started it."""
    import matplotlib as mpl
    import pandas as pd
    from ipykernel import kernelapp

    # What the two set themselves where a kernel imports them.
    pd.set_option("display.max_columns", 20)
    mpl.rcParams["backend"] = "module://matplotlib_inline.backend_inline"
    os.setsid()  # a Ctrl-C is the run's, not the kernel's
    _begin(env, folder)
    arguments = command[command.index("-f") :]
    sys.argv = ["ipykernel_launcher", *arguments]
    kernelapp.launch_new_instance(argv=arguments)


def _begin(env: Mapping[str, str], folder: Path | None = None) -> None:
    """Gives a forked process its environment and folder, an end with the run, its own memory."""
    gc.freeze()
    gc.enable()
    threading.Thread(target=_end_with_the_run, daemon=True).start()
    os.environ.clear()
    os.environ.update(env)
    tempfile.tempdir = None  # that of the environment
    os.chdir(folder or tempfile.gettempdir())


def _end_with_the_run() -> None:
    run = multiprocessing.parent_process()
    assert run
    run.join()
    os._exit(1)
