import pytest

from barolib.errors import StudyError
from barolib.survey.edition import Label, read_edition


def faults(tiny):
    with pytest.raises(StudyError) as caught:
        read_edition(tiny.folder / "edition.yml")
    return caught.value.problems


def settings(tiny, line):
    """The tiny edition's settings with a line more."""
    tiny.append("edition.yml", line)
    return read_edition(tiny.folder / "edition.yml")


def test_the_2021_edition(raw2021):
    edition = raw2021.edition
    assert (edition.id, edition.rounding, edition.seed) == ("2021", "half_up_via_tenths", 2021)
    assert edition.levels == [1, 2, 3, 4, 5, 6]
    assert edition.implementation_from == 4
    assert edition.panel.respondents == sum(edition.panel.by_status.values()) == 34
    assert set(edition.panel.by_status) == {status.id for status in edition.statuses}


def test_everything_but_the_required_keys_has_its_documented_default(tiny):
    tiny.replace("edition.yml", "panel: {respondents: 8}\n", "")
    edition = read_edition(tiny.folder / "edition.yml")
    assert edition.rounding == "half_up"
    assert edition.not_concerned == ["NC"]
    assert (edition.group_cuts.leaders, edition.group_cuts.peloton) == (3.5, 2.5)
    assert (edition.minimum_answered, edition.specialist_gap) == (0.5, 1.0)
    assert (edition.disclosure_minimum, edition.equivalence_pp) == (3, 10)
    assert (edition.frame_size, edition.panel, edition.fieldwork) == (None, None, None)


def test_the_scale_decides_the_columns_and_the_labels(tiny):
    edition = read_edition(tiny.folder / "edition.yml")
    assert edition.percent_columns == ["p1", "p2", "p3", "p4"]
    assert edition.count_columns == ["n1", "n2", "n3", "n4"]
    assert edition.level_labels("fr") == ["Rien", "Commencé", "À moitié", "Fait"]
    # A level without an English name keeps its French one.
    assert edition.level_labels("en") == ["None", "Begun", "À moitié", "Done"]


def test_a_label_needs_its_french_text_only():
    assert Label(fr="Oui").of("en") == "Oui"
    assert Label(fr="Oui", en="Yes").of("en") == "Yes"


def test_an_identity_written_as_a_number_is_read_as_text(tiny):
    tiny.replace("edition.yml", '"2030"', "2030")
    assert read_edition(tiny.folder / "edition.yml").id == "2030"


def test_settings_cannot_be_changed_once_read(raw2021):
    with pytest.raises(ValueError, match="frozen"):
        raw2021.edition.seed = 1


@pytest.mark.parametrize(
    ("line", "column", "mend"),
    [
        ("roundin: half_up", "roundin", "did you mean 'rounding'?"),
        ("group_cuts: {leader: 3}", "group_cuts.leader", "did you mean 'leaders'?"),
        ("fieldwork: {start: 2030-01, end: 2030-02, stop: x}", "fieldwork.stop", "known: start"),
        (
            "statuses: [{id: a, label: {fr: A}, lable: x}]",
            "statuses.0.lable",
            "did you mean 'label'?",
        ),
    ],
)
def test_an_unknown_key_is_refused_with_the_nearest_known_one(tiny, line, column, mend):
    tiny.append("edition.yml", line)
    (problem,) = faults(tiny)
    assert (problem.file, problem.column) == ("edition.yml", column)
    assert problem.message == "unknown key"
    assert mend in problem.mend


@pytest.mark.parametrize(
    ("line", "column", "value", "word"),
    [
        ("rounding: half_even", "rounding", "half_even", "half_up_via_tenths"),
        ("seed: soon", "seed", "soon", "integer"),
        ("minimum_answered: 1.5", "minimum_answered", "1.5", "less than or equal to 1"),
        ("frame_size: 0", "frame_size", "0", "greater than or equal to 1"),
        ("fieldwork: {start: 2030-13, end: 2030-02}", "fieldwork.start", "2030-13", "match"),
        ("5: x", "5", "5", "strings"),
    ],
)
def test_a_wrong_value_is_named_with_its_key(tiny, line, column, value, word):
    tiny.append("edition.yml", line)
    (problem,) = faults(tiny)
    assert (problem.file, problem.column, problem.value) == ("edition.yml", column, value)
    assert word in f"{problem.message} {problem.mend}"


def test_every_fault_of_the_file_is_reported_at_once(tiny):
    tiny.write("edition.yml", "id: '2030'\nsead: 3\nrounding: up\ntitle: {en: Trial}\n")
    missing = {"title.fr", "provenance", "scale", "implementation_from"}
    problems = {problem.column: problem for problem in faults(tiny)}
    assert set(problems) == missing | {"sead", "rounding"}
    assert all(problems[key].message == "the key is missing" for key in missing)
    assert all(problem.mend for problem in problems.values())


@pytest.mark.parametrize("first", [0, 2])
def test_levels_must_count_from_one(tiny, first):
    tiny.replace("edition.yml", "{level: 1,", f"{{level: {first},")
    (problem,) = faults(tiny)
    assert problem.column == "scale"
    assert "from the lowest" in problem.message


@pytest.mark.parametrize("level", [1, 5])
def test_implementation_begins_above_the_lowest_level_of_the_scale(tiny, level):
    tiny.replace("edition.yml", "implementation_from: 3", f"implementation_from: {level}")
    (problem,) = faults(tiny)
    assert "between 2 and 4" in problem.message


def test_a_missing_file(tiny):
    tiny.remove("edition.yml")
    (problem,) = faults(tiny)
    assert (problem.file, problem.message) == ("edition.yml", "the file is missing")


def test_a_file_in_another_encoding(tiny):
    tiny.write("edition.yml", tiny.text("edition.yml").encode("cp1252"))
    (problem,) = faults(tiny)
    assert problem.message == "the file is not UTF-8"
    assert problem.row.startswith("byte ")


@pytest.mark.parametrize("content", ["", "# nothing\n", "- a\n- b\n", "seed"])
def test_a_file_that_holds_no_keys(tiny, content):
    tiny.write("edition.yml", content)
    (problem,) = faults(tiny)
    assert problem.message == "the file holds no keys"


def test_broken_yaml_is_named_with_its_line(tiny):
    tiny.append("edition.yml", "\tseed: 3")
    (problem,) = faults(tiny)
    assert problem.row == str(len(tiny.text("edition.yml").splitlines()))
    assert problem.message.startswith("not valid YAML")


def test_a_date_of_no_calendar_is_a_fault_of_the_file(tiny):
    tiny.append("edition.yml", "fieldwork: {start: 2030-13-45, end: 2030-02}")
    (problem,) = faults(tiny)
    assert "month must be in 1..12" in problem.message


def test_a_byte_order_mark_is_accepted(tiny):
    tiny.write("edition.yml", b"\xef\xbb\xbf" + tiny.text("edition.yml").encode())
    assert read_edition(tiny.folder / "edition.yml").id == "2030"


def test_a_setting_given_is_kept(tiny):
    assert settings(tiny, "disclosure_minimum: 5").disclosure_minimum == 5


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("size_classes: [100000, 25000]", "size_classes"),
        ("size_classes: [25000, 25000]", "size_classes"),
        ("size_classes: [0, 25000]", "size_classes.0"),
        ("group_cuts: {leaders: 2.5, peloton: 3.5}", "group_cuts"),
        ("group_cuts: {leaders: .nan}", "group_cuts.leaders"),
        ("specialist_gap: -1", "specialist_gap"),
        ("equivalence_pp: .inf", "equivalence_pp"),
        ("seed: -1", "seed"),
        ("statuses: [{id: a, label: {fr: A}}, {id: a, label: {fr: B}}]", "statuses"),
    ],
)
def test_settings_that_would_give_other_numbers_or_none_are_refused(tiny, line, column):
    tiny.append("edition.yml", line)
    assert [each.column for each in faults(tiny)] == [column]
