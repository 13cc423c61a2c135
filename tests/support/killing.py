"""Runs studies, each killed where it is told: python -m support.killing EDITION.

Each line that it reads is a run: its root, then how many of the files that the run opens to write,
renames or removes it touches before it is killed (0: it is not). Answers with how the run ended
and, where it lives, how many files it touched. Each run is a fork, so that all imports are made
once.
"""

import os
import shutil
import signal
import sys
import traceback

import barolib.drawing.figures  # as all that a run imports
from barolib.files import atomic_write
from barolib.report import engines, publication
from barolib.run import notebooks, run
from support import published as shared

PRELOADED = (barolib.drawing.figures, publication)
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


def forked(root, edition, moment):
    """A run in a process of its own: how it ended, and how many files it touched."""
    asked = (
        shared.Project.at(root),
        shared.run_config(edition),
        run.ExecutionOptions(1, force=True),
        lambda text: None,
    )
    told, tell = os.pipe()
    child = os.fork()
    if not child:
        try:
            touched = watched(lambda: run.run(*asked), moment)
            os.write(tell, str(touched).encode())
            os._exit(0)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
    os.close(tell)
    with os.fdopen(told) as answer:
        touched = answer.read()
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), int(touched or 0)


if __name__ == "__main__":
    notebooks.execute, engines.render = shared.execute_here, render
    for line in sys.stdin:
        root, moment = line.rsplit(maxsplit=1)
        print(*forked(root, sys.argv[1], int(moment)), flush=True)
