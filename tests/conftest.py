"""What holds for every test, and where the fixtures that tests share are."""

import os
import signal

import pytest
from hypothesis import settings

# The time that every publication bears, whichever test makes it.
os.environ["SOURCE_DATE_EPOCH"] = "946684800"

# The same examples in every run and on every machine, whatever its speed.
settings.register_profile("stable", derandomize=True, database=None, deadline=None)
settings.load_profile("stable")

# An assertion of a helper tells its values, as those of the tests do.
pytest.register_assert_rewrite("support")
pytest_plugins = [
    "support.studies",
    "support.published",
    "support.answering",
    "support.pairing",
    "support.charting",
    "support.wording",
]

#: Fixtures that run a study, whole or nearly: the first test that asks for one waits for it.
RUNS = {"published", "again", "printed", "trial", "failed", "site"}


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup():
    """Makes Ctrl-C what it is by default, however the tests were started.

    A shell's job in the background ignores it, and so would every process that a test begins; a
    notebook that was executed here before may have left a handler that ignores it too.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Marks as slow what needs a run of a study."""
    for item in items:
        if RUNS & set(item.fixturenames):
            item.add_marker(pytest.mark.slow)
