"""Colours of the levels: warm and light before implementation, cool and dark from there on."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import seaborn
from matplotlib.colors import Colormap, to_hex
from seaborn.utils import relative_luminance

# HUSL (hue in degrees, saturation in %): its lightness is CIE L*, so that the steps which remain in
# grey print, and for colour-blind readers, are set exactly; every point lies inside sRGB.
_BEFORE = ((60.0, 65.0), (75.0, 42.0))  # sand to khaki
_AT = ((200.0, 85.0), (256.0, 86.0))  # teal to deep navy
_LIGHTEST, _DARKEST = 93.0, 17.0
# The step into implementation, in ordinary steps: wide enough to be seen at a glance.
_STEP = 1.6
_RAMP = ((235.0, 70.0, 95.0), (240.0, 75.0, 62.0), (250.0, 85.0, 22.0))

OUTLINE = "#5b6670"
"""Grey around a bar or a swatch: 3:1 or more against white, where the lightest colour has less."""
WARM, COOL = "#8a6414", "#12355b"
"""Ochre and dark blue of signs, 5:1 or more against white."""


def colours(k: int, implementation_from: int) -> list[str]:
    """The colours of the levels, before implementation and from it on.

    Parameters
    ----------
    k : int
        How many levels the scale has.
    implementation_from : int
        The first level at implementation.

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
    light = np.linspace(*_BEFORE, before)
    # From the dark end, so that a single level at implementation is navy.
    dark = np.linspace(*_AT[::-1], k - before)[::-1]
    points = np.column_stack([np.concatenate([light, dark]), lightness])
    return list(seaborn.blend_palette(list(points), n_colors=k, input="husl").as_hex())


def ramp(share: float) -> str:
    """A colour of a single hue, light at 0, dark at 1, of strictly falling luminance."""
    return to_hex(_shades()(float(share)))


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21 (WCAG 2.2, "contrast ratio")."""
    dark, light = sorted(map(relative_luminance, (one, other)))
    return (light + 0.05) / (dark + 0.05)


@lru_cache(maxsize=256)
def ink(colour: str) -> str:
    """Black or white, whichever stands out more on the colour: always 4.58:1 or more."""
    return max(("#000000", "#ffffff"), key=lambda candidate: contrast(candidate, colour))


@lru_cache(maxsize=1)
def _shades() -> Colormap:
    return seaborn.blend_palette(_RAMP, as_cmap=True, input="husl")
