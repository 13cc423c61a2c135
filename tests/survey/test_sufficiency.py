"""What holds nothing that could be published: refused in its place, and nothing else is."""

import pytest

ANSWERS = "answers.csv"


def problem(study):
    (found,) = study.problems()
    return found


def blank(study, keep):
    """Leaves the answers of the respondents in `keep`."""
    header, *rows = study.rows(ANSWERS)
    kept = [row if row[0] in keep else [row[0], *[""] * (len(row) - 1)] for row in rows]
    study.save(ANSWERS, [header, *kept])


@pytest.mark.parametrize("cell", ["", "NC"])
def test_a_table_without_a_level_is_refused(answered, cell):
    header, *rows = answered.rows(ANSWERS)
    answered.save(ANSWERS, [header, *([row[0], *[cell] * (len(row) - 1)] for row in rows)])
    found = problem(answered)
    assert (found.file, found.message) == (
        "answers",
        "no cell holds a level: there is nothing to publish",
    )


@pytest.mark.parametrize(
    ("name", "told"),
    [
        (ANSWERS, "the file holds a header and no row"),
        ("themes.csv", "the file holds a header and no row"),
        ("questionnaire.csv", "the file holds a header and no row"),
        ("respondents.csv", "the file holds a header and no row"),
    ],
)
def test_a_file_of_a_header_alone_is_refused(answered, name, told):
    answered.save(name, answered.rows(name)[:1])
    assert (name, told) in {(each.file, each.message) for each in answered.problems()}


@pytest.mark.parametrize(
    ("people", "minimum", "refused"),
    [
        (["R1"], 2, "1 respondent answered"),
        (["R1", "R2"], 3, "2 respondents answered"),
        (["R1", "R2", "R3"], 3, None),
    ],
)
def test_fewer_respondents_than_may_be_told_are_refused(answered, people, minimum, refused):
    blank(answered, people)
    answered.replace("edition.yml", "disclosure_minimum: 2", f"disclosure_minimum: {minimum}")
    if refused is None:
        assert answered.problems() == []
        return
    found = problem(answered)
    assert found.message.startswith(refused)
    assert f"disclosure_minimum ({minimum})" in found.message
    assert "nothing can be published" in found.message


def test_who_is_concerned_by_nothing_is_not_one_who_answered(answered):
    blank(answered, ["R1"])
    answered.cell(ANSWERS, "R2", "T01-01", "NC")
    assert problem(answered).message.startswith("1 respondent answered")


def test_a_theme_without_affirmations_is_refused_in_its_row(answered):
    answered.append("themes.csv", "T03,theme,9,Vide,Empty")
    found = problem(answered)
    assert (found.file, found.row, found.column) == ("themes.csv", "5", "theme_id")
    assert (found.value, found.message) == ("T03", "no affirmation is in this theme")


def test_themes_that_are_all_transverse_are_refused(answered):
    for theme in ("T01", "T02"):
        answered.cell("themes.csv", theme, "kind", "transverse")
    assert "no row is of kind theme" in {each.message for each in answered.problems()}


def test_printed_rows_of_themes_alone_are_refused(tiny):
    tiny.drop_rows("published_distributions.csv", lambda row: row["printed_as"] == "T01")
    found = problem(tiny)
    assert (found.file, found.column) == ("published_distributions.csv", "printed_as")
    assert found.message == "no row is that of an affirmation"


@pytest.mark.parametrize("empty", ["T01-01", "T02"])
@pytest.mark.parametrize("cell", ["", "NC"])
def test_an_affirmation_or_a_theme_that_nobody_answered_is_allowed(answered, empty, cell):
    header, *rows = answered.rows(ANSWERS)
    for row in rows:
        for place, name in enumerate(header):
            row[place] = cell if name.startswith(empty) else row[place]
    answered.save(ANSWERS, [header, *rows])
    assert answered.problems() == []


# ---------------------------------------------------------------------------------- the frame


@pytest.mark.parametrize(("frame", "fits"), [(5, False), (6, True), (40, True)])
def test_a_frame_holds_all_who_are_listed(answered, frame, fits):
    answered.append("edition.yml", f"frame_size: {frame}")
    if fits:
        assert answered.problems() == []
        return
    found = problem(answered)
    assert (found.file, found.column, found.value) == ("edition.yml", "frame_size", "5")
    assert found.message == "fewer than the 6 that respondents.csv lists"


def test_a_frame_holds_the_panel_that_is_told(tiny):
    tiny.append("edition.yml", "frame_size: 7")
    found = problem(tiny)
    assert (found.column, found.value) == ("frame_size", "7")
    assert "the 8 who answered" in found.message
