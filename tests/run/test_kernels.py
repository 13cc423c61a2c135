"""The kernels of notebooks: they end with the run, whatever ends it."""

import os
import signal
import subprocess
import sys
import time

import nbformat
import pytest

_EXECUTE = """
import sys
from pathlib import Path
from barolib.run import notebooks
notebooks.execute(Path(sys.argv[1]), {}, Path(sys.argv[2]))
"""


def awaited(found, seconds=60):
    end = time.monotonic() + seconds
    while not (answer := found()):
        assert time.monotonic() < end
        time.sleep(0.1)
    return answer


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.skipif(os.name == "nt", reason="kill -9 is a signal of POSIX")
def test_a_kernel_ends_with_a_run_that_is_killed(tmp_path):
    told, path = tmp_path / "pid", tmp_path / "long.ipynb"
    cell = f"import os, time\nopen({str(told)!r}, 'w').write(str(os.getpid()))\ntime.sleep(300)"
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell)]), path)
    run = subprocess.Popen([sys.executable, "-c", _EXECUTE, str(path), str(tmp_path / "out")])
    pid = int(awaited(lambda: told.is_file() and told.read_text()))
    run.send_signal(signal.SIGKILL)
    run.wait(timeout=60)
    awaited(lambda: not alive(pid))
