"""Shares in words: counted by hand, and true for every count of every base."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barolib.i18n import phrases
from barolib.i18n.wording import Language
from barolib.survey import claims

NBSP, NARROW = "\u00a0", "\u202f"


@pytest.mark.parametrize(
    ("n", "base", "fr", "en"),
    [
        (30, 34, "près de 9 collectivités sur~10", "nearly 9 in~10 authorities"),  # 88.2 %
        (27, 32, "près de 85_% des collectivités", "nearly 85% of the authorities"),  # 84.4 %
        (
            5,
            32,
            "un peu plus de 15_% des collectivités",
            "just over 15% of the authorities",
        ),  # 15.6
        (12, 32, "près de 4 collectivités sur~10", "nearly 4 in~10 authorities"),  # 37.5 %
        (11, 34, "près d’un tiers des collectivités", "nearly a third of the authorities"),  # 32.4
        (17, 34, "la moitié des collectivités", "half of the authorities"),
        (23, 45, "un peu plus de la moitié des collectivités", "just over half of the authorities"),
        (11, 21, "plus de la moitié des collectivités", "more than half of the authorities"),
        (2, 3, "les deux tiers des collectivités", "two thirds of the authorities"),
        (
            25,
            34,
            "près des trois quarts des collectivités",
            "nearly three quarters of the authorities",
        ),
        (24, 30, "8 collectivités sur~10", "8 in~10 authorities"),
        (1, 41, "moins de 5_% des collectivités", "less than 5% of the authorities"),  # 2.4 %
        (41, 42, "plus de 95_% des collectivités", "more than 95% of the authorities"),  # 97.6 %
        (0, 34, "0_% des collectivités", "0% of the authorities"),
        (34, 34, "la totalité des collectivités", "all of the authorities"),
    ],
)
def test_a_share_in_words(n, base, fr, en):
    told = [
        phrases.about(n, base, Language(lang), noun).text
        for lang, noun in (("fr", "collectivités"), ("en", "authorities"))
    ]
    assert [each.replace(NBSP, "~").replace(NARROW, "_") for each in told] == [fr, en]


@pytest.mark.parametrize(
    ("n", "base", "under", "over"),
    [
        (11, 34, "moins d’un tiers", "plus de 3 sur~10"),  # 32.4 %
        (1, 3, "moins de 4 sur~10", "plus de 3 sur~10"),
        (26, 34, "moins de 8 sur~10", "plus des trois quarts"),  # 76.5 %
        (16, 34, "moins de la moitié", "plus de 4 sur~10"),
    ],
)
def test_a_bound_is_strict(n, base, under, over):
    told = phrases.under(n, base, Language("fr")).text, phrases.over(n, base, Language("fr")).text
    assert tuple(each.replace(NBSP, "~") for each in told) == (under, over)


def test_no_amount_is_passed_by_nobody_nor_missed_by_all():
    with pytest.raises(ValueError, match="empty"):
        phrases.over(0, 34, Language("fr"))
    with pytest.raises(ValueError, match="empty"):
        phrases.under(34, 34, Language("fr"))


@pytest.mark.parametrize(("n", "base"), [(-1, 3), (4, 3), (0, 0)])
def test_what_is_no_share_is_refused(n, base):
    with pytest.raises(ValueError, match="no share"):
        phrases.about(n, base, Language("fr"))


counts = st.integers(1, 3000).flatmap(lambda base: st.tuples(st.integers(0, base), st.just(base)))


def every_small_count(test):
    """Runs the test for each count of each base up to 60 as well as for drawn ones."""

    def run():
        for base in range(1, 61):
            for n in range(base + 1):
                test((n, base))
        given(counts)(lambda pair: test(pair))()

    return run


def holds(phrase, share):
    """Whether the words are true, told from their value alone."""
    amount = Fraction(phrase.value).limit_denominator(20)
    tolerance = Fraction(5, 100)
    return {
        "": share == amount,
        "près de": amount - tolerance <= share < amount,
        "un peu plus de": amount < share <= amount + tolerance,
        "moins de": share < amount,
        "plus de": share > amount,
    }[phrase.qualifier]


def judged(phrase, share):
    low, high = claims.interval("~", phrase.value, phrase.qualifier)
    return low - 1e-12 <= float(share) <= high + 1e-12


def test_every_phrase_is_true_and_the_judge_agrees():
    @every_small_count
    def check(pair):
        share = Fraction(*pair)
        told = [phrases.about(*pair, Language("fr"))]
        told += [phrases.over(*pair, Language("fr"))] if share > Fraction(1, 4) else []
        told += [phrases.under(*pair, Language("fr"))] if share < Fraction(9, 10) else []
        for phrase in told:
            assert phrase.qualifier in claims.QUALIFIERS
            assert holds(phrase, share), (pair, phrase)
            assert judged(phrase, share), (pair, phrase)

    check()


def test_an_amount_is_as_near_as_can_be():
    @every_small_count
    def check(pair):
        phrase, share = phrases.about(*pair, Language("en")), Fraction(*pair)
        if not Fraction(1, 40) <= share < Fraction(39, 40):
            return
        over = share - Fraction(phrase.value).limit_denominator(20)
        assert -Fraction(1, 40) <= over < Fraction(1, 40), (pair, phrase)
        little = 0 < over <= Fraction(3, 200)
        assert (phrase.qualifier == "un peu plus de") == little, (pair, phrase)

    check()
