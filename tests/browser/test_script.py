"""Questions to the charts, as a reader asks them: by pointer, by keyboard, by status and size."""

import random

import pytest
from playwright.sync_api import sync_playwright
from test_pages import DESKTOP, PHONE, watched

from barolib.report import engines, publication
from support import answering
from support import published as shared
from support.browsing import launched

pytestmark = pytest.mark.browser
#: Two respondents are too few, and those of the class above would tell them.
SUBGROUPS = {
    "City": "16",
    "Town": "8",
    "Under\u00a010,000 inhabitants": "18",
    "10,000 to\u00a099,999 inhabitants": "withheld",
    "100,000 or\u00a0more inhabitants": "withheld",
}


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The pages of a study of 24 simulated respondents, by status and size as in SUBGROUPS."""
    root = shared.made_once(tmp_path_factory, "asked", render)
    return shared.Project.at(root).output("2030", "en").parent


def render(root):
    project = shared.project_at(root)
    raw = project.raw("2030")
    raw.mkdir(parents=True)
    for name, content in files().items():
        (raw / name).write_text(content, encoding="utf-8")
    read = shared.process_here(project, "2030")
    for lang in shared.LANGUAGES:
        engines.render(
            publication.fill(project, read, lang), project.output("2030", lang), "embedded"
        )


def files():
    chance, people, answers = random.Random(3), [], []
    for number in range(1, 25):
        status = "town" if number % 3 == 0 else "city"
        size = 200_000 if number < 3 else 50_000 if number < 7 else 5_000
        people.append(f"R{number},,{status},{size}")
        levels = ",".join(str(chance.choice([1, 2, 3, 3, 4])) for _ in range(4))
        answers.append(f"R{number},{levels}")
    found = dict(answering.FILES)
    found["edition.yml"] = found["edition.yml"].replace("collected", "synthetic")
    found["edition.yml"] = found["edition.yml"].replace(
        "disclosure_minimum: 2", "disclosure_minimum: 3"
    )
    for name, rows in (("respondents.csv", people), ("answers.csv", answers)):
        found[name] = "\n".join([found[name].splitlines()[0], *rows, ""])
    return found


@pytest.fixture(scope="module")
def tab(site):
    """The window, and what it complained of."""
    with sync_playwright() as playwright:
        browser = launched(playwright)
        yield watched(browser.new_page(viewport=DESKTOP))
        browser.close()


@pytest.fixture
def ask(site, tab):
    """A function: the page of a theme, freshly opened."""

    def opened(lang="en", name="T01", viewport=DESKTOP):
        page, complaints = tab
        complaints.clear()
        page.set_viewport_size(viewport)
        page.goto((site / lang / f"{name}.html").as_uri())
        return page

    yield opened
    assert tab[1] == []


def table(page, figure, kind=":not(.subgroups)"):
    """The rows of the data of a chart, as the page has them without a script."""
    rows = page.locator(f"#{figure} table{kind} tbody tr")
    return [row.locator("th, td").all_text_contents() for row in rows.all()]


def test_a_level_tells_its_figures_to_the_pointer_and_lets_itself_be_dismissed(ask):
    page = ask()
    bubble = page.locator("#T01-02 .bubble")
    levels = table(page, "T01-02")
    options = page.locator("#T01-02 .plot [role=option]").all()
    assert bubble.is_hidden()
    options[0].scroll_into_view_if_needed()
    for option, (level, label, n, percent) in zip(options, levels, strict=False):
        page.mouse.move(*centre(option))
        assert bubble.inner_text() == f"{level}. {label}: {percent}% (n = {n} of 24)"
    page.mouse.move(*centre(bubble), steps=5)
    assert bubble.is_visible(), "it must stay while the pointer is on it"
    page.keyboard.press("Escape")
    assert bubble.is_hidden()
    page.mouse.move(*centre(options[0]))
    assert bubble.is_visible()
    page.mouse.move(0, 0)
    assert bubble.is_hidden()


def centre(locator):
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_level_tells_its_figures_to_the_keyboard(ask, viewport):
    page = ask("fr", viewport=viewport)
    strip, bubble = page.locator("#T01-01 [role=listbox]"), page.locator("#T01-01 .bubble")
    assert strip.get_attribute("aria-label").startswith("Mise en œuvre")
    assert strip.evaluate("each => each.classList.contains('plot')"), "it is offered twice"
    strip.focus()
    seen = [bubble.inner_text()]
    for _ in range(4):  # beyond the last level it stays there
        page.keyboard.press("ArrowRight")
        seen.append(bubble.inner_text())
        box = bubble.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= viewport["width"]
        active = page.locator(f"#{strip.get_attribute('aria-activedescendant')}")
        assert active.get_attribute("aria-label") == seen[-1].replace("\n", " ")
    rows = table(page, "T01-01")[:4]
    said = [f"{level}. {label} : {p} % (n = {n} sur 24)" for level, label, n, p in rows]
    assert [" ".join(each.split()) for each in seen] == [*said, said[-1]]
    page.keyboard.press("Home")
    assert bubble.inner_text() == seen[0]
    page.keyboard.press("Escape")
    assert bubble.is_hidden()
    page.keyboard.press("End")
    assert bubble.inner_text() == seen[-1]
    page.keyboard.press("Tab")
    assert bubble.is_hidden()
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


@pytest.mark.parametrize("lang", shared.LANGUAGES)
def test_the_head_of_every_page_says_that_all_is_simulated(site, lang):
    words = {"fr": "Réponses simulées – Essai", "en": "Simulated answers – Trial"}[lang]
    pages = [path.read_text(encoding="utf-8") for path in (site / lang).glob("*.html")]
    assert len(pages) >= 6
    assert all(f">{words}</a>" in page for page in pages)


def test_statements_come_in_the_order_asked_for(ask):
    page = ask(name="T02")
    asked = ["T02-01", "T02-02"]
    share = {each: int(table(page, each)[-2][3]) for each in asked}
    assert share["T02-01"] != share["T02-02"]
    order = "[...document.querySelectorAll('.bars figure')].map(each => each.id)"
    for way, expected in (
        ("up", sorted(asked, key=share.get)),
        ("down", sorted(asked, key=share.get, reverse=True)),
        ("", asked),
    ):
        page.select_option("select[name=order]", way)
        assert page.evaluate(order) == ["legend-T02", "whole-T02", *expected]
        said = page.locator("form [role=status]").inner_text()
        assert said == page.locator("select[name=order] option:checked").inner_text()


def test_a_theme_is_read_for_a_subgroup_and_a_withheld_one_is_told(ask):
    page = ask()
    before = page.locator("#whole-T01 .stack").first.inner_html()
    groups = page.locator("select[name=subgroup] optgroup")
    assert [each.get_attribute("label") for each in groups.all()] == ["Kind of authority", "Size"]
    rows = {row[0]: row[1:] for row in table(page, "whole-T01", ".subgroups")}
    assert {name: cells[0] for name, cells in rows.items()} == SUBGROUPS
    shown = page.locator("#whole-T01 .reading")
    for name, (base, low, high) in rows.items():
        page.select_option("select[name=subgroup]", label=name)
        words, bars = shown.inner_text(), shown.locator(".two span").all_inner_texts()
        assert "simulated answers" in words
        if base == "withheld":
            assert words.startswith(f"{name} – withheld\n")
            assert bars == []
            continue
        head = f"{name} – Respondents: {base} · Before implementation, %: {low}"
        assert words.startswith(f"{head} · At implementation, %: {high}")
        assert bars == [low, high]
        assert int(low) + int(high) == 100
    page.select_option("select[name=subgroup]", label="all respondents")
    assert shown.inner_text() == ""
    assert page.locator("#whole-T01 .stack").first.inner_html() == before


def test_a_page_without_charts_by_statement_has_no_tools(ask):
    page = ask(name="annex")
    assert page.locator(".tools, [role=listbox]").count() == 0


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_axe_finds_nothing_while_the_charts_are_questioned(ask, viewport):
    findings = pytest.importorskip("test_accessibility").findings
    page = ask(viewport=viewport)
    page.select_option("select[name=subgroup]", label="Town")
    page.locator("#T01-01 [role=listbox]").focus()
    assert page.evaluate("document.scrollingElement.scrollWidth") <= viewport["width"]
    assert findings(page) == {}
