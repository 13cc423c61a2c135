"""A filled report in a study's brand: its style, its charts and the PDF's colours, its logo."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from barolib.drawing import palette
from barolib.drawing.canvas import FONT_FAMILY
from barolib.files.layout import BRAND
from barolib.report import pictures
from barolib.report.brand import FOLDER, Brand

#: What colours.typ calls the colours that it shares with style.css.
_TYPST = {"navy": "navy", "teal": "teal", "sand": "sand", "ink": "ink", "ground": "ground"}
_TYPST |= {"rule-colour": "line", "cover-ground": "sand"}
_TYPST |= {"cover-small": "cover-small", "cover-kicker": "cover-kicker"}


def apply(brand: Brand, build: Path) -> None:
    """Gives a filled report the colours and fonts of a brand, and brings its files."""
    (build / FOLDER).mkdir()
    for logo in brand.logos:
        pictures.copy(logo.path, build / logo.place)
    for at, (_, _, path) in enumerate(brand.faces):
        shutil.copy2(path, build / FOLDER / _face(at, path))
    with (build / "assets" / "style.css").open("a", encoding="utf-8", newline="\n") as style:
        style.write(_css(brand))
    (build / "assets" / "colours.typ").write_text(_typst(brand), encoding="utf-8", newline="\n")


def recolour(brand: Brand, charts: Path, levels: int, implementation_from: int) -> None:
    """Gives the charts of a folder the colours of a brand, each of the same lightness."""
    shades = palette.exchanges(levels, implementation_from, brand.hues)
    colour = re.compile("|".join(shades))
    for path in sorted(charts.glob("*.svg")):
        svg = colour.sub(lambda found: shades[found[0]], path.read_text(encoding="utf-8"))
        path.write_text(svg, encoding="utf-8", newline="\n")


def _face(at: int, path: Path) -> str:
    """The name of a font's file in the report, whatever the study calls it."""
    return f"font-{at}{path.suffix.lower()}"


def _css(brand: Brand) -> str:
    """The block that overrides the colours and fonts of style.css."""
    faces = [
        f'@font-face {{ font-family: "{family}"; font-weight: {file.weight}; '
        f"font-style: {file.style}; font-display: swap; src: url(brand/{_face(at, path)}); }}\n"
        for at, (family, file, path) in enumerate(brand.faces)
    ]
    text, heads = (f'"{family}", {FONT_FAMILY}, system-ui, sans-serif' for family in brand.families)
    roles = brand.roles | {"font": text, "font-heads": heads}
    lines = [f"  --{role}: {value};\n" for role, value in roles.items()]
    return (
        f"\n/* The study's brand, report/{BRAND} */\n{''.join(faces)}:root {{\n{''.join(lines)}}}\n"
    )


def _typst(brand: Brand) -> str:
    """The colours and fonts of colours.typ."""
    steps = ", ".join(f'"{brand.roles[f"level-{number}"]}"' for number in range(1, 7))
    lines = [f"// The study's brand, report/{BRAND}", f"#let steps = ({steps}).map(rgb)"]
    lines += [f'#let {name} = rgb("{brand.roles[role]}")' for name, role in _TYPST.items()]
    for name, family in zip(("text-fonts", "heading-fonts"), brand.families, strict=True):
        lines.append(f'#let {name} = ("{family}", "{FONT_FAMILY}")')
    return "\n".join(lines) + "\n"
