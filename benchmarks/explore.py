"""How long a change takes in the exploring panel: the newest edition, then 35,000 respondents.

A change is a choice made in a widget, until the new chart, sentences and table are ready to be sent
to the browser: each theme, then each subgroup, cut, order and style of one. Times of the process,
so that what else the machine does counts for nothing; the first of each kind, which fills caches,
is told apart. Ends with 1 where the slowest change is over its bound. Before them, with CHROMIUM
set: seconds of the clock from `barolib explore` to the first chart, in JupyterLab and as the app.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import scale

from barolib.explore import explorer

ROOT = Path(__file__).resolve().parents[1]
#: Seconds that a change may take.
BOUNDS = {"the newest edition": 0.5, "35,000 respondents": 2.0}


def seconds(choice, value: object) -> float:
    """The time of a choice."""
    start = time.process_time()
    choice.value = value
    return time.process_time() - start


def changes(pane: explorer.Pane) -> Iterator[tuple[str, float]]:
    """What is changed, and how long it takes."""
    for choice, name in ((pane.theme, "theme"), (pane.among, "among")):
        for _, value in [each for each in choice.options if each[1] != choice.value]:
            yield f"{name} {value}", seconds(choice, value)
    pane.among.value = ()
    yield "cut", seconds(pane.cut, pane.cut.options[0][1])
    yield "order", seconds(pane.sort, "percent")
    yield "style", seconds(pane.style_, "diverging")
    yield "fewer affirmations", seconds(pane.subjects, pane.subjects.value[:2])
    yield "scores", seconds(pane.question, "scores")


def measured(name: str, root: Path) -> bool:
    """Prints the benchmark of the editions of a folder; whether each change keeps to its bound."""
    start = time.process_time()
    pane = explorer.explore(root).children[1].children[0]
    opened = time.process_time() - start
    taken = sorted(changes(pane), key=lambda each: each[1])
    slowest, median = taken[-1], taken[len(taken) // 2]
    print(f"{name}: opened in {opened:.1f} s; {len(taken)} changes, median {median[1]:.2f} s, ")
    print(f"  slowest {slowest[1]:.2f} s ({slowest[0]}), bound {BOUNDS[name]} s")
    return slowest[1] <= BOUNDS[name]


def first_chart(*options: str) -> float:
    """Seconds from the command to the first chart in Chromium, nothing clicked."""
    from playwright.sync_api import sync_playwright

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    line = [sys.executable, "-m", "barolib", "explore", "--root", str(ROOT), *options]
    line += ["--", "--no-browser", f"--ServerApp.port={port}", "--IdentityProvider.token=bench"]
    start = time.monotonic()
    pipes = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "text": True}
    with sync_playwright() as playwright, subprocess.Popen([*line, "--allow-root"], **pipes) as lab:
        browser = playwright.chromium.launch(executable_path=os.environ["CHROMIUM"])
        try:
            next(text for text in lab.stderr if "is running at" in text)
            page = browser.new_page()
            page.goto(f"http://127.0.0.1:{port}/?token=bench", wait_until="commit")
            page.locator("figure[role=img]").first.wait_for(timeout=120_000)
            return time.monotonic() - start
        finally:
            lab.terminate()


def main() -> int:
    """Prints the benchmark."""
    if os.environ.get("CHROMIUM"):
        for name, options in (("JupyterLab", []), ("the app", ["--app"])):
            load = os.getloadavg()[0] / os.cpu_count()
            print(
                f"{name}: first chart after {first_chart(*options):.1f} s (load {load:.1f} a core)"
            )
    small, large = BOUNDS
    kept = [measured(small, ROOT)]
    with tempfile.TemporaryDirectory() as folder:
        scale.study(Path(folder), 35_000)
        kept.append(measured(large, Path(folder)))
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
