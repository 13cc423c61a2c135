"""The browser of the tests."""

import os

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
FLAGS += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]


def launched(playwright):
    """Chromium, without a window: that of CHROMIUM, else Debian's."""
    program = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    return playwright.chromium.launch(executable_path=program, args=FLAGS)
