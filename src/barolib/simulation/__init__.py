"""Simulated answers, true to all that was published."""
