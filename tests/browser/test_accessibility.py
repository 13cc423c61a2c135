"""What axe-core finds on every page of the publication, at the width of a phone and of a desktop.

No audit by a person: axe sees some of the faults that there can be. It reads with every table of
data open. What it cannot see is in test_pages.py and test_pdf.py.
"""

import pytest
from playwright.sync_api import sync_playwright
from test_pages import DESKTOP, PHONE, watched

from support.browsing import launched

sync_axe = pytest.importorskip(
    "axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed"
)
pytestmark = [pytest.mark.browser, pytest.mark.slow]

#: WCAG 2.2, levels A and AA, and what axe's authors hold for good practice.
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
at_each_width = pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])


@pytest.fixture(scope="module")
def tab():
    """A page in a window, with what it complained of."""
    with sync_playwright() as playwright:
        browser = launched(playwright)
        yield watched(browser.new_page())
        browser.close()


def findings(page):
    """Each rule that the page in the window breaks, with the elements that do."""
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
    # Preloaded style sheets would be asked of the disk, as no page does.
    options = {"runOnly": TAGS, "resultTypes": ["violations"], "preload": False}
    found = sync_axe.Axe().run(page, options=options).response["violations"]
    return {each["id"]: [node["html"] for node in each["nodes"]] for each in found}


@pytest.mark.parametrize(("lang", "viewport"), [("fr", DESKTOP), ("en", PHONE)])
def test_axe_finds_nothing_on_any_page(published, tab, lang, viewport):
    page, complaints = tab
    complaints.clear()
    page.set_viewport_size(viewport)
    found = {}
    alike = set() if viewport == DESKTOP else {f"T{at:02}.html" for at in (1, 2, 3, 5, 6, 7, 8, 9)}
    pages = {path.name: path for path in published.output(lang).glob("*.html")}
    for path in (pages[name] for name in sorted(pages.keys() - alike)):
        page.goto(path.as_uri())
        found[path.name] = findings(page)
    assert set(found) > {"index.html", "evolution.html", "groups.html", "T04.html", "X1.html"}
    page.locator(".ways button").click()
    page.keyboard.type("strategy")
    page.locator("dialog li a").first.wait_for()
    found["the search"] = findings(page)
    assert {name: faults for name, faults in found.items() if faults} == {}
    assert complaints == []


@at_each_width
def test_axe_finds_nothing_in_the_notebooks_which_fit_and_ask_for_nothing(published, tab, viewport):
    page, complaints = tab
    complaints.clear()
    page.set_viewport_size(viewport)
    found = {}
    for path in sorted(published.output("fr").glob("downloads/*.html")):
        page.goto(path.as_uri())
        assert page.evaluate("document.scrollingElement.scrollWidth") <= viewport["width"]
        # A table scrolls within the page; its code is all there.
        code = "[...document.querySelectorAll('.highlight')]"
        assert page.evaluate(f"{code}.every(each => each.scrollWidth <= each.clientWidth + 1)")
        found[path.name] = findings(page)
    assert found
    assert {name: faults for name, faults in found.items() if faults} == {}
    assert complaints == []


@pytest.mark.parametrize(
    ("spoil", "rule"),
    [
        ("document.querySelector('main svg').removeAttribute('aria-label')", "svg-img-alt"),
        ("document.documentElement.removeAttribute('lang')", "html-has-lang"),
        ("document.querySelector('main p').style.color = '#999'", "color-contrast"),
        ("document.querySelector('main h2').outerHTML = '<h4>Four</h4>'", "heading-order"),
    ],
)
def test_a_fault_is_found(published, tab, spoil, rule):
    page, _ = tab
    page.set_viewport_size(DESKTOP)
    page.goto((published.output("fr") / "index.html").as_uri())
    page.evaluate(spoil)
    assert rule in findings(page)
