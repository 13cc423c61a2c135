"""Printed sentences: what each one allows, and what it measures, counted by hand."""

import math
import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from barolib.reconstruction import claim_check, edition_tables
from barolib.statistics import groups
from barolib.survey import claims, contracts

FILE = "published_claims.csv"
HEADER = "claim_id,page,edition,subject,group,levels,statistic,comparator,value,qualifier,note"

# ---------------------------------------------------------------------------------- intervals


@pytest.mark.parametrize(
    ("comparator", "value", "qualifier", "low", "high"),
    [
        # Two decimals are a printed percent, half a point wide (and a rounding by tenths).
        ("=", "0.42", "", 0.4145, 0.4255),
        ("=", "0.17", "seulement", 0.1645, 0.1755),
        ("~", "0.40", "près de", 0.35, 0.4055),
        # Words such as "6 sur 10" or "un tiers" are five points wide.
        ("=", "0.6", "", 0.55, 0.65),
        ("~", "0.333", "seulement", 0.283, 0.383),
        ("~", "0.5", "à peine", 0.45, 0.55),
        ("~", "0.25", "environ", 0.20, 0.30),
        (">", "0.5", "plus de", 0.5, 1),
        (">", "0.15", "un peu plus de", 0.15, 0.20),
        (">", "0.5", "à peine plus de", 0.5, 0.55),
        (">", "0.5", "majoritairement", 0.5, 1),
        (">", "0.6", "très majoritairement", 0.6, 1),
        ("<", "0.2", "moins de", 0, 0.2),
        ("<", "0.2", "un peu moins de", 0.15, 0.2),
        ("<", "0.15", "très peu", 0, 0.15),
        # Without a qualifier the comparator opens the interval.
        (">", "0.4", "", 0.4, 1),
        (">=", "0.4", "", 0.4, 1),
        ("<", "0.4", "", 0, 0.4),
        ("<=", "0.4", "", 0, 0.4),
        # A share stays a share.
        ("=", "1", "", 0.95, 1),
        ("=", "0.0", "", 0, 0.05),
    ],
)
def test_what_a_sentence_allows_a_share_to_be(comparator, value, qualifier, low, high):
    assert claims.interval(comparator, value, qualifier) == pytest.approx((low, high))


@pytest.mark.parametrize(
    ("statistic", "comparator", "value", "qualifier", "low", "high"),
    [
        # Groups are printed to the nearest five points.
        ("group_share", "=", "0.15", "", 0.125, 0.175),
        ("group_share", ">", "0.5", "majoritairement", 0.5, 1),
        # A number is exact; a wording opens it by a part of itself.
        ("count", "=", "34", "", 34, 34),
        ("count", "~", "18000000", "près de", 17_100_000, 18_000_000),
        ("count", ">", "30", "plus de", 30, math.inf),
        ("count", "<", "30", "", 0, 30),
        # To the nearest stage.
        ("mean", "=", "3.0", "", 2.5, 3.5),
        ("mean", ">=", "4", "", 3.5, math.inf),
        ("mean", "<=", "2", "", -math.inf, 2.5),
        ("rank", "=", "9", "", 9, 9),
        ("rank", "<=", "3", "", -math.inf, 3),
        ("rank", "<", "3", "", -math.inf, 2),
        ("rank", ">=", "8", "", 8, math.inf),
        ("rank", ">", "3", "", 4, math.inf),
        # Held: 5 points; "without progress" allows half of it upwards.
        ("change", "=", "0", "", -0.05, 0.05),
        ("change", "<=", "0", "", -math.inf, 0.025),
    ],
)
def test_what_a_sentence_allows_other_statistics(
    statistic, comparator, value, qualifier, low, high
):
    found = claims.interval(comparator, value, qualifier, statistic)
    assert found == pytest.approx((low, high))


@pytest.mark.parametrize("statistic", ["order", "change"])
def test_a_direction_needs_a_difference(statistic):
    low, high = claims.interval(">", "0", "", statistic)
    assert 0 < low < 1e-6
    assert high == math.inf
    assert claims.interval("<", "0", "", statistic) == (-math.inf, -low)


@given(
    st.sampled_from(["=", "<", ">", "<=", ">=", "~"]),
    st.decimals(0, 1, places=2).map(str),
    st.sampled_from(sorted(claims.QUALIFIERS)),
    st.sampled_from(["share", "group_share"]),
)
def test_every_interval_holds_its_own_figure_and_lies_within_0_and_1(
    comparator, value, qualifier, statistic
):
    low, high = claims.interval(comparator, value, qualifier, statistic)
    assert 0 <= low <= float(value) <= high <= 1


@given(st.sampled_from(["=", "~"]), st.integers(1, 10**8), st.sampled_from([*claims.QUALIFIERS]))
def test_the_interval_of_a_count_holds_it_and_grows_with_it(comparator, n, qualifier):
    low, high = claims.interval(comparator, str(n), qualifier, "count")
    assert 0 <= low <= n <= high
    wider = claims.interval(comparator, str(10 * n), qualifier, "count")
    assert wider == pytest.approx((10 * low, 10 * high))


def test_an_unknown_qualifier_is_refused():
    with pytest.raises(KeyError):
        claims.interval("=", "0.5", "grosso modo")


@pytest.mark.parametrize(("text", "levels"), [("4-6", [4, 5, 6]), ("1", [1]), ("2-3", [2, 3])])
def test_a_run_of_levels(text, levels):
    assert claims.levels_of(text) == levels


def test_statistics_and_groups_are_those_of_the_contracts():
    statistics = contracts.dictionary()["raw"]["published_claims"]["columns"]["statistic"][0]
    assert sorted(statistics.removeprefix("one of ").split(", ")) == sorted(claims.VALUES)
    assert claims.GROUPS == groups.GROUPS


def test_method_tells_the_rule_of_each_statistic(project):
    text = (project / "docs" / "method.md").read_text(encoding="utf-8")
    table = text.split("\n| `statistic` | `comparator` |")[1].split("\n\n")[0]
    told = re.findall(r"^\| `(\w+)`[^|]*\|([^|]*)\|", table, re.MULTILINE)
    assert {name for name, _ in told} == set(claims.VALUES)
    for name, reach in claims.REACH.items():
        signs = {s for n, cell in told if n == name for s in re.findall(r"`([<>=]+)`", cell)}
        assert signs == set(reach)


# ---------------------------------------------------------------------------------- judging


def judged(study, *more):
    """The table claims of a study by claim_id, with those rows added to its sentences."""
    for line in more:
        study.append(FILE, line)
    raw = study.read()
    tables = {study.edition: edition_tables.build_tables(raw)}
    tables = edition_tables.previous_tables(study.layout, study.edition) | tables
    return claim_check.check_claims(raw.claims, tables).set_index("claim_id")


def test_sentences_are_judged_by_hand_counted_shares(tiny):
    table = judged(tiny)
    assert table.index.tolist() == ["C1", "C2", "C3", "C4"]
    # (3 + 1) / 7, within 0.5645 and 0.5755.
    assert table.loc["C1"].tolist() == [
        *["0.57", pytest.approx(4 / 7), "0.5645–0.5755", "agrees", "printed_tables", False]
    ]
    # Level 4 of the whole theme: 5 / 15, not over 0.4.
    assert table.loc["C2", ["printed", "verdict"]].tolist() == ["plus de 0.4", "contradicts"]
    assert table.at["C2", "recomputed"] == pytest.approx(5 / 15)
    # Theme T02 has no bar; C4 is about an edition that is not there.
    for claim in ("C3", "C4"):
        assert table.at[claim, "verdict"] == "not_recomputable"
        assert table.loc[claim, ["recomputed", "basis"]].isna().all()


def test_the_ends_of_the_interval_agree(tiny):
    # T01-02, level 3, is 3 / 8 = 0.375: five points from 0.425 and from 0.325.
    values = {"0.425": "agrees", "0.325": "agrees", "0.426": "contradicts", "0.324": "contradicts"}
    lines = [f"C-{value},8,2030,T01-02,3,share,=,{value}," for value in values]
    table = judged(tiny, *lines)["verdict"]
    assert {value: table[f"C-{value}"] for value in values} == values


def test_printed_tables_alone_give_means_and_orders_and_nothing_of_respondents(tiny):
    tiny.write(FILE, HEADER + "\n")
    table = judged(
        tiny,
        "O1,8,2030,T01-01,,,order,<,0,,vs T01-02: behind",  # 18/7 - 27/8
        "O2,8,2030,T01-01,,,order,>,0,,vs T02-01: ahead",  # 18/7 - 11/5
        "O3,8,2030,T01-01,,,order,>,0,,vs T02-02: that is not printed",
        "M1,8,2030,T01,,,mean,=,3,,",  # 45 / 15
        "R1,8,2030,T01,,,rank,=,1,,",  # among one of two themes
        "G1,8,2030,general,leaders,,group_share,=,0.15,,",
        "N1,8,2030,panel,,,count,=,8,,known from the sentence itself",
        "D1,8,2030,T01,,,change,>,0,,",
    )
    found = table.loc[["O1", "O2", "M1"]]
    assert found["recomputed"].tolist() == pytest.approx([18 / 7 - 27 / 8, 18 / 7 - 11 / 5, 3])
    assert found["tolerance"].tolist() == ["< 0", "> 0", "2.5000–3.5000"]
    assert table.loc["N1", "tolerance"] == "8"
    assert found["printed"].tolist() == ["< 0", "> 0", "3"]
    assert set(found["basis"]) == {"printed_tables"}
    assert set(found["verdict"]) == {"agrees"}
    assert table.drop(found.index)["verdict"].unique().tolist() == ["not_recomputable"]


#: General scores 3.75, 3, 7/3 and 1.5: a leader, one of the peloton, two laggards.
ANSWERS = """\
respondent_id,T01-01,T01-02,T02-01,T02-02
A,4,4,4,3
B,3,3,3,3
C,2,3,2,NC
D,1,2,1,2
"""
PEOPLE = """\
respondent_id,name,status,population
A,,s,100
B,,s,200
C,,t,300
D,,t,400
"""
STATUSES = "statuses: [{id: s, label: {fr: S}}, {id: t, label: {fr: T}}]\n"
COLLECTED = "provenance: {answers: collected}"


@pytest.fixture
def answered(tiny):
    """The edition counted by hand with four respondents' answers in the place of printed rows."""
    tiny.remove("published_distributions.csv")
    tiny.replace("edition.yml", "provenance: {tables: published}", COLLECTED)
    tiny.append("edition.yml", STATUSES)
    tiny.write("answers.csv", ANSWERS)
    tiny.write("respondents.csv", PEOPLE)
    tiny.write(FILE, HEADER + "\n")
    return tiny


@pytest.mark.parametrize(
    ("claim", "recomputed", "verdict"),
    [
        # 4 4 3 3 3 of eight answers; of the laggards' 2 3 1 2, three.
        ("T01,,3-4,share,=,0.6,,", 5 / 8, "agrees"),
        ("T01,laggards,1-2,share,~,0.75,près de,", 3 / 4, "agrees"),
        ("T02-02,laggards,2,share,=,1,,", 1.0, "agrees"),
        # Scores 4, 3, 2.5, 1.5 in T01 and 3.5, 3, 2, 1.5 in T02.
        ("T01,,,mean,=,3,,", 2.75, "agrees"),
        ("T01,,,mean,>=,4,,", 2.75, "contradicts"),
        ("T01,laggards,,mean,=,2,,", 2.0, "agrees"),
        ("general,,,mean,=,3,,", (3.75 + 3 + 7 / 3 + 1.5) / 4, "agrees"),
        ("general,laggards,,mean,=,3,,", (7 / 3 + 1.5) / 2, "contradicts"),
        ("T02-02,,,mean,=,3,,", 8 / 3, "agrees"),
        ("T02,,,rank,>,1,,", 2, "agrees"),
        ("T01,,,rank,>=,2,,", 1, "contradicts"),
        ("general,laggards,,group_share,=,0.5,,", 2 / 4, "agrees"),
        ("general,peloton,,group_share,>,0.5,majoritairement,", 1 / 4, "contradicts"),
        ("T01,,,order,>,0,,vs T02: ahead", 0.25, "agrees"),
        ("T02-02,,,order,>,0,,vs T02: ahead of its theme", 8 / 3 - 2.5, "agrees"),
        ("X1,,,order,<,0,,vs T01: the same mean", 0.0, "contradicts"),
        # The difference nearest to failing: with the peloton, not with the leaders.
        ("T01,laggards,,order,<,0,,vs group leaders;peloton: behind", -1.0, "agrees"),
        ("T01,peloton,,order,>,0,,vs group leaders;laggards: ahead", -1.0, "contradicts"),
        ("T01,laggards,,order,<,0,,vs general: behind", 2 - 23 / 12, "contradicts"),
        ("panel,,,count,=,4,,", 4, "agrees"),
        ("s,,,count,=,3,,", 2, "contradicts"),
        ("inhabitants,,,count,~,1050,près de,", 1000, "agrees"),
        ("T02-02,,,count,<,4,moins de,", 3, "agrees"),
    ],
)
def test_each_statistic_is_counted_by_hand(answered, claim, recomputed, verdict):
    row = judged(answered, f"K,8,2030,{claim}").loc["K"]
    assert row["recomputed"] == pytest.approx(recomputed)
    assert row[["verdict", "basis"]].tolist() == [verdict, "answers"]


def test_a_group_without_a_member_has_no_mean(answered):
    answered.write("answers.csv", ANSWERS.replace("A,4,4,4,3\n", ""))
    table = judged(
        answered,
        "K,8,2030,T01,leaders,,mean,=,4,,",
        "L,8,2030,T01,leaders,4,share,=,1,,",
        "M,8,2030,general,leaders,,group_share,=,0.15,,",
        "N,8,2030,panel,,,count,=,3,,those who answered",
    )
    assert table["verdict"].tolist() == [
        *["not_recomputable", "not_recomputable", "contradicts", "agrees"]
    ]


def test_inhabitants_need_every_population(answered):
    answered.replace("respondents.csv", "A,,s,100", "A,,s,")
    table = judged(answered, "K,8,2030,inhabitants,,,count,~,1050,près de,")
    assert table.at["K", "verdict"] == "not_recomputable"


def test_synthetic_answers_are_a_stand_in_and_printed_rows_come_before_them(answered):
    old = COLLECTED.removesuffix("}")
    answered.replace("edition.yml", old, "provenance: {tables: published, answers: synthetic")
    header = "printed_row,printed_as,p1,p2,p3,p4,page"
    answered.write("published_distributions.csv", f"{header}\nR1,T02-01,50,25,0,25,9\n")
    table = judged(
        answered,
        "K,8,2030,T02-01,,1,share,=,0.50,,",  # printed 2 of 4, answered 1
        "L,8,2030,T01-01,,1,share,=,0.25,,",
        "M,8,2030,T02,,1,share,=,0.3,,",  # printed 2 of 4 with answered 0 of 3
        "N,8,2030,T02-01,laggards,1,share,=,0.50,,",
        "O,8,2030,T02-01,,,order,<,0,,vs T01-01: printed 8/4 and answered 10/4",
    )
    assert table["recomputed"].tolist() == pytest.approx([2 / 4, 1 / 4, 2 / 7, 1 / 2, -0.5])
    assert table["basis"].tolist() == ["printed_tables", *["stand_in"] * 4]
    assert set(table["verdict"]) == {"agrees"}


# ---------------------------------------------------------------------------------- change


@pytest.fixture
def compared(answered):
    """The same with the edition before it, whose scale ends one stage lower.

    2028: P1 3 2 1, P2 3 3 2. 2030 on the same three stages: T01-01 3 3 2 1, T01-02 3 3 3 2.
    """
    questions = answered.text("questionnaire.csv")
    questions = questions.replace("Deuxième,Second,X1,,new", "Deuxième,Second,X1,P2,identical")
    questions = questions.replace("Première,First,,,new", "Première,First,,P1,identical")
    questions = questions.replace("Troisième,Third,X1,,new", "Troisième,Third,X1,P3,reworded")
    answered.write("questionnaire.csv", questions)
    folder = answered.layout.raw("2028")
    folder.mkdir()
    edition = answered.text("edition.yml").replace('"2030"', '"2028"')
    edition = edition.replace("  - {level: 4, stage: done, label: {fr: Fait, en: Done}}\n", "")
    files = {
        "edition.yml": edition,
        "themes.csv": "theme_id,kind,position,label_fr,label_en\nT01,theme,1,Première,First\n",
        "questionnaire.csv": (
            "affirmation_id,theme_id,position,label_fr,label_en,transverse_ids,previous_id,change\n"
            "P1,T01,1,Un,One,,,new\nP2,T01,2,Deux,Two,,,new\nP3,T01,3,Trois,Three,,,new\n"
        ),
        "respondents.csv": PEOPLE.replace("D,,t,400\n", ""),
        "answers.csv": "respondent_id,P1,P2,P3\nA,3,3,3\nB,2,3,3\nC,1,2,3\n",
    }
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8")
    return answered


@pytest.mark.parametrize(
    ("claim", "recomputed", "verdict"),
    [
        # At implementation where no levels are named.
        ("T01-01,,,change,>,0", 2 / 4 - 1 / 3, "agrees"),
        ("T01-01,,,change,=,0", 2 / 4 - 1 / 3, "contradicts"),
        ("T01,,,change,>,0", (1 / 6 + 1 / 12) / 2, "agrees"),
        ("T01,,,change,<=,0", (1 / 6 + 1 / 12) / 2, "contradicts"),
        # A share at the newer levels beside that at the older ones.
        ("T01-01,,3-4,change,>,0", 2 / 4 - 1 / 3, "agrees"),
        ("T01,,3-4,change,=,0", (1 / 6 + 1 / 12) / 2, "contradicts"),
        ("T01-01,,1,change,<,0", 1 / 4 - 1 / 3, "agrees"),
    ],
)
def test_a_change_is_the_mean_gain_of_identical_affirmations(compared, claim, recomputed, verdict):
    row = judged(compared, f"K,8,2030,{claim},,").loc["K"]
    assert row["recomputed"] == pytest.approx(recomputed)
    assert row[["verdict", "basis"]].tolist() == [verdict, "answers"]


@pytest.mark.parametrize(
    "claim",
    [
        "T01-01,,4,change,>,0",  # a cut that the older scale cannot make
        "T02-01,,,change,>,0",  # reworded
        "T02-02,,,change,>,0",  # new
        "T02,,,change,>,0",  # no identical affirmation
    ],
)
def test_what_cannot_be_compared_has_no_change(compared, claim):
    assert judged(compared, f"K,8,2030,{claim},,").at["K", "verdict"] == "not_recomputable"


def test_the_edition_before_is_read_from_its_raw_files(compared):
    lines = ["K,8,2028,P1,,3,share,=,0.333,,", "L,8,2028,T01,,,rank,=,1,,"]
    table = judged(compared, *lines, "M,8,2028,P1,,4,share,=,0.3,,no such level")
    assert table["recomputed"].tolist()[:2] == pytest.approx([1 / 3, 1])
    assert table["verdict"].tolist() == ["agrees", "agrees", "not_recomputable"]
    assert list(edition_tables.previous_tables(compared.layout, "2030")) == ["2028"]
    assert edition_tables.previous_tables(compared.layout, "2028") == {}


def test_a_change_rests_on_the_weaker_of_both_editions(compared):
    path = compared.layout.raw("2028") / "edition.yml"
    text = path.read_text(encoding="utf-8").replace("collected", "synthetic")
    path.write_text(text, encoding="utf-8")
    table = judged(compared, "K,8,2030,T01,,,change,>,0,,", "L,8,2030,T01,,3-4,share,=,0.6,,")
    assert table["basis"].tolist() == ["stand_in", "answers"]


def test_an_edition_without_sentences_has_an_empty_table_of_the_same_types(tiny):
    full = judged(tiny)
    tiny.remove(FILE)
    empty = judged(tiny)
    assert empty.empty
    assert empty.dtypes.to_dict() == full.dtypes.to_dict()


# ---------------------------------------------------------------------------------- raw rows


@pytest.mark.parametrize(
    ("claim", "column", "value", "fix"),
    [
        ("T01,,1,share,=,42,,", "value", "42", "from 0 to 1"),
        ("T01,,1,share,=,.42,,", "value", ".42", "0.42"),
        ("general,leaders,,group_share,=,15,,", "value", "15", "from 0 to 1"),
        ("T01,,,rank,=,2.5,,", "value", "2.5", "whole number"),
        ("panel,,,count,=,0,,", "value", "0", "whole number"),
        ("T01,,,mean,=,stage 3,,", "value", "stage 3", "a level"),
        ("T01,,,change,>,0.1,,", "value", "0.1", "write 0"),
        ("T01,,,order,>=,0,,vs T02: so", "comparator", ">=", "one of >, <"),
        ("T01,,,mean,~,3,,", "comparator", "~", "one of =, >=, <="),
        ("T01,,,change,>,0,plus de,", "qualifier", "plus de", "blank"),
        ("T01,,,share,=,0.42,,", "levels", "", "4-6"),
        ("T01,,1,rank,=,1,,", "levels", "1", "blank"),
        ("T01,,3-5,change,>,0,,", "levels", "3-5", "from 1 to 4"),
        ("T01,leader,1,share,=,0.42,,", "group", "leader", "did you mean 'leaders'?"),
        ("general,,,group_share,=,0.15,,", "group", "", "leaders"),
        ("T01,leaders,,rank,=,1,,", "group", "leaders", "blank"),
        ("T01,,,order,>,0,,ahead of T02", "note", "ahead of T02", "vs A;B:"),
        ("T01,,,order,>,0,,", "note", "", "vs A;B:"),
        ("T01,,,order,>,0,,vs T03: so", "note", "vs T03: so", "'T0"),
        ("T01,,,order,>,0,,vs group leader: so", "note", "vs group leader: so", "'leaders'"),
        ("T01-0,,1,share,=,0.42,,", "subject", "T01-0", "'T01-0"),
        ("panel,,1,share,=,0.42,,", "subject", "panel", ""),
        ("pannel,,,count,=,8,,", "subject", "pannel", "did you mean 'panel'?"),
    ],
)
def test_a_row_that_says_nothing_known_is_refused(tiny, claim, column, value, fix):
    tiny.write(FILE, f"{HEADER}\nK,8,2030,{claim}\n")
    (problem,) = tiny.problems()
    assert (problem.file, problem.row, problem.column) == (FILE, "2", column)
    assert problem.value == value
    assert fix in problem.fix


def test_the_older_edition_may_use_its_own_ids(compared):
    compared.write(FILE, f"{HEADER}\nK,8,2028,P1,,9,share,=,0.4,,\nL,8,2028,P4,,1,share,=,0.4,,\n")
    (problem,) = compared.problems()
    assert (problem.row, problem.value) == ("3", "P4")


# ---------------------------------------------------------------------------------- 2021


@pytest.fixture(scope="module")
def told(raw2021):
    """The sentences of 2021 judged by the printed tables, with the levels that they name."""
    table = claim_check.check_claims(raw2021.claims, {"2021": edition_tables.build_tables(raw2021)})
    return table[table["basis"] == "printed_tables"].set_index("claim_id")


def test_the_42_percent_of_t07_03_stays_a_contradiction(told):
    assert told.at["C07-05", "verdict"] == "contradicts"
    assert told.at["C07-05", "recomputed"] == 13 / 32


def test_the_prose_of_2021_proves_the_shift_and_the_repairs(told):
    proofs = {
        "C07-01": 25 / 28,  # very-high-speed networks at orientations or beyond
        "C07-02": 13 / 28,  # of which complete
        "C07-03": 19 / 26,  # mobile coverage
        "C07-04": 24 / 33,  # detailed knowledge
        "C07-06": 24 / 30,  # T07-06 as repaired
        "C07-07": 5 / 30,
        "C08-01": 13 / 30,  # T08-03 as repaired
    }
    assert told.loc[list(proofs), "verdict"].unique().tolist() == ["agrees"]
    assert told.loc[list(proofs), "recomputed"].tolist() == pytest.approx(list(proofs.values()))


def test_every_share_of_a_printed_row_is_judged_and_three_contradict_it(raw2021, told):
    printed = set(raw2021.printed["printed_as"])
    about = raw2021.claims["subject"].isin(printed) & (raw2021.claims["statistic"] == "share")
    own = raw2021.claims.loc[about & (raw2021.claims["edition"] == "2021"), "claim_id"]
    assert len(own) == 31
    assert set(own) <= set(told.index)
    # "near 9 in 10" is 84.4 %; 42 % is 40.6 %; "barely above half" is 58.6 %.
    contradict = told.index[told["verdict"] == "contradicts"].tolist()
    assert contradict == ["C04-01", "C07-05", "C08-02"]


def test_a_blank_cell_and_an_absent_column_are_the_same(raw2021):
    bare = raw2021.claims.drop(columns=["note", "group"], errors="ignore")
    assert all(row.note is None and row.group is None for row in claims.rows(bare))
    assert pd.isna(raw2021.claims["qualifier"]).sum() == 0
