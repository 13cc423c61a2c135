"""Numbers of inhabitants as people type them."""

from __future__ import annotations

import re

from barolib.survey.answers import plain

_UNITS = {"k": 1_000, "mille": 1_000, "millier": 1_000, "thousand": 1_000}
_UNITS |= {"m": 1_000_000, "million": 1_000_000}


def exact(cell: str) -> str | None:
    """The digits of a whole number: spaces between thousands and zero decimals forgiven.

    >>> exact("250 000"), exact("48.000")
    ('250000', None)
    """
    text = "".join(cell.replace("’", "").replace("'", "").split())
    match = re.fullmatch(r"(\d{1,9})([.,]0{1,2})?|(\d{1,3}(?:\.\d{3}){2,})", text)
    return (match[1] or match[3].replace(".", "")) if match else None


def likely(cell: str) -> str | None:
    """The number that a text most likely means, to be looked at; None of several or of none.

    >>> likely("environ 98 000 habitants"), likely("1,2 million"), likely("48.000")
    ('98000', '1200000', '48000')
    """
    form = r"\D*?(\d[\d\s.,']*)(?:(k|mille|millier|thousand|m|million)s?\b)?\D*"
    match = re.fullmatch(form, plain(cell))
    if not match:
        return None
    text = re.sub(r"[\s']", "", match[1]).strip(".,")
    if match[2] and re.fullmatch(r"\d+([.,]\d+)?", text):
        return str(round(float(text.replace(",", ".")) * _UNITS[match[2]]))
    return re.sub(r"[.,]", "", text) if re.fullmatch(r"\d+|\d{1,3}([.,]\d{3})+", text) else None
