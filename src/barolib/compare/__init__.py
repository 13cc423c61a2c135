"""An edition against the one before."""
