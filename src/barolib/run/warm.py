"""Processes that start with what notebooks import: forked from one process that holds it.

Importing the libraries takes longer than most of a notebook's work. Only on Linux: elsewhere a
process that holds them cannot be forked safely.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import forkserver
from multiprocessing.process import BaseProcess
from pathlib import Path

AVAILABLE = sys.platform == "linux"

#: What every kernel needs, and the library imports only where it checks a table.
_ALWAYS = ("barolib.run.uncollected", "ipykernel.kernelapp", "pandera.pandas")
_prepared = threading.Event()


def prepare(modules: Iterable[str]) -> None:
    """Starts, where there is none yet, the process that kernels are forked from, in the background.

    It imports `modules`, and ends with this one.
    """
    if AVAILABLE:
        multiprocessing.set_forkserver_preload([*_ALWAYS, *sorted(modules)])
        forkserver.ensure_running()
        _prepared.set()


def apart(function: Callable, *arguments: object) -> object:
    """What `function` returns, or raises: done in a process of its own where one was prepared.

    Two steps in Python take turns within a process; apart they are done side by side.
    """
    if not _prepared.is_set():
        return function(*arguments)
    context = multiprocessing.get_context("forkserver")
    with ProcessPoolExecutor(1, context, _begin, (dict(os.environ),)) as pool:
        return pool.submit(function, *arguments).result()


def start(command: Sequence[str], env: Mapping[str, str], folder: Path) -> Kernel:
    """Does in a process of its own what the command line of a kernel asks for, in `folder`."""
    context = multiprocessing.get_context("forkserver")
    process = context.Process(target=_serve, args=(list(command), dict(env), folder))
    process.start()
    return Kernel(process)


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
    _begin(env)
    os.chdir(folder)
    arguments = command[command.index("-f") :]
    sys.argv = ["ipykernel_launcher", *arguments]
    kernelapp.launch_new_instance(argv=arguments)


def _begin(env: Mapping[str, str]) -> None:
    """Gives a forked process its environment, an end with the run, and memory of its own."""
    gc.freeze()
    gc.enable()
    threading.Thread(target=_end_with_the_run, daemon=True).start()
    os.environ.clear()
    os.environ.update(env)


def _end_with_the_run() -> None:
    run = multiprocessing.parent_process()
    assert run
    run.join()
    os._exit(1)
