"""Ids of data and names of the program: none is both, and what the program uses is kept for it."""

import re
from collections import Counter
from itertools import chain
from types import SimpleNamespace

import pandas as pd
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from barolib.compare import comparison, delta, deltathemes, printedpairs
from barolib.drawing import deltafigures, figures
from barolib.files import ids
from barolib.reconstruction import edition_tables
from barolib.statistics import subgroups
from barolib.survey import reserved
from support import answering
from support.studies import ROOT

REPORT = ROOT / "report"
LANGUAGES = ("fr", "en")


def rename(study, old, new):
    """Gives an affirmation, theme or status another id wherever a raw file names it."""
    for path in study.folder.iterdir():
        text = path.read_text(encoding="utf-8")
        path.write_text(re.sub(rf"\b{old}(?![\w-])", new, text), encoding="utf-8")


def places(study):
    return {(each.file, each.column, each.value) for each in study.problems()}


# ---------------------------------------------------------------------------------- refused

NAMES = sorted({*chain(*reserved.names().values()), *reserved.SUBJECTS, *reserved.MISSING})


@pytest.mark.parametrize("name", [each.replace("*", "T01") for each in NAMES])
def test_a_name_of_the_program_is_no_id_whatever_its_case(name):
    assert reserved.is_reserved(name)
    assert reserved.is_reserved(name.upper())


@pytest.mark.parametrize("name", ["T01", "T01-01", "line", "cell", "status", "level", "theme-1"])
def test_other_names_are_free(name):
    assert not reserved.is_reserved(name)


@pytest.mark.parametrize(
    "name", ["general", "General", "index", "legend", "panel", "delta-T02", "NA"]
)
@pytest.mark.parametrize(
    ("old", "file", "column"),
    [
        ("T01", "themes.csv", "theme_id"),
        ("X1", "themes.csv", "theme_id"),
        ("T01-02", "questionnaire.csv", "affirmation_id"),
    ],
)
def test_a_kept_name_is_refused_in_its_place(answered, name, old, file, column):
    rename(answered, old, name)
    (problem,) = answered.problems()
    assert (problem.file, problem.column, problem.value) == (file, column, name)
    assert problem.row.isdigit()
    assert problem.fix == "give it another id"


@pytest.mark.parametrize("name", ["general", "Panel", "inhabitants", "T01-01", "t02", "X1", "nan"])
def test_a_status_that_claims_would_take_for_something_else_is_refused(answered, name):
    rename(answered, "city", name)
    assert places(answered) == {("edition.yml", "statuses.0.id", name)}


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("T01-02", "t01-01", ("questionnaire.csv", "affirmation_id", "t01-01")),
        ("T01-02", "T02", ("questionnaire.csv", "affirmation_id", "T02")),
        ("T01-02", "x1", ("questionnaire.csv", "affirmation_id", "x1")),
        ("X1", "t01", ("themes.csv", "theme_id", "t01")),
        ("T02", "T01-key", ("themes.csv", "theme_id", "T01-key")),
        ("T01-02", "X1-T01-01", ("questionnaire.csv", "affirmation_id", "X1-T01-01")),
        ("R2", "r1", ("respondents.csv", "respondent_id", "r1")),
    ],
)
def test_an_id_that_would_be_anothers_is_refused(answered, old, new, place):
    rename(answered, old, new)
    assert places(answered) == {place}


def test_statuses_stages_and_editions_that_differ_by_their_case_are_refused(answered):
    answered.replace("edition.yml", "id: town", "id: City")
    answered.replace("edition.yml", "stage: begun", "stage: None")
    assert {each.column for each in answered.problems()} == {"scale", "statuses"}
    answered.write("edition.yml", answering.SCALE)
    other = answered.layout.raw("2030")
    other.rename(other.with_name("a1"))
    answered.edition, answered.folder = "a1", other.with_name("a1")
    answered.write("edition.yml", answering.SCALE.replace('"2030"', "a1"))
    twin = other.with_name("A1")
    twin.mkdir()
    (twin / "edition.yml").write_text("id: A1", encoding="utf-8")
    assert places(answered) == {("data/raw", "", "A1")}


def test_every_kind_of_id_is_checked_and_all_are_told_at_once(tiny):
    for file, key, column, value in (
        ("themes.csv", "T02", "theme_id", "T 2"),
        ("questionnaire.csv", "T01-02", "affirmation_id", "a=b"),
        ("questionnaire.csv", "T01-01", "previous_id", "../x"),
        ("published_distributions.csv", "R4", "printed_row", "R4."),
        ("published_claims.csv", "C1", "claim_id", "C\u200b1"),
    ):
        tiny.cell(file, key, column, value)
    tiny.replace("edition.yml", "stage: begun", "stage: 'be gun'")
    tiny.append("edition.yml", "statuses: [{id: a/b, label: {fr: A}}]")
    assert places(tiny) == {
        ("edition.yml", "scale.1.stage", "be gun"),
        ("edition.yml", "statuses.0.id", "a/b"),
    }
    tiny.replace("edition.yml", "stage: 'be gun'", "stage: begun")
    tiny.replace("edition.yml", "id: a/b", "id: ab")
    told = {
        (each.file, each.column, each.value)
        for each in tiny.problems()
        if "not an id" in each.message
    }
    assert told == {
        ("themes.csv", "theme_id", "T 2"),
        ("questionnaire.csv", "affirmation_id", "a=b"),
        ("questionnaire.csv", "previous_id", "../x"),
        ("published_distributions.csv", "printed_row", "R4."),
        ("published_claims.csv", "claim_id", "C\u200b1"),
    }


# ---------------------------------------------------------------------------------- what passes

PLAIN = st.sampled_from(["T1", "a", "X", "x", "é", "themes", "1"])
ENDS = st.sampled_from(["", "", "-key", "-a", "-T1", "-measured", "-printed"])
STARTS = st.sampled_from(
    ["", "", "", "tab-", "legend-", "whole-", "delta-", "cumulated-", "X-", "T1-"]
)
TRICKY = st.tuples(STARTS, PLAIN, ENDS).map("".join)
FIXED = {use: [each.rstrip("*") for each in own] for use, own in reserved.names().items()}


def passes(themes, across, affirmations, statuses):
    """Whether check would have nothing against these ids; the first tags every affirmation."""
    texts = {
        "themes": pd.DataFrame({"theme_id": [*themes, across]}, dtype="str"),
        "questionnaire": pd.DataFrame({"affirmation_id": affirmations}, dtype="str"),
    }
    texts["themes"]["kind"] = ["theme"] * len(themes) + ["transverse"]
    texts = {name: table.set_axis(table.index.astype("str")) for name, table in texts.items()}
    edition = SimpleNamespace(statuses=[SimpleNamespace(id=each) for each in statuses])
    twice = any(table.iloc[:, 0].duplicated().any() for table in texts.values())
    every = [*themes, across, *affirmations, *statuses]
    return not (twice or any(map(ids.fault, every)) or reserved.faults(texts, edition))


def given_names(themes, across, own):
    """What the program calls things after these ids: figures, pages, anchors, texts."""
    chapters = [*themes, across]
    made = [f"{kind}-{each}" for kind in ("delta", "cumulated") for each in themes]
    anchors = [*chapters, *own, *made, *(f"{across}-{each}" for each in own)]
    anchors += [f"{kind}-{each}" for kind in ("legend", "whole", "tab") for each in chapters]
    anchors += [f"tab-delta-{each}" for each in themes]
    anchors += {*FIXED["anchors"], *FIXED["pages"], "delta-printed", "delta-themes"}
    anchors += [f"tab-{each}" for each in FIXED["after-anchors"]]
    texts = [each + end for each in chapters for end in ("", *reserved.OF_THEME)]
    return {
        "figures": [*chapters, *own, *made, *FIXED["figures"]],
        "pages": [*chapters, *FIXED["pages"], "barometre-2030"],
        "anchors": anchors,
        "texts": texts + FIXED["texts"],
    }


@settings(max_examples=300)
@given(
    st.lists(TRICKY, min_size=2, max_size=2),
    TRICKY,
    st.lists(TRICKY, min_size=2, max_size=3),
    st.lists(TRICKY, min_size=1, max_size=2, unique_by=ids.alike),
)
def test_ids_that_pass_give_no_file_anchor_or_text_to_two_things(themes, across, own, statuses):
    if passes(themes, across, own, statuses):
        found = given_names(themes, across, own)
        found["subjects"] = [*themes, across, *own, *statuses, *reserved.SUBJECTS]
        for names in found.values():
            assert [each for each, n in Counter(map(ids.alike, names)).items() if n > 1] == []


BASE = (["T1", "T2"], "X", ["a", "b"])
TAKEN = {use: {*own} - {*BASE[0], "X", "a", "b"} for use, own in given_names(*BASE).items()}
#: Names of which none other than these may be a theme's, or an affirmation's.
OF_THEMES = sorted(name for own in TAKEN.values() for name in own if ids.fault(name) is None)
OF_AFFIRMATIONS = sorted(n for n in TAKEN["figures"] | TAKEN["anchors"] if ids.fault(n) is None)


def test_the_base_of_what_is_tried_passes():
    assert passes(*BASE, ["city"])
    assert len(OF_THEMES) > 100


@pytest.mark.parametrize("name", OF_THEMES)
def test_no_theme_bears_what_the_program_calls_something_else(name):
    assert not passes([*BASE[0], name], *BASE[1:], ["city"])


@pytest.mark.parametrize("name", OF_AFFIRMATIONS)
def test_no_affirmation_bears_what_the_program_calls_something_else(name):
    assert not passes(*BASE[:2], [*BASE[2], name], ["city"])


@pytest.mark.parametrize("name", ["themes", "own", "printed"])
def test_no_theme_makes_an_anchor_that_the_program_has(name):
    assert not passes([*BASE[0], name], *BASE[1:], ["city"])


# ---------------------------------------------------------------------------------- apart by make


def test_columns_of_the_program_are_free_for_affirmations(answered):
    usual = edition_tables.build_tables(answered.read())
    free = {"T01-01": "cell", "T01-02": "level", "T02-01": "line", "T02-02": "status"}
    for old, new in free.items():
        rename(answered, old, new)
    # The columns of the files keep their names.
    for name in ("respondents.csv", "edition.yml"):
        answered.write(name, answering.FILES[name])
    raw = answered.read()
    found = edition_tables.build_tables(raw)
    for name in ("distributions", "theme_distributions", "scores", "theme_scores", "groups"):
        expected = getattr(usual, name).replace(free)
        keys = [
            each
            for each in ("affirmation_id", "respondent_id", "theme_id", "level")
            if each in expected
        ]
        pd.testing.assert_frame_equal(
            getattr(found, name).sort_values(keys, ignore_index=True),
            expected.sort_values(keys, ignore_index=True),
        )


def models(now):
    """What the models tell of each affirmation compared, by its place in the questionnaire."""
    pair = comparison.of_raws(comparison.raws(now.layout, "2030", None))
    return deltathemes.models(pair, delta.affirmations(pair)).drop(columns="affirmation_id")


def test_a_comparison_is_the_same_whatever_ids_and_statuses_are_called(two):
    figures.use_fonts(two[0].layout.fonts)
    usual = drawn(*two), models(two[0])
    new = {"A1": "after", "A2": "status", "A3": "rank", "T01-01": "basis", "T01-02": "change"}
    new |= {"T02-01": "subject", "T02-02": "theme_id-2"}
    for study in two:
        for name in ("questionnaire.csv", "answers.csv"):
            for old, name_now in new.items():
                study.write(name, re.sub(rf"\b{old}(?![\w-])", name_now, study.text(name)))
        for name in ("edition.yml", "respondents.csv"):
            study.write(name, study.text(name).replace("city", "group").replace("town", "now"))
    assert drawn(*two) == usual[0]
    pd.testing.assert_frame_equal(models(two[0]), usual[1])


# ---------------------------------------------------------------------------------- what is used


def drawn(now, before):
    """The names of all figures of a comparison and its newer edition."""
    raws = comparison.raws(now.layout, "2030", None)
    pair, own = comparison.of_raws(raws), edition_tables.build_tables(raws[-1])
    raw = own.raw
    people = subgroups.memberships(raw.participants, own.groups, raw.edition)
    by = subgroups.Subgroups(own.scores, raw.answers, people, raw.members, raw.edition)
    table = delta.affirmations(pair)
    shown = {"theme_scores": own.theme_scores, "delta_affirmations": table}
    shown |= {"subgroup_scores": by.means, "subgroup_stages": by.stages}
    shown |= {
        "delta_cuts": delta.other_cuts(pair),
        "delta_themes": deltathemes.themes(pair, table)[0],
    }
    shown |= {"printed_comparisons": printedpairs.table(pair)}
    given = own.distributions, own.theme_distributions, own.reconstructions
    found = figures.draw_distributions(own.raw, *given, ["fr"])
    found += figures.draw_scores(own.raw, shown, ["fr"])
    found += deltafigures.draw_delta(own.raw, before.read(), shown, ["fr"])
    subjects = {*own.raw.themes["theme_id"], *own.raw.questionnaire["affirmation_id"]}
    return {each.name for each in found} - subjects


def test_names_of_figures_are_kept(two):
    figures.use_fonts(two[0].layout.fonts)
    names = drawn(*two)
    assert {"legend", "theme_means", "delta_themes", "delta-T01", "cumulated-T01"} <= names
    assert [each for each in sorted(names) if not reserved.is_reserved(each)] == []


def sources(pattern):
    return {path: path.read_text(encoding="utf-8") for path in sorted(REPORT.glob(pattern))}


def test_names_of_pages_are_kept():
    pages = {path.name.partition(".")[0] for path in REPORT.glob("*.qmd.jinja")} - {
        "theme",
        "figure",
        "slides",
    }
    assert "conformity" in pages
    assert [each for each in sorted(pages) if not reserved.is_reserved(each)] == []
    assert reserved.is_reserved("barometre-2030")


def test_anchors_are_kept():
    texts = "".join([*sources("*.qmd.jinja").values(), *sources("text/common/*/*.md").values()])
    anchors = set(re.findall(r"{#([\w-]+)(?:{{[^}]*}})?[ }]", texts))
    page = (REPORT / "assets" / "page.html").read_text(encoding="utf-8")
    anchors |= set(re.findall(r' id="([\w-]+)"', page))
    script = (REPORT / "assets" / "report.js").read_text(encoding="utf-8")
    anchors |= {each.replace("$", "1") for each in re.findall(r"id = `([\w-]*\$)", script)}
    assert {"limits", "content", "legend-", "tab-own", "level-1"} <= anchors
    assert [each for each in sorted(anchors) if not reserved.is_reserved(each)] == []
    # A theme's own anchors begin so.
    themes = {each.split("-", 1)[1] for each in anchors if each.startswith(("tab-", "delta-"))}
    assert {"own", "themes"} <= themes
    assert [each for each in sorted(themes) if each and not reserved.is_reserved(each)] == []


def slug(heading):
    """The anchor of a heading, as Pandoc makes it."""
    words = re.sub(r"[^\w\s.-]", "", heading.lower()).split()
    return re.sub(r"^[^a-zà-ÿœ]+", "", "-".join(words))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_headings_are_kept(lang):
    words = yaml.safe_load((REPORT / "strings.yml").read_text(encoding="utf-8"))[lang]
    found = []
    for text in sources("*.qmd.jinja").values():
        for heading in re.findall(r"^##+ {{ (.+) }}", text, re.M):
            for key, name in re.findall(r"\bt\.(\w+)(?:\.(\w+)|\[\w+\])", heading):
                found += [words[key][name]] if name else [*words[key].values()]
    for text in sources(f"text/common/{lang}/*.md").values():
        found += re.findall(r"^##+ ([^{\n]+)$", text, re.M)
    assert len(found) > 30
    anchors = {slug(each.replace("{edition}", "2018")) for each in found}
    assert [each for each in sorted(anchors) if not reserved.is_reserved(each)] == []


def test_names_of_texts_are_kept():
    names = {path.name.partition(".")[0] for path in REPORT.glob("text/common/*/*.md")}
    told = "".join([*sources("*.qmd.jinja").values(), *sources("text/common/*/*.md").values()])
    names |= set(
        re.findall(r'(?<!~ )"(\w[\w-]*)"', " ".join(re.findall(r"\btext\(([^()]*)\)", told)))
    )
    names |= {"editorial-1"}
    assert {"lead", "key-figures", "theme-key", "origin"} <= names
    for end in reserved.OF_THEME:
        names |= {each.removesuffix(end) for each in names if each.endswith(end)}
    names -= {"key-"}  # what follows it is a name of its own
    assert [each for each in sorted(names) if not reserved.is_reserved(each)] == []


def test_what_follows_a_themes_id_in_the_names_of_texts_is_known():
    told = (REPORT / "theme.qmd.jinja").read_text(encoding="utf-8")
    ends = {f"-{each}" for each in re.findall(r'text\(theme\.id ~ "-([\w-]+)"', told)}
    ends |= {
        f"-{each}"
        for each in re.findall(r'for name in \("(viewpoint)", "(field-report)"\)', told)[0]
    }
    assert ends == set(reserved.OF_THEME)
