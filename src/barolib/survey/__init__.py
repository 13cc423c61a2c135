"""An edition as its raw files give it, and the contracts of its tables."""
