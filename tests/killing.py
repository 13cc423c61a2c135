"""A program that kills runs of a study at chosen moments: killing.py ROOT EDITION MOMENT...

A moment is a share, 0 to 1, of the files that a whole run opens to write, renames or removes.
Prints as JSON the digests of what is published before, after each killed run, and at last.
"""

import json
import os
import shutil
import signal
import sys
from pathlib import Path

import published as shared

from barolib.files import whole
from barolib.report import engines
from barolib.run import notebooks, run, warm


def render(build, output, *more):
    """Stands in for the engines: the filled pages as they are."""
    with whole.filling(output) as staging:
        shutil.copytree(build, staging, dirs_exist_ok=True)


notebooks.execute, engines.render = shared.execute_here, render
warm.prepare = lambda modules: None  # no kernel is forked, and this process forks itself
COUNTED = ("os.rename", "os.remove", "os.mkdir", "os.rmdir")


def published(root):
    folders = [root / "data" / "processed" / edition, *(root / "report" / "_output").glob("*/*")]
    return {
        folder.relative_to(root).as_posix(): whole.digests(folder) for folder in sorted(folders)
    }


def study(root):
    layout = shared.Project.at(root)
    run.run(layout, shared.wanted(edition), run.Pace(1, force=True), lambda text: None)


def forked(work):
    """The signal that ended a process of its own that did the work."""
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(0)
    return os.WTERMSIG(os.waitpid(child, 0)[1])


def watched(action, moment=None):
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
    root, edition = Path(sys.argv[1]), sys.argv[2]
    study(root)
    before = published(root)
    label = root / "data" / "raw" / edition / "questionnaire.csv"
    label.write_text(
        label.read_text(encoding="utf-8").replace("First", "Changed"), encoding="utf-8"
    )
    other, count = root.with_name("other"), root.with_name("count")
    shutil.copytree(root, other)
    forked(lambda: count.write_text(str(watched(lambda: study(other)))))
    total = int(count.read_text())
    killed = []
    for moment in map(float, sys.argv[3:]):
        signalled = forked(lambda at=int(moment * total): watched(lambda: study(root), at))
        killed.append({"signal": signalled, "published": published(root)})
    study(root)
    found = {"before": before, "killed": killed, "after": published(root), "total": total}
    print(json.dumps(found | {"whole": published(other)}))
