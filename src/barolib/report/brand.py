"""The client's house: colours, fonts and logo from a study's report/_brand.yml, all checked.

The file has the form of Quarto's brand files (https://posit-dev.github.io/brand-yml). What it may
hold, and what each colour is for, is in docs/report.md, "The client's house".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

from matplotlib.colors import CSS4_COLORS
from matplotlib.ft2font import FT2Font
from pydantic import BeforeValidator, Field, field_validator

from barolib.drawing import palette
from barolib.drawing.canvas import DARK, FONT_FAMILY, MUTED
from barolib.errors import Problem, StudyError, nearest
from barolib.files import links
from barolib.files.layout import BRAND, FONTS
from barolib.report import pictures
from barolib.survey import yamlfile
from barolib.survey.edition import Strict, Text

_FILE = f"report/{BRAND}"
#: Where the build has the files of the brand.
FOLDER = "assets/brand"
#: WCAG 2.2: of text, and of signs.
TEXT, SIGN = 4.5, 3.0
#: Keys of Quarto's brand files that nothing in the report is made from.
_UNREAD = {f"color.{key}" for key in ("success", "info", "warning", "danger", "dark")}
_UNREAD |= {"typography.monospace", "typography.monospace-inline", "typography.monospace-block"}
_UNREAD |= {"typography.link", "defaults"}
_UNREAD |= {
    f"typography.{part}.{key}"
    for part in ("base", "headings")
    for key in ("size", "weight", "style", "line-height", "color", "background-color")
}
_BRING = "bring its TTF files into report/fonts: {source: file, files: [{path: fonts/Name.ttf}]}"


def _short(key: str) -> BeforeValidator:
    """A value written as one word stands for this key of it."""
    return BeforeValidator(lambda given: {key: given} if isinstance(given, str) else given)


class _Logo(Strict):
    path: Text
    alt: str | None = None


class _Logos(Strict):
    images: dict[str, Annotated[_Logo, _short("path")]] = Field(default_factory=dict)
    small: Annotated[_Logo | None, _short("path")] = None
    medium: Annotated[_Logo | None, _short("path")] = None
    large: Annotated[_Logo | None, _short("path")] = None


class _Colours(Strict):
    palette: dict[str, str] = Field(default_factory=dict)
    primary: str = "#0f2954"
    secondary: str = "#226a70"
    tertiary: str | None = None
    foreground: str = DARK
    background: str = "#ffffff"
    light: str = "#faf6ee"


class _FontFile(Strict):
    path: Text
    weight: Literal["400", "600", "700", "normal", "bold"] = "400"
    style: Literal["normal", "italic"] = "normal"


class _Font(Strict):
    family: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9 -]*$")]
    source: str = Field(default="google", validate_default=True)
    files: list[Annotated[_FontFile, _short("path")]] = Field(default_factory=list)

    @field_validator("source")
    @classmethod
    def _stands_in_the_study(cls, source: str) -> str:
        if source != "file":
            raise yamlfile.InvalidValue("a font that would be loaded from elsewhere", _BRING)
        return source


class _Type(Strict):
    family: Text = FONT_FAMILY


class _Typography(Strict):
    fonts: list[_Font] = Field(default_factory=list)
    base: Annotated[_Type, _short("family")] = _Type()
    headings: Annotated[_Type | None, _short("family")] = None


class _Meta(Strict):
    name: Any = None
    link: Any = None


class _BrandFile(Strict):
    meta: _Meta = _Meta()
    logo: Annotated[_Logos, _short("medium")] = _Logos()
    color: _Colours = _Colours()
    typography: _Typography = _Typography()


@dataclass(frozen=True)
class Logo:
    """A logo: its file, its alternative text, and the size that it is meant for."""

    path: Path
    alt: str
    size: str

    @property
    def place(self) -> str:
        """Its file in the build."""
        return f"{FOLDER}/{self.size}{self.path.suffix.lower()}"


@dataclass(frozen=True)
class Brand:
    """A brand that was found without fault; `colours` by key, as #rrggbb."""

    colours: Mapping[str, str]
    families: tuple[str, str]
    faces: tuple[tuple[str, _FontFile, Path], ...] = ()
    logos: tuple[Logo, ...] = ()

    @cached_property
    def hues(self) -> palette.Hues:
        """The tints of the levels."""
        given = self.colours
        return palette.hues_of(given["primary"], given["secondary"], given.get("tertiary"))

    @cached_property
    def roles(self) -> dict[str, str]:
        """Each colour of the pages and the PDF, by the name that style.css and colours.typ use."""
        given, levels = self.colours, palette.colours(6, 4, self.hues)
        soft = [
            colour if palette.contrast(colour, given["primary"]) >= TEXT else "#ffffff"
            for colour in levels[:2]
        ]
        roles = {"navy": given["primary"], "teal": given["secondary"], "ink": given["foreground"]}
        roles |= {"ground": given["background"], "sand": given["light"]}
        roles |= {"sand-deep": levels[0], "line": palette.shade(given["light"], 86)}
        roles |= {"cover-ground": given["light"], "cover-small": soft[0], "cover-kicker": soft[1]}
        roles |= {"implementation": palette.implementation(self.hues)}
        return roles | {f"level-{number}": colour for number, colour in enumerate(levels, 1)}

    def logo(self, *sizes: str) -> Logo | None:
        """The logo of the first of these sizes that there is."""
        by_size = {logo.size: logo for logo in self.logos}
        return next((by_size[size] for size in sizes if size in by_size), None)


def usual() -> Brand:
    """The report's own look, where a study brings none."""
    return Brand(_Colours().model_dump(exclude_none=True), (FONT_FAMILY, FONT_FAMILY))


def read(house: Path) -> Brand | None:
    """The brand of a study, whose folder report/ is `house`; None where it has none.

    Raises StudyError with every fault at once: unknown keys, what is no colour, colours too close
    for what is written in them, fonts from elsewhere, logos that are missing or may not be shown.
    """
    path = house / BRAND
    if not path.is_file():
        return None
    links.refuse_foreign(path)
    try:
        given = yamlfile.read_yaml(path, _BrandFile)
    except StudyError as error:
        raise StudyError(_as_told(problem) for problem in error.problems) from None
    colours, problems = _colours(given.color)
    problems += _contrasts(colours) if not problems else []
    logos, faces = [*_logos(given.logo)], [*_faces(given.typography, house)]
    problems += [problem for size, logo in logos for problem in _logo_faults(size, logo, house)]
    problems += [fault for *_, fault in faces if fault]
    base = given.typography.base.family
    families = base, (given.typography.headings or given.typography.base).family
    problems += _families(families, given.typography)
    if problems:
        raise StudyError(problems)
    return Brand(
        colours,
        families,
        tuple((family, file, house / file.path) for family, file, _ in faces),
        tuple(Logo(house / logo.path, logo.alt or "", size) for size, logo in logos),
    )


def _as_told(problem: Problem) -> Problem:
    """A fault of a key, with the file; that a key of Quarto's is not read here, where it is so."""
    problem = replace(problem, file=_FILE)
    if problem.message != "unknown key" or problem.column not in _UNREAD:
        return problem
    return replace(problem, message="a key that this report does not read", fix="remove it")


# ---------------------------------------------------------------------------------- colours


def _colours(given: _Colours) -> tuple[dict[str, str], list[Problem]]:
    """Each colour by its key, and a problem for each that is none."""
    asked = given.model_dump(exclude={"palette"}, exclude_none=True)
    asked |= {f"palette.{name}": colour for name, colour in given.palette.items()}
    found = {key: _resolved(colour, given.palette) for key, colour in asked.items()}
    named = nearest("", given.palette) if given.palette else "for instance #226a70"
    fix = f"write it as #rrggbb, or the name of a colour of color.palette ({named})"
    problems = [
        Problem(_FILE, "no colour", fix, column=f"color.{key}", value=asked[key])
        for key, colour in found.items()
        if not colour
    ]
    return {key: colour for key, colour in found.items() if colour}, problems


def _resolved(colour: str, names: Mapping[str, str]) -> str | None:
    """A colour as #rrggbb: written so, named in the palette, or by CSS; None where it is none."""
    for _ in range(len(names) + 1):
        colour = names.get(colour, colour)
    colour = str(CSS4_COLORS.get(colour, colour)).lower()
    if re.fullmatch("#[0-9a-f]{3}", colour):
        return "#" + "".join(2 * digit for digit in colour[1:])
    return colour if re.fullmatch("#[0-9a-f]{6}", colour) else None


def _contrasts(colours: Mapping[str, str]) -> list[Problem]:
    """A problem for each colour that what it is for asks to stand out more."""
    lightest = palette.colours(6, 4, palette.REPORT)[0]
    written = {
        "primary": "headings are written in it",
        "secondary": "links are written in it",
        "foreground": "text is written in it",
    }
    problems = []
    for key, use in written.items():
        grounds = {name: colours[name] for name in ("background", "light")}
        grounds |= {"white": "#ffffff"} if key != "foreground" else {"the levels": lightest}
        for name, ground in grounds.items():
            if (ratio := palette.contrast(colours[key], ground)) < TEXT:
                message = f"{use}, and on {name} ({ground}) it stands out by {ratio:.1f} alone"
                fix = f"at least {TEXT} is needed: {palette.readable(colours[key], ground, TEXT)}"
                problems.append(_weak(key, colours[key], message, fix))
                break
    for key in ("background", "light"):
        signs = {MUTED: TEXT, palette.OUTLINE: SIGN}
        if any(palette.contrast(sign, colours[key]) < ratio for sign, ratio in signs.items()):
            message = "notes and the outlines of charts do not stand out on it"
            problems.append(_weak(key, colours[key], message, "write a lighter one, near white"))
    return problems


def _weak(key: str, colour: str, message: str, fix: str) -> Problem:
    return Problem(_FILE, message, fix, column=f"color.{key}", value=colour)


# ---------------------------------------------------------------------------------- logos and fonts


def _logos(given: _Logos) -> Iterator[tuple[str, _Logo]]:
    """Each size with its logo, which may be one of those named under images."""
    for size in ("small", "medium", "large"):
        if logo := getattr(given, size):
            named = given.images.get(logo.path)
            yield size, _Logo(path=named.path, alt=logo.alt or named.alt) if named else logo


def _logo_faults(size: str, logo: _Logo, house: Path) -> Iterator[Problem]:
    key = f"logo.{size}"
    if not logo.alt:
        fix = f'write what it says: {size}: {{path: {logo.path}, alt: "Ville de …"}}'
        yield Problem(_FILE, "the logo has no alt text", fix, column=key, value=logo.path)
    if fault := pictures.fault(house, logo.path, (".svg", ".png")):
        yield Problem(_FILE, *fault, column=key, value=logo.path)


def _faces(given: _Typography, house: Path) -> Iterator[tuple[str, _FontFile, Problem | None]]:
    """Each file of a font, with its family, and what is wrong with it."""
    for at, font in enumerate(given.fonts):
        for file in font.files:
            problem, key = None, f"typography.fonts.{at}.files"
            if fault := _font_fault(house, font.family, file.path):
                problem = Problem(_FILE, *fault, column=key, value=file.path)
            yield font.family, file, problem


def _font_fault(house: Path, family: str, name: str) -> tuple[str, str] | None:
    """What is wrong with the file of a font, and the fix."""
    path = house / name
    if fault := pictures.outside(house, name, FONTS):
        return fault
    if not path.is_file():
        return "the file is missing", f"put it at report/{name}"
    try:
        named = FT2Font(path).family_name
    except RuntimeError:
        named = ""
    if not named or path.suffix.lower() not in (".ttf", ".otf"):
        return "no font that pages and PDF both take", "bring a TTF or OTF file"
    if named != family:
        return f"the font of another family, {named}", f"write family: {named}, or its own file"
    return None


def _families(families: tuple[str, str], given: _Typography) -> Iterator[Problem]:
    """A problem for each family that neither the study brings nor the report has."""
    known = {font.family for font in given.fonts if font.files} | {FONT_FAMILY}
    for part, family in zip(("base", "headings"), dict.fromkeys(families), strict=False):
        if family not in known:
            key = f"typography.{part}"
            message = "a font that the study does not bring: nothing is loaded from the network"
            yield Problem(_FILE, message, _BRING, column=key, value=family)
