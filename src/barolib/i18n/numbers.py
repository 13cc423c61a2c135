"""Numbers as the publication writes them, in French and English, with their spacing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

import pandas as pd

from barolib.survey.rounding import decimals

NBSP, NARROW = "\u00a0", "\u202f"
NONE = "–"
"""What stands for a figure that there is not."""


@dataclass(frozen=True)
class Numbers:
    """How a language writes numbers; `code`: fr or en."""

    code: str

    @property
    def point(self) -> str:
        """The decimal mark."""
        return "," if self.code == "fr" else "."

    @property
    def percent_sign(self) -> str:
        """The sign of percent, with the space before it."""
        return f"{NARROW}%" if self.code == "fr" else "%"

    def integer(self, number: int | None) -> str:
        """A whole number with its thousands apart: 12 345 (narrow no-break space), or 12,345."""
        if number is None or pd.isna(number):
            return NONE
        return f"{int(number):,}".replace(",", NARROW if self.code == "fr" else ",")

    def decimal(self, number: float | None) -> str:
        """A number with one decimal, half away from zero as readers expect: 2,9 or 2.9."""
        if number is None or pd.isna(number):
            return NONE
        tenths = round(10 * abs(float(decimals(number, 1))))
        sign = "−" if number < 0 and tenths else ""
        return f"{sign}{self.integer(tenths // 10)}{self.point}{tenths % 10}"

    def exact(self, number: float) -> str:
        """A setting with every decimal that it has, and one at least: 3,5 or 2,25."""
        whole, _, rest = f"{Decimal(str(float(number))):f}".partition(".")
        return f"{self.integer(int(whole))}{self.point}{rest or '0'}"

    def signed(self, number: float) -> str:
        """A difference with one decimal and its sign: +2,9, −2,9 or 0,0."""
        text = self.decimal(number)
        return text if text[0] == "−" or not text.strip("0,.") else f"+{text}"

    def share(self, share: float) -> str:
        """A share as a percent, with one decimal unless it is whole: 60 % or 33,3 %."""
        return self.share_digits(share).removesuffix(f"{self.point}0") + self.percent_sign

    def share_digits(self, share: float | None) -> str:
        """A share as a percent with one decimal, without its sign; "<0,1" of a few, not none."""
        if share is None or pd.isna(share):
            return NONE
        text = self.decimal(100 * share)
        if text == self.decimal(0) and share > 0:
            return f"<{self.decimal(0.1)}"
        return f">{self.decimal(99.9)}" if text == self.decimal(100) and share < 1 else text

    def percent(self, percent: int | None, share: float | None = None) -> str:
        """An integer percent (as for `percent_digits`) with its sign: 44 %, or 44%; < 1 %, <1%."""
        return self.with_sign(percent_digits(percent, share))

    def with_sign(self, digits: str) -> str:
        """What `percent_digits` gives, with the sign of percent; a dash stays as it is."""
        if self.code == "fr":
            digits = re.sub("^[<>]", rf"\g<0>{NBSP}", digits)
        return digits if digits == NONE else digits + self.percent_sign


def percent_digits(percent: int | None, share: float | None = None) -> str:
    """An integer percent without its sign: "<1" of a few, not none, and ">99" of all but a few.

    `share`: the share (0–1) that it rounds, which decides; None of a percent kept as printed.
    """
    if percent is None or pd.isna(percent):
        return NONE
    if share is not None and pd.notna(share):
        if percent == 0 < share:
            return "<1"
        if share < 1 and percent == 100:
            return ">99"
    return str(int(percent))


def level_digits(levels: pd.DataFrame) -> list[str]:
    """The percent of each level, in the order of the rows: as printed, or as `percent_digits`.

    `levels`: percent, share (both missing where nobody answered) and, where known, origin.
    """
    printed = "origin" in levels and levels["origin"].eq("printed").all()
    shares = [None] * len(levels) if printed else levels["share"]
    return [percent_digits(*pair) for pair in zip(levels["percent"], shares, strict=True)]
