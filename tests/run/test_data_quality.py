"""What is worth a look before a run: each warning by hand, on the study of six respondents."""

import shutil

import pytest

from barolib.run import checking, data_quality

ANSWERS, PEOPLE, QUESTIONS = "answers.csv", "respondents.csv", "questionnaire.csv"


def warnings(study):
    """The warnings of each topic."""
    found = checking.warnings(study.layout, study.read())
    return found.groupby("topic", sort=False)["warning"].agg(list).to_dict()


@pytest.fixture
def pair(answered):
    """The study, and a copy of it as the edition before."""
    before = answered.layout.raw("2028")
    shutil.copytree(answered.folder, before)
    settings = before / "edition.yml"
    settings.write_text(settings.read_text("utf-8").replace("2030", "2028"), encoding="utf-8")
    return answered


def follow(study, key, change, previous=""):
    study.cell(QUESTIONS, key, "change", change)
    study.cell(QUESTIONS, key, "previous_id", previous or key)


def test_a_sound_study_has_few_remarks(answered):
    assert warnings(answered) == {
        "respondents": ["respondents without any answer (1): R6"],
        "response": [
            "respondents by size_class: 0: 1, 10000: 3, 100000: 1",
            "respondents by status: city: 3, town: 2",
            "response of those listed, city: 3 of 3 (100 %)",
            "response of those listed, town: 2 of 3 (67 %)",
        ],
        "disclosure": [
            "withheld by size_class, for a base under 2 or beside one (2): "
            "0 (n = 1), 100000 (n = 1)"
        ],
    }


def test_affirmations_that_few_answer(answered):
    for respondent in ("R1", "R2", "R3", "R4"):
        answered.cell(ANSWERS, respondent, "T02-02", "")
        answered.cell(ANSWERS, respondent, "T01-01", "NC")
        answered.cell(ANSWERS, respondent, "T02-01", "")
    assert warnings(answered)["affirmations"] == [
        "affirmations that nobody answered (2): T01-01, T02-01",
        "affirmations answered by less than half of those concerned (1): T02-02",
        "affirmations with a base under disclosure_minimum (1): T02-02",
        "affirmations that concern less than half of them (1): T01-01",
    ]


def test_straight_lines_twins_and_the_nearly_silent(answered, monkeypatch):
    monkeypatch.setattr(data_quality, "STRAIGHT", 4)
    for subject in ("T01-01", "T01-02", "T02-01", "T02-02"):
        answered.cell(ANSWERS, "R3", subject, "2")
    answered.cell(ANSWERS, "R2", "T01-01", "")
    answered.cell(PEOPLE, "R4", "name", "c")
    assert warnings(answered)["respondents"] == [
        "respondents without any answer (1): R6",
        "respondents with too few answers for a general score (1): R2",
        "respondents whose answers, 4 or more, are all alike (1): R3",
        "respondents of the same name under several ids (2): R3, R4",
    ]


def test_the_rate_of_response_by_status(answered):
    answered.append("edition.yml", "frame_size: 40")
    answered.append(PEOPLE, "R7,G,town,100")
    answered.append(PEOPLE, "R8,H,town,100")
    found = warnings(answered)["response"]  # R6 sent a blank form
    assert [each for each in found if each.startswith("response")] == [
        "response: 5 of 40 (13 %)",
        "response of those listed, city: 3 of 3 (100 %)",
        "response of those listed, town: 2 of 5 (40 %)",
    ]


def test_what_a_subgroup_would_disclose(answered):
    answered.replace("edition.yml", "disclosure_minimum: 2", "disclosure_minimum: 4")
    answered.replace("edition.yml", "statuses:", "statuses:\n  - {id: county, label: {fr: X}}")
    answered.cell(PEOPLE, "R1", "population", "")
    assert warnings(answered)["disclosure"] == [
        "withheld by size_class, for a base under 4 or beside one (2): "
        "10000 (n = 3), 100000 (n = 1)",
        "withheld by status, for a base under 4 or beside one (2): city (n = 3), town (n = 2)",
        "statuses of which nobody answered (1): county",
        "respondents without a population, in no size class (1): R1",
    ]


def test_a_transverse_theme_that_nothing_belongs_to(answered):
    answered.append("themes.csv", "X2,transverse,4,Rien,Nothing")
    told = ["transverse themes that no affirmation belongs to (1): X2"]
    assert warnings(answered)["questionnaire"] == told


def test_the_questionnaire_beside_the_one_before(pair):
    follow(pair, "T01-01", "identical")
    pair.replace(QUESTIONS, "T01-01,T01,1,Un,", "T01-01,T01,1,Une,")
    follow(pair, "T01-02", "reworded")
    follow(pair, "T02-01", "identical")
    pair.cell(QUESTIONS, "T02-02", "previous_id", "T02-02")
    assert warnings(pair)["questionnaire"] == [
        "affirmations said to be new, with a previous_id (1): T02-02",
        "affirmations said to be identical, worded otherwise before (1): T01-01",
    ]


def test_the_scale_beside_the_one_before(pair):
    pair.replace("edition.yml", "fr: Mise en œuvre", "fr: En route")
    pair.replace("edition.yml", "implementation_from: 3", "implementation_from: 4")
    pair.append("edition.yml", "rounding: half_up_via_tenths")
    assert warnings(pair)["scale"] == [
        "levels of one stage, worded otherwise in 2028 (1): 3 'En route', then 'Mise en œuvre'",
        "implementation_from is 4, 3 in 2028",
        "rounding is half_up_via_tenths, half_up in 2028",
    ]


def test_printed_tables_alone_are_looked_at_as_such(tiny):
    found = warnings(tiny)
    assert found == {"affirmations": ["affirmations without a printed row (1): T02-02"]}
