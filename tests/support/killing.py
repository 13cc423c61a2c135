"""Runs a study, and is killed where it is told: python -m support.killing ROOT EDITION [COUNT].

COUNT: how many of the files that the run opens to write, renames or removes it touches before.
Prints how many it touched, where it lives.
"""

import os
import shutil
import signal
import sys

from barolib.files import atomic_write
from barolib.report import engines
from barolib.run import notebooks, run
from support import published as shared

COUNTED = ("os.rename", "os.remove", "os.mkdir", "os.rmdir")


def render(build, output, *more):
    """Stands in for the engines: the filled pages as they are."""
    with atomic_write.filling(output) as staging:
        shutil.copytree(build, staging, dirs_exist_ok=True)


def watched(action, moment):
    """Does the action, killed once so many files were touched; how many it touched if it lives."""
    touched = 0

    def hook(event, given):
        nonlocal touched
        if event in COUNTED or (event == "open" and given[2] & (os.O_WRONLY | os.O_RDWR)):
            touched += 1
            if touched == moment:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)
    action()
    return touched


if __name__ == "__main__":
    root, edition, *moment = sys.argv[1:]
    notebooks.execute, engines.render = shared.execute_here, render
    asked = (
        shared.Project.at(root),
        shared.run_config(edition),
        run.ExecutionOptions(1, force=True),
        lambda text: None,
    )
    print(watched(lambda: run.run(*asked), int(*moment) if moment else None))
