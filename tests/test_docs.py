"""The docs say what the code does, and no figure is typed into the report's sources.

`python tests/test_docs.py` writes the tables of docs/data-dictionary.md again.
"""

from __future__ import annotations

import importlib
import re
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from itertools import takewhile
from pathlib import Path
from typing import get_args

import jinja2
import pandas as pd
import pytest
import yaml
from jinja2 import nodes
from pydantic import BaseModel

from barolib import cli
from barolib.errors import StudyError
from barolib.i18n import prose
from barolib.i18n.wording import Language
from barolib.reconstruction import admissible
from barolib.report.distributions import COLUMNS
from barolib.report.facts import Facts
from barolib.report.templates import Templates
from barolib.report.themes import Theme
from barolib.survey import claims, contracts
from barolib.survey.edition import Edition
from support import published as shared
from support import telling

ROOT = Path(__file__).resolve().parents[1]
REPORT = ROOT / "report"
DICTIONARY = ROOT / "docs" / "data-dictionary.md"
DOCS = [ROOT / "README.md", ROOT / "data" / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
SOURCES = [*REPORT.glob("*.qmd.jinja"), *REPORT.glob("text/*/*/*.*"), REPORT / "strings.yml"]

#: Digits that a source may hold outside Jinja's braces, by file: what rounding makes of a total of
#: 100 is no figure of an edition, and SHA-256 is a name.
TYPED = {"strings.yml": {"95", "256"}}
#: Whose arguments are ids, levels or names, never figures.
FUNCTIONS = {"share", "about", "over", "under", "mean", "says", "as_is", "evolution", "progress"}
FUNCTIONS |= {"decline", "stable", "base", "row", "text", "texts", "alt", "printed"}
FILTERS = {"selectattr", "rejectattr"}


def named(paths: list[Path]) -> list:
    return [pytest.param(path, id=str(path.relative_to(ROOT))) for path in paths]


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def cells(line: str) -> list[str]:
    parts = re.split(r"(?<!\\)\|", line.strip().strip("|"))
    return [part.replace(r"\|", "|").strip() for part in parts]


def table_after(text: str, header: str) -> list[list[str]]:
    """The rows of the Markdown table whose header starts so."""
    lines = text.split(f"\n{header}", 1)[1].splitlines()[2:]
    return [cells(line) for line in takewhile(lambda line: line.startswith("|"), lines)]


# ------------------------------------------------------------------------- data dictionary


def dictionary_tables(kind: str) -> str:
    """The Markdown of every table of a kind (raw, processed), from dictionary.yml."""
    parts = []
    for name, about in contracts.dictionary()[kind].items():
        parts += [f"### {name}", "", f"A row is: {about['row']}.", ""]
        parts += ["| column | type | what |", "|---|---|---|"]
        parts += [f"| `{c}` | {type_} | {what} |" for c, (type_, what) in about["columns"].items()]
        parts += [""]
    return "\n".join(parts)


def part_of(text: str, kind: str) -> re.Match:
    pattern = rf"(<!-- {kind}: [^\n]*-->\n)(.*?)\n?(<!-- end of {kind} -->)"
    found = re.search(pattern, text, re.DOTALL)
    assert found, f"docs/data-dictionary.md has lost the marks of its part {kind}"
    return found


@pytest.mark.parametrize("kind", ["raw", "processed"])
def test_data_dictionary_holds_the_tables_of_the_code(kind):
    held = part_of(read(DICTIONARY), kind)[2].strip()
    assert held == dictionary_tables(kind).strip(), "run: python tests/test_docs.py"


def test_every_type_is_explained():
    part = read(DICTIONARY).split("\n### Types\n")[1].split("\n## ")[0]
    explained = set(re.findall(r"^- `([^`]+)`: \S", part, re.MULTILINE))
    used = {
        re.sub(r"^one of .*", "one of …", type_.removesuffix("?"))
        for tables in contracts.dictionary().values()
        for about in tables.values()
        for type_, _ in about["columns"].values()
    }
    assert used == explained


def settings(model: type[BaseModel], before: str = "") -> Iterator[tuple[str, object]]:
    """Every key of edition.yml with its default; those of French and English labels once."""
    for name, field in model.model_fields.items():
        default = "required" if field.is_required() else field.default
        yield before + name, default.model_dump() if isinstance(default, BaseModel) else default
        inner = [m for m in (field.annotation, *get_args(field.annotation)) if isinstance(m, type)]
        for each in inner:
            if issubclass(each, BaseModel) and name != "label":
                many = "[]" if getattr(field.annotation, "__origin__", None) is list else ""
                yield from settings(each, f"{before}{name}{many}.")


def test_data_dictionary_holds_every_setting_of_an_edition_with_its_default():
    rows = table_after(read(DICTIONARY), "| key | default | what |")
    told = {key.strip("`"): yaml.safe_load(default.strip("`")) for key, default, _ in rows}
    assert told == dict(settings(Edition))


# ------------------------------------------------------------------------- method


@pytest.fixture(scope="module")
def method() -> str:
    return read(ROOT / "docs" / "method.md")


def test_method_counts_the_verdicts_of_each_rounding_rule(raw2021, method):
    trials = admissible.rounding_trials(raw2021)
    rows = table_after(method, "| rule | exact | ambiguous | impossible |")
    for rule, *told in rows:
        found = trials.loc[trials["rounding"] == rule.strip("`"), "verdict"].value_counts()
        assert [int(n) for n in told] == [found[v] for v in ("exact", "ambiguous", "impossible")]
    assert {row[0].strip("`") for row in rows} == set(trials["rounding"])


def test_method_tells_the_repairs_that_were_applied(raw2021, method):
    repairs = admissible.repair_table(raw2021)
    rows = table_after(method, "| row | as transcribed |")
    assert [row[0] for row in rows] == list(dict.fromkeys(repairs["affirmation_id"]))
    for subject, _, _, counts, proposals, allowed, met in rows:
        own = repairs[repairs["affirmation_id"] == subject]
        applied = own[own["applied"]].iloc[0]
        vector = " ".join(str(applied[name]) for name in raw2021.edition.count_columns)
        assert counts == f"{vector} of {applied['base']}"
        assert int(proposals) == len(own)
        known = own["pooled_allows"].notna().any()
        assert allowed == (str(own["pooled_allows"].sum()) if known else "no bar")
        assert met == f"{applied['claims_met']} of {applied['claims_asked']}"


def test_method_tells_how_far_each_qualifier_reaches(method):
    words = {"its precision": None, "any": 100.0, "0": 0.0, "5 points": 5.0}
    told = {}
    for names, below, above in table_after(method, "| qualifier |"):
        reach = words[below], words[above]
        told |= dict.fromkeys(re.findall(r"`([^`]+)`", names), reach)
        told |= {"": reach} if names.startswith("none") else {}
    assert told == claims.QUALIFIERS


def test_method_is_where_the_code_says_it_is(method):
    headings = set(re.findall(r"^## (.+)$", method, re.MULTILINE))
    sources = [*(ROOT / "src").rglob("*.py"), *(ROOT / "notebooks").glob("*.ipynb")]
    cited = {name for path in sources for name in re.findall(r'method\.md, "([^"]+)"', read(path))}
    assert cited
    assert cited <= headings


# ------------------------------------------------------------------------- links and commands


def anchors(path: Path) -> set[str]:
    """The ids that a heading of the file has where Markdown is shown."""
    titles = re.findall(r"^#+ (.+)$", read(path), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("path", named(DOCS))
def test_links_between_docs_lead_somewhere(path):
    text = re.sub(r"```.*?```|`[^`\n]*`", "", read(path), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if "://" in target:
            continue
        name, _, anchor = target.partition("#")
        place = (path.parent / name).resolve() if name else path
        assert place.exists(), target
        assert not anchor or anchor in anchors(place), target


def commands(path: Path, program: str) -> list[list[str]]:
    """The words after the program's name, of every command line that the file shows."""
    shown = re.findall(r"^ *```sh\n(.*?)^ *```|`([^`\n]+)`", read(path), re.DOTALL | re.MULTILINE)
    lines = [line.split("#")[0] for pair in shown for line in "".join(pair).splitlines()]
    found = [re.search(rf"(?:^|\s|/){program} ([a-z-].*)$", line) for line in lines]
    return [match[1].split() for match in found if match]


@pytest.mark.parametrize("path", named(DOCS))
def test_commands_in_docs_exist(path, capsys):
    for name, *words in commands(path, "barolib"):
        with pytest.raises(SystemExit) as ended:
            cli.main([name, "--help"])
        assert ended.value.code == 0, f"barolib {name}"
        known = capsys.readouterr().out
        assert all(word in known for word in words if word.startswith("--")), words


@pytest.mark.parametrize("path", named(DOCS))
def test_make_targets_in_docs_exist(path):
    targets = re.findall(r"^([a-z]+):", read(ROOT / "Makefile"), re.MULTILINE)
    assert {name for name, *_ in commands(path, "make")} <= set(targets)


def test_readme_shows_every_command(capsys):
    with pytest.raises(SystemExit):
        cli.main(["--help"])
    known = re.findall(r"^ {4}([a-z][a-z-]*) ", capsys.readouterr().out, re.MULTILINE)
    assert known
    assert {name for name, *_ in commands(ROOT / "README.md", "barolib")} == set(known)


# ------------------------------------------------------------------------- report


def keys(value: object) -> object:
    """The shape of interface words: keys, lengths of lists, and the fields that code fills."""
    if isinstance(value, dict):
        return {key: keys(each) for key, each in value.items()}
    if isinstance(value, list):
        return [keys(each) for each in value]
    return sorted(re.findall(r"{\w*}", value)) if isinstance(value, str) else value


def test_interface_words_have_the_same_shape_in_both_languages():
    words = yaml.safe_load(read(REPORT / "strings.yml"))
    assert set(words) == set(cli.LANGUAGES)
    assert keys(words["fr"]) == keys(words["en"])


@pytest.mark.parametrize("lang", cli.LANGUAGES)
def test_interface_words_and_templates_hold_no_number_and_no_verb_of_change(lang):
    words = yaml.dump(yaml.safe_load(read(REPORT / "strings.yml"))[lang], allow_unicode=True)
    words = re.sub(r"^\s*[\w-]+:|{\w*}", "", words, flags=re.MULTILINE)
    told = {"strings.yml": words} | {path.name: read(path) for path in REPORT.glob("*.qmd.jinja")}
    for name, source in told.items():
        tree = jinja2.Environment().parse("")  # constants are looked at below
        assert not prose.unproved(source, tree, Language(lang), name), name


def parsed(path: Path) -> nodes.Template:
    marks = {"comment_start_string": "{##", "comment_end_string": "##}"}
    return jinja2.Environment(**marks).parse(read(path))


@pytest.mark.parametrize("path", named(SOURCES))
def test_no_figure_is_typed_into_a_source_of_the_report(path):
    template = parsed(path)
    prose = "".join(part.data for part in template.find_all(nodes.TemplateData))
    assert set(re.findall(r"\d+", prose)) <= TYPED.get(path.name, set())
    calls = [
        *(c for c in template.find_all(nodes.Call) if getattr(c.node, "name", "") in FUNCTIONS),
        *(f for f in template.find_all(nodes.Filter) if f.name in FILTERS),
    ]
    names = {id(argument) for call in calls for argument in call.args}
    # What a claim is held against is no figure of the text: the ledger judges it.
    names |= {
        id(each.value)
        for call in calls
        for each in call.kwargs
        if each.key in ("value", "levels", "printed")
    }
    for constant in template.find_all(nodes.Const):
        if isinstance(constant.value, str) and id(constant) not in names:
            typed = re.sub(r"^[TX]\d+(-\d+)?$", "", constant.value)
            assert not re.search(r"\d", typed), f"line {constant.lineno}"


@pytest.mark.parametrize("path", named(SOURCES))
def test_no_number_is_shown_as_it_is_written(path):
    for output in parsed(path).find_all(nodes.Output):
        for shown in output.nodes:
            while isinstance(shown, nodes.Filter):
                shown = shown.node
            assert not isinstance(shown, nodes.Const), f"line {shown.lineno}"


def test_every_text_is_asked_for_and_stands_in_both_languages():
    told = "".join(map(read, SOURCES))
    calls = " ".join(re.findall(r"\btext\(([^()]*)\)", told))
    asked = set(re.findall(r'"(\w[\w-]*\w)"', calls)) | {"cover"}
    asked |= {f"key-{name}" for name in ("evolution", "groups", "themes", "results", "across")}
    asked |= {"next-steps", "next-questions"}
    assert asked <= {path.stem for path in REPORT.glob("text/*/*/*")}
    parts = ("", "-title", "-key", "-measured", "-evolution", "-viewpoint", "-field-report")
    for folder in sorted(REPORT.glob("text/*")):
        held = {each.name: {path.stem for path in each.iterdir()} for each in folder.iterdir()}
        assert set(held) == set(cli.LANGUAGES)
        assert held["fr"] == held["en"]
        edition = "2021" if folder.name == "example" else folder.name
        themes = ROOT / "data" / "raw" / edition / "themes.csv"
        ids = set(pd.read_csv(themes)["theme_id"]) if themes.exists() else set()
        own = {each + part for each in ids for part in parts}
        own |= {each for each in held["fr"] if each.startswith("editorial-")}
        assert held["fr"] <= asked | own, f"{folder}: no template asks for it"


def examples(published: shared.Published, lang: str, folder: Path, shown: list[str]) -> list[str]:
    """What each example of docs/report.md gives in 2021, as a reader sees it."""
    (folder / "strings.yml").write_text(read(REPORT / "strings.yml"), encoding="utf-8")
    ends = {"{% for": "{% endfor %}", "{% if ": "{% endif %}"}
    text = "\n".join(each + ends.get(each[:6], "") for each in shown)
    (folder / "examples.md").write_text(text + "\n", encoding="utf-8")
    facts = Facts(published.layout, published.raw, lang)
    filled = telling.read(Templates(folder, facts), "examples.md", theme=facts.chapters[0])
    return [re.sub(r"\\(\W)", r"\1", re.sub(r"\s", " ", line)) for line in filled.split("\n")]


def test_examples_of_functions_and_filters_give_what_is_told(published, tmp_path):
    text = read(ROOT / "docs" / "report.md")
    rows = [(row[2], row[3]) for row in table_after(text, "| function |") if row[3]]
    english = rows + [(row[2], row[3]) for row in table_after(text, "| filter |")]
    french = [(row[2], row[4]) for row in table_after(text, "| filter |")]
    for lang, pairs in (("en", english), ("fr", french)):
        found = examples(published, lang, tmp_path, [shown.strip("`") for shown, _ in pairs])
        assert found[: len(pairs)] == [given for _, given in pairs]


def test_examples_of_facts_are_filled(published, tmp_path):
    part = read(ROOT / "docs" / "report.md").split("\n### Facts\n")[1].split("\n## ")[0]
    shown = re.findall(r"`(\{[{%] .*? [%}]\})`", part)
    assert len(shown) > 15
    for example in shown:
        examples(published, "fr", tmp_path, [example])


def test_every_documented_fact_is_open_to_a_text(published, tmp_path):
    text = read(ROOT / "docs" / "report.md")
    shown = sorted(set(re.findall(r"`(facts\.\w+)`", text)) - {"facts.judged"})
    examples(published, "fr", tmp_path, [f"{{% if {name} %}}" for name in shown])
    with pytest.raises(StudyError):
        examples(published, "fr", tmp_path, ["{% if facts.judged %}"])


def test_every_fact_is_documented():
    text = read(ROOT / "docs" / "report.md")
    shown = set(re.findall(r"`([\w.]+)`", text))
    public = {name for name in vars(Facts) if not name.startswith("_")} | {"raw", "lang", "edition"}
    public |= {"manifest", "audit_trail", "evolution"}
    assert {f"facts.{name}" for name in public} <= shown
    assert {name for name in shown if name.startswith("facts.")} <= {f"facts.{n}" for n in public}
    names = {*COLUMNS, *(field.name for field in fields(Theme)), "high", "low", "origins"}
    assert names <= shown
    tables = contracts.dictionary()["processed"]
    columns = {*tables["delta_affirmations"]["columns"], *tables["delta_themes"]["columns"]}
    (change,) = re.findall(r"^A \*\*change\*\* has(.*?)\n\n", text, re.DOTALL | re.MULTILINE)
    others = {"delta_affirmations", "delta_themes", "id", "not_covered"}
    others |= {"progress", "decline", "stable", "not_distinguishable", "collected", "printed"}
    assert set(re.findall(r"`(\w+)`", change)) <= columns | others | {"simulated"}


def write_dictionary() -> None:
    """Writes the tables of docs/data-dictionary.md again."""
    text = read(DICTIONARY)
    for kind in ("raw", "processed"):
        found = part_of(text, kind)
        part = found[1] + "\n" + dictionary_tables(kind) + "\n" + found[3]
        text = text[: found.start()] + part + text[found.end() :]
    DICTIONARY.write_text(text, encoding="utf-8", newline="\n")


def test_the_pictures_of_the_readme_are_small_and_described():
    pictures = re.findall(
        r'<img src="([^"]+)" width="\d+" alt="([^"]+)">', read(ROOT / "README.md")
    )
    held = {f"docs/images/{path.name}" for path in (ROOT / "docs" / "images").glob("*.png")}
    assert {name for name, _ in pictures} == held
    assert len(held) == 2
    for name, alt in pictures:
        assert (ROOT / name).stat().st_size < 120_000, name
        assert len(alt.split()) >= 10, name


# ---------------------------------------------------------------------------------- architecture


@pytest.fixture(scope="module")
def architecture() -> str:
    return read(ROOT / "docs" / "architecture.md")


def test_every_function_that_the_architecture_names_is_there(architecture):
    names = set(re.findall(r"`((?:\w+\.){2,}\w+)`", architecture))
    assert len(names) > 20
    for name in names:
        package, module, *path = name.split(".")
        place = importlib.import_module(f"barolib.{package}.{module}")
        for part in path:
            place = getattr(place, part)


def test_the_architecture_walks_three_figures_in_twelve_steps_each(architecture):
    walks = re.findall(r"^### .*?(?=^##|\Z)", architecture, re.MULTILINE | re.DOTALL)
    steps = [re.findall(r"^\d+\. `(?:\w+\.){2,}\w+`: ", walk, re.MULTILINE) for walk in walks]
    assert len(walks) == 3
    assert all(6 <= len(walk) <= 10 for walk in steps)  # and the two that all share


def test_the_picture_of_the_packages_is_that_of_the_import_contract(architecture):
    (picture,) = re.findall(r"```mermaid\nflowchart TD\n(.*?)```", architecture, re.DOTALL)
    chain, *labels = [line.strip() for line in picture.splitlines()]
    settings = tomllib.loads(read(ROOT / "pyproject.toml"))
    layers = settings["tool"]["importlinter"]["contracts"][0]["layers"]
    assert chain.replace("&", "|").split(" --> ") == layers
    packages = {name for layer in layers for name in layer.split(" | ")}
    labelled = [re.fullmatch(r'(\w+)\["(\w+): [^"]+"\]', line).groups() for line in labels]
    assert all(name == shown for name, shown in labelled)
    assert {name for name, _ in labelled} == packages - {"cli", "errors", "terminal"}


if __name__ == "__main__":
    write_dictionary()
