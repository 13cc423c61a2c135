"""The study behind a maturity barometer, from its tables to its report."""

__version__ = "0.1.0"
