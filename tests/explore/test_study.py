"""The study opened in a notebook: what it answers, by hand counts, and what it withholds."""

import doctest
import re
import subprocess
import sys
from functools import partial

import pandas as pd
import pytest
from IPython.core.completer import IPCompleter, provisionalcompleter

import barolib
from barolib.compare import comparison, delta
from barolib.drawing import palette
from barolib.errors import StudyError
from barolib.explore import questions
from barolib.explore import study as module
from barolib.survey import contracts
from support import answering, charting
from support.studies import ROOT

AFFIRMATIONS = ["T01-01", "T01-02", "T02-01", "T02-02"]


@pytest.fixture
def opened(answered):
    """The study of six respondents (answering.py)."""
    return barolib.open("2030", answered.layout.root, "en")


@pytest.fixture(scope="module")
def of_2021():
    return barolib.open("2021", ROOT)


def test_names_are_completed(of_2021):
    """By what JupyterLab asks: the questions, and the ids of themes and affirmations."""
    completer = IPCompleter(namespace={"study": of_2021})
    with provisionalcompleter():
        offered = {
            line: [found.text for found in completer.completions(line, len(line))]
            for line in ('study["T04-0', "study.wea")
        }
    assert offered['study["T04-0'][:2] == ["T04-01", "T04-02"]
    assert any(text.endswith("weakest") for text in offered["study.wea"])
    assert of_2021["T04-01"].sentence == of_2021.distribution("T04-01").sentence


def plain(text):
    return re.sub(r"\s", " ", text)


# ---------------------------------------------------------------------------------- opening


def test_importing_barolib_loads_nothing_heavy():
    code = "import sys, barolib; print([m for m in ('pandas', 'matplotlib') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_examples_of_the_docstrings_run(monkeypatch):
    monkeypatch.chdir(ROOT / "notebooks")  # the root is the first folder above with data/raw
    for each in (barolib, module):
        failed, tried = doctest.testmod(each)
        assert tried > 0
        assert failed == 0


def test_the_newest_edition_is_opened(answered):
    assert barolib.open(root=answered.layout.root).raw.edition.id == "2030"


@pytest.mark.parametrize(
    ("ask", "hint"),
    [
        (lambda s: s.distribution("T01-1"), "'T01-01'"),
        (lambda s: s.distribution("T01-01", statut="city"), "'status'"),
        (lambda s: s.distribution("T01-01", status="cities"), "'city'"),
        (lambda s: s.distribution("T01-01", sort="percents"), "'percent'"),
        (lambda s: s.distribution("T01-01", style="stack"), "'stacked'"),
        (lambda s: s.distribution("T01-01", cut=1), "known: 2, 3, 4"),
        (lambda s: s.distribution("T01-01", cut=5), "known: 2, 3, 4"),
        (lambda s: s.scores(by="statuses"), "'status'"),
        (lambda s: s.affirmations("T1"), "'T01'"),
        (lambda s: s.tables["score"], "'scores'"),
    ],
)
def test_a_mistyped_name_is_told_with_the_nearest(opened, ask, hint):
    with pytest.raises(StudyError, match=re.escape(hint)):
        ask(opened)


def test_an_unknown_edition_or_language_is_told(answered):
    with pytest.raises(StudyError, match="did you mean '2030'"):
        barolib.open("2031", answered.layout.root)
    with pytest.raises(StudyError, match="no such language"):
        barolib.open("2030", answered.layout.root, "de")


def test_a_study_shows_its_themes_and_tables(opened):
    shown = opened._repr_html_()
    assert "Trial" in shown
    assert "<td>T02</td><td>Second</td><td>2" in shown
    assert "distributions" in shown
    assert repr(opened) == "Study of 2030: 3 themes, 4 affirmations"


# ---------------------------------------------------------------------------------- tables


def test_the_tables_are_those_of_a_run(of_2021, process):
    run = process(of_2021.raw)
    assert set(run) - {"rounding_trials", "repairs", "pooled_checks"} <= set(of_2021.tables)
    for name in ("distributions", "theme_distributions", "theme_scores", "printed"):
        pd.testing.assert_frame_equal(of_2021.tables[name], run[name])


def test_a_table_taken_and_changed_stays_as_it_was(opened):
    taken = opened.tables["scores"]
    taken["score"] = 0.0
    assert opened.tables["scores"]["score"].max() == 4.0


# ---------------------------------------------------------------------------------- distributions


@pytest.mark.parametrize(("cut", "percent"), [(None, 50), (2, 75), (4, 25)])
def test_the_percent_counts_from_the_cut_on(opened, cut, percent):
    view = opened.distribution("T02-01", cut=cut)  # levels 3 2 1 4
    assert view.table["n"].tolist() == [1, 1, 1, 1]
    assert f": {percent}% at" in plain(view.sentence)
    mark = "Implementation: 50%" if cut is None else f"Level {cut} or more: {percent}%"
    assert mark in plain(" ".join(charting.words(view.chart.svg)))
    assert mark in plain(view.chart.alt)


def test_french_percents_keep_their_number_and_its_space(answered):
    view = barolib.open("2030", answered.layout.root).distribution("T02-01", cut=2)
    assert "Niveau\u00a02 et plus\u00a0: 75\u202f%" in " ".join(charting.words(view.chart.svg))
    assert "«\u00a0Trois\u00a0»\u00a0: 75\u202f% au niveau\u00a02" in view.sentence


def test_the_most_advanced_comes_first_when_asked(opened):
    view = opened.distribution(*AFFIRMATIONS, sort="percent")
    # Shares at implementation: 2/4, 1/3, 2/4, 3/4
    order = [line.split("”")[0][1:] for line in view.sentences]
    assert order == ["Four", "One", "Three", "Two"]
    assert view.chart.alt.index("Four") < view.chart.alt.index("One")
    usual = [line.split("”")[0][1:] for line in opened.distribution(*AFFIRMATIONS).sentences]
    assert usual == ["One", "Two", "Three", "Four"]


def test_without_a_figure_it_says_so_and_draws_nothing(tiny):
    view = barolib.open("2030", tiny.layout.root).distribution("T02-02")  # not printed
    assert view.chart is None
    assert view.table.empty
    assert plain(view.sentence) == "« Quatrième » : aucun chiffre."
    assert "figure" not in view._repr_html_()


def test_what_changed_is_that_of_the_comparison(of_2021):
    everything, theme = of_2021.compare("2018"), of_2021.compare("2018", theme="T04")
    pair = comparison.of_raws(comparison.raws(of_2021.layout, "2021", "2018"))
    table = delta.affirmations(pair)
    own = table[table["affirmation_id"].isin(of_2021.affirmations("T04"))]
    pd.testing.assert_frame_equal(theme.table, own)
    assert everything.table["theme_id"].is_unique
    for view in (everything, theme):
        assert "simul" in view.sentence
        assert eval(view.line, {"barolib": barolib}).sentence == view.sentence


def test_without_an_earlier_edition_there_is_nothing_to_compare(opened):
    with pytest.raises(StudyError, match="nothing to compare with"):
        opened.compare()


# ---------------------------------------------------------------------------------- what stands out


def test_the_weakest_come_first(opened):
    view = opened.weakest(3)  # shares at implementation: 2/4, 1/3, 2/4, 3/4
    assert [line.split("”")[0][1:] for line in view.sentences] == ["Two", "One", "Three"]
    of_towns = opened.weakest(status="town")
    assert "this subgroup may not be shown" in of_towns.sentence
    assert of_towns.line.endswith(".weakest(status='town')")


def test_the_weakest_of_a_subgroup_are_those_that_may_be_shown(of_2021):
    view = of_2021.weakest(5, status="ville")
    rows = of_2021._breakdowns
    rows = rows[(rows["subgroup"] == "ville") & (rows["level"] == 2) & ~rows["withheld"]]
    shown = rows[rows["subject"].str.contains("-")]
    least = view.table.loc[view.table["level"] == 2, "percent"]
    assert sorted(least) == sorted(shown["percent"])[:5] == list(least)
    assert not view.table["withheld"].any()


def test_a_word_is_found_across_themes_whatever_its_accents(of_2021):
    found = of_2021.search("STRATEGIE").table["subject"].unique()
    labels = of_2021.raw.questionnaire.set_index("affirmation_id")["label_fr"]
    assert [*found] == [*labels[labels.str.contains("stratégie", case=False)].index]
    assert len({name[:3] for name in found}) > 1


def test_a_subgroup_is_set_apart_by_published_means(of_2021):
    view, means = of_2021.apart(status="ville"), of_2021.tables["subgroup_scores"]
    means = means[means["dimension"] == "status"].set_index(["theme_id", "subgroup"])
    for row in view.table.itertuples():
        assert row.mean == means.loc[(row.theme_id, "ville"), "mean"]
        others = means.loc[row.theme_id].drop("ville")
        expected = (others["mean"] * others["base"]).sum() / others["base"].sum()
        assert row.others == pytest.approx(expected, abs=0.05001)
        assert row.gap == pytest.approx(row.mean - row.others)
    assert view.table["gap"].is_monotonic_decreasing
    withheld = means.reset_index().assign(dimension="status", withheld=True)
    assert questions.apart(withheld, "status", "ville").empty


def test_themes_that_go_together_need_ten_respondents(opened):
    people = [f"R{number}" for number in range(10)]
    one = pd.DataFrame({"respondent_id": people, "theme_id": "A", "score": range(10)})
    two = one.assign(theme_id="B", score=[*range(9), 5])  # rho: by hand, ties at their mean
    rows = questions.together(pd.concat([one, two]))
    assert rows.to_numpy().tolist() == [["A", "B", 0.9, 10]]
    assert questions.together(pd.concat([one, two.iloc[1:]])).empty
    assert "Nothing to show" in opened.together().sentence  # four respondents


def test_what_moved_in_a_subgroup_is_what_both_editions_show():
    columns = ["subject", "level", "percent", "base", "withheld"]
    rows = [["A1", 2, 40, 10, False], ["A2", 2, 10, 12, False], ["A3", 2, 90, 10, True]]
    before = pd.DataFrame(rows, columns=columns)
    now = before.assign(subject=["B1", "B2", "B3"], percent=[50, 80, 5], withheld=False)
    links = pd.DataFrame({"affirmation_id": ["B1", "B2", "B3"], "previous_id": ["A1", "A2", "A3"]})
    moved = questions.moved(now, before, links)
    assert moved["affirmation_id"].tolist() == ["B2", "B1"]
    assert moved["delta_pp"].tolist() == [70, 10]


def test_most_moved_are_the_largest_deltas_with_their_verdicts(of_2021):
    view = of_2021.moved(count=2)
    sizes = view.table["delta_pp"].abs()
    assert sizes.is_monotonic_decreasing
    assert len(view.sentences) == 2
    assert "simul" in view.sentence
    assert "trop petit" in of_2021.moved(group="leaders").sentence


# ---------------------------------------------------------------------------------- disclosure


@pytest.mark.parametrize(
    ("status", "share", "base", "percent"), [("city", 0.4, 15, 40), ("town", 1.0, 10, 100)]
)
def test_a_subgroup_has_two_stages(by_status, status, share, base, percent):
    study = barolib.open("2030", by_status.layout.root, "en")
    view = study.distribution("T02", status=status)  # five times city 3 2 1 4 1, town 4 4 3
    assert view.table["level"].tolist() == [1, 2]
    assert view.table["share"].tolist() == pytest.approx([1 - share, share])
    assert view.table["base"].tolist() == [base, base]
    assert not {"n", "not_concerned"} & set(view.table)
    assert f"{percent}% at implementation (n = {base} respondents)" in plain(view.sentence)


def test_what_one_withheld_affirmation_hides_its_theme_does_not_tell(opened):
    # T02-01: of the towns R4 alone answered; T02-02: two cities, two towns.
    withheld = opened.distribution("T02-02", status="town")
    assert withheld.chart is None
    assert withheld.table[["share", "percent", "base"]].isna().all(axis=None)
    assert "Withheld: fewer than 2 respondents" in plain(withheld.sentence)


def test_with_enough_respondents_every_affirmation_is_told(tiny):
    answering.generated(tiny, 2, 4, 2)
    header, *rows = tiny.rows("answers.csv")
    place = header.index("T02-2")
    levels = [int(row[place]) for row in rows[::2] if row[place].isdigit()]  # those of k0
    view = barolib.open("2030", tiny.layout.root, "en").distribution("T02-2", status="k0")
    at = (200 * sum(level >= 3 for level in levels) + len(levels)) // (2 * len(levels))
    assert view.table["percent"].tolist() == [100 - at, at]
    assert f"n = {len(levels)} respondents" in plain(view.sentence)
    # Two stages alone, and no legend of levels.
    assert "Begun" not in " ".join(charting.words(view.chart.svg))


def test_statuses_and_sizes_are_never_crossed(opened):
    with pytest.raises(StudyError, match="not crossed"):
        opened.distribution("T02", status="city", size_class=0)


def test_cuts_of_a_subgroup_would_tell_its_levels(opened):
    with pytest.raises(StudyError, match="two stages"):
        opened.distribution("T02", status="city", cut=2)


def test_scores_by_subgroup_are_withheld_as_in_the_report(opened):
    view = opened.scores(by="status")
    assert set(view.table["dimension"]) == {"status"}
    assert view.table.loc[view.table["withheld"], "mean"].isna().all()
    published = contracts.published("theme_scores", opened.tables["theme_scores"])
    pd.testing.assert_frame_equal(opened.scores().table, published)


# ---------------------------------------------------------------------------------- kept


def test_the_line_asks_the_same(opened, answered, monkeypatch):
    monkeypatch.chdir(answered.layout.root)
    asked = opened.distribution("T02", "T02-01", cut=2, sort="percent", style="diverging")
    by_group = opened.distribution("T02", status="city")
    for view in (asked, by_group, opened.scores(), opened.scores(by="status")):
        again = eval(view.line, {"barolib": barolib})
        assert again.sentence == view.sentence
        pd.testing.assert_frame_equal(again.table, view.table)
    assert asked.line == (
        "barolib.open('2030', lang='en').distribution("
        "'T02', 'T02-01', cut=2, sort='percent', style='diverging')"
    )


def test_what_is_saved_holds_the_published_numbers(of_2021, tables2021, tmp_path):
    subjects = ["T04", *of_2021.affirmations("T04")]
    view = of_2021.distribution(*subjects)
    svg = view.save(tmp_path / "kept" / "chart.svg").read_text(encoding="utf-8")
    drawn = [int(each) for each in charting.words(svg) if each.isdigit()][6:]  # after the legend
    pooled, own = tables2021["theme_distributions"], tables2021["distributions"]
    expected = pooled.loc[pooled["theme_id"] == "T04", "percent"].tolist()
    expected += own.loc[own["theme_id"] == "T04", "percent"].tolist()
    assert drawn == expected
    book = pd.read_excel(view.save(tmp_path / "table.xlsx"), sheet_name=None, engine="openpyxl")
    assert book["table"]["percent"].tolist() == expected
    about = book["about"]["about"].tolist()
    assert about == [view.title, *view.sentences, view.source, view.line]
    assert book["table"]["subject_label"].iloc[0] == "Territoire serviciel"
    words = " ".join(charting.words(svg))
    assert view.title in words
    assert "Baromètre 2021" in words
    assert view.save(tmp_path / "a.txt").read_text(encoding="utf-8") == view.sentence + "\n"
    assert view.save(tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")


def test_what_cannot_be_saved_is_told(opened, tmp_path):
    with pytest.raises(StudyError, match=r"did you mean '\.svg'"):
        opened.distribution("T02").save(tmp_path / "chart.svgz")
    with pytest.raises(StudyError, match="no chart to save"):
        opened.distribution("T02-02", status="town").save(tmp_path / "chart.svg")
    assert not list(tmp_path.glob("chart*"))


def segments(view):
    """Where the segment of each level starts and ends, in pixels."""
    found = {}
    for path, colour in re.findall(r'<path d="([^"]+)" style="fill: (#\w{6})"', view.chart.svg):
        xs = [float(each) for each in re.findall(r"[ML] ([\d.]+)", path)]
        span = min(xs), max(xs)
        # The widest: the legend has the same colours.
        found[colour] = max(found.get(colour, span), span, key=lambda each: each[1] - each[0])
    return [found[colour] for colour in palette.colours(4, 3)]


def test_a_diverging_bar_turns_on_the_cut(opened):
    ask = partial(opened.distribution, "T02-01", cut=2)  # a quarter at each level
    stacked, turned = segments(ask()), segments(ask(style="diverging"))
    for style in ("stacked", "diverging"):
        charting.assert_clear(ask(style=style).chart.figure)
    assert [start for start, _ in stacked] == pytest.approx([0.5, 105.25, 210, 314.75])
    assert [start for start, _ in turned] == pytest.approx([157.6, 210, 262.4, 314.75], abs=0.1)
    assert turned[-1][1] == pytest.approx(367.1, abs=0.1)


def test_a_few_of_many_are_not_none_nor_all(answered):
    answering.a_few_of_many(answered)
    study = barolib.open("2030", answered.layout.root, "en")
    view = study.distribution("T01-01", "T01-02", "T02-01")
    shares = [re.search("[<>]?[0-9]+%", each).group() for each in view.sentences]
    assert shares == ["<1%", ">99%", "0%"]
    marks = re.findall(r"Implementation: (\S+%)", view.chart.alt)
    assert marks == shares
    at_two = study.distribution("T01-02", cut=2)
    assert ">99%" in at_two.sentence
    assert "&gt;99%" in at_two.chart.svg
