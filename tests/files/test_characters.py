"""Characters of the fonts, beside those that the library that draws finds; names as Unicode's."""

import unicodedata

import pytest
from conftest import ROOT
from matplotlib.ft2font import FT2Font

from barolib.errors import StudyError
from barolib.files import characters

FONTS = ROOT / "report" / "assets" / "fonts"


def test_the_characters_of_the_fonts_are_those_that_every_style_draws():
    drawn = [{chr(code) for code in FT2Font(path).get_charmap()} for path in FONTS.glob("*.ttf")]
    assert len(drawn) == 4
    assert characters.of_fonts(FONTS) == set.intersection(*drawn)


def test_a_folder_without_fonts_is_told(tmp_path):
    with pytest.raises(StudyError, match="no font of the report"):
        characters.of_fonts(tmp_path)


@pytest.mark.parametrize("code", [*range(0x20), *range(0x7F, 0xA1), 0xFB01, 0x1F331, 0x627])
def test_a_name_is_unicodes_own(code):
    name, point = characters.named(chr(code)).rsplit(" (", 1)
    assert point == f"U+{code:04X})"
    if name != "CONTROL CHARACTER":
        assert unicodedata.lookup(name) == chr(code)


@pytest.mark.parametrize(
    ("character", "name"),
    [("\ue000", "PRIVATE-USE CHARACTER (U+E000)"), ("\ufdd0", "CHARACTER WITHOUT A NAME (U+FDD0)")],
)
def test_what_unicode_gives_no_name_is_told_by_its_kind(character, name):
    assert characters.named(character) == name
