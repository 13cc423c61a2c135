"""The stand-in: that the answers in data/raw say what was published, and are never taken for real.

The agreement is by construction; what is tested is that the construction did what it says.
"""

import shutil

import published as shared
import pytest
import yaml

from barolib import cleaning, distribution, evidence, judging, standin
from barolib.errors import StudyError
from barolib.intake import read_raw
from barolib.layout import Layout

EDITIONS = ["2018", "2021"]

#: The sentences of 2021 that no answers meet beside the others: docs/method.md, "Stand-in".
UNMET = {"C04-01", "C07-05", "C08-02", "CS-18", "C08-03", "CX1-06"}


@pytest.fixture(scope="module")
def raws():
    layout = Layout.at(shared.ROOT)
    return {edition: read_raw(layout, edition) for edition in EDITIONS}


@pytest.fixture(scope="module")
def judged(raws):
    return judging.judge(
        raws["2021"].claims, {edition: judging.of_raw(raw) for edition, raw in raws.items()}
    )


def test_the_answers_give_every_printed_row(raws):
    raw = raws["2021"]
    printed = distribution.from_printed(
        cleaning.of_affirmations(cleaning.printed(raw), raw), evidence.reconstructions(raw), raw
    )
    answered = distribution.from_answers(raw.answers, raw)
    both = printed.merge(answered, on=["affirmation_id", "level"], suffixes=("", "_answered"))
    assert both["affirmation_id"].nunique() == 34
    assert both["n"].tolist() == both["n_answered"].tolist()
    assert both["base"].tolist() == both["base_answered"].tolist()


def test_the_sentences_agree_but_those_that_exclude_others(judged):
    failed = judged[judged["verdict"] != "agrees"]
    assert set(failed["claim_id"]) == UNMET
    assert (judged["verdict"] == "agrees").mean() >= 0.95


def test_what_printed_tables_alone_confirm_is_counted_apart(judged):
    counts = judged.groupby(["basis", "verdict"]).size()
    assert counts["printed_tables", "agrees"] == 30
    assert counts["printed_tables", "contradicts"] == 3
    assert counts["stand_in"].sum() == len(judged) - 33
    assert set(judged["basis"]) == {"printed_tables", "stand_in"}


def test_panels_and_groups_are_those_told(raws):
    statuses = {e: raw.respondents["status"].value_counts().to_dict() for e, raw in raws.items()}
    assert statuses["2021"] == {"metropole": 12, "agglomeration": 10, "ville": 12}
    assert statuses["2018"] == {"metropole": 18, "agglomeration": 12, "ville": 9}
    groups = judging.of_raw(raws["2021"]).groups["group"].value_counts().to_dict()
    assert groups == {"leaders": 5, "peloton": 20, "laggards": 9}
    ids = [set(raw.respondents["respondent_id"]) for raw in raws.values()]
    assert len(ids[0] & ids[1]) == 20


def test_they_are_called_simulated_wherever_they_come_from(raws):
    for raw in raws.values():
        assert raw.edition.provenance.answers == "synthetic"
        assert raw.respondents["name"].str.startswith("Répondant simulé").all()


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("provenance", ["collected", None])
def test_answers_that_are_not_synthetic_are_never_replaced(tmp_path, edition, provenance):
    layout = Layout.at(tmp_path)
    shutil.copytree(shared.ROOT / "data" / "raw" / edition, layout.raw(edition))
    path = layout.raw(edition) / "edition.yml"
    settings = yaml.safe_load(path.read_text(encoding="utf-8"))
    settings["provenance"] = {"answers": provenance} if provenance else {"tables": "published"}
    path.write_text(yaml.safe_dump(settings, allow_unicode=True), encoding="utf-8")
    before = shared.digests(layout.raw(edition))
    with pytest.raises(StudyError, match="never replaced"):
        standin.make(layout, edition)
    assert shared.digests(layout.raw(edition)) == before


def test_a_panel_that_is_not_told_is_asked_for(tmp_path):
    layout = Layout.at(tmp_path)
    shutil.copytree(shared.ROOT / "data" / "raw" / "2018", layout.raw("2018"))
    path = layout.raw("2018") / "edition.yml"
    settings = yaml.safe_load(path.read_text(encoding="utf-8"))
    settings["panel"]["by_status"]["ville"] += 1
    path.write_text(yaml.safe_dump(settings, allow_unicode=True), encoding="utf-8")
    with pytest.raises(StudyError, match="does not say who answers"):
        standin.make(layout, "2018")


@pytest.mark.slow
def test_made_again_it_says_the_same(tmp_path, judged):
    # Not byte by byte: another processor may take another of the answers that fit as well.
    layout = Layout.at(tmp_path)
    for edition in EDITIONS:
        shutil.copytree(
            shared.RAW.parent / edition,
            layout.raw(edition),
            ignore=shutil.ignore_patterns("SHA256SUMS"),
        )
    standin.make(layout, "2021")
    raws = {edition: read_raw(layout, edition) for edition in EDITIONS}
    again = judging.judge(
        raws["2021"].claims, {edition: judging.of_raw(raw) for edition, raw in raws.items()}
    )
    assert again["verdict"].tolist() == judged["verdict"].tolist()
