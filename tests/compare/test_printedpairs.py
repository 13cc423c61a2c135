"""What is printed for both editions: matched by hand, ranges by enumeration, 2018 and 2021."""

import pandas as pd
import pytest

from barolib.compare import comparison, printedpairs
from barolib.files.layout import Layout
from barolib.statistics.proportions import boschloo, newcombe
from barolib.survey import claims, contracts

HEADER = "claim_id,page,edition,subject,group,levels,statistic,comparator,value,qualifier"


def compared(studies, *sentences):
    """The table of the sentences, each as its cells from claim_id on, page left out."""
    rows = [f"C{n},1,{each}" for n, each in enumerate(sentences, start=1)]
    studies[0].write("published_claims.csv", "\n".join([HEADER, *rows]) + "\n")
    pair = comparison.of_raws(comparison.raws(studies[0].layout, "2030", None))
    table = printedpairs.table(pair)
    schema = contracts.processed_contracts(pair.now.raw.edition)["printed_comparisons"]
    return contracts.enforce(table, schema)


def test_a_pair_is_the_same_subject_at_the_same_stages(two):
    table = compared(
        two,
        "2030,T01-01,,3-4,share,=,0.50,",
        "2028,A1,,3,share,=,0.33,",
        "2028,A1,,2-3,share,=,0.50,",  # another cut
        "2028,A3,,3,share,=,0.20,",  # no figure of now
        "2030,T01-02,,3-4,share,=,0.50,",  # reworded
        "2028,A2,,3,share,=,0.33,",
        "2030,T01-01,leaders,3-4,share,=,0.90,",  # of a group
    )
    (row,) = table.to_dict("records")
    assert (row["claim_ids"], row["affirmation_id"]) == ("C1;C2", "T01-01")
    assert (row["levels_after"], row["levels_before"]) == ("3-4", "3")
    assert (row["printed_after"], row["printed_before"]) == (0.5, 0.33)
    assert (row["row_after"], row["row_before"], row["basis"]) == ("none", "none", "printed")


def allowed(value, largest, comparator="=", qualifier=""):
    """Every count and base whose share the sentence allows, by trying them all."""
    low, high = claims.interval(comparator, value, qualifier)
    return [
        (n, base)
        for base in range(1, largest + 1)
        for n in range(base + 1)
        if low - 1e-9 <= n / base <= high + 1e-9
    ]


def test_ranges_are_those_of_every_base_and_count(two):
    (row,) = compared(
        two, "2030,T01-01,,3-4,share,=,0.67,", "2028,A1,,3,share,<,0.4,moins de"
    ).to_dict("records")
    choices = [  # five took part in 2030: R6 answered nothing
        (now, before) for now in allowed("0.67", 5) for before in allowed("0.4", 6, "<", "moins de")
    ]
    deltas = [100 * (now[0] / now[1] - then[0] / then[1]) for now, then in choices]
    bounds = [newcombe(now, then) for now, then in choices]
    p = [float(boschloo(now, then)) for now, then in choices]
    assert (row["delta_low"], row["delta_high"]) == pytest.approx((min(deltas), max(deltas)))
    assert row["ci_low"] == pytest.approx(min(low for low, _ in bounds))
    assert row["ci_high"] == pytest.approx(max(high for _, high in bounds))
    assert (row["p_low"], row["p_high"]) == pytest.approx((min(p), max(p)))
    assert (row["base_after"], row["base_before"]) == (3, 6)


def test_sentences_about_the_same_affirmation_share_its_base(two):
    # 1 of 5 and 2 of 5: 20 % and 40 % together leave no other base of up to 6.
    (row,) = compared(
        two,
        "2030,T01-01,,3-4,share,=,0.20,",
        "2030,T01-01,,1,share,=,0.40,",
        "2028,A1,,3,share,=,0.50,",
    ).to_dict("records")
    assert row["base_after"] == 5
    assert row["claim_ids"] == "C1;C3"
    assert row["delta_low"] == row["delta_high"] == pytest.approx(-30)


def test_what_is_said_of_the_other_levels_bounds_these(two):
    (row,) = compared(
        two,
        "2030,T01-01,,3-4,share,>,0.4,plus de",
        "2030,T01-01,,1-2,share,>,0.5,plus de",
        "2028,A1,,3,share,=,0.50,",
    ).to_dict("records")
    assert (row["delta_low"], row["delta_high"]) == pytest.approx((-10, 0))


def test_sentences_that_no_count_meets_together_leave_the_most_precise(two):
    (row,) = compared(
        two,
        "2030,T01-01,,3-4,share,=,0.50,",
        "2030,T01-01,,3-4,share,>,0.8,plus de",
        "2028,A1,,3,share,=,0.50,",
    ).to_dict("records")
    assert (row["claim_ids"], row["printed_after"], row["delta_low"]) == ("C1;C2;C3", 0.5, 0)


@pytest.mark.parametrize(("value", "verdict"), [("0.50", "agrees"), ("0.80", "contradicts")])
def test_a_printed_row_takes_the_place_of_its_sentence_and_judges_it(two, value, verdict):
    two[0].replace("edition.yml", "{answers: collected}", "{answers: collected, tables: published}")
    two[0].write(
        "published_distributions.csv",
        "printed_row,printed_as,p1,p2,p3,p4,page\nP1,T01-01,25,25,25,25,1\n",
    )
    (row,) = compared(
        two, f"2030,T01-01,,3-4,share,=,{value},", "2028,A1,,3,share,=,0.50,"
    ).to_dict("records")
    assert row["row_after"] == verdict
    assert row["printed_after"] == float(value)
    assert row["delta_low"] == row["delta_high"] == 0  # 2 of 4, whatever the sentence says


def test_a_theme_has_a_range_and_no_test(two):
    (row,) = compared(two, "2030,T01,,1-2,share,=,0.33,", "2028,T01,,1-2,share,=,0.42,").to_dict(
        "records"
    )
    assert row["verdict"] == "no_test"
    assert (row["delta_low"], row["delta_high"]) == pytest.approx((-10.1, -7.9))
    assert pd.isna(row["ci_low"])
    assert pd.isna(row["base_after"])


@pytest.mark.parametrize(
    ("values", "verdict"),
    [
        (("0.97", "0.03"), "progress"),  # only 38 of 39 prints 97 %, only 1 of 39 prints 3 %
        (("0.03", "0.97"), "decline"),
        (("0.50", "0.50"), "not_distinguishable"),
        (("0.9", "0.5"), "depends_on_counts"),  # 1 of 1 and 1 of 2 are allowed too
    ],
)
def test_a_verdict_holds_whichever_counts_are_true(two, values, verdict):
    for study, name in zip(two, ("T01-01", "A1"), strict=True):
        people = [f"P{n}" for n in range(39)]
        rows = "".join(f"{each},,city,1\n" for each in people)
        study.write("respondents.csv", f"respondent_id,name,status,population\n{rows}")
        header = study.rows("answers.csv")[0]
        cells = [[each, *["1"] * (len(header) - 1)] for each in people]
        study.save("answers.csv", [header, *cells])
        assert name in header
    (row,) = compared(
        two, f"2030,T01-01,,3-4,share,=,{values[0]},", f"2028,A1,,3,share,=,{values[1]},"
    ).to_dict("records")
    assert row["verdict"] == verdict


#: Subject, levels in 2021, shares of 2018 and 2021: each pair of figures of the 2021 report.
PRINTED = {
    ("T01", "1-2", 0.42, 0.33),
    ("T01", "5-6", 0.15, 0.15),
    ("T01-03", "1-3", 0.6, 0.5),
    ("T01-04", "1", 0.37, 0.1),
    ("T01-04", "2-6", 0.6, 0.9),
    ("T01-04", "4-6", 0.14, 0.28),
    ("T02-02", "4-6", 0.5, 0.4),
    ("T02-03", "4-6", 0.6, 0.7),
    ("T03-01", "4-6", 0.83, 0.73),
    ("T03-03", "1-3", 0.4, 0.6),
    ("T03-04", "1-3", 0.6, 0.74),
    ("T05-01", "4-6", 0.51, 0.85),
    ("T06-02", "1", 0.2, 0.0),
    ("T07-03", "4-6", 0.37, 0.42),
    ("T08-05", "4-6", 0.5, 0.5),
}


def test_the_figures_that_the_2021_report_prints_for_both_editions(project):
    raws = comparison.raws(Layout.at(project), "2021", "2018")
    table = printedpairs.table(comparison.of_raws(raws))
    columns = ["affirmation_id", "levels_after", "printed_before", "printed_after"]
    assert set(table[columns].itertuples(index=False, name=None)) == PRINTED
    rows = table.set_index(["affirmation_id", "levels_after"])
    # The two whose printed distribution says otherwise are listed as such.
    against = rows.index[rows["row_after"] == "contradicts"]
    assert set(against) == {("T07-03", "4-6"), ("T08-05", "4-6")}
    # 5 of 35 and 13 of 35, 8 of 29 and 3 of 29: the only counts that print both of their figures.
    assert rows.loc[("T01-04", "4-6"), "delta_low"] == pytest.approx(100 * (8 / 29 - 5 / 35))
    assert rows.loc[("T01-04", "1"), "delta_high"] == pytest.approx(100 * (3 / 29 - 13 / 35))
    told = 100 * (rows["printed_after"] - rows["printed_before"])
    # A figure in percent is good to a point, one in words ("6 in 10") to five, on either side.
    reach = 2 * told.mod(10).round(6).ne(0).map({True: 0.55, False: 5})
    within = (rows["delta_low"] - reach <= told) & (told <= rows["delta_high"] + reach)
    assert within.drop(list(against)).all()
    assert set(table["basis"]) == {"printed"}
    assert not set(table["verdict"]) & {"progress", "decline", "stable"}
