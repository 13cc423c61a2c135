"""The preview: pages follow their files, faults are shown in their place, to nobody else."""

import re
import shutil
import socket
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from barolib.files.layout import Layout
from barolib.preview import preview
from barolib.preview.draft import Draft
from support.browsing import launched

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def live(published, tmp_path_factory):
    """The preview of a copy of the study of 2021, and what it says."""
    root = tmp_path_factory.mktemp("preview")
    shutil.copytree(published.layout.root / "data", root / "data", symlinks=True)
    shutil.copytree(published.layout.texts_apart, root / "report" / "text")
    layout, said = Layout.at(root), []
    made = preview.Preview(layout, Draft(layout, "2021", "fr", None), said.append)
    made.said = said
    made.start()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def window(live):
    with sync_playwright() as playwright:
        browser = launched(playwright)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(240_000)  # a busy machine is no fault of the page
        yield page
        browser.close()


@pytest.fixture
def page(live, window):
    """The page of a theme, which is up to date; its text is put back after the test."""
    kept = {path: path.read_bytes() for path in texts(live).glob("*.md")}
    window.goto(f"{live.server.address}T04.html")
    window.get_by_text("up to date").wait_for()
    yield window
    before = live.draft.revision
    changed = [path for path, content in kept.items() if path.read_bytes() != content]
    for path in changed:
        path.write_bytes(kept[path])
    while changed and live.draft.revision == before:
        time.sleep(0.05)  # until it is taken in; the test's own limit of time holds


def texts(live):
    return live.layout.texts_apart / "2021" / "fr"


def add(path, text):
    path.write_text(f"{path.read_text(encoding='utf-8')}\n\n{text}\n", encoding="utf-8")


def fetched(live, path, **headers):
    request = urllib.request.Request(f"{live.server.address}{path}", headers=headers)
    with urllib.request.urlopen(request, timeout=240) as answer:
        return answer.read()


@pytest.mark.parametrize(
    ("added", "is_loaded"), [("Une phrase ajoutée.", False), ("## Une partie ajoutée", True)]
)
def test_a_saved_text_is_shown_and_the_reader_stands_where_he_stood(live, page, added, is_loaded):
    """A block takes its place in the page; for a heading, which the menu has, all is loaded."""
    bar = page.locator("#T04-04")
    bar.scroll_into_view_if_needed()
    page.evaluate("document.fonts.ready")
    page.evaluate("window.before = true")
    before = bar.bounding_box()["y"]
    add(texts(live) / "T04.md", added)
    page.locator("main").get_by_text(added.strip("# ")).wait_for(state="attached")
    page.get_by_text("up to date").wait_for()
    assert bar.bounding_box()["y"] == pytest.approx(before, abs=6)
    assert page.evaluate("!window.before") == is_loaded
    assert page.locator("form.tools").count() == 1


def test_a_page_is_the_published_one_with_what_the_preview_adds(live, published, page):
    """Its charts too, which are taken from its conversion before a text was changed."""
    path, added = texts(live) / "T04.md", page.get_by_text("Une phrase ajoutée.")
    kept = path.read_bytes()
    add(path, "Une phrase ajoutée.")
    added.wait_for(state="attached")
    path.write_bytes(kept)
    added.wait_for(state="detached")
    html = re.sub(
        r'<(?:link|script)[^>]*"/live/.*?>(?:</script>)?', "", fetched(live, "T04.html").decode()
    )
    mark = r'<span id="text-[\w-]*"(?: class="pages")?></span>'
    html = re.sub(mark, "", re.sub(f"<p>{mark}</p>\n", "", html))
    html = html.replace(" connect-src 'self';", "")
    assert html == (published.output("fr") / "T04.html").read_text(encoding="utf-8")


def test_every_fault_is_shown_with_its_row_over_the_last_good_page(live, page):
    good = page.locator("main").inner_text()
    rows = len((texts(live) / "T04.md").read_text(encoding="utf-8").split("\n")) + 2
    add(texts(live) / "T04.md", "Près de 90 % des réponses, et [ici]{.leed}.")
    changed = (texts(live) / "T04.md").read_text(encoding="utf-8")
    changed = changed.replace("Les effets sociaux", "Près de 80 % des effets sociaux")
    (texts(live) / "T04.md").write_text(changed, encoding="utf-8")
    add(texts(live) / "T08.md", "{{ facts.propotion }}")
    panel = page.get_by_role("status", name="Preview")
    panel.get_by_text("3 faults").wait_for()
    told = panel.inner_text()
    assert f"report/text/2021/fr/T04.md, row {rows}" in told
    assert "propotion" in told
    assert "report/text/2021/fr/T08.md" in told
    assert panel.get_by_role("link", name="on the page T08").count() == 1
    at_line, after = page.locator("main .live-fault").all()
    assert "80 %" in at_line.inner_text()
    assert "90 %" in after.inner_text()
    assert "effets sociaux" in at_line.locator("xpath=following-sibling::*[1]").inner_text()
    assert "effets sociaux" in after.locator("xpath=preceding-sibling::*[1]").inner_text()
    page.evaluate("document.querySelectorAll('main .live-fault').forEach((each) => each.remove())")
    assert page.locator("main").inner_text() == good


def test_a_fault_of_a_raw_table_is_shown_and_the_page_stays(live, page):
    path = live.layout.raw("2021") / "published_distributions.csv"
    kept = path.read_bytes()
    path.write_bytes(kept.replace(b"T04-01", b"T04-91", 1))
    panel = page.get_by_role("status", name="Preview")
    panel.get_by_text("published_distributions.csv").first.wait_for()
    assert page.locator("#T04-01").count() == 1
    path.write_bytes(kept)
    page.get_by_text("up to date").wait_for()


def test_what_is_taken_away_is_made_when_it_is_asked_for(live, page):
    assert fetched(live, "barometre-2021.pdf").startswith(b"%PDF-")
    assert fetched(live, "charts/T04-01.png").startswith(b"\x89PNG")
    assert b"T04.html#T04-01" in fetched(live, "assets/search-index.js")
    assert fetched(live, "downloads/tables.xlsx").startswith(b"PK")


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("T04.html", {"Host": "example.org"}, 403),
        ("live/events?page=T04", {"Host": "example.org:80"}, 403),
        ("../../../../../../etc/passwd", {}, 404),
        ("%2e%2e/%2e%2e/edition.yml", {}, 404),
        ("live/../draft.py", {}, 404),
        ("T99.html", {}, 404),
    ],
)
def test_nothing_but_the_report_is_served_and_to_nobody_else(live, page, path, headers, status):
    with pytest.raises(urllib.error.HTTPError) as error:
        fetched(live, path, **headers)
    assert error.value.code == status
    error.value.close()
    assert live.server.socket.getsockname()[0] == "127.0.0.1"
    assert socket.gethostbyname("localhost") == "127.0.0.1"


def test_what_a_changed_file_asks_for(live):
    kinds = {
        live.layout.raw("2021") / "answers.csv": preview.TABLES,
        texts(live) / "T04.md": preview.TEXTS,
        live.layout.house / "_brand.yml": preview.SETTINGS,
        live.layout.house / "notes.txt": None,
        live.layout.sources / "report" / "theme.qmd.jinja": preview.SETTINGS,
        live.layout.sources / "report" / "_output" / "index.html": None,
        live.layout.sources / "report" / "_review" / "2021" / "fr" / "barometre.docx": None,
        live.layout.processed("2021") / "scores.parquet": None,
        Path("/elsewhere"): None,
    }
    assert {path: live.kind(path) for path in kinds} == kinds
