"""Settings that can't be read: each fault in plain words, with its place and the fix."""

import random

import pytest

from barolib.errors import StudyError
from barolib.survey.edition import read_edition

#: Phrases of the libraries that read YAML and check models: they say what a parser sees.
PARSER = [
    "Input should",
    "found character",
    "expected <",
    "validation",
    "scanning",
    "parsing",
    "0x",
]
PARSER += [
    "token",
    "could not determine",
    "YAMLError",
    "Traceback",
    "dict",
    "instance of",
    "string",
]


def faults(study):
    try:
        read_edition(study.folder / "edition.yml")
    except StudyError as error:
        return list(error.problems)
    return []


def is_plain(problem):
    told = f"{problem.message} {problem.fix}"
    return not any(phrase in told for phrase in PARSER) and bool(problem.fix)


# ---------------------------------------------------------------------------------- the file

TORN = [
    ("\tseed: 3", "tab", "blanks"),
    ("notes: a: b", "colon", "quotes"),
    ("seed\nrounding: half_up", "no colon", "key: value"),
    ('notes: "never closed', "quotation mark", "close it"),
    ("notes: [1, 2", "bracket", "close"),
    ("notes: {a: 1", "bracket", "close"),
    ("notes: @x", "sign of YAML", "quotes"),
    ("notes: %x", "sign of YAML", "quotes"),
    (r'notes: "C:\d"', "\\", "single quotes"),
    ("---\nseed: 3", "several documents", "---"),
    ("notes: !!python/object:os.system x", "tag", "take it out"),
    ("notes: !!int x", "tag", "take it out"),
    ("notes: !!timestamp x", "tag", "take it out"),
    ("notes: ! attention", "tag", "quotes"),
    ("notes: &a 1\nseed: *a", "alias", "what it repeats"),
    ("? [a]\n: 1", "key", "word"),
    ("  seed: 3", "colon", "indent"),
    (" seed: 3\n  seed: 3", "colon", "indent"),
    ("statuses:\n  - a\n b: 1", "does not belong", "indent"),
    ("notes: x\a", "ALERT (U+0007)", "remove it"),
]


@pytest.mark.parametrize(("lines", "told", "fix"), TORN)
def test_what_is_no_yaml_is_told_in_plain_words_with_its_line(answered, lines, told, fix):
    answered.append("edition.yml", lines)
    (problem,) = faults(answered)
    assert problem.message.startswith("not valid YAML: ")
    assert told in problem.message
    assert fix in problem.fix
    assert is_plain(problem)
    last = len(answered.text("edition.yml").splitlines())
    assert int(problem.row) in range(last - 2, last + 1)


def test_brackets_without_end_are_told(answered):
    answered.write("edition.yml", "[" * 3000)
    (problem,) = faults(answered)
    assert "brackets within brackets" in problem.message


def test_aliases_that_grow_without_end_are_refused_at_once(answered):
    lines = ["a0: &a0 [x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 30)]
    answered.append("edition.yml", "\n".join(lines))
    (problem,) = faults(answered)
    assert "alias" in problem.message


def test_a_merge_is_a_key_that_is_not_known(answered):
    answered.append("edition.yml", "<<: {seed: 3}")
    (problem,) = faults(answered)
    assert (problem.column, problem.message) == ("<<", "unknown key")


def test_keys_that_stand_twice_are_all_told(answered):
    answered.append("edition.yml", "seed: 2\nrounding: half_up\nrounding: half_up")
    problems = faults(answered)
    assert {each.column for each in problems} == {"seed", "rounding"}
    assert {each.message for each in problems} == {"the key stands twice"}
    assert all(each.row.isdigit() for each in problems)


# ---------------------------------------------------------------------------------- its values


@pytest.mark.parametrize("word", ["No", "yes", "ON", "off", "true", "False"])
def test_a_text_that_yaml_takes_for_true_or_false_is_to_be_quoted(answered, word):
    answered.replace("edition.yml", "en: Nothing", f"en: {word}")
    (problem,) = faults(answered)
    assert (problem.column, problem.value) == ("scale.0.label.en", word)
    assert problem.fix == f'put it in quotes: "{word}"'
    answered.replace("edition.yml", f"en: {word}", f'en: "{word}"')
    assert read_edition(answered.folder / "edition.yml").scale[0].label.en == word


def test_every_such_text_is_told_and_once(answered):
    answered.replace("edition.yml", "stage: none", "stage: no")
    answered.replace("edition.yml", "en: Nothing", "en: No")
    answered.append("edition.yml", "frame_size: yes")
    columns = [each.column for each in faults(answered)]
    assert sorted(columns) == ["frame_size", "scale.0.label.en", "scale.0.stage"]


@pytest.mark.parametrize("text", ["2023.10", "017", "1_000", "0x1F", "20:21", "2030-01-05", "1e3"])
def test_numbers_and_dates_are_read_as_texts_as_they_are_written(answered, text):
    answered.replace("edition.yml", "en: Nothing", f"en: {text}")
    assert read_edition(answered.folder / "edition.yml").scale[0].label.en == text


WRONG = [
    ("frame_size: many", "frame_size", "not a whole number", "whole number"),
    ("frame_size: 2.5", "frame_size", "not a whole number", "whole number"),
    ("frame_size: 0x1F", "frame_size", "not a whole number", "whole number"),
    ("frame_size: [3]", "frame_size", "not a whole number", "whole number"),
    (f"frame_size: {'9' * 5000}", "frame_size", "not a whole number", "whole number"),
    (f"frame_size: {'9' * 30}", "frame_size", "too large", "up to 100000"),
    ("specialist_gap: .nan", "specialist_gap", "not a number", "0.5"),
    ("specialist_gap: nan", "specialist_gap", "not a number", "0.5"),
    ("specialist_gap: 1e999", "specialist_gap", "not a number", "0.5"),
    ("specialist_gap: wide", "specialist_gap", "not a number", "0.5"),
    ("size_classes: 3", "size_classes", "not a list", "brackets"),
    ("fieldwork: 2030-01", "fieldwork", "not keys", "start, end"),
    ("fieldwork: [2030-01]", "fieldwork", "not keys", "start, end"),
    ("fieldwork:\n  start:\n  end: 2030-02", "fieldwork.start", "blank", "give fieldwork.start"),
    ("fieldwork: {start: [a], end: 2030-02}", "fieldwork.start", "not a text", "a text"),
    ("fieldwork: {start: ٢٠٣٠-01, end: 2030-02}", "fieldwork.start", "not a month", "2020-11"),
    ("fieldwork: {start: 2030-01-05, end: 2030-02}", "fieldwork.start", "not a month", "2020-11"),
    ("panel: 8", "panel", "not keys", "respondents"),
    ("panel: {respondents: 8, by_status: [1]}", "panel.by_status", "not keys", "key: value"),
    ("panel: {respondents: 8, by_status: {city: -1}}", "panel.by_status.city", "small", "from 0"),
    ("panel: {by_status: {city: 1}}", "panel.respondents", "missing", "add panel.respondents"),
]


@pytest.mark.parametrize(("line", "column", "told", "fix"), WRONG)
def test_a_value_that_it_cannot_have_is_told_in_plain_words(answered, line, column, told, fix):
    lines = answered.text("edition.yml").splitlines()
    kept = [each for each in lines if not each.startswith(line.split(":")[0])]
    answered.write("edition.yml", "\n".join([*kept, line]))
    (problem,) = faults(answered)
    assert (problem.file, problem.column) == ("edition.yml", column)
    assert told in problem.message
    assert fix in problem.fix
    assert is_plain(problem)
    assert len(problem.value) <= 60


@pytest.mark.parametrize(
    ("old", "new", "column", "told"),
    [
        ("title: {fr: Essai, en: Trial}", "title: Essai", "title", "not keys"),
        ("fr: Essai", "fr: ''", "title.fr", "the text is empty"),
        ("fr: Essai", "fr: [a, b]", "title.fr", "not a text"),
        ("fr: Essai", "fr: {a: b}", "title.fr", "not a text"),
        ("not_concerned: [NC, Non concerné]", "not_concerned: NC", "not_concerned", "not a list"),
        ("{id: city, label: {fr: Ville, en: City}}", "city", "statuses.0", "not keys"),
    ],
)
def test_one_kind_of_value_in_the_place_of_another_is_told(answered, old, new, column, told):
    answered.replace("edition.yml", old, new)
    (problem,) = faults(answered)
    assert problem.column == column
    assert told in problem.message
    assert is_plain(problem)


@pytest.mark.parametrize("count", [1, 10])
def test_the_length_of_the_scale_is_told(answered, count):
    kept = answered.text("edition.yml").split("scale:")[0]
    levels = "".join(
        f"  - {{level: {n}, stage: s{n}, label: {{fr: P{n}}}}}\n" for n in range(1, count + 1)
    )
    answered.write("edition.yml", f"{kept}scale:\n{levels}implementation_from: 2\n")
    (problem,) = faults(answered)
    assert problem.column == "scale"
    assert ("give 2 or more" if count == 1 else "give 9 or fewer") in problem.fix


@pytest.mark.parametrize("seed", range(150))
def test_a_file_spoilt_anywhere_is_read_or_told_in_plain_words(answered, seed):
    rng, text = random.Random(seed), answered.text("edition.yml")
    for _ in range(rng.choice([1, 1, 2, 3])):
        at = rng.randrange(len(text))
        more = rng.choice(
            ["", "", ":", " ", "\t", "\n", "[", "}", '"', "'", "-", "#", "*a", "&a", "!x"]
        )
        text = text[:at] + more + text[at + rng.choice([0, 1, 1, 5, 40]) :]
    answered.write("edition.yml", text)
    for problem in faults(answered):
        assert is_plain(problem), problem
        assert str(problem).count("\n") == 1
