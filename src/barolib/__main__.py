"""Runs the command line as `python -m barolib`."""

import sys

from barolib.cli import main

if __name__ == "__main__":
    sys.exit(main())
