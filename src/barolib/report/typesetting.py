"""The PDF, as Typst lays it out."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

import typst

from barolib.errors import Problem, StudyError
from barolib.files import atomic_write
from barolib.files.layout import PICTURES

#: Where the pictures of drawings stand in a filled project, by their folders.
DRAWN = "drawn"
_STANDARDS = ["ua-1", "a-2a"]
#: Three pixels of a picture for two of the chart, of which there are 96 in an inch.
_DENSITY = 144.0


def drawings(build: Path) -> None:
    """Writes a PNG of each drawing of a filled project, for a document that takes no SVG."""
    for folder in ("figures", PICTURES):
        drawn = sorted(build.glob(f"{folder}/*.svg"))
        wide = [path for path in drawn if not path.stem.endswith(".narrow")]
        pictures(wide, build / "assets" / "fonts", build / DRAWN / folder)


def pictures(
    charts: Sequence[Path], fonts: Path, target: Path | None = None, density: float = _DENSITY
) -> None:
    """Writes a PNG of each SVG file of a folder, beside it or in `target`, a page each."""
    if not charts:
        return
    folder = charts[0].parent
    pages = [f"#page(image({json.dumps(chart.name, ensure_ascii=False)}))" for chart in charts]
    document = "\n".join(["#set page(width: auto, height: auto, margin: 0pt)", *pages])
    source = folder / "pictures.typ"
    source.write_text(document, encoding="utf-8", newline="\n")
    options = {"root": folder, "font_paths": [fonts], "ignore_system_fonts": True}
    made = typst.compile(  # type: ignore[call-overload]
        source, format="png", ppi=density, **options
    )
    source.unlink()
    for chart, content in zip(charts, made if isinstance(made, list) else [made], strict=True):
        place = (target or folder) / f"{chart.stem}.png"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)


def write(source: Path, pdf: Path) -> str:
    """Writes the PDF of a document, with no other font than the report's; returns the compiler.

    Raises StudyError where Typst fails or warns.
    """
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    options = {"root": source.parent, "font_paths": [source.parent / "assets"]}
    options |= {"ignore_system_fonts": True, "pdf_standards": _STANDARDS}
    try:
        content, warnings = typst.compile_with_warnings(  # type: ignore[call-overload]
            source, **options, timestamp=int(epoch) if epoch else None
        )
        faults = [warning.diagnostic or warning.message for warning in warnings]
    except typst.TypstError as error:
        faults = [error.diagnostic or str(error)]
    if faults:
        fix = "fix the text or table that Typst names, or the template report/assets/report.typ"
        name = source.with_suffix(".qmd").name
        raise StudyError(Problem(name, f"Typst: {fault.strip()}", fix) for fault in faults)
    with atomic_write.writing(pdf) as aside:  # here, so that a full disk is reported with the file
        aside.write_bytes(content)
    return f"Typst {typst.__version__}"  # type: ignore[attr-defined]
