"""Characters of the fonts; names as Unicode's."""

import unicodedata

import pytest

from barolib.errors import StudyError
from barolib.files import characters
from support.studies import ROOT

FONTS = ROOT / "report" / "assets" / "fonts"


def test_the_characters_of_the_fonts_are_those_that_every_style_draws():
    shown = characters.of_fonts(FONTS)
    assert len([*FONTS.glob("*.ttf")]) == 4
    assert set("Aéœ’« »…–≤→€\u00a0\u202f") <= shown
    assert not set("\n\ufb01\U0001f331\u0627") & shown


def test_a_character_that_one_style_lacks_is_none_of_the_fonts(tmp_path, monkeypatch):
    class Font:
        def __init__(self, path):
            self.codes = {65: 1, 66: 2} if path.name == "a.ttf" else {66: 1}

        def get_charmap(self):
            return self.codes

    for name in ("a.ttf", "b.ttf"):
        (tmp_path / name).touch()
    monkeypatch.setattr("matplotlib.ft2font.FT2Font", Font)
    assert characters.of_fonts(tmp_path) == {"B"}


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
