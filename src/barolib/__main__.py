"""Runs the command line as `python -m barolib`."""

import sys
from pathlib import Path

# Python looks for modules where it is started, which may be the folder of a study.
if not sys.flags.safe_path and sys.path[0] != str(Path(__file__).parents[1]):
    del sys.path[0]

from barolib.cli import main

if __name__ == "__main__":
    sys.exit(main())
