"""The report's sources as templates: what they may name, and what stops them."""

import re
from dataclasses import replace

import pytest
import yaml

from barolib.errors import StudyError
from barolib.report.facts import Facts
from barolib.report.templates import Templates
from barolib.survey.edition import read_edition
from support import published as shared
from support import telling

REPORT = shared.ROOT / "report"
SOURCES = sorted(
    path.relative_to(REPORT).as_posix()
    for path in [*REPORT.glob("*.qmd.jinja"), *REPORT.glob("text/*/*/*")]
)
STRINGS = yaml.safe_load((REPORT / "strings.yml").read_text(encoding="utf-8"))


@pytest.fixture
def spoil(published, tmp_path):
    """A function: the report's sources with one of them rewritten, as templates of 2021."""
    sources = shared.project_at(tmp_path).sources / "report"

    def spoilt(name, text, lang="fr"):
        (sources / name).parent.mkdir(parents=True, exist_ok=True)
        (sources / name).write_text(text, encoding="utf-8")
        return Templates(sources, facts_of(published, lang))

    return spoilt


def facts_of(published, lang):
    return Facts(published.layout, published.raw, lang)


def problem_of(action, *words, **more):
    with pytest.raises(StudyError) as error:
        action(*words, **more)
    (problem,) = error.value.problems
    return problem


@pytest.mark.parametrize("lang", shared.LANGUAGES)
@pytest.mark.parametrize("name", ["index.qmd.jinja", "method.qmd.jinja", "annex.qmd.jinja"])
def test_every_page_is_filled_and_nothing_of_jinja_is_left(published, lang, name):
    filled = Templates(REPORT, facts_of(published, lang)).render(name)
    assert not re.search(r"\{\{|\}\}|\{%|%\}|\{#(#|\s)|##\}", filled)
    assert not re.search(r"\b(None|nan|Undefined|Markdown)\b|<NA>|barolib\.", filled)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("{{ nonesuch }}", "'nonesuch' is undefined"),
        ("{{ facts.nonesuch }}", "nonesuch"),
        ("{{ row('T04-01').nonesuch }}", "nonesuch"),
        ("{{ t.nonesuch }}", "nonesuch"),
        ("{{ edition.nonesuch }}", "nonesuch"),
        ("{% if nonesuch %}x{% endif %}", "nonesuch"),
        ("{% for each in facts.nonesuch %}{% endfor %}", "nonesuch"),
        ("{{ share('T04-99', '4-6') }}", "no distribution of 'T04-99': did you mean 'T0"),
        ("{{ base('T99-01') }}", "no distribution of 'T99-01'"),
        ("{{ row('T99').label }}", "no distribution of 'T99'"),
        ("{{ alt('T04-99') }}", "no figure 'T04-99', or no alt text for it"),
        ("{{ row('T04-01').base | nonesuch }}", "nonesuch"),
        ("{{ 3", "end of print statement"),
        ("{% if true %}", "endif"),
    ],
)
def test_what_nothing_defines_is_told_with_file_and_line(spoil, wrong, told):
    name = "text/2021/fr/lead.md"
    problem = problem_of(spoil(name, f"One\n\nthree {wrong} four\n").render, "index.qmd.jinja")
    assert problem.file == f"report/{name}"
    assert problem.row == "3"
    assert told in problem.message
    assert problem.fix


def test_a_page_that_names_what_is_not_there_is_told(spoil):
    problem = problem_of(spoil("method.qmd.jinja", "{{ titel }}\n").render, "method.qmd.jinja")
    assert (problem.file, problem.row) == ("report/method.qmd.jinja", "1")
    assert "titel" in problem.message


def test_a_yaml_text_that_names_what_is_not_there_is_told(spoil):
    name = "text/2021/fr/cover.yml"
    problem = problem_of(spoil(name, "kicker: x\nshort: '{{ editoin.id }}'\n").data, "cover")
    assert (problem.file, problem.row) == (f"report/{name}", "2")
    assert "editoin" in problem.message


@pytest.mark.parametrize("levels", ["4-7", "7-9", "6-4", "0"])
def test_levels_that_the_scale_lacks_are_told(spoil, levels):
    name = "text/2021/fr/lead.md"
    text = f"{{{{ share('T04-01', '{levels}') }}}}\n"
    assert levels in problem_of(spoil(name, text).render, "index.qmd.jinja").message


@pytest.mark.parametrize(
    "wrong",
    [
        "{{ share('T04-01', 'four') }}",
        "{{ row('T04-01').label + 3 }}",
        "{{ facts.themes[0].mean | decimal }}",
        "{{ 1 / (facts.raw.panel - facts.raw.panel) }}",
    ],
)
def test_any_other_error_of_a_text_is_told_with_its_file(spoil, wrong):
    name = "text/2021/fr/lead.md"
    problem = problem_of(spoil(name, f"One\n{wrong}\n").render, "index.qmd.jinja")
    assert (problem.file, problem.row) == (f"report/{name}", "2")


def test_any_title_makes_a_cover(tiny):
    raw, settings = telling.write_tables(tiny), tiny.text("edition.yml")
    for title in ("Baromètre : l’essai", 'Le "vrai" baromètre', "Essai # 2"):
        tiny.write("edition.yml", settings.replace("{fr: Essai", f"{{fr: '{title}'"))
        edition = read_edition(tiny.folder / "edition.yml")
        facts = Facts(tiny.layout, replace(raw, edition=edition), "fr")
        cover = Templates(REPORT, facts).data("cover")
        assert (cover["short"], cover["description"], cover["foot"]) == (title, title, [title])


def test_the_editions_own_text_stands_before_the_common_one(spoil):
    own, name = "Notre méthode.", "text/2021/fr/method.md"
    assert own in spoil(name, own).render("method.qmd.jinja")
    assert "## The panel" in spoil(name, own, "en").render("method.qmd.jinja")


def test_a_study_outside_the_checkout_has_its_own_texts_and_no_template(published, tmp_path):
    place = tmp_path / "text" / "2021" / "fr"
    place.mkdir(parents=True)
    (place / "lead.md").write_text("Notre accroche.", encoding="utf-8")
    (place / "cover.yml").write_text('short: "Notre étude"', encoding="utf-8")
    (place / "editorial-1.md").write_text("Tribune.", encoding="utf-8")
    (tmp_path / "index.qmd.jinja").write_text("no template", encoding="utf-8")
    templates = Templates(REPORT, facts_of(published, "fr"), tmp_path / "text")
    filled = templates.render("index.qmd.jinja")
    assert "Notre accroche." in filled
    assert "no template" not in filled
    assert templates.data("cover")["short"] == "Notre étude"
    assert templates.texts("editorial-*") == ["editorial-1"]
    (place / "lead.md").write_text("Il y en a 33.", encoding="utf-8")
    templates = Templates(REPORT, facts_of(published, "fr"), tmp_path / "text")
    problem = problem_of(templates.render, "text/2021/fr/lead.md")
    assert problem.file == "report/text/2021/fr/lead.md"


def test_the_editions_own_cover_overlays_the_common_one(spoil):
    cover = spoil("text/2021/fr/cover.yml", 'short: "Notre étude"\n').data("cover")
    assert (cover["short"], cover["subtitle"]) == ("Notre étude", "Résultats de l’enquête")


def test_a_text_that_no_one_wrote_is_empty(spoil):
    assert spoil("index.qmd.jinja", "[{{ text('nothing') }}]").render("index.qmd.jinja") == "[]"


def test_values_are_escaped_and_formats_are_of_the_language(spoil):
    source = "{{ '*x*' }} {{ 12345 | integer }} {{ 44 | percent }} {{ 2.75 | decimal }} "
    source += "{{ 0.333 | share }} {{ [1, 2] | series }} {{ months() }}"
    assert spoil("index.qmd.jinja", source).render("index.qmd.jinja") == (
        "\\*x\\* 12\u202f345 44\u202f% 2,8 33,3 1 2 de novembre 2020 à janvier 2021"
    )
    assert spoil("index.qmd.jinja", source, "en").render("index.qmd.jinja") == (
        "\\*x\\* 12,345 44% 2.8 33.3 1 2 from November 2020 to January 2021"
    )


# ---------------------------------------------------------------------------------- the sources

#: Digits that are no figures of the study: a name, what any rounding does, a confidence level.
NAMES = r"SHA-256|\b99 (?:ou|or) 101\b|\b95[\s\u202f]?%"


@pytest.mark.parametrize("name", SOURCES)
def test_no_figure_is_typed_into_a_source(name):
    text = (REPORT / name).read_text(encoding="utf-8")
    text = re.sub(r"\{##.*?##\}|\{\{.*?\}\}|\{%.*?%\}", "", text, flags=re.DOTALL)
    text = re.sub(rf"{NAMES}|^#+ .*\{{#.*\}}$|\{{#[\w-]+.*?\}}", "", text, flags=re.MULTILINE)
    found = [line for line in text.splitlines() if re.search(r"\d", line)]
    assert not found


@pytest.mark.parametrize("lang", shared.LANGUAGES)
def test_no_figure_is_typed_into_the_interface_words(lang):
    assert not [
        word for word in shared.leaves(STRINGS[lang]) if re.search(r"\d", re.sub(NAMES, "", word))
    ]


def test_both_languages_have_the_same_words():
    def shape(value):
        return {k: shape(v) for k, v in value.items()} if isinstance(value, dict) else type(value)

    assert shape(STRINGS["fr"]) == shape(STRINGS["en"])
    assert all(isinstance(word, str) and word for word in shared.leaves(STRINGS))


def test_both_languages_have_the_same_texts():
    names = [name.split("/") for name in SOURCES if name.startswith("text/")]
    texts = {lang: {(p[1], p[3]) for p in names if p[2] == lang} for lang in shared.LANGUAGES}
    assert texts["fr"] == texts["en"]
    assert texts["fr"]


@pytest.mark.parametrize("name", [name for name in SOURCES if "/fr/" in name])
def test_both_languages_tell_the_same_figures_in_the_same_texts(name):
    def named(path):
        text = (REPORT / path).read_text(encoding="utf-8")
        calls = re.findall(r"""(?:share|base|row)\(\s*["'][^)]*\)""", text)
        return sorted(calls)

    assert named(name) == named(name.replace("/fr/", "/en/"))


@pytest.mark.parametrize("name", [name for name in SOURCES if name.startswith("text/2021/")])
def test_no_share_reads_as_a_share_of_another(name):
    text = " ".join((REPORT / name).read_text(encoding="utf-8").split())
    assert not re.search(r"share\([^}]*\}\} (?:d’entre elles|of them)\b", text)


@pytest.mark.parametrize("name", SOURCES)
def test_sources_keep_to_what_both_engines_read(name):
    text = (REPORT / name).read_text(encoding="utf-8")
    assert not re.search(r"\{\{<|(?<![\w\"'])@(fig|tbl|sec)-|:::+ *\{?\.callout|```\{", text)
    assert not re.search(r"</?[a-z]+[ >]", text), "HTML is not read for the PDF"
