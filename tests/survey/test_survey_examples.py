"""The examples in docstrings are true."""

import doctest

import pytest

from barolib.survey import claims, rounding


@pytest.mark.parametrize("module", [claims, rounding])
def test_the_examples_of_a_module_are_true(module):
    failed, tried = doctest.testmod(module)
    assert failed == 0
    assert tried
