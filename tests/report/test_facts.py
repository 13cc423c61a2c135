"""The facts of a report: counted by hand on the small edition, and those known of 2021."""

import pytest

from barolib.report.facts import Facts
from barolib.survey.intake import read_raw
from support import published as shared
from support.studies import counted_by_hand


@pytest.fixture(scope="session")
def processed(tmp_path_factory):
    """The small edition (`shared.small`) and its tables, made once; never to be changed."""

    def process(root):
        shared.process_here(shared.small_project(counted_by_hand(root)), "2030")

    return shared.Project.at(shared.made_once(tmp_path_factory, "small", process))


@pytest.fixture
def facts(processed):
    """The facts of the small edition, in French."""
    return Facts(processed, read_raw(processed, "2030"), "fr")


@pytest.fixture(scope="module")
def known(published):
    """The facts of the 2021 edition, in each language."""
    return {lang: Facts(published.layout, published.raw, lang) for lang in shared.LANGUAGES}


# Counts of the small edition: T01-01 1 2 3 1 of 7, T01-02 0 1 3 4 of 8, so T01 1 3 6 5 of 15;
# T02-01 2 1 1 1 of 5. Levels 3 and 4 are implementation.


def test_a_row_has_its_percents_counts_base_and_share_at_implementation(facts):
    row = facts.row("T01-01")
    assert (row.label, row.percents, row.counts) == ("Première", [14, 29, 43, 14], [1, 2, 3, 1])
    assert (row.base, row.implementation) == (7, 57)  # 4 of 7 are 57.1 %
    assert (row.certainty, row.other_bases) == ("corrected", ())
    assert facts.row("T01-02").certainty == "exact"
    assert facts.row("T01-02").implementation == 88  # 7 of 8 are 87.5 %


def test_a_theme_pools_its_affirmations(facts):
    row = facts.row("T01")
    assert (row.percents, row.counts, row.base) == ([7, 20, 40, 33], [1, 3, 6, 5], 15)
    assert row.implementation == 73  # 11 of 15 are 73.3 %
    assert row.certainty == ""


def test_what_is_established_is_printed_or_collected_and_in_order(known):
    for facts in known.values():
        established = facts.established
        printed = [
            row for theme in facts.chapters for row in theme.known if row.origin == "printed"
        ]
        assert sorted(row.id for row in established) == sorted(row.id for row in printed)
        assert len(established) == 34
        shares = [row.share for row in established]
        assert shares == sorted(shares, reverse=True)
        assert (established[0].id, established[-1].id) == ("T09-01", "T08-09")


def test_a_chapter_needs_every_affirmation_of_its_theme(facts):
    (theme,) = facts.chapters
    assert (theme.id, theme.number, theme.asked, theme.kind) == ("T01", 1, 2, "theme")
    assert theme.score.mean == pytest.approx(45 / 15)
    assert [row.id for row in theme.affirmations] == ["T01-01", "T01-02"]
    assert (theme.high.id, theme.low.id) == ("T01-02", "T01-01")
    assert [theme.id for theme in facts.silent] == ["T02"]


def test_themes_come_in_their_order_and_transverse_ones_last(facts):
    assert [(theme.id, theme.kind) for theme in facts.themes] == [
        ("T01", "theme"),
        ("T02", "theme"),
        ("X1", "transverse"),
    ]
    across = facts.themes[-1]
    assert (across.pooled.base, across.asked) == (13, 2)  # T02-01 and T01-02


def test_labels_are_in_the_language_or_in_french(facts, processed):
    english = Facts(processed, facts.raw, "en")
    assert english.row("T01-01").label == "First"
    assert english.levels == [(1, "None"), (2, "Begun"), (3, "À moitié"), (4, "Done")]
    assert facts.levels == [(1, "Rien"), (2, "Commencé"), (3, "À moitié"), (4, "Fait")]


def test_a_percent_is_rounded_from_its_counts(facts):
    assert facts.counted("T01-01", "1-2") == (3, 7)
    assert facts.percent("T01-01", "1-2") == 43
    assert facts.percent("T01", "3") == 40
    assert facts.percent("T01-02", "2-4") == 100  # 13 + 38 + 50 would be 101
    assert facts.implementation == "3-4"


def test_a_base_is_told_as_beside_a_figure(facts):
    assert facts.base("T01-01") == "n\u00a0=\u00a07"


@pytest.mark.parametrize(("name", "more"), [("row", ()), ("base", ()), ("percent", ("3-4",))])
def test_an_unknown_subject_is_told_with_the_nearest(facts, name, more):
    with pytest.raises(LookupError, match=r"no distribution of 'T01-O1': did you mean 'T01-01'\?"):
        getattr(facts, name)("T01-O1", *more)


def test_certainties_claims_corrections_and_repairs(facts):
    assert facts.audit_trail.certainties == {"exact": 2, "ambiguous": 0, "corrected": 1}
    assert facts.audit_trail.changes[["row", "before", "after"]].values.tolist() == [
        ["R2", "74", "14"]
    ]
    assert facts.audit_trail.trials["half_up"] == {
        "exact": ["T01-02", "T02-01"],
        "ambiguous": [],
        "impossible": ["T01-01"],
    }
    assert facts.audit_trail.pooled_checks == {"T01": ([7, 20, 40, 33], [7, 20, 40, 33])}
    (repair,) = facts.audit_trail.repairs
    assert (repair["id"], repair["applied"].reading) == ("T01-01", "74→14")
    told = {each["claim_id"]: (each["verdict"], each["basis"]) for each in facts.audit_trail.claims}
    assert told == {
        "C1": ("agrees", "printed_tables"),
        "C2": ("contradicts", "printed_tables"),  # 5 of 15
        "C4": ("not_recomputable", None),  # of an edition that is not there
    }
    assert facts.audit_trail.counts == [
        ("agrees", "printed_tables", 1),
        ("contradicts", "printed_tables", 1),
        ("not_recomputable", "", 1),
    ]


def test_statuses_are_counted_from_respondents_or_from_the_panel(facts, known):
    assert facts.statuses == []
    assert known["en"].statuses == [
        ("Metropolises", 12),
        ("Agglomerations and urban communities", 10),
        ("Cities", 12),
    ]


def test_who_was_asked_and_gave_no_answer_is_not_counted(answered):
    answered.append("respondents.csv", "R7,G,town,7")  # nor is R6, whose form is blank
    facts = Facts(answered.layout, shared.process_here(answered.layout, "2030"), "en")
    assert facts.raw.panel == 5
    assert facts.statuses == [("City", 3), ("Town", 2)]
    assert [count for _, count in facts.sizes] == [1, 3, 1]


# ---------------------------------------------------------------------------------- 2021


def test_the_rows_of_2021_are_29_exact_2_ambiguous_and_3_corrected(known):
    assert known["fr"].audit_trail.certainties == {"exact": 29, "ambiguous": 2, "corrected": 3}
    rows = [row for theme in known["fr"].chapters for row in theme.affirmations]
    corrected = {row.id: (row.percents, row.base) for row in rows if row.certainty == "corrected"}
    assert corrected == {
        "T07-03": ([13, 34, 13, 28, 3, 9], 32),
        "T07-06": ([3, 50, 30, 3, 7, 7], 30),
        "T08-03": ([3, 10, 10, 23, 10, 43], 30),
    }
    ambiguous = {row.id: (row.base, row.other_bases) for row in rows if row.other_bases}
    assert sorted(ambiguous.values()) == [(28, (14,)), (30, (15,))]


def test_every_row_of_2021_has_the_printed_percents_and_counts_that_sum_to_its_base(known):
    for subject, percents in shared.printed_percents().items():
        row = known["fr"].row(subject)
        assert [str(percent) for percent in row.percents] == percents
        assert sum(row.counts) == row.base <= (260 if subject == "T07" else 34)


def test_the_whole_of_theme_7_is_the_printed_bar(known):
    row = known["fr"].row("T07")
    assert (row.counts, row.base) == ([22, 74, 41, 70, 16, 37], 260)
    assert row.percents == [9, 29, 16, 27, 6, 14]
    assert known["fr"].audit_trail.pooled_checks["T07"] == (row.percents, row.percents)


def test_plain_rounding_makes_four_more_rows_impossible(known):
    trials = known["fr"].audit_trail.trials
    own, plain = (set(trials[rule]["impossible"]) for rule in ("half_up_via_tenths", "half_up"))
    assert own == {"T07-03", "T07-06", "T08-03"}
    assert own < plain
    assert len(plain - own) == 4


def test_both_languages_tell_the_same_figures(known):
    fr, en = known["fr"], known["en"]
    assert [row.percents for row in fr.rows.values()] == [row.percents for row in en.rows.values()]
    assert set(fr.alts) == set(en.alts)
    assert not set(fr.alts.values()) & set(en.alts.values())
    assert [theme.score.mean for theme in fr.chapters] == [
        theme.score.mean for theme in en.chapters
    ]
