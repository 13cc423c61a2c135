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
    ("line", "column", "fix"),
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
def test_an_unknown_key_is_refused_with_the_nearest_known_one(tiny, line, column, fix):
    tiny.append("edition.yml", line)
    (problem,) = faults(tiny)
    assert (problem.file, problem.column) == ("edition.yml", column)
    assert problem.message == "unknown key"
    assert fix in problem.fix


@pytest.mark.parametrize(
    ("line", "column", "value", "word"),
    [
        ("rounding: half_even", "rounding", "half_even", "half_up_via_tenths"),
        ("seed: soon", "seed", "soon", "a whole number"),
        ("minimum_answered: 1.5", "minimum_answered", "1.5", "a number up to 1"),
        ("frame_size: 0", "frame_size", "0", "a number from 1 on"),
        ("fieldwork: {start: 2030-13, end: 2030-02}", "fieldwork.start", "2030-13", "not a month"),
        ("fieldwork: {start: 2030-1-5, end: 2030-02}", "fieldwork.start", "2030-1-5", '"2020-11"'),
    ],
)
def test_a_wrong_value_is_named_with_its_key(tiny, line, column, value, word):
    tiny.append("edition.yml", line)
    (problem,) = faults(tiny)
    assert (problem.file, problem.column, problem.value) == ("edition.yml", column, value)
    assert word in f"{problem.message} {problem.fix}"


def test_every_fault_of_the_file_is_reported_at_once(tiny):
    tiny.write("edition.yml", "id: '2030'\nsead: 3\nrounding: up\ntitle: {en: Trial}\n")
    missing = {"title.fr", "provenance", "scale", "implementation_from"}
    problems = {problem.column: problem for problem in faults(tiny)}
    assert set(problems) == missing | {"sead", "rounding"}
    assert all(problems[key].message == "the key is missing" for key in missing)
    assert all(problem.fix for problem in problems.values())


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
    text = "# first line\n# é\n" + tiny.text("edition.yml")
    tiny.write("edition.yml", text.encode("cp1252"))
    (problem,) = faults(tiny)
    assert problem.message == "the file is not UTF-8"
    assert (problem.row, problem.value) == ("2", "byte E9")


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


IMPOSSIBLE = [
    ("disclosure_minimum: 0", "disclosure_minimum", "2"),
    ("disclosure_minimum: 1", "disclosure_minimum", "2"),
    ("group_cuts: {leaders: 4.5}", "group_cuts.leaders", "between 1 and 4"),
    ("group_cuts: {leaders: 3, peloton: 0.5}", "group_cuts.peloton", "between 1 and 4"),
    ("group_cuts: {leaders: 3, peloton: 3}", "group_cuts", "lower"),
    ("specialist_gap: 3.5", "specialist_gap", "3 or less"),
    ("equivalence_pp: 101", "equivalence_pp", "up to 100"),
    ("minimum_answered: -0.1", "minimum_answered", "from 0"),
    ("minimum_answered: 1.01", "minimum_answered", "up to 1"),
    ("size_classes: [2000000000]", "size_classes.0", "up to 1000000000"),
    ("frame_size: 1000001", "frame_size", "up to 100000"),
    ("fieldwork: {start: 2030-06, end: 2030-05}", "fieldwork.end", "first month"),
    ("seed: 4294967296", "seed", "up to 4294967295"),
    ("frame_size: 7", "frame_size", "null"),
]
PANELS = [
    ("{respondents: 0}", "panel.respondents", "from 1"),
    ("{respondents: 200000}", "panel.respondents", "up to 100000"),
    ("{respondents: 8, inhabitants: 2000000000}", "panel.inhabitants", "up to"),
    ("{respondents: 8, by_status: {citi: 1}}", "panel.by_status.citi", "did you mean 'city'?"),
    ("{respondents: 8, by_status: {city: 9}}", "panel.by_status", "correct"),
]


@pytest.mark.parametrize(("line", "column", "fix"), IMPOSSIBLE)
def test_a_setting_that_cannot_be_is_refused_with_its_key(tiny, line, column, fix):
    tiny.append("edition.yml", line)
    (problem,) = faults(tiny)
    assert (problem.file, problem.column) == ("edition.yml", column)
    assert fix in problem.fix


@pytest.mark.parametrize(("panel", "column", "fix"), PANELS)
def test_a_panel_that_cannot_be_is_refused_with_its_key(tiny, panel, column, fix):
    tiny.replace("edition.yml", "{respondents: 8}", panel)
    tiny.append("edition.yml", "statuses: [{id: city, label: {fr: Ville}}]")
    (problem,) = faults(tiny)
    assert (problem.file, problem.column) == ("edition.yml", column)
    assert fix in problem.fix


@pytest.mark.parametrize(
    "line",
    [
        "disclosure_minimum: 2",
        "group_cuts: {leaders: 4, peloton: 1}",
        "specialist_gap: 3",
        "equivalence_pp: 100",
        "minimum_answered: 0",
        "frame_size: 8",
        "fieldwork: {start: 2030-05, end: 2030-05}",
        "seed: 4294967295",
    ],
)
def test_a_setting_at_its_bound_is_kept(tiny, line):
    tiny.append("edition.yml", line)
    assert faults_or_none(tiny) == []


def faults_or_none(tiny):
    try:
        read_edition(tiny.folder / "edition.yml")
    except StudyError as error:
        return list(error.problems)
    return []


def test_settings_that_rule_each_other_out_are_told_beside_other_faults(tiny):
    tiny.append("edition.yml", "frame_size: 7\nspecialist_gap: 9")
    row = tiny.cell("themes.csv", "T01", "position", "first")
    assert {(each.file, each.row, each.column) for each in tiny.problems()} == {
        ("edition.yml", "", "frame_size"),
        ("edition.yml", "", "specialist_gap"),
        ("themes.csv", row, "position"),
    }


@pytest.mark.parametrize(
    ("levels", "leaders", "peloton"), [(2, 1.5, 1.3), (3, 2.0, 1.6), (4, 3.5, 2.5), (6, 3.5, 2.5)]
)
def test_cuts_that_are_not_given_lie_within_the_scale(tiny, levels, leaders, peloton):
    kept = tiny.text("edition.yml").split("scale:")[0]
    scale = "".join(
        f"  - {{level: {n}, stage: s{n}, label: {{fr: P{n}}}}}\n" for n in range(1, levels + 1)
    )
    tiny.write("edition.yml", f"{kept}scale:\n{scale}implementation_from: 2\n")
    cuts = read_edition(tiny.folder / "edition.yml").group_cuts
    assert (cuts.leaders, cuts.peloton) == pytest.approx((leaders, peloton))
