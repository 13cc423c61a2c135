from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.colors import to_rgb
from seaborn.utils import relative_luminance

from barolib.drawing import palette

SCALES = [(k, start) for k in range(2, 10) for start in range(2, k + 1)]

# Machado, Oliveira and Fernandes (2009), severity 1.0, on linear RGB.
SEEN_BY = {
    "protan": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deutan": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritan": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}


def linear(colour):
    srgb = np.array(to_rgb(colour))
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)


def lab(rgb):
    """CIE L*a*b* (D65) of linear RGB."""
    to_xyz = np.array(
        [
            [0.4124564, 0.3575761, 0.1804375],
            [0.2126729, 0.7151522, 0.0721750],
            [0.0193339, 0.1191920, 0.9503041],
        ]
    )
    t = to_xyz @ rgb / (to_xyz @ np.ones(3))
    f = np.where(t > (6 / 29) ** 3, np.cbrt(t), t / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def lightness(colour):
    return lab(linear(colour))[0]


@pytest.mark.parametrize(("k", "start"), SCALES)
def test_luminance_falls_strictly_from_the_lowest_level(k, start):
    shades = [relative_luminance(each) for each in palette.colours(k, start)]
    assert len(shades) == k
    assert all(high > low for high, low in pairwise(shades))


@pytest.mark.parametrize(("k", "start"), SCALES)
def test_labels_meet_wcag_aa_on_every_colour(k, start):
    for colour in palette.colours(k, start):
        assert palette.contrast(palette.ink(colour), colour) >= 4.5


@pytest.mark.parametrize("start", range(2, 7))
def test_six_levels_are_ten_lightness_steps_apart(start):
    steps = -np.diff([lightness(each) for each in palette.colours(6, start)])
    assert steps.min() >= 10
    # The step into implementation is the widest.
    assert steps.argmax() == start - 2
    assert steps.max() >= 1.4 * np.sort(steps)[-2]


@pytest.mark.parametrize("sight", SEEN_BY)
@pytest.mark.parametrize(("k", "start"), SCALES)
def test_colour_blind_readers_tell_any_two_levels_apart(k, start, sight):
    seen = [
        lab(np.clip(np.array(SEEN_BY[sight]) @ linear(each), 0, 1))
        for each in palette.colours(k, start)
    ]
    apart = min(np.linalg.norm(one - other) for one, other in combinations(seen, 2))
    assert apart >= (10 if k <= 6 else 7)


def test_before_implementation_is_warm_and_from_it_on_cool():
    warmth = [to_rgb(each)[0] - to_rgb(each)[2] for each in palette.colours(6, 4)]
    assert [each > 0 for each in warmth] == [True, True, True, False, False, False]


def test_the_outline_parts_the_lightest_colour_from_the_page():
    lightest = palette.colours(6, 4)[0]
    assert palette.contrast(lightest, "#ffffff") < 3 <= palette.contrast(palette.OUTLINE, "#ffffff")
    assert palette.contrast(palette.OUTLINE, lightest) >= 3


@settings(deadline=None)
@given(st.tuples(*[st.integers(0, 255)] * 3))
def test_ink_stands_out_on_any_colour(rgb):
    colour = "#{:02x}{:02x}{:02x}".format(*rgb)
    assert palette.contrast(palette.ink(colour), colour) >= 4.58


def test_the_colours_of_means_are_those_of_the_levels_and_only_darken_between_them():
    levels = palette.colours(6, 4)
    colour = palette.between(levels)
    for level, exact in enumerate(levels):
        assert np.abs(np.subtract(to_rgb(colour(level / 5)), to_rgb(exact))).max() < 0.02
    shades = [colour(share) for share in np.linspace(0, 1, 51)]
    assert -np.diff([lightness(each) for each in shades]).min() > 0
    assert all(palette.contrast(palette.ink(each), each) >= 4.5 for each in shades)


SIGNS = (*palette.GROUPS, palette.IMPLEMENTATION, palette.OUTLINE)


@pytest.mark.parametrize("colour", SIGNS)
def test_signs_stand_out_on_the_page(colour):
    assert palette.contrast(colour, "#ffffff") >= 5


def test_no_colour_means_two_things():
    meanings = [*palette.colours(6, 4), *SIGNS]
    assert len(set(meanings)) == len(meanings)
    assert palette.stages()[1] == palette.IMPLEMENTATION


def test_contrast_of_black_and_white_is_21():
    assert palette.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert palette.ink("#ffffff") == "#000000"
    assert palette.ink("#000000") == "#ffffff"


@pytest.mark.parametrize(("k", "start"), [(6, 1), (6, 7), (1, 2)])
def test_both_kinds_of_level_are_needed(k, start):
    with pytest.raises(ValueError, match="implementation_from"):
        palette.colours(k, start)
