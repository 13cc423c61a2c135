"""A share in words, from exact integers, and never more than it is.

The rules stand in docs/report.md, "Shares in words". Each phrase also says how a sentence with it
is judged (`claims.interval`), so that what the report writes and what it checks cannot part.
"""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from barolib.i18n.wording import Language
from barolib.survey import claims

#: Amounts that have a name: quarters, thirds, tenths.
_NAMED = [Fraction(share) for share in ("1/4", "1/3", "1/2", "2/3", "3/4")]
_TENTHS = [Fraction(k, 10) for k in range(2, 10) if k != 5]
#: All that a phrase may round to: those, and the other multiples of five percent.
_AMOUNTS = sorted({*_NAMED, *_TENTHS, *(Fraction(k, 20) for k in range(1, 20))})
_ROUND = sorted([*_NAMED, *_TENTHS])
#: What "un peu plus" may hide.
_LITTLE = Fraction(3, 200)


class Phrase(NamedTuple):
    """A share in words, with the qualifier and the value that a sentence with it is judged by."""

    text: str
    qualifier: str
    value: str


def about(n: int, base: int, language: Language, noun: str = "") -> Phrase:
    """Say a share by the nearest round amount: "près de 9 collectivités sur 10".

    From below an amount it is near it, from above just over it, or over it; under the least or over
    the greatest, it says no more.

    Parameters
    ----------
    n, base : int
        Those counted, and those of whom they are.
    language : Language
        The language of the words.
    noun : str
        What is counted, a plural; "" leaves it to the sentence.

    Returns
    -------
    Phrase
        The words, with the qualifier and the value that a sentence with them is judged by.

    Raises
    ------
    ValueError
        Unless 0 ≤ n ≤ base and base > 0.

    References
    ----------
    docs/report.md, "Shares in words".

    Examples
    --------
    >>> about(2, 3, Language("en"), "authorities").text
    'two thirds of the authorities'
    """
    share = _share(n, base)
    if share in (0, 1) or share in _AMOUNTS:
        return _phrase("", share, language, noun)
    if share < _AMOUNTS[0] / 2:
        return _phrase("moins de", _AMOUNTS[0], language, noun)
    if share > (1 + _AMOUNTS[-1]) / 2:
        return _phrase("plus de", _AMOUNTS[-1], language, noun)
    amount = min(_AMOUNTS, key=lambda amount: (abs(amount - share), -amount))
    above = "un peu plus de" if share - amount <= _LITTLE else "plus de"
    return _phrase("près de" if share < amount else above, amount, language, noun)


def over(n: int, base: int, language: Language, noun: str = "") -> Phrase:
    """The greatest quarter, third or tenth that the share passes: "plus des trois quarts".

    Raises ValueError where it passes none.
    """
    return _phrase(
        "plus de", max(amount for amount in _ROUND if amount < _share(n, base)), language, noun
    )


def under(n: int, base: int, language: Language, noun: str = "") -> Phrase:
    """The least quarter, third or tenth that the share does not reach: "moins d’un tiers".

    Raises ValueError where it reaches all.
    """
    return _phrase(
        "moins de", min(amount for amount in _ROUND if amount > _share(n, base)), language, noun
    )


def printed(qualifier: str, value: str, language: Language, noun: str = "") -> str:
    """A printed share as it was said: "0.85" as a percent, "0.750" or "0.9" by its name.

    Raises LookupError for a qualifier without a figure of its own, such as "très peu".
    """
    if qualifier not in language.term("qualifiers"):
        raise LookupError(f"“{qualifier}” has no figure of its own: write the words by says(…)")
    if claims.is_percent(value):
        return _phrase(qualifier, Fraction(value), language, noun, "percent").text
    return _phrase(qualifier, Fraction(value).limit_denominator(20), language, noun).text


def _share(n: int, base: int) -> Fraction:
    if not 0 <= n <= base or base < 1:
        raise ValueError(f"no share: {n} of {base}")
    return Fraction(int(n), int(base))


def _phrase(
    qualifier: str, amount: Fraction, language: Language, noun: str, key: str = ""
) -> Phrase:
    """`key`: of the form of the amount; by default its own."""
    key = key or _form(amount)
    fields = {
        "k": 10 * amount.numerator // amount.denominator,
        "percent": language.percent(100 * amount.numerator // amount.denominator),
        "noun": noun and f" {noun}",
        "of": noun and language.say("of_what", noun=noun),
    }
    bare, after = (form.format(**fields) for form in language.term("amounts")[key])
    text = language.term("qualifiers")[qualifier].format(bare=bare, after=after)
    return Phrase(text, qualifier, str(float(amount)))


def _form(amount: Fraction) -> str:
    """The key of the form that an amount is said in."""
    if amount in _NAMED:
        return str(amount)
    return "tenths" if amount in _TENTHS else "all" if amount == 1 else "percent"
