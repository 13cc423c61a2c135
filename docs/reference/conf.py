"""How Sphinx makes the reference from the docstrings: `make reference`."""

import barolib

project, author, copyright = "barolib", "Contributors to barolib", "Contributors to barolib"
version = release = barolib.__version__
extensions = ["sphinx.ext.autodoc", "numpydoc"]
html_theme = "alabaster"
html_theme_options = {"description": "The study behind a maturity barometer"}
html_show_sourcelink = html_copy_source = False
autodoc_typehints = "none"  # numpydoc's parameters say more
numpydoc_show_class_members = False
