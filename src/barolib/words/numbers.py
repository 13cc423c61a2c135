"""Numbers as the publication writes them, in French and English, with their spacing."""

from __future__ import annotations

import re
from decimal import Decimal

import pandas as pd

from barolib.survey.rounding import decimals

NBSP, NARROW = "\u00a0", "\u202f"
NONE = "–"
"""What stands for a figure that there is not."""


def integer_text(number: int | None, lang: str) -> str:
    """A whole number with its thousands apart: 12 345 (narrow no-break space), or 12,345."""
    if pd.isna(number):
        return NONE
    return f"{int(number):,}".replace(",", NARROW if lang == "fr" else ",")


def decimal_text(number: float | None, lang: str) -> str:
    """A number with one decimal, half away from zero as readers expect: 2,9 or 2.9."""
    if pd.isna(number):
        return NONE
    tenths = round(10 * abs(float(decimals(number, 1))))
    sign = "−" if number < 0 and tenths else ""
    point = "," if lang == "fr" else "."
    return f"{sign}{integer_text(tenths // 10, lang)}{point}{tenths % 10}"


def exact_text(number: float, lang: str) -> str:
    """A setting with every decimal that it has, and one at least: 3,5 or 2,25, never rounded."""
    whole, _, rest = f"{Decimal(str(float(number))):f}".partition(".")
    return f"{integer_text(int(whole), lang)}{',' if lang == 'fr' else '.'}{rest or '0'}"


def signed_text(number: float, lang: str) -> str:
    """A difference with one decimal and its sign: +2,9, −2,9 or 0,0."""
    text = decimal_text(number, lang)
    return text if text[0] == "−" or not text.strip("0,.") else f"+{text}"


def share_text(share: float, lang: str) -> str:
    """A share as a percent, with one decimal unless it is whole: 60 % or 33,3 %."""
    number = share_digits(share, lang).removesuffix(",0").removesuffix(".0")
    return f"{number}{NARROW if lang == 'fr' else ''}%"


def share_digits(share: float | None, lang: str) -> str:
    """A share as a percent with one decimal, without its sign: 33,3; "<0,1" of a few, not none."""
    if pd.isna(share):
        return NONE
    text = decimal_text(100 * share, lang)
    ends = {
        decimal_text(0, lang): ("<", 0.1, share > 0),
        decimal_text(100, lang): (">", 99.9, share < 1),
    }
    sign, bound, partly = ends.get(text, ("", 0, False))
    return sign + decimal_text(bound, lang) if partly else text


def percent_digits(percent: int | None, share: float | None = None) -> str:
    """An integer percent without its sign: "<1" of a few, not none, and ">99" of all but a few.

    `share`: the share (0–1) that it rounds, which tells; None of a percent kept as printed.
    """
    if pd.isna(percent):
        return NONE
    if pd.notna(share) and percent == 0 < share:
        return "<1"
    return ">99" if pd.notna(share) and share < 1 and percent == 100 else str(int(percent))


def percent_text(percent: int | None, lang: str, share: float | None = None) -> str:
    """An integer percent (as for `percent_digits`) with its sign: 44 %, or 44%; < 1 %, or <1%."""
    return with_sign(percent_digits(percent, share), lang)


def level_digits(levels: pd.DataFrame) -> list[str]:
    """The percent of each level, in the order of the rows: as printed, or as `percent_digits`.

    `levels`: percent, share (both missing where nobody answered) and, where known, origin.
    """
    printed = "origin" in levels and levels["origin"].eq("printed").all()
    shares = [None] * len(levels) if printed else levels["share"]
    return [percent_digits(*each) for each in zip(levels["percent"], shares, strict=True)]


def with_sign(digits: str, lang: str) -> str:
    """What `percent_digits` gives, with the sign of percent."""
    if digits == NONE:
        return digits
    return f"{digits}%" if lang == "en" else re.sub("^([<>])", rf"\1{NBSP}", digits) + f"{NARROW}%"
