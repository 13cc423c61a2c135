"""One run at a time in a study's folder."""

import json
import os
import socket

import pytest

from barolib.errors import StudyError
from barolib.files.layout import Layout
from barolib.run import lock


@pytest.fixture
def layout(tmp_path):
    return Layout.at(tmp_path)


def test_a_second_run_is_refused_with_who_holds_the_lock(layout):
    with lock.held(layout, print), pytest.raises(StudyError) as error, lock.held(layout, print):
        raise AssertionError("two runs at once")
    (problem,) = error.value.problems
    who = f"process {os.getpid()} on {socket.gethostname()}, since 20"
    assert f"another run is at work here: {who}" in problem.message
    assert "end that process" in problem.fix


@pytest.mark.parametrize("end", [None, ValueError("the run failed")])
def test_it_is_free_again_however_the_run_ends(layout, end):
    try:
        with lock.held(layout, print):
            if end:
                raise end
    except ValueError:
        pass
    said = []
    with lock.held(layout, said.append):
        assert said == []


@pytest.mark.parametrize(
    ("left", "named"),
    [
        (
            json.dumps({"process": 7, "machine": "m", "since": "noon"}),
            "process 7 on m, since noon",
        ),
        ("", "a run that left no name"),
    ],
)
def test_a_dead_run_s_lock_is_taken_over_with_a_word(layout, left, named):
    folder = layout.work("")
    folder.mkdir(parents=True)
    (folder / ".lock").touch()
    (folder / ".holder.json").write_text(left, encoding="utf-8")
    said = []
    with lock.held(layout, said.append):
        assert said == [f"taking over from {named}, which ended before its end"]
    assert not (folder / ".holder.json").exists()
