"""Texts that can be published: whatever passes is in the fonts, on one line; the rest is named."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barolib import cli
from barolib.files.characters import of_fonts
from barolib.survey import publishable
from support.studies import ROOT

SHOWN = of_fonts(ROOT / "report" / "assets" / "fonts")


def problem(study):
    (found,) = study.problems()
    return found


# ---------------------------------------------------------------------------------- by character

STRANGE = [
    ("Un plan de \ufb01nancement", "LATIN SMALL LIGATURE FI (U+FB01)", "write 'fi' in its place"),
    ("Financement e\ufb03cace", "LATIN SMALL LIGATURE FFI (U+FB03)", "write 'ffi' in its place"),
    ("Responsable 🌱", "SEEDLING (U+1F331)", "in words"),
    ("التحول", "ARABIC LETTER ALEF (U+0627)", "in Latin letters"),
    ("\u7b56\u7565", "CJK UNIFIED IDEOGRAPH-7B56 (U+7B56)", "in Latin letters"),
    ("Césure\xadici", "SOFT HYPHEN (U+00AD)", "remove it"),
    ("zéro\u200bchasse", "ZERO WIDTH SPACE (U+200B)", "remove it"),
    ("\ufeffMarque", "ZERO WIDTH NO-BREAK SPACE (U+FEFF)", "remove it"),
    ("joint\u2060eur", "WORD JOINER (U+2060)", "remove it"),
    ("\u202edroite", "RIGHT-TO-LEFT OVERRIDE (U+202E)", "remove it"),
    ("Onglet\v vertical", "LINE TABULATION (U+000B)", "on one line"),
    ("a\n# b", "LINE FEED (U+000A)", "on one line"),
    ("a\tb", "CHARACTER TABULATION (U+0009)", "on one line"),
    ("a\u2028b", "LINE SEPARATOR (U+2028)", "on one line"),
    ("Cloche\a", "ALERT (U+0007)", "remove it"),
    ("a\ue000b", "PRIVATE-USE CHARACTER (U+E000)", "remove it"),
    ("a\ufdd0", "CHARACTER WITHOUT A NAME (U+FDD0)", "remove it"),
    ("x\u0301", "COMBINING ACUTE ACCENT (U+0301)", "without it"),
    ("a\u3000b", "IDEOGRAPHIC SPACE (U+3000)", "write ' ' in its place"),
    ("d\ufffdfaut", "REPLACEMENT CHARACTER (U+FFFD)", ""),
]


@pytest.mark.parametrize(("text", "named", "fix"), STRANGE)
def test_a_character_that_cannot_be_shown_is_told_by_its_name(text, named, fix):
    message, fix = publishable.fault_of(text, SHOWN)
    assert named in message
    assert fix in fix


@pytest.mark.parametrize("text", [" a", "a ", "\xa0a", "a\u202f", " "])
def test_a_blank_at_either_end_is_told(text):
    assert "blank" in publishable.fault_of(text, SHOWN)[0]


@pytest.mark.parametrize(
    "text",
    [
        "L’été, « déjà »\u202f: 50\u202f%",
        "e\u2011administration",
        "Œuvre – n° 1 · ½ ≥ 3 €",
        "Ελλάδα",
    ],
)
def test_what_the_fonts_have_is_published(text):
    assert publishable.fault_of(text, SHOWN) is None


CATEGORIES = [
    "Cc",
    "Cf",
    "Cn",
    "Co",
    "Zl",
    "Zp",
    "Mn",
    "Mc",
    "Me",
    "Lu",
    "Ll",
    "Lo",
    "Zs",
    "So",
    "Po",
]


@pytest.mark.parametrize("category", CATEGORIES)
@given(data=st.data())
def test_of_each_category_what_is_told_is_what_the_rule_says(category, data):
    character = data.draw(st.characters(categories=[category]))
    fault = publishable.fault_of(f"a{character}b", SHOWN)
    fit = category[0] in "LZSP" and category not in ("Zl", "Zp") and character in SHOWN
    assert (fault is None) == fit
    assert fit or f"U+{ord(character):04X}" in fault[0]


@given(st.text(st.one_of(st.sampled_from(" é\n\u200b\ufb01"), st.characters(max_codepoint=0x17F))))
def test_whatever_passes_is_in_the_fonts_on_one_line_and_seen(text):
    if publishable.fault_of(text, SHOWN) is None:
        assert set(text) <= SHOWN
        assert text == text.strip()
        assert len(text.splitlines()) <= 1
        assert not any(unicodedata.category(each)[0] in "CM" for each in text)


def test_many_characters_are_told_by_the_first():
    message, _ = publishable.fault_of("абвгд", SHOWN)
    assert message.endswith("CYRILLIC SMALL LETTER VE (U+0432) and 2 more")


# ---------------------------------------------------------------------------------- by place


@pytest.mark.parametrize("column", ["label_fr", "label_en"])
@pytest.mark.parametrize(("file", "key"), [("themes.csv", "X1"), ("questionnaire.csv", "T01-02")])
def test_a_label_is_told_with_its_file_row_and_column(answered, file, key, column):
    row = answered.cell(file, key, column, "e\ufb03cace")
    found = problem(answered)
    assert (found.file, found.row, found.column) == (file, row, column)
    assert (found.value, found.fix) == ("e\ufb03cace", "write 'ffi' in its place")
    assert "LATIN SMALL LIGATURE FFI (U+FB03)" in found.message


@pytest.mark.parametrize(
    ("old", "key"),
    [
        ("fr: Essai", "title.fr"),
        ("en: Trial", "title.en"),
        ("fr: Rien", "scale.0.label.fr"),
        ("en: Begun", "scale.1.label.en"),
        ("fr: Bourg", "statuses.1.label.fr"),
    ],
)
def test_a_text_of_edition_yml_is_told_with_its_key(answered, old, key):
    answered.replace("edition.yml", old, f'{old[:4]}"a\\n\\n# b"')
    found = problem(answered)
    assert (found.file, found.column, found.value) == ("edition.yml", key, "a\n\n# b")
    assert "LINE FEED (U+000A)" in found.message


def test_every_text_is_told_at_once(answered):
    answered.cell("themes.csv", "T01", "label_fr", "🌱")
    answered.cell("questionnaire.csv", "T01-01", "label_en", "a\u200b")
    answered.replace("edition.yml", "fr: Ville", 'fr: "Ville\\a"')
    told = {(each.file, each.column) for each in answered.problems()}
    assert told == {
        ("themes.csv", "label_fr"),
        ("questionnaire.csv", "label_en"),
        ("edition.yml", "statuses.0.label.fr"),
    }


def test_names_of_respondents_may_be_in_any_script_but_hold_no_control_character(answered):
    answered.cell("respondents.csv", "R1", "name", "بلدية 🌱 \ufb01 \u200e")
    answered.cell("respondents.csv", "R2", "name", "en deux\nlignes")
    assert answered.problems() == []
    answered.cell("respondents.csv", "R3", "name", "C\x07")
    found = problem(answered)
    assert (found.file, found.column) == ("respondents.csv", "name")
    assert "ALERT (U+0007)" in found.message


def test_accents_written_as_two_characters_are_read_as_one(answered):
    for name in ("themes.csv", "questionnaire.csv", "answers.csv", "edition.yml"):
        answered.write(name, unicodedata.normalize("NFD", answered.text(name)))
    assert "e\u0301" in answered.text("edition.yml")
    raw = answered.read()
    assert raw.edition.level_labels("fr")[1] == "Réflexion engagée"
    assert raw.themes["label_fr"].tolist()[0] == "Première"


@pytest.mark.parametrize("command", [["check", "2030"], ["run", "--edition", "2030"]])
def test_check_and_run_both_refuse(answered, capsys, command):
    row = answered.cell("themes.csv", "T02", "label_fr", "Responsable 🌱")
    assert cli.main([*command, "--root", str(answered.layout.root)]) == 1
    told = capsys.readouterr().err
    assert f"themes.csv, row {row}, column label_fr: the report cannot show SEEDLING" in told
