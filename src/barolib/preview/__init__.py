"""The report while it is written: served on this machine, filled anew as its files change."""
