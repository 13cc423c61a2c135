"""From saving a text to the changed page in a browser: 20 changes of the newest edition.

    python benchmarks/preview.py

Needs Chromium (CHROMIUM, or the chromium of PATH). The study is a copy, in a temporary folder.
"""

import os
import shutil
import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

from barolib.files.layout import Layout
from barolib.preview.draft import Draft
from barolib.preview.preview import Preview

CHANGES = 20
#: Asked at each frame; a locator is asked up to half a second apart.
SHOWN = "word => document.querySelector('main')?.textContent.includes(word)"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
FLAGS += ["--disable-background-networking", "--disable-component-update"]


def main() -> None:
    here = Layout.find()
    edition = here.choose(None)
    with tempfile.TemporaryDirectory() as folder:
        study = Path(folder)
        shutil.copytree(here.root / "data", study / "data", symlinks=True)
        text = study / "report" / "text"
        shutil.copytree(here.sources / "report" / "text" / edition, text / edition)
        layout = Layout.at(study)
        preview = Preview(layout, Draft(layout, edition, "fr", None), print)
        preview.start()
        try:
            measure(preview, text / edition / "fr" / "T04.md")
        finally:
            preview.stop()


def measure(preview: Preview, path: Path) -> None:
    """Prints the seconds from each of the changes to the page that shows it."""
    program = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=program, args=FLAGS) as browser,
    ):
        page = browser.new_page()
        page.goto(f"{preview.server.address}T04.html")
        page.locator("main figure.bar").first.wait_for(timeout=300_000)
        page.get_by_text("up to date").wait_for(timeout=60_000)
        source, taken = path.read_text(encoding="utf-8"), []
        for number in range(CHANGES):
            word = f"Modification{'abcdefghijklmnopqrst'[number]}"
            start = time.perf_counter()
            path.write_text(f"{source}\n\n{word}.\n", encoding="utf-8")
            page.wait_for_function(SHOWN, arg=word, timeout=60_000)
            taken.append(time.perf_counter() - start)
            page.get_by_text("up to date").wait_for(timeout=60_000)
        median, load = statistics.median(taken), os.getloadavg()[0]
        print(
            f"{CHANGES} changes: median {median:.2f} s, worst {max(taken):.2f} s; "
            f"load {load:.1f} of {os.cpu_count()}"
        )


if __name__ == "__main__":
    main()
