"""Colours of the levels: warm and light before implementation, cool and dark from there on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import seaborn
from matplotlib.colors import Colormap, to_hex
from seaborn.external import husl
from seaborn.utils import relative_luminance

Tint = tuple[float, float]
"""A colour in HUSL without its lightness: hue in degrees, saturation in %."""


class Hues(NamedTuple):
    """The tints of the levels, at both ends before implementation and from it on.

    The lightness of HUSL is CIE L*, so that the steps which remain in grey print, and for
    colour-blind readers, are set exactly, whatever the tints; every point lies inside sRGB.
    """

    before: tuple[Tint, Tint]
    at: tuple[Tint, Tint]


#: Sand to khaki, teal to deep navy.
REPORT = Hues(((60.0, 65.0), (75.0, 42.0)), ((200.0, 85.0), (256.0, 86.0)))
_LIGHTEST, _DARKEST = 93.0, 17.0
# The step into implementation, in ordinary steps: wide enough to be seen at a glance.
_STEP = 1.6

#: What a text on a colour asks for (WCAG 2.2, 1.4.3).
_TEXT = 4.5
#: The saturation under which a colour is a grey, which has no hue.
_GREY = 5.0

OUTLINE = "#5b6670"
"""Grey around a bar or a swatch: 3:1 or more against white, where the lightest colour has less."""
INKS = ("#000000", "#ffffff")
"""What is written on a colour."""
IMPLEMENTATION = "#12355b"
"""The share at implementation, or a mean, in every chart that does not tell levels apart."""
GROUPS = ("#8d55a3", "#6b3286", "#431a5c")
"""The groups of respondents, lowest first: violets, which mean nothing else; 5:1 against white."""


def colours(k: int, implementation_from: int, hues: Hues = REPORT) -> list[str]:
    """The colours of the levels, before implementation and from it on.

    Parameters
    ----------
    k : int
        How many levels the scale has.
    implementation_from : int
        The first level at implementation.
    hues : Hues, optional
        By default the report's own.

    Returns
    -------
    list of str
        As #rrggbb, the lowest level first.

    Raises
    ------
    ValueError
        Where the first level at implementation is none of 2 to `k`.

    Examples
    --------
    >>> len(colours(6, 4))
    6
    """
    if not 2 <= implementation_from <= k:
        raise ValueError(f"implementation_from must lie between 2 and {k}")
    before = implementation_from - 1
    steps = np.ones(k - 1)
    steps[before - 1] = _STEP
    place = np.concatenate([[0.0], np.cumsum(steps) / steps.sum()])
    lightness = _LIGHTEST + (_DARKEST - _LIGHTEST) * place
    light = np.linspace(*hues.before, before)
    # From the dark end, so that a single level at implementation is navy.
    dark = np.linspace(*hues.at[::-1], k - before)[::-1]
    points = np.column_stack([np.concatenate([light, dark]), lightness])
    return list(seaborn.blend_palette(list(points), n_colors=k, input="husl").as_hex())


def stages() -> list[str]:
    """The colours of answers before implementation and at it."""
    return [colours(2, 2)[0], IMPLEMENTATION]


def between(levels: Sequence[str]) -> Callable[[float], str]:
    """The colour of a mean, from that of the lowest level at 0 to that of the highest at 1."""
    shades = _shades(tuple(levels))
    return lambda place: to_hex(shades(float(place)))


def hues_of(primary: str, secondary: str, tertiary: str | None = None) -> Hues:
    """The tints of a brand: tertiary before implementation, secondary to primary from it on.

    Without a tertiary colour, levels before implementation keep the report's own.
    """
    (start, first), (end, last) = _tint(secondary), _tint(primary)
    start, end = (end if first < _GREY else start), (start if last < _GREY else end)
    start += 360 * round((end - start) / 360)  # the shorter way round the circle
    before = REPORT.before
    if tertiary:  # no more vivid than those of the report, as light colours are for grounds
        hue, most = _tint(tertiary)
        before = ((hue, min(most, before[0][1])), (hue, min(most, before[1][1])))
    return Hues(before, ((start, first), (end, last)))


def shade(colour: str, lightness: float) -> str:
    """The colour at another lightness (CIE L*)."""
    return _hex(_tint(colour), lightness)


def readable(colour: str, ground: str, ratio: float) -> str:
    """The colour, darkened as far as it takes to stand out on the ground by that ratio."""
    darker = (shade(colour, lightness) for lightness in range(100, 0, -1))
    readable = (each for each in darker if contrast(each, ground) >= ratio)
    return next(readable, "#000000")


def exchanges(k: int, implementation_from: int, hues: Hues) -> dict[str, str]:
    """For each colour that a chart draws with, that of the same lightness in other hues.

    What is written on it stands out as before, and the order of levels and of means remains.
    """
    shades = {IMPLEMENTATION: implementation(hues)}
    for scale in ((2, 2), (k, implementation_from)):
        old, new = colours(*scale), colours(*scale, hues)
        means = (map(to_hex, _shades(tuple(each))(range(256))) for each in (old, new))
        shades |= dict(zip(*means, strict=True)) | dict(zip(old, new, strict=True))
    return {old: _legible(ink(old), new) for old, new in shades.items()}


def implementation(hues: Hues) -> str:
    """The colour of what is at implementation, in other hues."""
    colour = _hex(hues.at[1], husl.hex_to_husl(IMPLEMENTATION)[2])
    return _legible(ink(IMPLEMENTATION), colour)


def _legible(written: str, colour: str) -> str:
    """The colour, a little lighter under black or darker under white where either needs it."""
    step = 1 if written == "#000000" else -1
    while contrast(written, colour) < _TEXT:
        colour = shade(colour, husl.hex_to_husl(colour)[2] + step)
    return colour


@lru_cache(maxsize=8)
def _shades(levels: tuple[str, ...]) -> Colormap:
    return seaborn.blend_palette(levels, as_cmap=True)


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21 (WCAG 2.2, "contrast ratio")."""
    dark, light = sorted(map(relative_luminance, (one, other)))
    return (light + 0.05) / (dark + 0.05)


@lru_cache(maxsize=256)
def ink(colour: str) -> str:
    """Black or white, whichever stands out more on the colour: always 4.58:1 or more."""
    return max(INKS, key=lambda candidate: contrast(candidate, colour))


def _hex(tint: Tint, lightness: float) -> str:
    return to_hex(np.clip(husl.husl_to_rgb(*tint, lightness), 0, 1))


def _tint(colour: str) -> Tint:
    hue, saturation, _ = husl.hex_to_husl(colour)
    return hue, saturation
