"""The kernels that execute notebooks: this Python, reached by its owner alone.

Nothing that stands about is taken for a part of one: no kernel of Jupyter's by the name that the
notebook bears, no module in the folder of the study, no start-up file.
"""

from __future__ import annotations

import os
import socket
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from traitlets import Unicode

from barolib.errors import Problem, StudyError
from barolib.run import children

if TYPE_CHECKING:
    from subprocess import Popen

    from jupyter_client.provisioning import LocalProvisioner

#: -P: no module is looked for in the folder where it starts.
_COMMAND = [sys.executable, "-P", "-m", "ipykernel_launcher", "-f", "{connection_file}"]
#: A kernel without chatter of its own, a memory on the disk, or code of the folder or the machine.
ARGUMENTS = ["--log-level=50", "--HistoryManager.hist_file=:memory:"]
ARGUMENTS += ["--IPKernelApp.ignore_cwd=True", "--IPKernelApp.exec_PYTHONSTARTUP=False"]
#: Where a socket can stand if not with the rest: its path has some hundred characters at most.
_ELSEWHERE = (os.environ.get("XDG_RUNTIME_DIR"), "/tmp", "/var/tmp")


class LocalKernel(AsyncKernelManager):
    """A kernel of this Python, which starts in `folder` and ends with this process."""

    folder = Unicode()

    @property
    def kernel_spec(self) -> KernelSpec:
        """How it is started, whatever the notebook or the machine says."""
        return KernelSpec(argv=_COMMAND, display_name="Python 3", language="python")

    async def start_kernel(self, **options: Any) -> None:  # type: ignore[override]
        """Starts it; what it tells of itself goes into the log of the run."""
        env = os.environ | {"IPYTHONDIR": self.folder, "JUPYTER_RUNTIME_DIR": self.folder}
        with Path(os.environ.get("BAROLIB_LOG", os.devnull)).open("a") as log:
            options |= {"env": env, "cwd": self.folder, "stdout": log, "stderr": log}
            await super().start_kernel(**options)
        process = cast("LocalProvisioner", self.provisioner).process
        children.begun(cast("Popen[bytes]", process))


@contextmanager
def alone() -> Iterator[type[LocalKernel]]:
    """The class of one kernel, whose folder and sockets are its owner's and go with the block."""
    with (
        tempfile.TemporaryDirectory(prefix="kernel-", ignore_cleanup_errors=True) as home,
        _sockets(home) as place,
    ):

        class Kernel(LocalKernel):
            """That of the block."""

            folder = Unicode(home)
            transport = Unicode("ipc" if place else "tcp")
            ip = Unicode(place or "127.0.0.1")

        yield Kernel


@contextmanager
def _sockets(home: str) -> Iterator[str]:
    """What the paths of a kernel's sockets begin with; empty where the system has none (Windows).

    Raises StudyError where no folder takes them.
    """
    if os.name == "nt":
        yield ""
        return
    for place in filter(None, (home, *_ELSEWHERE)):
        try:
            made = tempfile.TemporaryDirectory(dir=place, prefix="s", ignore_cleanup_errors=True)
        except OSError:
            continue
        with made as folder:
            if _takes_sockets(f"{folder}/k"):
                yield f"{folder}/k"
                return
    fix = "set XDG_RUNTIME_DIR to a folder of your own with a short path, on a local disk"
    raise StudyError(Problem(home, "no folder for the sockets of a notebook's kernel", fix))


def _takes_sockets(path: str) -> bool:
    """Whether a socket can be bound there, under a name as long as any of a kernel's."""
    with socket.socket(socket.AF_UNIX) as trial:
        try:
            trial.bind(f"{path}-00")
        except OSError:
            return False
    return True
