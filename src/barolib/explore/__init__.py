"""Questions asked of an edition, in Python and in JupyterLab."""
