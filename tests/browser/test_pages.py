"""The pages as readers meet them, in Chromium: on a phone, zoomed, printed, without script."""

import io
import re
from itertools import combinations, pairwise

import pytest
from playwright.sync_api import Page, sync_playwright
from pypdf import PdfReader

from support import published as shared
from support.browsing import launched

pytestmark = pytest.mark.browser

PAGES = ["index", "method", "evolution", "T04", "T07", "X2", "groups", "conformity"]
PAGES += ["chart-data", "annex"]
PHONE, DESKTOP = {"width": 360, "height": 740}, {"width": 1280, "height": 900}
#: Room to spare, in units of a chart, for how a browser measures letters.
SLACK = 0.75

#: The box of the ink of each text of each chart, in the units of the chart.
INK = """() => [...document.querySelectorAll('main svg')].filter(each => each.checkVisibility())
.map(svg => {
  const pen = document.createElement('canvas').getContext('2d');
  const view = svg.viewBox.baseVal;
  const boxes = [...svg.querySelectorAll('text')].filter(t => t.textContent.trim()).map(text => {
    const style = getComputedStyle(text);
    pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
    const ink = pen.measureText(text.textContent), box = text.getBBox();
    const base = text.getStartPositionOfChar(0).y;
    return {words: text.textContent, left: box.x, right: box.x + box.width,
      top: base - ink.actualBoundingBoxAscent, bottom: base + ink.actualBoundingBoxDescent,
      turned: text.hasAttribute('transform'),
      pixels: parseFloat(style.fontSize) * svg.getBoundingClientRect().width / view.width};
  });
  return {name: svg.closest('figure').id, width: view.width, height: view.height, boxes};
})"""

#: The box of each text that is seen of each bar and of the key of bars.
BARS = """() => [...document.querySelectorAll('figure:is(.bar, .legend)')].map(figure => {
  const texts = figure.querySelectorAll('.stack b, .over b, .under > *, .key :is(p, li)');
  return [...texts].filter(each => each.checkVisibility({visibilityProperty: true})
    && !each.matches('.unseen')).map(each => {
    const range = document.createRange(); range.selectNodeContents(each);
    const {left, right, top, bottom} = range.getBoundingClientRect();
    const pixels = parseFloat(getComputedStyle(each).fontSize);
    return {words: each.textContent, left, right, top, bottom, pixels};
  });
})"""

#: Elements whose contents are wider than they are, and cut off.
CUT_OFF = """() => [...document.querySelectorAll('body *')].filter(element =>
  ['hidden', 'clip'].includes(getComputedStyle(element).overflowX)
  && element.scrollWidth > element.clientWidth + 1
  && !element.closest('svg, .skip, .unseen')).map(element => element.outerHTML.slice(0, 80))"""


#: What no word of a language can change is seen in one.
of_one_language = pytest.mark.parametrize("site", ["fr"], indirect=True, scope="module")


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        yield launched(playwright)


@pytest.fixture(scope="module", params=shared.LANGUAGES)
def site(request, published):
    """The folder of the pages in one language."""
    return published.output(request.param)


@pytest.fixture(scope="module")
def show(browser, site):
    """A function: the page of that name, in a window of its own kind, and what it complained of.

    `to_read`: as it was loaded for another test that only read it.
    """
    windows: dict[tuple, tuple[Page, list[str]]] = {}

    untouched: dict[tuple, str] = {}

    def shown(name, viewport=DESKTOP, *, to_read=False, **more) -> tuple[Page, list[str]]:
        key = (viewport["width"], *sorted(more.items()))
        if key not in windows:
            windows[key] = watched(browser.new_context(viewport=viewport, **more).new_page())
        page, complaints = windows[key]
        if not to_read or untouched.get(key) != name:
            complaints.clear()
            page.goto((site / f"{name}.html").as_uri(), wait_until="load")
        untouched[key] = name if to_read else ""
        return page, complaints

    yield shown
    for page, _ in windows.values():
        page.context.close()


def watched(page):
    """The page, and a list of all that it says on the console and asks for beyond the folder."""
    said: list[str] = []
    page.set_default_timeout(0)  # a busy machine is no fault of the page
    page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("requestfailed", lambda request: said.append(f"failed: {request.url}"))
    page.on(
        "request",
        lambda request: (
            None
            if request.url.startswith(("file:", "data:"))
            else said.append(f"asked: {request.url}")
        ),
    )
    return page, said


@pytest.fixture(scope="module", params=PAGES)
def name(request):
    """Every page; of a wide scope, so that tests of one page follow one another."""
    return request.param


@pytest.mark.parametrize(
    ("viewport", "more"),
    [
        pytest.param(PHONE, {}, id="phone"),
        pytest.param(DESKTOP, {}, id="desktop"),
        pytest.param({"width": 640, "height": 450}, {"device_scale_factor": 2}, id="zoom 200 %"),
        pytest.param({"width": 320, "height": 256}, {"device_scale_factor": 4}, id="zoom 400 %"),
    ],
)
def test_it_fits_its_window_and_asks_for_nothing_else(show, name, viewport, more):
    page, complaints = show(name, viewport, **more)
    page.evaluate("document.fonts.ready")
    width = page.evaluate("document.scrollingElement.scrollWidth")
    assert width <= viewport["width"]
    assert page.evaluate(CUT_OFF) == []
    assert complaints == []


@pytest.mark.parametrize(("width", "height", "screens"), [(1280, 900, 1), (360, 800, 2)])
def test_the_first_screen_has_the_message_and_every_theme(show, width, height, screens):
    """The finding, its figures and a bar for each theme, under a cover of less than a half."""
    page, _ = show("index", {"width": width, "height": height})
    bottom = "element => element.getBoundingClientRect().bottom"
    assert page.eval_on_selector(".masthead", bottom) <= 0.45 * height
    assert page.eval_on_selector(".lead", bottom) <= 0.75 * height
    ends = page.eval_on_selector_all(".keyfigures, .stacks", f"all => all.map({bottom})")
    assert len(ends) == 3
    assert max(ends) <= screens * height
    assert page.locator(".stacks [role=rowheader] a").count() == 10
    size = "all => all.map(element => parseFloat(getComputedStyle(element).fontSize))"
    assert min(page.eval_on_selector_all(".stacks *", size)) >= 12


def test_no_column_of_a_table_is_out_of_sight_on_a_desktop(show, name):
    page, _ = show(name)
    page.evaluate("document.fonts.ready")
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
    wider = """() => [...document.querySelectorAll('main .table, main :is(th, td)')]
      .filter(each => each.checkVisibility() && each.scrollWidth > each.clientWidth + 1)
      .map(each => each.outerHTML.slice(0, 120))"""
    assert page.evaluate(wider) == []


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_no_text_of_a_chart_is_clipped_or_overlaps(show, name, viewport):
    page, _ = show(name, viewport, to_read=True)
    page.evaluate("document.fonts.ready")
    charts = page.evaluate(INK)
    assert len(charts) == page.locator("main figure:has(svg)").count()
    for chart in charts:
        assert chart["boxes"], f"{chart['name']} has no text"
        for box in chart["boxes"]:
            place = f"{chart['name']}: {box['words']}"
            assert not box["turned"], place
            assert box["left"] >= -SLACK, place
            assert box["top"] >= -SLACK, place
            assert box["right"] <= chart["width"] + SLACK, place
            assert box["bottom"] <= chart["height"] + SLACK, place
            assert box["pixels"] >= 12, place
        for one, two in combinations(chart["boxes"], 2):
            assert not overlap(one, two), f"{chart['name']}: {one['words']} | {two['words']}"


@pytest.mark.parametrize(
    ("viewport", "text"),
    [(PHONE, "100%"), (PHONE, "200%"), (DESKTOP, "200%")],
    ids=["phone", "phone, 200 %", "desktop, 200 %"],
)
def test_the_words_of_bars_grow_with_the_text_and_none_is_clipped_or_overlaps(show, viewport, text):
    for name in ("T04", "X2"):
        page = enlarged(show, name, viewport, text)
        figures = page.evaluate(BARS)
        assert len(figures) == page.locator("figure.bar, figure.legend").count() > 8
        for figure in figures:
            for box in figure:
                assert box["pixels"] >= 12 * int(text[:-1]) / 100, box
                assert box["left"] >= 0, box
                assert box["right"] <= viewport["width"], box
            for one, two in combinations(figure, 2):
                assert not overlap(one, two), f"{one['words']} | {two['words']}"


@pytest.mark.parametrize("text", [100, 200])
def test_every_other_chart_has_one_drawing_whose_words_grow_with_the_text(show, text):
    for name in ("T04", "evolution", "groups"):
        page = enlarged(show, name, PHONE, f"{text}%")
        charts = page.evaluate(INK)
        assert len(charts) == page.locator("main figure:has(svg)").count() > 0
        least = min(box["pixels"] for chart in charts for box in chart["boxes"])
        assert least >= 12 * text / 100


def enlarged(show, name, viewport, text):
    """A page whose reader asks for words of another size; it is no wider than the window."""
    page, _ = show(name, viewport)
    page.add_style_tag(content=f"html {{ font-size: {text} }}")
    page.evaluate("document.fonts.ready")
    assert page.evaluate("document.scrollingElement.scrollWidth") <= viewport["width"]
    return page


def overlap(one, two):
    across = min(one["right"], two["right"]) - max(one["left"], two["left"])
    down = min(one["bottom"], two["bottom"]) - max(one["top"], two["top"])
    return across > SLACK and down > SLACK


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_blocks_of_the_text_do_not_overlap(show, name, viewport):
    page, _ = show(name, viewport, to_read=True)
    boxes = page.evaluate(
        """() => [...document.querySelectorAll('main > *, main .bars > *')]
        .filter(each => !each.querySelector('figure.bar') && each.checkVisibility())
        .map(each => [each.outerHTML.slice(0, 60), each.getBoundingClientRect()])
        .map(([name, box]) => [name, box.left, box.top, box.right, box.bottom])"""
    )
    for one, two in combinations(boxes, 2):
        across = min(one[3], two[3]) - max(one[1], two[1])
        down = min(one[4], two[4]) - max(one[2], two[2])
        assert across <= 1 or down <= 1, f"{one[0]} | {two[0]}"


@of_one_language
def test_one_h1_and_headings_in_order(show, name):
    page, _ = show(name, to_read=True)
    levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4')].map(h => +h.tagName[1])")
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert all(each.strip() for each in page.locator("h1,h2,h3,h4").all_inner_texts())


def test_every_chart_link_and_region_has_a_name(show, site, name):
    page, _ = show(name, to_read=True)
    nameless = page.evaluate(
        """() => [...document.querySelectorAll(
          `svg:not([aria-hidden=true]), img, a, nav, summary,
           [role]:not([role=status], [role=tooltip], .stacks *)`)]
        .filter(each => !(each.getAttribute('aria-label') ?? each.getAttribute('alt')
          ?? (each.matches('a, summary') ? each.textContent : '')).trim())
        .map(each => each.outerHTML.slice(0, 80))"""
    )
    assert nameless == []
    charts = "[...document.querySelectorAll('main svg')]"
    assert page.evaluate(f"{charts}.every(each => each.role === 'img')")
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(each => each.id)")
    assert len(ids) == len(set(ids))
    assert page.evaluate("document.documentElement.lang") == site.name
    assert page.locator("main").count() == 1


def test_every_page_has_a_title_of_its_own(show):
    titles = [show(name)[0].title() for name in PAGES]
    assert all(titles)
    assert len(set(titles)) == len(titles)


@of_one_language
@pytest.mark.parametrize("name", ["index", "T04"])
def test_the_skip_link_comes_first_and_leads_to_the_text(show, name):
    page, _ = show(name)
    link = page.locator("a.skip").first
    assert not in_window(link)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.wait_for_timeout(300)
    assert in_window(link)
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    assert page.evaluate("document.activeElement.tagName") == "MAIN"


def in_window(element):
    box = element.bounding_box()
    return bool(box) and box["y"] >= 0 and box["x"] >= 0 and box["width"] > 1 and box["height"] > 1


@of_one_language
def test_every_stop_of_the_keyboard_shows_where_it_is(show, name):
    page, _ = show(name)
    page.keyboard.press("Tab")  # what is focused by a script after a key is shown as by the key
    hidden = page.evaluate(
        """() => [...document.querySelectorAll('a[href], button, summary, select, [tabindex="0"]')]
        .filter(each => each.checkVisibility({visibilityProperty: true})).filter(each => {
          each.focus();
          const style = getComputedStyle(each);
          return document.activeElement !== each
            || !(style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0
              || style.boxShadow !== 'none');
        }).map(each => each.outerHTML.slice(0, 90))"""
    )
    assert hidden == []


@of_one_language
@pytest.mark.parametrize("key", ["Tab", "Shift+Tab"])
def test_no_stop_of_the_keyboard_is_hidden_under_the_legend(show, key):
    page, _ = show("T04")
    stops = page.locator("main :is(a[href], summary, select, [tabindex='0']):visible").count()
    page.locator("main").focus() if key == "Tab" else page.locator("nav.side a").first.focus()
    for _ in range(stops):
        page.keyboard.press(key)
        hidden = page.evaluate(
            """() => { const stop = document.activeElement;
            const [box, cover] = [stop, document.querySelector('.legend')]
              .map(each => each.getBoundingClientRect());
            return !!stop.closest('.bars')
              && box.bottom <= cover.bottom && box.top >= cover.top; }"""
        )
        assert not hidden, page.evaluate("document.activeElement.outerHTML.slice(0, 90)")


@of_one_language
def test_the_current_page_is_marked_in_each_list_of_pages(show, name):
    page, _ = show(name, to_read=True)
    for menu in ("details.menu nav", "nav.side"):
        marked = page.locator(f"{menu} [aria-current=page]")
        assert marked.count() == 1
        assert marked.get_attribute("href") == f"{name}.html"
    marked = page.locator("nav.side [aria-current=page]")
    other = page.locator("nav.side > ul > li > a:not([aria-current])").first
    look = "e => [getComputedStyle(e).fontWeight, getComputedStyle(e).backgroundColor]"
    assert marked.evaluate(look) != other.evaluate(look), "it looks like the others"


@of_one_language
def test_the_pages_are_listed_on_a_phone_and_on_a_desktop(show):
    page, _ = show("T04")
    assert page.locator("nav.side").is_visible()
    assert not page.locator("details.menu summary").is_visible()
    page, _ = show("T04", PHONE, java_script_enabled=False)
    assert not page.locator("nav.side").is_visible()
    links = page.locator("details.menu nav a")
    assert not links.first.is_visible()
    page.locator("details.menu summary").click()
    assert links.first.is_visible()
    links.last.click()
    assert page.url.endswith("/annex.html")


@of_one_language
@pytest.mark.parametrize(
    ("name", "viewport"), [("index", PHONE), ("T04", DESKTOP), ("conformity", PHONE)]
)
def test_few_stops_of_the_keyboard_come_before_the_text(show, name, viewport):
    page, _ = show(name, viewport)
    page.evaluate("document.activeElement.blur()")
    stops = []
    while not page.evaluate("!!document.activeElement.closest('main')") and len(stops) < 30:
        page.keyboard.press("Tab")
        stops.append(page.evaluate("document.activeElement.outerHTML.slice(0, 60)"))
        if page.evaluate("document.activeElement.matches('nav.side *, footer *')"):
            break  # a text without a link
    assert len(stops) - 1 <= 12, stops
    assert 'class="skip"' in stops[0]


@of_one_language
def test_the_menu_shows_where_its_reader_is(show):
    page, _ = show("annex", {"width": 1280, "height": 500})
    menu, current = page.locator("nav.side"), page.locator("nav.side [aria-current=page]")
    box, place = menu.bounding_box(), current.bounding_box()
    assert box["y"] <= place["y"] < box["y"] + box["height"] - place["height"], "out of sight"
    marked = page.locator("nav.side [aria-current=location]")
    for heading in page.locator("main h2").all()[:2]:
        heading.evaluate("head => head.scrollIntoView()")
        page.wait_for_timeout(200)
        assert marked.inner_text() == heading.inner_text()


def test_a_chart_has_a_link_to_itself_and_its_page_one_to_the_other_language(show, site):
    page, _ = show("T04")
    link = page.locator("figure#T04-03 a.here")
    assert link.get_attribute("aria-label") in ("Lien vers cette figure", "Link to this chart")
    link.click()
    assert page.url.endswith("T04.html#T04-03")
    assert page.locator("figure:target").get_attribute("id") == "T04-03"
    (other,) = set(shared.LANGUAGES) - {site.name}
    with page.expect_navigation():
        page.locator(".ways a[lang]").click()
    assert page.url.endswith(f"/{other}/T04.html")


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_search_finds_without_accents_by_keyboard_and_from_the_disk(show, site, viewport):
    page, complaints = show("index", viewport)
    words = {"fr": "strategie echelle basin", "en": "stratgy catchmnt area"}[site.name]
    opener = page.locator(".ways button")
    opener.focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "sought"
    page.keyboard.type(words)
    results = page.locator("dialog li a")
    results.first.wait_for()
    status = page.locator("dialog [role=status]")
    assert status.inner_text().startswith(str(results.count()))
    hrefs = [each.get_attribute("href") for each in results.all()]
    assert {"T04.html#T04-06", "X3.html#X3-T04-06"} <= set(hrefs)
    assert page.evaluate("document.scrollingElement.scrollWidth") <= viewport["width"]
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.getAttribute('href')") == hrefs[0]
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url.endswith(hrefs[0])
    page.locator(".ways button").click()
    page.keyboard.type("qzxqzx")
    page.wait_for_function("document.querySelector('dialog [role=status]').textContent")
    assert results.count() == 0
    page.keyboard.press("Escape")  # which empties the field
    page.keyboard.press("Escape")
    assert not page.locator("dialog").is_visible()
    assert page.evaluate("document.activeElement.matches('.ways button')")
    assert complaints == []


@of_one_language
def test_every_letter_is_in_the_font_of_the_report(show, name):
    page, _ = show(name)
    page.evaluate("document.fonts.ready")
    for style in ("16px Inter", "bold 16px Inter", "600 16px Inter"):
        assert page.evaluate(f"document.fonts.check('{style}')"), style
    loaded = page.evaluate(
        "[...document.fonts].filter(f => f.status === 'loaded').map(f => f.family)"
    )
    assert set(loaded) == {"Inter"}
    places = [
        "h1",
        "main h2",
        "main p:not(:has(code))",
        "main li",
        "main figcaption",
        "main svg text",
        "main .stack b:not(.unseen)",
        "main td",
    ]
    places += ["main th", "nav.side a", "footer p"]
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
    for place in [each for each in places if page.locator(each).count()]:
        assert fonts_of(page, place) == {("Inter", True)}, place


def fonts_of(page, selector):
    """The families that really drew an element's text, and whether they came with the page."""
    session = page.context.new_cdp_session(page)
    for domain in ("DOM", "CSS"):
        session.send(f"{domain}.enable")
    root = session.send("DOM.getDocument", {"depth": 0})["root"]["nodeId"]
    node = session.send("DOM.querySelector", {"nodeId": root, "selector": selector})
    found = session.send("CSS.getPlatformFontsForNode", node)["fonts"]
    session.detach()
    return {(each["familyName"].split(" Semi")[0], each["isCustomFont"]) for each in found}


@of_one_language
def test_it_reads_the_same_without_javascript(show, name):
    with_script, _ = show(name)
    with_script.evaluate(
        "document.querySelectorAll('.tools, .ways button').forEach(each => each.remove())"
    )
    words = with_script.locator("body").inner_text()
    without, complaints = show(name, java_script_enabled=False)
    assert without.locator("body").inner_text() == words
    assert complaints == []
    drawn = without.locator("main svg:visible")
    assert drawn.count() == without.locator("main figure:has(svg)").count()
    assert all(figure.bounding_box()["height"] > 20 for figure in drawn.all())
    text = without.content()
    scripts = [f'<script src="{each}" defer="">' for each in shared.SCRIPTS]
    assert re.findall(r"<script[^>]*>", text) == scripts
    assert not re.search(r"\son\w+=", text)


def test_links_between_pages_work_from_the_disk(show):
    page, complaints = show("index")
    seen = ["index"]
    while page.locator("a.next").count():
        with page.expect_navigation():
            page.locator("a.next").click()
        seen.append(page.url.rpartition("/")[2].removesuffix(".html"))
    assert len(seen) == len(set(seen))
    assert set(PAGES) <= set(seen)
    page.locator("a.brand").click()
    assert page.url.endswith("/index.html")
    assert complaints == []


@of_one_language
@pytest.mark.parametrize("name", ["index", "T04", "X2"])
def test_it_prints(show, name):
    page, _ = show(name)
    heading = page.locator("h1").inner_text()
    page.emulate_media(media="print")
    reader = PdfReader(io.BytesIO(page.pdf(format="A4")))
    page.emulate_media(media="screen")
    sheets = [" ".join(sheet.extract_text().split()) for sheet in reader.pages]
    assert " ".join(heading.split()) in sheets[0]
    assert all(sheets), "a sheet is blank"
    foot = " ".join(page.locator("footer p").first.inner_text().split())
    assert not any(sheet.startswith(foot) for sheet in sheets), "the foot has a sheet of its own"
    if name == "T04":
        at, text = 0, " ".join(sheets)
        for affirmation, percents in shared.printed_percents().items():
            if affirmation.startswith("T04-"):
                inside = [percent for percent in percents if int(percent) >= 5]
                at = text.index(f" {' '.join(inside)} ", at)
