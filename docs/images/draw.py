"""Takes the README's pictures of the report: a page, and one of its charts.

Run `make study ARGS="--lang en"` first, then `python docs/images/draw.py`; another folder of
pages may be given, and the browser in CHROMIUM.
"""

import os
import sys
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageOps
from playwright.sync_api import Locator, Page, sync_playwright

IMAGES = Path(__file__).resolve().parent
PAGES = IMAGES.parents[1] / "report" / "_output" / "2021" / "en"
WINDOW = {"width": 1280, "height": 900}
COLOURS, MARGIN = 48, 16


def keep(shown: Page | Locator, name: str) -> None:
    """Keeps what is shown as a PNG file of few colours."""
    picture = Image.open(BytesIO(shown.screenshot())).convert("RGB")
    picture = ImageOps.expand(picture, MARGIN, "white")
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(IMAGES / name, optimize=True)


def main(pages: Path) -> None:
    """Writes both pictures."""
    with sync_playwright() as playwright:
        program = os.environ.get("CHROMIUM", "/usr/bin/chromium")
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = browser.new_page(viewport=WINDOW)
        page.goto((pages / "index.html").resolve().as_uri(), wait_until="load")
        keep(page, "page.png")
        keep(page.locator("#theme-means svg.broad"), "chart.png")
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if sys.argv[1:] else PAGES)
