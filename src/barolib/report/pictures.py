"""The pictures that a study brings in its folder report/: logos, photographs, charts of its own.

What is published of a photograph is its pixels: Pillow writes them anew, upright and no larger
than a page shows them, without the place, the device and the names that a camera or a program
leaves in the file.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageOps

from barolib.errors import Problem
from barolib.files import links
from barolib.files.layout import PICTURES
from barolib.report import safety
from barolib.report.templates import Filled
from barolib.report.values import line_in

PHOTOGRAPHS = (".jpg", ".jpeg", ".png")
CHARTS = (".svg", ".png")
_FORMATS = {".jpg": "JPEG", ".jpeg": "JPEG", ".png": "PNG"}
#: The longest side of what is published; the largest file and picture that are read.
_SIDE, _BYTES, _PIXELS = 1600, 30_000_000, 60_000_000
_SAVE_SVG = "save it as plain SVG: shapes, words and their look as attributes; or as PNG"

Fault = tuple[str, str]
"""What is wrong, and the fix."""


def outside(house: Path, name: str, folder: str) -> Fault | None:
    """The fault of a file that does not stand in that folder of `house`, the study's report/."""
    home = house / folder
    parts = Path(name).parts
    if (
        parts[:1] == (folder,)
        and ".." not in parts
        and not links.foreign(house / name, house.parent, home)
    ):
        return None
    return f"it stands outside report/{folder}", f"put the file itself into report/{folder}"


def fault(house: Path, name: str, formats: tuple[str, ...]) -> Fault | None:
    """What is wrong with a picture of the folder `house`, None where it may be published."""
    path, kinds = house / name, ", ".join(ending[1:].upper() for ending in formats)
    if path.suffix.lower() not in formats:
        return "a format that is not shown here", f"save it as one of these: {kinds}"
    if foreign := outside(house, name, PICTURES):
        return foreign
    if not path.is_file():
        return "the file is missing", f"put it at report/{name}"
    if path.stat().st_size > _BYTES:
        return f"a file of over {_BYTES // 10**6} MB", "save it smaller: 1,600 pixels are shown"
    if path.suffix.lower() == ".svg":
        active = safety.chart_fault(path)
        if not active and "viewBox" not in path.read_text(encoding="utf-8"):
            active = "no viewBox, by which it is sized"
        return (f"it may not be published: {active}", _SAVE_SVG) if active else None
    return _unread(path)


def _unread(path: Path) -> Fault | None:
    """What is wrong with a picture made of pixels."""
    try:
        with _opened(path) as picture:
            if picture.width * picture.height > _PIXELS:
                return "over 60 million pixels", "save it smaller: 1,600 pixels are shown"
            picture.load()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        kind = _FORMATS[path.suffix.lower()]
        return f"it cannot be read as {kind} ({error})", f"save it again as {kind}"
    return None


def shown(texts: Sequence[Filled], house: Path) -> tuple[list[str], list[Problem]]:
    """The pictures that the texts show, each once, from report/, and what is wrong with them."""
    named = {
        match[0]: (text, line)
        for text in texts
        for line in text.text.split("\n")
        for match in re.finditer(rf"\b{PICTURES}/[\w-][\w.-]*", line)
    }
    faults = {name: fault(house, name, (*CHARTS, *PHOTOGRAPHS[:2])) for name in named}
    problems = [
        Problem(text.file, *found, row=line_in(text.source, line), value=name)
        for name, (text, line) in named.items()
        if (found := faults[name])
    ]
    return list(named), problems


def copy(path: Path, target: Path) -> None:
    """Brings a picture without fault: an SVG as it is, of others the pixels and their profile."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix.lower() == ".svg":
        target.write_bytes(path.read_bytes())
        return
    with _opened(path) as opened:
        profile, kind = opened.info.get("icc_profile"), opened.format
        picture = ImageOps.exif_transpose(opened)
        if picture.mode not in ("RGB", "RGBA", "L"):
            picture = picture.convert("RGB" if kind == "JPEG" else "RGBA")
            profile = None
        picture.thumbnail((_SIDE, _SIDE))
        picture.info = {}
        picture.save(target, kind, icc_profile=profile, optimize=True, quality=85)


def _opened(path: Path) -> Image.Image:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # _PIXELS tells
        return Image.open(path, formats=[_FORMATS[path.suffix.lower()]])
