"""The published report: its figures follow the tables, its words and chapters the edition."""

import re
import shutil
import subprocess
from collections import Counter
from functools import partial
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
import yaml
from pypdf import PdfReader

from barolib.errors import StudyError
from barolib.files.layout import Layout
from barolib.report import engines, publication
from barolib.report.facts import Facts
from barolib.report.templates import Templates
from barolib.survey import contracts
from support import published as shared

THEMES = ["T04", "T07", "T08", "T09"]
ANNEXES = ["explore", "conformity", "chart-data", "annex"]
CHAPTERS = [*(f"T{number:02}" for number in range(1, 11)), "X1", "X2", "X3"]
PAGES = ["index", "method", "evolution", *CHAPTERS, "groups", "conclusion", *ANNEXES]
STRINGS = yaml.safe_load((shared.ROOT / "report" / "strings.yml").read_text(encoding="utf-8"))
each_lang = pytest.mark.parametrize("lang", shared.LANGUAGES)
each_theme = pytest.mark.parametrize("theme", THEMES)


def texts(tags):
    """The words of each element, with plain spaces."""
    return [" ".join(tag.get_text(" ").split()) for tag in tags]


def rows_of(theme):
    """The printed percents of a theme's affirmations, in the questionnaire's order."""
    asked = [row for row in shared.raw_rows("questionnaire.csv") if row["theme_id"] == theme]
    asked.sort(key=lambda row: int(row["position"]))
    found = {row["affirmation_id"]: row for row in asked}
    return {each: (row, shared.printed_percents()[each]) for each, row in found.items()}


# ---------------------------------------------------------------------------------- numbers


@each_lang
@each_theme
def test_the_table_of_a_theme_holds_the_printed_percents_in_order(published, lang, theme):
    table = published.soup(lang, theme).select_one(f"table#tab-{theme}")
    lines = [texts(row.find_all(["th", "td"])) for row in table.select("tbody tr")]
    *lines, whole = lines
    expected = rows_of(theme)
    assert len(lines) == len(expected)
    for line, (row, percents) in zip(lines, expected.values(), strict=True):
        assert line[0].startswith(row[f"label_{lang}"])
        assert line[1:7] == percents
    assert whole[0] == STRINGS[lang]["whole_theme"]


@each_lang
@each_theme
def test_the_chart_of_each_affirmation_holds_the_printed_percents_in_order(published, lang, theme):
    soup = published.soup(lang, theme)
    for affirmation, (row, percents) in rows_of(theme).items():
        figure = soup.select_one(f"figure#{affirmation}")
        assert texts([figure.figcaption])[0].startswith(row[f"label_{lang}"])
        bar = figure.select_one(".plot")
        assert texts(bar.select(".stack > *")) == percents
        alt = bar["aria-label"]
        assert (bar["role"], len(alt) < 250) == ("img", True)
        assert soup.find(id=bar["aria-details"]).name == "details"
        mark, largest = re.findall(r"(\d+)[\u00a0\u202f]?%", alt)
        assert largest == max(percents, key=int)
        assert mark in texts(bar.select(".under strong"))[0]
        assert all(part["aria-hidden"] == "true" for part in bar.find_all(recursive=False))
        assert ("simulated" in bar["class"]) == published.raw.printed.query(
            "printed_as == @affirmation"
        ).empty


@each_lang
@each_theme
def test_the_pdf_holds_the_same_numbers_in_the_same_order(published, lang, theme):
    pdf, at = published.pdf(lang), 0
    table = published.soup(lang, theme).select_one(f"table#tab-{theme}")
    charts = [percents for _, percents in rows_of(theme).values()]
    lines = [texts(row.select("td")) for row in table.select("tbody tr")]
    assert len(lines) == len(charts) + 1
    assert all(line[:6] == percents for line, percents in zip(lines, charts, strict=False))
    for percents in charts:
        numbers = " ".join(each for each in percents if each != "0")  # nothing is there to see
        found = pdf.find(f" {numbers} ", at)
        assert found >= 0, f"{numbers} is not in the PDF, or not in its place"
        at = found + len(numbers)


@each_lang
def test_the_whole_of_theme_7_prints_as_in_the_report(published, lang):
    printed = ["9", "29", "16", "27", "6", "14"]
    assert shared.printed_percents()["T07"] == printed
    soup = published.soup(lang, "T07")
    assert texts(soup.select("figure#whole-T07 .stack > *")) == printed
    assert texts(soup.select("table#tab-T07 tbody tr")[-1].select("td"))[:6] == printed
    whole = STRINGS[lang]["whole_theme"]
    assert published.pdf(lang).count(f"{whole} {' '.join(printed)} ") == 1


@each_lang
def test_the_pdf_holds_every_sentence_of_the_pages(published, lang):
    pdf = published.pdf(lang)
    for name in ("index", *THEMES):
        for tag in published.soup(lang, name).select("main p, main li"):
            if not tag.find_parent(["nav", "details"]) and not tag.find_parent(class_="pages"):
                (words,) = texts([tag])
                assert unhyphenated(words) in unhyphenated(pdf)


def unhyphenated(text):
    """Letters and digits alone: spaces and hyphens are the typesetter's."""
    return re.sub(r"[\W_]", "", text)


@each_lang
def test_no_markup_shows(published, lang):
    pages = [shared.read_page(path) for path in published.output(lang).glob("*.html")]
    words = [words for page in pages for words in page(string=True)]
    shown = [each for each in words if each.parent.name not in ("style", "code")]  # BibTeX
    for words in [*shown, published.pdf(lang)]:
        assert not re.search(r":::|\*\*|\{[{#%.]|\]\(|</", words), words


A4_WIDTH, MARGIN = 210 * 72 / 25.4, 24 * 72 / 25.4  # in points
LEAST_HEIGHT = 6.5  # of a word with what its font may reach above and below: 5.4 points in Inter


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="pdftotext is not installed")
@each_lang
def test_no_word_of_the_pdf_leaves_its_margins_or_is_too_small_to_read(published, lang):
    command = ["pdftotext", "-bbox", published.output(lang) / "barometre-2021.pdf", "-"]
    told = subprocess.run(command, capture_output=True, check=True, encoding="utf-8").stdout
    _, _, *sheets = told.split("<page ")  # before the first, and the cover
    box = r'xMin="(.+?)" yMin="(.+?)" xMax="(.+?)" yMax="(.+?)">(.+)</word>'
    words = [
        (number, word, *map(float, edges))
        for number, sheet in enumerate(sheets, start=2)
        for *edges, word in re.findall(box, sheet)
    ]
    assert len(words) > 10_000
    least, most = MARGIN - 1, A4_WIDTH - MARGIN + 1
    assert [each for each in words if each[2] < least or each[4] > most] == []
    assert [each for each in words if each[5] - each[3] < LEAST_HEIGHT] == []


# ---------------------------------------------------------------------------------- a trial


@pytest.fixture(scope="session")
def trial(tmp_path_factory):
    """The filled pages and figures of 2021, and those with another admissible row for T04-01."""
    rows = {"before": "9,25,22,34,3,6", "after": "9,25,25,31,3,6"}
    roots = [
        shared.made_once(tmp_path_factory, f"trial-{name}", partial(filled, row=row))
        for name, row in rows.items()
    ]
    return tuple(texts_filled(root) for root in roots)


def filled(root, row):
    """Fills the pages of 2021 with that row for T04-01, in both languages."""
    layout = Layout(root.resolve(), home=shared.ROOT)  # whose texts are those of 2021
    shared.copy_printed(layout.raw("2021"))
    path = layout.raw("2021") / "published_distributions.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("9,25,22,34,3,6", row), encoding="utf-8", newline="\n")
    raw = shared.process_here(layout, "2021")
    for lang in shared.LANGUAGES:
        publication.fill(layout, raw, lang)


def texts_filled(root):
    """Every text of the filled projects and every figure, by language and name."""
    layout, found = Layout(root.resolve(), home=shared.ROOT), {}
    for lang in shared.LANGUAGES:
        build = layout.build("2021", lang)
        for page in [*build.glob("*.qmd"), *build.glob("figures/*.svg")]:
            found[lang, page.name] = page.read_text(encoding="utf-8")
    return found


def changes(before, after):
    """The changed lines of a text: for each, the numbers that differ. Its words may not."""
    found = []
    lines = zip(before.splitlines(), after.splitlines(), strict=True)
    for old, new in [pair for pair in lines if pair[0] != pair[1]]:
        assert re.sub(r"[\d,.]+", "#", old) == re.sub(r"[\d,.]+", "#", new)
        numbers = zip(re.findall(r"[\d,.]+", old), re.findall(r"[\d,.]+", new), strict=True)
        found.append([pair for pair in numbers if pair[0] != pair[1]])
    return found


# By hand: 3 8 7 11 1 2 of 32 become 3 8 8 10 1 2, so 44 % at implementation (14) become 41 (13),
# and level 4 of the theme goes from 55 of 256, printed 22 (21.48, then 21.5), to 54, printed 21.


@each_lang
def test_a_row_changed_changes_text_tables_and_alt_texts_of_its_theme(trial, lang):
    before, after = trial
    proof = [("14", "13"), ("28", "26"), ("61", "58")]  # Wilson's interval of 14 of 32, of 13
    key_figure, alt = [("44", "41")], [("44", "41"), ("34", "31")]
    assert changes(before[lang, "T04.qmd"], after[lang, "T04.qmd"]) == [proof, key_figure, alt]


@each_lang
def test_a_row_changed_changes_the_counts_and_the_hash_in_the_annex(trial, lang):
    before, after = (each[lang, "annex.qmd"] for each in trial)
    hashes = r"(published_distributions\.csv \| `)[0-9a-f]+"
    before_hash, after_hash = re.search(hashes, before)[0], re.search(hashes, after)[0]
    assert before_hash != after_hash
    found = changes(re.sub(hashes, r"\1", before), re.sub(hashes, r"\1", after))
    assert found == [[("7", "8"), ("11", "10")]]


@each_lang
def test_a_row_changed_changes_the_claims_on_it_printed_and_own(trial, lang):
    before, after = (each[lang, "conformity.qmd"].replace("\\", "") for each in trial)
    point = "," if lang == "fr" else "."
    found = {pair for line in changes(before, after) for pair in line}
    told = tuple(text.replace(".", point) for text in ("43.8", "40.6"))  # 14 of 32 become 13
    assert found == {told, ("44", "41")}


@each_lang
def test_a_row_changed_changes_nothing_else(trial, lang):
    before, after = trial
    assert before.keys() == after.keys()
    pages = [name for tongue, name in before if tongue == lang]
    changed = {name for name in pages if before[lang, name] != after[lang, name]}
    figures = {"T04-01.svg", "T04.svg"}  # 1 of 256 moves no mean by a published decimal
    pages = {"index.qmd", "T04.qmd", "conformity.qmd", "annex.qmd", "barometre-2021.qmd"}
    assert changed == pages | figures
    assert changes(before[lang, "index.qmd"], after[lang, "index.qmd"]) == [[("22", "21")]]
    assert drawn(after[lang, "T04-01.svg"]) == ["9", "25", "25", "31", "3", "6"]
    assert drawn(after[lang, "T04.svg"]) == ["20", "36", "16", "21", "2", "5"]
    means = "theme_means.svg"  # a dot moves by a hundredth, the mean stays 2.7
    assert drawn(after[lang, means]) == drawn(before[lang, means])


def drawn(svg):
    """The texts of a chart that are numbers."""
    return re.findall(r">([\d,.]+)</text>", svg)


@each_lang
def test_the_document_of_the_pdf_holds_the_body_of_every_page(published, lang):
    build = published.layout.build("2021", lang)
    document = (build / "barometre-2021.qmd").read_text(encoding="utf-8")
    pages = {path.stem for path in published.output(lang).glob("*.html")}
    assert pages == set(PAGES)
    for name in pages:
        page = (build / f"{name}.qmd").read_text(encoding="utf-8")
        assert page.split("---\n", 2)[2].strip() in document


@each_lang
def test_the_settings_of_the_edition_are_told_from_edition_yml(printed, tmp_path, lang):
    project = shared.copied(printed, tmp_path)
    path = project.raw("2021") / "edition.yml"
    text = path.read_text(encoding="utf-8")
    for old, new in (
        ('{start: "2020-11", end: "2021-01"}', '{start: "2022-03", end: "2023-04"}'),
        ("inhabitants: 18000000", "inhabitants: 21000000"),
        ("{metropole: 12, agglomeration: 10, ville: 12}", "{metropole: 7, ville: 27}"),
    ):
        assert text.count(old) == 1
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    build = publication.fill(project, shared.read_raw(project, "2021"), lang)
    index = (build / "index.qmd").read_text(encoding="utf-8")
    cover = yaml.safe_load(index.split("---\n")[1])["page"]["cover"]["lines"]
    numbers = [re.findall(r"\d+", line) for line in cover]
    assert numbers == [["34", "21"], ["7", "27"], ["2022", "2023"]]


@each_lang
def test_the_first_page_shows_each_theme_once_printed_ones_before_simulated(published, lang):
    facts = Facts(published.layout, published.raw, lang)
    page = shared.read_page(published.output(lang) / "index.html")
    shown = []
    for bars in page.select(".stacks"):
        rows = [
            (row.a["href"][:-5], texts(row.select("[role=cell]")))
            for row in bars.select("[role=row]")[1:]
        ]
        simulated = "simulated" in bars["class"]
        assert all(facts.row(theme).simulated == simulated for theme, _ in rows)
        shares = [facts.row(theme).share for theme, _ in rows]
        assert shares == sorted(shares, reverse=True)
        shown += rows
    assert [len(bars.select("[role=row]")) for bars in page.select(".stacks")] == [5, 7]
    assert "simul" not in page.select(".stacks")[0]["aria-label"]
    assert "simul" in page.select(".stacks")[1]["aria-label"]
    assert sorted(theme for theme, _ in shown) == [theme.id for theme in facts.chapters]
    for theme, cells in shown:
        assert cells[:-1] == facts.row(theme).shown
        assert cells[-1].replace("\u202f", " ") == facts.row(theme).at.replace(
            "\u202f", " "
        ).replace("\xa0", " ")


@each_lang
def test_a_bracket_in_a_caption_stands_apart_from_the_word_before_it(published, lang):
    pages = [published.soup(lang, path.stem) for path in published.output(lang).glob("*.html")]
    captions = [each.get_text() for page in pages for each in page.select("figcaption, caption")]
    assert sum("simul" in caption for caption in captions) > 50
    assert [caption for caption in captions if re.search(r"\w\(", caption)] == []


@each_lang
def test_no_key_figure_and_no_headline_is_simulated(published, lang):
    page = shared.read_page(published.output(lang) / "index.html")
    told = [*texts(page.select(".lead")), *texts(page.select(".keyfigures li"))]
    assert len(told) == 5
    assert not any("simul" in words for words in told)


# ---------------------------------------------------------------------------------- what is missing


def refused(project, lang="fr"):
    """The problems that stop the publication; what stood there stays."""
    output = project.output("2021", lang)
    output.mkdir(parents=True)
    (output / "former").write_text("former", encoding="utf-8")
    with pytest.raises(StudyError) as error:
        engines.render(
            publication.fill(project, shared.read_raw(project, "2021"), lang), output, "embedded"
        )
    assert [path.name for path in output.iterdir()] == ["former"]
    return error.value.problems


def test_a_missing_figure_stops_with_its_name(printed, tmp_path):
    project = shared.copied(printed, tmp_path)
    (project.figures("2021") / "fr" / "T08-02.svg").unlink()
    problems = refused(project)
    assert {problem.row for problem in problems} == {"figure T08-02"}
    assert {problem.file for problem in problems} >= {"T08.qmd", "barometre-2021.qmd"}
    assert all("figures/T08-02.svg is missing" in problem.message for problem in problems)


@pytest.mark.parametrize(
    ("table", "figure", "source"),
    [
        ("distribution_figures", "T08-02", "theme.qmd.jinja"),
        ("distribution_figures", "legend", "theme.qmd.jinja"),
        ("score_figures", "theme_means", "index.qmd.jinja"),
    ],
)
def test_a_missing_alt_text_stops_with_the_figures_name(printed, tmp_path, table, figure, source):
    project = shared.copied(printed, tmp_path)
    path = project.processed("2021") / f"{table}.parquet"
    rows = pd.read_parquet(path)
    rows[rows["figure"] != figure].to_parquet(path, index=False)
    (problem,) = refused(project)
    assert problem.file == f"report/{source}"
    assert repr(figure) in problem.message
    assert "alt text" in problem.message


def test_a_missing_table_stops_with_its_name(printed, tmp_path):
    project = shared.copied(printed, tmp_path)
    (project.processed("2021") / "claims.parquet").unlink()
    with pytest.raises((StudyError, LookupError), match="claims"):
        publication.fill(project, shared.read_raw(project, "2021"), "fr")


def test_an_unknown_name_in_a_text_stops_with_file_and_line(printed, tmp_path):
    project = shared.copied(printed, tmp_path)
    path = project.sources / "report" / "text" / "2021" / "fr" / "T09.md"
    text = path.read_text(encoding="utf-8").rstrip("\n")
    path.write_text(f"{text}\n\n{{{{ facts.propotion }}}}\n", encoding="utf-8")
    (problem,) = refused(project)
    assert problem.file == "report/text/2021/fr/T09.md"
    assert problem.row == str(text.count("\n") + 3)
    assert "propotion" in problem.message


def test_what_is_wrong_with_several_texts_is_told_at_once(printed, tmp_path):
    project = shared.copied(printed, tmp_path)
    texts = project.sources / "report" / "text" / "2021" / "fr"
    (texts / "T04.md").write_text("{{ facts.propotion }}\n", encoding="utf-8")
    (texts / "T08.md").write_text("Vrai.\n\nPrès de 90 % des réponses.\n", encoding="utf-8")
    (texts / "conclusion.md").write_text("[Ici]{.leed}\n", encoding="utf-8")
    (texts / "T09.md").write_text("![Un mot](images/none.png){alt='Un'}\n", encoding="utf-8")
    found = [(Path(each.file).stem, each.row) for each in refused(project)]
    assert found == [("T04", "1"), ("T08", "3"), ("T09", "1"), ("conclusion", "1")]


def test_a_link_of_a_text_that_leads_nowhere_stops_with_it(printed, tmp_path):
    project = shared.copied(printed, tmp_path)
    path = project.sources / "report" / "text" / "2021" / "fr" / "T09.md"
    path.write_text("Voir [là](T99.html).\n", encoding="utf-8")
    assert any("T99" in str(problem) for problem in refused(project))


# ---------------------------------------------------------------------------------- labels are text

LABEL = '*x* <script>alert(1)</script> $y$ #let [a](b) "q" | pipe @here \\cmd `c` {{ 1 }} ~s~ // --'


@pytest.fixture
def nasty(small, tiny):
    """The small edition, published with labels full of signs that mean something elsewhere."""
    tiny.cell("themes.csv", "T01", "label_fr", f"Thème {LABEL}")
    tiny.cell("questionnaire.csv", "T01-01", "label_fr", f"Question {LABEL}")
    quoted = f"Niveau {LABEL}".replace("'", "''")
    tiny.replace("edition.yml", "{fr: Commencé, en: Begun}", f"{{fr: '{quoted}', en: Begun}}")
    raw = shared.process_here(small, "2030", ["fr"])
    engines.render(publication.fill(small, raw, "fr"), small.output("2030", "fr"), "embedded")
    return small.output("2030", "fr")


def test_a_label_of_signs_comes_out_as_plain_text(nasty):
    page, index = (shared.read_page(nasty / f"{name}.html") for name in ("T01", "index"))
    assert texts([page.h1]) == [f"Thème {LABEL}"]
    assert f"Thème {LABEL}" in texts(index.select("table#tab-themes a"))
    assert f"Thème {LABEL}" in " ".join(texts(index.select("nav a")))
    assert texts([page.select_one("figure#T01-01 figcaption")]) == [f"Question {LABEL} #"]
    assert texts(page.select("table#tab-T01 tbody th"))[0].startswith(f"Question {LABEL}")
    level = texts(shared.read_page(nasty / "method.html").select("table#tab-scale td"))
    assert f"Niveau {LABEL}" in level


def test_a_label_of_signs_makes_no_element_of_a_page(nasty):
    for path in nasty.glob("*.html"):
        page = shared.read_page(path)
        scripts = page.select("script")
        assert all(
            tag.get("src") in shared.SCRIPTS + shared.EXPLORE_SCRIPTS[:-1]
            or tag["type"] == "application/json"
            for tag in scripts
        )
        assert not page.select(
            "a[href=b], main :not(figcaption, #cite + p) > em, main sub, main del, main .math"
        )
        assert "c" not in texts(page.select("code"))


def test_a_label_of_signs_is_plain_text_in_the_pdf(nasty):
    text = shared.pdf_text(nasty / "barometre-2030.pdf")
    # A label is broken over lines where there is room for it, so spaces alone may differ.
    bare = text.replace(" ", "")
    assert bare.count(f"Thème{LABEL}".replace(" ", "")) >= 4  # contents, heading, tables, header
    assert bare.count(f"Question{LABEL}".replace(" ", "")) >= 2  # caption, table
    assert bare.count(f"Niveau{LABEL}".replace(" ", "")) >= 1
    outline = chapters_of(nasty / "barometre-2030.pdf")
    assert any(LABEL.replace(" ", "") in title.replace(" ", "") for title in outline)


def chapters_of(pdf):
    """The titles of the first level of a PDF's outline."""
    outline = PdfReader(pdf).outline
    return [" ".join(each.title.split()) for each in outline if not isinstance(each, list)]


# ---------------------------------------------------------------------------------- languages


def interface_words(lang):
    """The words of the interface that only this language has, whole phrases."""
    own, other = (
        {word.split("{")[0].strip(" \u00a0:") for word in shared.leaves(STRINGS[each])}
        for each in (lang, "en" if lang == "fr" else "fr")
    )
    other = {word.casefold().rstrip("s") for word in other}
    return [word for word in own if word.casefold().rstrip("s") not in other and len(word) > 3]


@pytest.mark.parametrize(("lang", "other"), [("fr", "en"), ("en", "fr")])
def test_no_word_of_the_interface_is_in_the_other_language(published, lang, other):
    pages = [shared.read_page(path) for path in published.output(lang).glob("*.html")]
    attributes = [tag["aria-label"] for page in pages for tag in page.select("[aria-label]")]
    shown = " ".join([*(page.get_text(" ") for page in pages), *attributes, published.pdf(lang)])
    shown = " ".join(shown.split())
    names = set(contracts.dictionary()["processed"])  # of files, read or taken away: in no language
    names |= set(contracts.dictionary()["raw"])
    names |= {"change", "simulated"}  # a French verb as well; a raw file
    names |= {"english", "français"}  # the link to the other pages
    names |= {"attention", "figure"}  # words of both languages
    found = [
        word
        for word in interface_words(other)
        if word.casefold() not in names
        and re.search(rf"(?<!\w){re.escape(word)}(?!\w)", shown, re.IGNORECASE)
    ]
    assert not found
    own = [word for word in interface_words(lang) if word.casefold() in shown.casefold()]
    assert len(own) > 40, "the words of the language itself are not there"


#: Small words that only one of the languages has. What a table quotes of the print is French.
OWN_WORDS = {
    "fr": r"les|des|dans|sont|avec|pour|cette|leurs?|aux|qui",
    "en": r"the|of|and|with|their|which|from|are|by",
}


@pytest.mark.parametrize(("lang", "other"), [("fr", "en"), ("en", "fr")])
def test_no_text_is_in_the_other_language(published, lang, other):
    for path in sorted(published.output(lang).glob("*.html")):
        page = shared.read_page(path)
        attributes = [tag["aria-label"] for tag in page.select("[aria-label]")]
        told = [
            words
            for words in page(string=True)
            if words.parent.name not in ("code", "style", "script")
        ]
        for words in [*told, *attributes]:
            found = re.search(rf"\b(?:{OWN_WORDS[other]})\b", words, re.IGNORECASE)
            assert not found, f"{path.name}: {words}"


@each_lang
def test_pages_say_their_language(published, lang):
    for path in published.output(lang).glob("*.html"):
        assert shared.read_page(path).html["lang"] == lang
    catalog = PdfReader(published.output(lang) / "barometre-2021.pdf").trailer["/Root"]
    assert catalog["/Lang"].startswith(lang)


def test_both_languages_have_the_same_pages_and_parts(published):
    def skeleton(lang):
        return {
            path.stem: [
                (tag.name, tag.get("class"), tag.get("id") if tag.name in figures else None)
                for tag in shared.read_page(path).select("main h1, main h2, figure, table, .note")
            ]
            for path in sorted(published.output(lang).glob("*.html"))
        }

    figures = ("figure", "table")
    assert skeleton("fr") == skeleton("en")


def test_both_languages_have_the_same_numbers_on_every_page(published):
    for name in PAGES:
        tables = [
            [re.findall(r"\d+", " ".join(texts([cell]))) for cell in soup.select("main tbody tr")]
            for soup in (published.soup(lang, name) for lang in shared.LANGUAGES)
        ]
        assert tables[0] == tables[1], name


# ---------------------------------------------------------------------------------- chapters


@each_lang
def test_the_chapters_are_the_themes_with_data_between_method_and_annex(published, lang):
    for name in PAGES:
        soup = published.soup(lang, name)
        links = [tag["href"] for tag in soup.select("nav.side > ul > li > a")]
        assert links == [f"{each}.html" for each in PAGES]
    files = sorted(path.stem for path in published.output(lang).glob("*.html"))
    assert files == sorted(PAGES)


PRINTED = "published_distributions.csv"


@each_lang
def test_the_chapters_of_the_pdf_are_the_pages(published, lang):
    first, *outline = chapters_of(published.output(lang) / "barometre-2021.pdf")
    assert plain(first) == plain(STRINGS[lang]["chapters"]["index"])
    alone = ("chart-data", "explore")  # of the pages
    printed = [name for name in PAGES[1:] if name not in alone]
    headings = texts(published.soup(lang, name).h1 for name in printed)
    assert [plain(each) for each in outline] == [plain(each) for each in headings]


def plain(text):
    """A title with straight apostrophes, as a PDF's outline may have them."""
    return text.replace("’", "'")


@each_lang
def test_pages_follow_each_other(published, lang):
    names = PAGES
    for before, after in pairwise(names):
        assert published.soup(lang, before).select_one("a[rel=next]")["href"] == f"{after}.html"
        assert published.soup(lang, after).select_one("a[rel=prev]")["href"] == f"{before}.html"
    assert not published.soup(lang, names[0]).select_one("a[rel=prev]")
    assert not published.soup(lang, names[-1]).select_one("a[rel=next]")


@each_lang
def test_themes_without_a_table_are_named_as_such_where_there_are_no_answers(trial, lang):
    body = trial[0][lang, "method.qmd"].split("---\n", 2)[2].splitlines()
    method = " ".join(line for line in body if not line.startswith("- "))
    for row in shared.raw_rows("themes.csv"):
        silent = row["kind"] == "theme" and row["theme_id"] not in THEMES
        assert (row[f"label_{lang}"] in method) == silent


def test_the_page_of_a_theme_with_a_row_missing_goes(published, tmp_path):
    layout = Layout.at(tmp_path)
    shared.copy_printed(layout.raw("2021"))
    path = layout.raw("2021") / PRINTED
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(x for x in lines if not x.startswith("P09-08")), encoding="utf-8")
    (layout.raw("2021") / "published_claims.csv").unlink()
    project = shared.project_at(tmp_path)
    for lang in shared.LANGUAGES:
        for name in ("key-results", "conclusion"):
            (project.sources / "report" / "text" / "2021" / lang / f"{name}.md").unlink()
    build = publication.fill(project, shared.process_here(project, "2021"), "fr")
    pages = sorted(path.stem for path in build.glob("*.qmd"))
    left = [*THEMES[:-1], "index", "method", "conclusion", *ANNEXES]
    assert pages == sorted([*left, "barometre-2021"])
    assert "Cybersécurité" in (build / "method.qmd").read_text(encoding="utf-8")


# ---------------------------------------------------------------------------------- other editions


@pytest.mark.parametrize("lead", ["", "One comes first.\n\nTwo comes second."])
def test_a_lead_of_any_length_is_published_whole(small, lead):
    path = small.sources / "report" / "text" / "2030" / "fr" / "lead.md"
    path.write_text(lead, encoding="utf-8")
    raw, output = shared.process_here(small, "2030", ["fr"]), small.output("2030", "fr")
    engines.render(publication.fill(small, raw, "fr"), output, "embedded")
    for text in (
        shared.pdf_text(output / "barometre-2030.pdf"),
        " ".join(texts([shared.read_page(output / "index.html").main])),
    ):
        assert all(sentence in text for sentence in lead.split("\n\n"))


@each_lang
def test_a_figure_stands_at_most_twice_on_a_page(published, lang):
    """In its texts and on its bar together; a dumbbell marks the later share without a figure."""
    facts = Facts(published.layout, published.raw, lang)
    layout = published.layout
    templates = Templates(layout.sources / "report", facts, layout.texts_apart)
    report = publication.Report(layout, templates)
    for chapter in report.chapters:
        entered = len(templates.ledger.entries)
        report.page(chapter)
        drawn = [chapter.theme, *chapter.theme.affirmations] if chapter.theme else []
        stand = Counter((templates.edition.id, bar.id, facts.implementation) for bar in drawn)
        for claim in templates.ledger.entries[entered:]:
            if claim["group"] is None and re.search(r"\d", claim["words"]):
                stand[claim["edition"], claim["subject"], claim["levels"]] += 1
        assert {figure: times for figure, times in stand.items() if times > 2} == {}, chapter.name
