"""Figures of the prose in Chromium: pointed at, each lights what it counts and says what it is."""

import re

import pytest
from playwright.sync_api import sync_playwright
from test_pages import DESKTOP, PHONE, watched

from barolib.survey import rounding
from support.browsing import launched

pytestmark = pytest.mark.browser

THEMES = ["T04", "T07", "T09"]


@pytest.fixture(scope="module")
def tab():
    """A page in a window that is touched too, with what it complained of."""
    with sync_playwright() as playwright:
        browser = launched(playwright)
        yield watched(browser.new_context(has_touch=True).new_page())
        browser.close()


def lit(page):
    """The count and the percent of each level lit in the only figure that is told of."""
    return page.evaluate(
        """() => [...document.querySelectorAll('figure.told')].map(figure => {
          const rows = figure.querySelector('.data table').tBodies[0].rows;
          const parts = [...figure.querySelectorAll('.plot > .stack > *')];
          return parts.flatMap((part, at) => part.classList.contains('counted')
            ? [[...rows[at].cells].slice(2).map(cell => cell.textContent)] : []);
        })"""
    )


@pytest.mark.parametrize(("lang", "viewport"), [("fr", DESKTOP), ("en", PHONE)])
def test_every_figure_of_three_themes_lights_what_it_counts(published, tab, lang, viewport):
    page, complaints = tab
    complaints.clear()
    page.set_viewport_size(viewport)
    certain = 0
    for theme in THEMES:
        page.goto((published.output(lang) / f"{theme}.html").as_uri())
        for link in page.locator("a.claim[data-at]").all():
            words, says = link.inner_text(), link.get_attribute("data-says")
            link.focus()
            told = page.locator(f"#{link.get_attribute('aria-describedby')}")
            assert told.is_visible()
            assert told.inner_text().startswith(says)
            box = told.bounding_box()
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= viewport["width"]
            (levels,) = lit(page)
            if said := re.search(
                r" · (\d+) (?:sur|of) (\d+) · ", says
            ):  # else its base is in doubt
                n, base = map(int, said.groups())
                assert sum(int(count) for count, _ in levels) == n
                percent = rounding.percent(n, base, published.raw.edition.rounding)
                assert not re.fullmatch(r"\d+\s?%", words) or words.startswith(str(percent))
                certain += 1
            counted = page.locator(f"#{link.get_attribute('aria-describedby')} .stack .counted")
            assert counted.count() == len(levels)
            page.keyboard.press("Escape")
            assert not told.is_visible()
            assert lit(page) == []
        assert page.evaluate("document.scrollingElement.scrollWidth") <= viewport["width"]
    assert certain > 15
    assert complaints == []


def test_touched_a_figure_is_told_of_first_and_followed_then(published, tab):
    page, _ = tab
    page.set_viewport_size(PHONE)
    page.goto((published.output("fr") / "T04.html").as_uri())
    link = page.locator("a.claim").first
    link.tap()
    assert page.url.endswith("T04.html")
    assert page.locator(".proof:visible").count() == 1
    with page.expect_navigation():
        link.tap()
    assert re.search(r"conformity\.html#claim-\w+$", page.url)
    row = page.locator(":target")
    assert row.inner_text() == "rare"
    assert "bassin de vie" not in row.inner_text()
    assert page.locator("tr:has(:target)").inner_text().startswith("La coopération")
