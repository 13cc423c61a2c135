"""The page of questions of the newest publication: its weight, and the time to an answer.

    python benchmarks/explorepage.py

Needs Chromium (CHROMIUM, or the chromium of PATH) and a report: barolib run.
"""

import os
import shutil
import statistics

from playwright.sync_api import sync_playwright

from barolib.files.layout import Layout

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
FLAGS += ["--disable-background-networking", "--disable-component-update"]
LOADED = ("explore.html", "assets/explore.js", "assets/page.js", "assets/style.css")
#: Of each choice in turn: milliseconds until its answer stands in the page, laid out.
ASK = """() => {
  const select = document.querySelector("select[name=theme]");
  return [...select.options].map(({ value }) => {
    const start = performance.now();
    select.value = value;
    select.dispatchEvent(new Event("change"));
    document.body.getBoundingClientRect();
    return performance.now() - start;
  });
}"""


def main() -> None:
    layout = Layout.find()
    folder = layout.output(layout.choose(None), "fr")
    weight = sum((folder / name).stat().st_size for name in LOADED)
    print(f"{weight / 1000:.0f} kB without fonts")
    program = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=program, args=FLAGS) as browser,
    ):
        page = browser.new_page()
        page.goto((folder / "explore.html").as_uri())
        taken = [time for _ in range(5) for time in page.evaluate(ASK)]
    print(f"answers: {len(taken)}, median {statistics.median(taken):.0f} ms, ", end="")
    print(f"longest {max(taken):.0f} ms")


if __name__ == "__main__":
    main()
