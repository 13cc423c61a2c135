"""What an id may be: by example, by category of characters, and as the name of a file."""

import unicodedata
from pathlib import Path, PureWindowsPath

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from barolib.files import ids

GOOD = ["T01", "T01-01", "2023", "2023-bis", "x_1", "T.2", "Thème-é1", "Œuvres", "ß", "9", "a" * 40]
BAD = [
    *["", ".", "..", "2023/", "../x", "/etc", "C:\\x", "a=b", "a b", " a", "a ", "a\n", "a\tb"],
    *[".work", "2023.", "-a", "a-", "_a", "a_", "a--b", "a..b", "a-.b", "a,b", "a;b", "a|b", "a*"],
    *["<NA>", "x" * 41, "x" * 5000, "con", "AUX", "nul.1", "Com3", "lpt9.b", "50%", "a’b", "$a"],
    *["a\0", "a\u200bb", "\ufeffa", "e\u0301", "\u202ea", "T\u00ad1", "\u042201", "Ω", "①"],
    *["ŉ", "\ue000", "🌱", "\u037e", "ª", "ﬁ", "a\u2011b", "2023\u2044x", "\u0663", "\uff11"],
]  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_words_of_latin_letters_and_digits_are_ids(name):
    assert ids.fault(name) is None
    assert ids.edition_fault(name) is None


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_such_word_is_refused_with_the_fix(name):
    message, fix = ids.fault(name)
    assert message
    assert fix
    assert ids.edition_fault(name) == (message, fix)


@pytest.mark.parametrize("name", ["common", "Example", "2021_vs_2018", "a_VS_b"])
def test_names_of_folders_are_not_for_editions_but_other_ids_may_have_them(name):
    assert ids.fault(name) is None
    assert "folders" in ids.edition_fault(name)[0]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("a\u200bb", "ZERO WIDTH SPACE (U+200B)"),
        ("e\u0301", "COMBINING ACUTE ACCENT (U+0301)"),
        ("\u042201", "CYRILLIC CAPITAL LETTER TE (U+0422)"),
    ],
)
def test_what_cannot_be_seen_is_told_by_its_name(name, told):
    assert told in ids.fault(name)[0]


CATEGORIES = ["Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Pc", "Pd", "Ps"]
CATEGORIES += [
    "Pe",
    "Pi",
    "Pf",
    "Po",
    "Sm",
    "Sc",
    "Sk",
    "So",
    "Zs",
    "Zl",
    "Zp",
    "Cc",
    "Cf",
    "Co",
    "Cn",
]


@pytest.mark.parametrize("category", CATEGORIES)
@given(data=st.data())
def test_of_each_category_only_latin_letters_and_digits_make_an_id(category, data):
    character = data.draw(st.characters(categories=[category]))
    latin = unicodedata.name(character, "").startswith("LATIN") and ord(character) < 0x180
    if category in ("Lu", "Ll"):
        assert latin or ids.fault(f"T{character}1") is not None
    else:
        allowed = character in "0123456789-_."
        assert (ids.fault(f"T{character}1") is None) == allowed


LETTERS = st.one_of(st.sampled_from("aZ9-_.éŒ/= \u0301"), st.characters(max_codepoint=0x17F))


@given(st.text(LETTERS, max_size=45))
def test_an_id_is_one_name_of_a_file_everywhere_and_reads_the_same_everywhere(name):
    if ids.fault(name):
        return
    assert len(name) <= ids.LONGEST
    assert len(f"{name}_vs_{name}".encode()) < 200
    assert Path(name).name == PureWindowsPath(name).name == name
    assert unicodedata.normalize("NFC", name) == name
    assert name.isprintable()
    assert not set(name) & set(" /\\:*?\"<>|=;,'()[]{}#&%")
    assert name.strip("-_.") == name


@given(st.text(st.characters(max_codepoint=0x17F), min_size=1, max_size=8))
def test_case_and_the_form_of_letters_make_no_other_id(name):
    for other in (name.upper(), name.lower(), name.title(), unicodedata.normalize("NFD", name)):
        assume(ids.alike(name.upper().lower()) == ids.alike(name))
        assert ids.alike(other) == ids.alike(name)


def test_ids_that_are_not_the_same_stay_apart():
    assert len({ids.alike(each) for each in ["T01", "T1", "T-01", "té", "te", "T.01"]}) == 6
