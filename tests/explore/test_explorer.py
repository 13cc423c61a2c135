"""The exploring panel as its widgets see it: what is chosen, what is shown, what is kept."""

import re
import shutil
import threading

import pytest

from barolib.errors import StudyError
from support.studies import ROOT

widgets = pytest.importorskip("ipywidgets", reason="ipywidgets is not installed")
explorer = pytest.importorskip("barolib.explore.explorer")


@pytest.fixture
def panel(answered):
    return explorer.explore(answered.layout.root, "en")


@pytest.fixture
def pane(panel):
    return panel.children[1].children[0]


def shown(pane):
    return re.sub(r"\s", " ", re.sub(r"<[^>]+>", " ", pane.shown.value))


def values(choice):
    return [value for _, value in choice.options]


def test_it_opens_on_the_first_theme_and_all_its_affirmations(pane):
    assert pane.theme.value == "T01"
    assert pane.subjects.value == ("T01", "T01-01", "T01-02")
    assert values(pane.among) == [
        (),
        ("status", "city"),
        ("status", "town"),
        ("size_class", "0"),
        ("size_class", "10000"),
        ("size_class", "100000"),
        ("group", "laggards"),
        ("group", "peloton"),
        ("group", "leaders"),
    ]
    assert pane.among.index == 0  # seen as chosen, as every other choice
    assert pane.cut.value == 3
    assert "Implementation: 50%" in shown(pane)  # T01-01: 4 3 1 2


def test_another_theme_and_status_change_what_is_shown_and_its_line(by_status, pane):
    pane.theme.value = "T02"
    assert pane.subjects.value == ("T02", "T02-01", "T02-02")
    pane.among.value = ("status", "city")
    assert "40% at implementation (n = 15 respondents)" in shown(pane)
    assert "distribution('T02', 'T02-01', 'T02-02', status='city')" in pane.answer.line
    assert "status=&#x27;city&#x27;" in pane.line.value
    assert pane.cut.disabled


def test_cut_order_and_style_are_those_of_the_line(pane):
    pane.cut.value, pane.sort.value, pane.style_.value = 2, "percent", "diverging"
    assert pane.answer.line.endswith("cut=2, sort='percent', style='diverging')")
    assert "Level 2 or more" in shown(pane)
    pane.among.value = ("group", "leaders")  # a subgroup has no cut
    assert "cut=" not in pane.answer.line
    pane.among.value = ()
    assert pane.among.index == 0  # seen as chosen
    assert "cut=2" in pane.answer.line


def test_nothing_chosen_is_told_and_not_kept(pane, answered):
    pane.subjects.value = ()
    assert "Nothing is chosen" in shown(pane)
    assert pane.answer is None
    pane._keep("svg", None)
    assert "Nothing is chosen" in pane.kept.value
    assert not (answered.layout.root / "explore").exists()


def test_nothing_that_may_be_shown_is_told(pane):
    pane.theme.value = "T02"
    pane.among.value = ("status", "town")
    pane.subjects.value = ("T02-02",)
    assert "Nothing to show" in shown(pane)
    assert "Withheld" in shown(pane)
    pane._keep("svg", None)
    assert "no chart to save" in pane.kept.value


def test_scores_come_by_the_breakdown_of_those_chosen(pane):
    pane.question.value = "scores"
    assert pane.theme.disabled
    assert pane.answer.line.endswith(".scores()")
    pane.among.value = ("status", "town")
    assert pane.answer.line.endswith(".scores(by='status')")
    pane.question.value = "distribution"
    assert not pane.theme.disabled


def test_what_changed_since_the_edition_before_needs_one(pane):
    pane.question.value = "delta"
    assert "nothing to compare with" in shown(pane)
    assert pane.among.disabled
    pane.question.value = "distribution"
    assert "Implementation" in shown(pane)


def test_what_is_kept_has_a_name_for_each_question(pane, answered):
    for kind in ("svg", "png", "xlsx", "txt"):
        pane._keep(kind, None)
        assert "Saved: " in pane.kept.value
        assert ("data:image/png" in pane.kept.value) == (kind == "png")
    pane.cut.value = 2
    pane._keep("txt", None)
    kept = sorted(path.name for path in (answered.layout.root / "explore").iterdir())
    assert [name.rsplit(".")[-1] for name in kept].count("txt") == 2
    assert len(kept) == 5
    assert all(re.fullmatch(r"2030-T01-[0-9a-f]{6}\.\w+", name) for name in kept)


def test_a_second_selection_stands_beside_the_first(panel, pane):
    both, panes, _ = panel.children
    both.value = True
    first, second = panes.children
    assert first is pane
    second.theme.value = "T02"
    assert first.theme.value == "T01"
    both.value = False
    assert panes.children == (pane,)


@pytest.fixture
def two_editions(answered):
    """The pane on the editions 2021 and 2030, in French."""
    folder = answered.layout.root / "data" / "raw" / "2021"
    shutil.copytree(ROOT / "data" / "raw" / "2021", folder)
    return explorer.explore(answered.layout.root, "fr").children[1].children[0]


def test_editions_differ_in_what_there_is_to_choose(two_editions):
    pane = two_editions
    assert pane.edition.value == "2030"  # the newest
    pane.edition.value = "2021"
    assert "T10" in values(pane.theme)
    assert values(pane.cut)[-1] == 6
    assert pane.earlier.value is None
    pane.theme.value = "T04"
    assert "Pérenniser" in shown(pane)
    assert "Mise en œuvre : 44 %" in shown(pane)
    pane.edition.value = "2030"
    assert pane.theme.value == "T01"


@pytest.mark.parametrize("when", ["filled", "drawn"])
def test_a_choice_made_while_another_is_answered_waits_for_it(two_editions, when):
    pane, asked = two_editions, []
    other = threading.Thread(target=lambda: pane.theme.set_trait("value", "T04"))

    def meanwhile(_change=None):
        """JupyterLab hands on a choice in another thread."""
        if not other.ident:
            other.start()
            other.join(timeout=1)

    def ask(ask=pane._ask):
        asked.append((pane.theme.value, pane.cut.value))
        answer = ask()
        meanwhile()
        return answer

    pane._ask = ask
    if when == "filled":
        pane.among.observe(meanwhile, "_options_labels")
    assert pane.cut.value == 3
    pane.edition.value = "2021"
    other.join()
    assert {cut for _, cut in asked} == {4}  # none was of 2021 from the level of 2030 on
    assert asked[-1] == ("T04", 4)
    assert "Mise en œuvre : 44 %" in shown(pane)


def test_an_edition_that_cannot_be_read_is_told_and_no_other_shown_for_it(two_editions, answered):
    path = answered.layout.root / "data" / "raw" / "2030" / "answers.csv"
    fixed = path.read_text(encoding="utf-8")
    path.write_text(fixed.replace("R1,4", "R1,9"), encoding="utf-8")
    pane = explorer.explore(answered.layout.root, "fr").children[1].children[0]
    assert "answers, row 2, column T01-01" in shown(pane)
    pane.edition.value = "2021"
    pane.theme.value = "T04"
    assert "44 %" in shown(pane)
    pane.edition.value = "2030"
    pane.theme.value = "T05"
    assert "answers, row 2, column T01-01" in shown(pane)
    assert "%" not in shown(pane)
    pane._keep("txt", None)
    assert not (answered.layout.root / "explore").exists()
    path.write_text(fixed, encoding="utf-8")
    pane.edition.value = "2021"
    pane.edition.value = "2030"
    assert "n = 4" in shown(pane)


def test_each_question_has_its_line_and_takes_only_what_it_uses(two_editions):
    pane = two_editions
    pane.edition.value = "2021"
    for question, line in (
        ("weakest", ".weakest()"),
        ("apart", ".apart()"),
        ("together", ".together()"),
    ):
        pane.question.value = question
        assert pane.answer.line.endswith(line)
        assert "simul" in shown(pane)
        assert pane.theme.disabled
    pane.question.value = "search"
    assert "Aucun mot" in shown(pane)
    pane.word.value = "donnees"
    assert pane.answer.line.endswith(".search('donnees')")
    pane.among.value = ("status", "ville")
    assert pane.answer.line.endswith(".search('donnees', status='ville')")
    pane.word.value = "zzz"
    assert "no affirmation has it" in shown(pane)


def test_what_changed_is_looked_at_by_theme_or_within_one():
    pane = explorer.explore(ROOT, "en").children[1].children[0]
    assert values(pane.earlier) == ["2018"]
    pane.question.value = "moved"
    assert pane.answer.line.endswith(".moved('2018')")
    assert len(pane.answer.sentences) == 10
    pane.question.value = "themes"
    assert pane.theme.disabled
    assert pane.answer.line == "barolib.open('2021', lang='en').compare('2018')"
    pane.question.value = "delta"
    assert pane.answer.line.endswith(".compare('2018', theme='T01')")
    assert len(pane.answer.table) == len([each for each in pane.answer.sentences if "pts" in each])


def test_without_an_edition_it_says_so(tmp_path):
    with pytest.raises(StudyError, match="no edition found"):
        explorer.explore(tmp_path)
