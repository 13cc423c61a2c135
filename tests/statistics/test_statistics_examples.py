"""The examples in docstrings give what they say."""

import doctest
import importlib
import pkgutil

import pytest

from barolib import compare, statistics

MODULES = [
    name
    for package in (statistics, compare)
    for _, name, _ in pkgutil.iter_modules(package.__path__, f"{package.__name__}.")
]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_hold(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0
