"""What lies in a folder of texts and is no text: links out of the study, pipes, devices."""

from __future__ import annotations

import os
from pathlib import Path

from barolib.errors import Problem, StudyError


def refuse(texts: Path) -> None:
    """Raises StudyError for all under a folder of texts that leads out of its study, or is no file.

    `texts`: report/text of the study.
    """
    within = sorted(texts.rglob("*")) if _belongs(texts, texts) else []
    problems = [
        Problem(
            place.relative_to(texts.parents[1]).as_posix(),
            "it leads out of the study’s folder, or is neither a file nor a folder",
            "put the file itself there, not a link",
            value=os.path.realpath(place),
        )
        for place in [texts, *within]
        if os.path.lexists(place) and not place.name.startswith(".")
        if not (_belongs(place, texts) and (place.is_file() or place.is_dir()))
    ]
    if problems:
        raise StudyError(problems)


def _belongs(place: Path, texts: Path) -> bool:
    """Whether a place stands within the study of the texts, wherever links lead."""
    return Path(os.path.realpath(place)).is_relative_to(os.path.realpath(texts.parents[1]))
