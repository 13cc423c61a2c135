"""The page of questions: asked by script from the disk, each answer equal to the published tables.

And to what `barolib.open` answers, sentence by sentence.
"""

import csv
import io
import json
from functools import cache
from xml.etree import ElementTree

import pandas as pd
import pytest
from playwright.sync_api import sync_playwright
from test_pages import DESKTOP, PHONE, watched
from test_script import render

import barolib
from barolib.i18n.wording import Language
from barolib.report import downloads
from barolib.statistics import protection
from barolib.survey.intake import read_raw
from barolib.survey.rounding import percent
from support import attacking
from support import published as shared
from support.browsing import launched

pytestmark = [pytest.mark.browser, pytest.mark.slow]

THEMES = [*(f"T{number:02}" for number in range(1, 11)), "X1", "X2", "X3"]
#: A question of the page, and the same of `barolib.open`.
QUESTIONS = {
    "": lambda s: s.distribution(*THEMES),
    "theme=T04": lambda s: s.distribution("T04", *s.affirmations("T04")),
    "theme=T04&sort=percent": lambda s: s.distribution(
        "T04", *s.affirmations("T04"), sort="percent"
    ),
    "theme=T08&cut=3": lambda s: s.distribution("T08", *s.affirmations("T08"), cut=3),
    "theme=T01&only=T01-02,T01-05": lambda s: s.distribution("T01-02", "T01-05"),
    "theme=*&word=donnees": lambda s: s.distribution(*with_word(s)),
    "theme=T04&among=status:metropole": lambda s: s.distribution("T04", status="metropole"),
    "among=size_class:150000": lambda s: s.distribution(*THEMES, size_class="150000"),
    "look=scores": lambda s: s.scores(),
    "look=scores&by=status": lambda s: s.scores(by="status"),
    "look=changes": lambda s: s.compare("2018"),
    "look=changes&theme=T04": lambda s: s.compare("2018", theme="T04"),
}


def with_word(study):
    """The affirmations whose French label has the word, in the order of the questionnaire."""
    asked = study.raw.questionnaire
    found = asked[asked["label_fr"].str.casefold().str.contains("données")]["affirmation_id"]
    return [id_ for theme in THEMES for id_ in study.affirmations(theme) if id_ in {*found}][
        : len(found)
    ]


@pytest.fixture(scope="module")
def tab():
    """A window that keeps what it downloads, and what it complained of."""
    with sync_playwright() as playwright:
        browser = launched(playwright)
        yield watched(browser.new_page(viewport=DESKTOP))
        browser.close()


@pytest.fixture
def ask(published, tab):
    """A function: the page with that question in its address, freshly opened."""

    def opened(question="", lang="fr", viewport=DESKTOP):
        page, complaints = tab
        complaints.clear()
        page.set_viewport_size(viewport)
        page.goto("about:blank")  # an address that differs by its # alone opens no page
        page.goto((published.output(lang) / "explore.html").as_uri() + f"#{question}")
        return page

    yield opened
    assert tab[1] == []


@pytest.fixture(scope="module")
def study(published):
    """What `barolib.open` answers of the same edition, each question once."""
    opened = barolib.open("2021", published.layout.root)
    return cache(lambda question: QUESTIONS[question](opened))


def sentences(page, pane=".pane"):
    return page.locator(pane).first.locator(".sentences li").all_text_contents()


def kept(page, kind):
    """What a button gives to keep."""
    with page.expect_download() as download:
        page.locator(f"button[value={kind}]").first.click()
    return download.value.path().read_bytes()


def table(page):
    text = kept(page, "csv").decode("utf-8-sig")
    return pd.DataFrame(csv.DictReader(io.StringIO(text)))


def numbers(rows):
    """A table as text, its numbers to six digits, rows in order."""

    def written(cell):
        try:
            return "" if pd.isna(cell) or cell == "" else f"{float(cell):.6g}"
        except ValueError:
            return str(cell)

    return sorted(tuple(map(written, row)) for row in rows.astype("object").to_numpy().tolist())


# ---------------------------------------------------------------------------------- answers


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_twelve_questions_are_answered_as_in_python_and_by_the_tables(
    ask, study, published, viewport
):
    also = Language("fr").term("also")
    for question, view in ((each, study(each)) for each in QUESTIONS):
        page = ask(question, viewport=viewport)
        assert page.evaluate("document.scrollingElement.scrollWidth") <= viewport["width"]
        told = sentences(page)
        assert page.locator(".finding").inner_text().split() == told[0].split(), question
        if question.startswith("look="):  # a chart's description has a head and a note
            assert also.join(told) in also.join(view.sentences), question
        else:
            assert told == list(view.sentences), question
        rows = table(page)
        own = view.table
        if "among" in question:
            own = own[own["level"] == 2].rename(columns={"subject": "theme_id"})
        shared_columns = [c for c in rows if c in own and c not in ("withheld", "covered")]
        assert len(shared_columns) >= 4, question
        assert numbers(rows[shared_columns]) == numbers(own[shared_columns]), question
        within(rows, published, question)


def within(rows, published, question):
    """Every row that is kept stands in a published table, whatever the rows beside it."""
    name = next(
        name
        for name, mark in (
            ("subgroup_stages", "among"),
            ("subgroup_scores", "by="),
            ("theme_scores", "scores"),
            ("delta_affirmations", "changes&theme"),
            ("delta_themes", "changes"),
            ("distributions", ""),
        )
        if mark in question
    )
    parts = [(name, rows)]
    if name == "distributions":
        whole = rows["affirmation_id"] == ""
        parts = [("distributions", rows[~whole]), ("theme_distributions", rows[whole])]
    for table_name, part in parts:
        path = published.processed / downloads.FOLDER / f"{table_name}.csv"
        public = pd.read_csv(path, dtype=str, keep_default_na=False)
        assert next(iter(public)) in part
        assert {*numbers(part[list(public)])} <= {*numbers(public)}, (question, table_name)
    assert rows["source"].str.contains("Répondants : 34").all()
    simulated = rows["source"].str.contains("simulées")
    if name == "distributions":
        assert (simulated == (rows["origin"] == "answers")).all()
    else:
        assert simulated.all()


def test_every_published_row_is_rounded_as_by_the_library(ask, published):
    """At every cut, as the page writes it: theirs of its levels, and of those from the cut on."""
    counts = published.processed / downloads.FOLDER
    public = {
        key: pd.read_csv(counts / f"{name}.csv").groupby(key, sort=False)
        for name, key in (("distributions", "affirmation_id"), ("theme_distributions", "theme_id"))
    }
    rule, tried = published.raw.edition.rounding, 0
    for cut in range(2, 7):
        for question, groups in (("theme=*&", "affirmation_id"), ("", "theme_id")):
            page = ask(f"{question}cut={cut}", "en")
            lines = page.locator(".answer table tbody tr").evaluate_all(
                "rows => rows.map(row => [...row.cells].map(cell => cell.textContent))"
            )
            shown = [line[1:] for line in lines]
            expected = []
            for _, levels in public[groups]:
                n, base = levels["n"].to_numpy(), int(levels["base"].iloc[0])
                each = [str(p) for p in levels["percent"].astype(int)]
                assert [int(p) for p in percent(n, base, rule)] == [int(p) for p in each]
                at = int(percent(n[cut - 1 :].sum(), base, rule))
                if levels["origin"].iloc[0] == "answers":
                    each = [near(int(p), k, base) for p, k in zip(each, n, strict=True)]
                total = n[cut - 1 :].sum()
                expected.append([*each, f"{base:,}", f"{near(at, total, base)}%"])
            assert sorted(shown) == sorted(expected)
            tried += len(shown)
    assert tried == 5 * (77 + 13)


def near(rounded, n, base):
    return "<1" if n and not rounded else ">99" if n < base and rounded == 100 else str(rounded)


# ---------------------------------------------------------------------------------- the page


def test_the_choices_change_the_answer_and_a_link_opens_it_again(ask, tab, published):
    page = ask()
    page.select_option("select[name=theme]", "T04")
    page.select_option("select[name=sort]", "percent")
    page.locator(".chosen summary").click()
    page.locator(".chosen input").first.uncheck()
    page.locator(".both input").check()
    second = page.locator(".pane").nth(1)
    second.locator("select[name=look]").select_option("changes")
    second.locator("select[name=theme]").select_option("T09")
    assert page.locator(".pane").count() == 2
    assert second.locator("h2").inner_text().startswith("Cybersécurité – Part des réponses")
    before = page.url, page.locator(".panes").inner_text()
    assert page.locator(".answer h2").first.inner_text() == "Territoire serviciel"
    assert len(sentences(page)) == 8
    again = ask(page.url.partition("#")[2])
    assert (again.url, again.locator(".panes").inner_text()) == before
    again.locator(".both input").uncheck()
    assert again.locator(".pane").count() == 1
    again.keyboard.press("Tab")
    assert again.evaluate("document.activeElement.name") == "look"
    again.locator("input[name=word]").press_sequentially("SECURITE crise")
    assert again.evaluate("document.activeElement.value") == "SECURITE crise"
    assert again.locator("select[name=theme]").input_value() == "*"
    (said,) = sentences(again)
    assert said.startswith("«\u00a0Tenir prêt un dispositif de crise")
    again.locator("input[name=word]").press_sequentially("zz")
    assert again.locator(".finding").inner_text() == "Rien à montrer pour cette sélection."


def test_what_no_address_of_the_page_says_is_passed_over(ask):
    usual = sentences(ask())
    for wrong in (
        "theme=T99",
        "cut=2.5&sort=up",
        "cut=9&word=a",
        "among=status:constructor",
        "look=x&only=T01",
        "theme",
    ):
        assert sentences(ask(wrong)) == usual, wrong


def test_what_is_kept_says_what_it_is(ask):
    for question in ("theme=T01", "look=scores&by=status", "look=changes&theme=T04"):
        page = ask(question)
        title = page.locator(".answer h2").inner_text()
        assert "réponses simulées" in title
        svg = ElementTree.fromstring(kept(page, "svg"))
        words = " ".join(" ".join(svg.itertext()).split())
        assert " ".join(title.split()) in words
        assert "Répondants : 34. Réponses simulées." in words
    png = kept(page, "png")
    assert png.startswith(b"\x89PNG")
    width, height = (int.from_bytes(png[at : at + 4]) for at in (16, 20))
    assert (width, height) == (2 * int(svg.get("width")), 2 * int(svg.get("height")))


def test_axe_finds_nothing_whatever_is_asked(ask):
    findings = pytest.importorskip("test_accessibility").findings
    asked = [("theme=T04&two=1&look2=changes&theme2=T04", PHONE)]
    asked += [("look=scores&by=size_class&two=1&look2=scores&among2=status:metropole", DESKTOP)]
    for question, viewport in asked:
        page = ask(question, "en", viewport)
        assert findings(page) == {}, question


def test_without_script_it_leads_to_the_tables(published, tab):
    with tab[0].context.browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto((published.output("fr") / "explore.html").as_uri())
        assert "que ce navigateur n’exécute pas" in page.locator("main").inner_text()
        assert page.locator("main a[href='downloads/tables.xlsx']").is_visible()


def test_it_is_light(published):
    output = published.output("fr")
    names = ["explore.html", "assets/explore.js", "assets/page.js", "assets/style.css"]
    assert sum((output / name).stat().st_size for name in names) < 150_000


# ---------------------------------------------------------------------------------- disclosure


def held(output):
    """The data that a page holds."""
    soup = shared.read_page(output / "explore.html")
    return json.loads(soup.select_one("#explore-data").string)


def cells_of(data):
    """The scores and stages of subgroups that the data tell, as the published tables have them."""
    frames = [
        pd.DataFrame(answer["csv"]["rows"], columns=answer["csv"]["columns"])
        for key, answer in data["answers"].items()
        if key.startswith("scores:")
    ]
    rows = [
        (*among.split(":"), theme, *((cell or [None, None])[:2]), cell is None)
        for theme, by in data["stages"].items()
        for among, cell in by.items()
    ]
    columns = ["dimension", "subgroup", "theme_id", "share", "base", "withheld"]
    return pd.concat(frames, ignore_index=True), pd.DataFrame(rows, columns=columns)


def test_the_attack_finds_nothing_in_the_data_of_the_page(tmp_path_factory):
    """A study of 24 respondents, some of whose subgroups are withheld."""
    project = shared.Project.at(shared.made_once(tmp_path_factory, "asked", render))
    data = held(project.output("2030", "en"))
    scores, stages = cells_of(data)
    assert scores["withheld"].any()
    assert stages["withheld"].any()
    for table in (scores, stages):
        assert (
            table.loc[table["withheld"], [c for c in table if c in ("mean", "share", "base")]]
            .isna()
            .all(axis=None)
        )
    attacker = attacking.Attacker(read_raw(project, "2030"), scores, stages)
    assert attacker.found(protection.PROTECTION) == {}
    # What is drawn of a withheld cell is the word alone.
    grids = [row["grid"] for a in data["answers"].values() for row in a["rows"] if "grid" in row]
    told = {cell[0] for grid in grids for cell in grid if len(cell) == 1}
    assert told == {"withheld"}


def test_the_data_name_no_respondent_and_hold_no_table_that_is_not_published(published):
    text = json.dumps(held(published.output("fr")))
    for row in shared.raw_rows("respondents.csv"):
        assert json.dumps(row["respondent_id"]) not in text
    columns = {
        c for a in held(published.output("fr"))["answers"].values() for c in a["csv"]["columns"]
    }
    public = {c for p in published.processed.glob("downloads/*.csv") for c in pd.read_csv(p)}
    assert columns <= public
