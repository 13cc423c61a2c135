"""What tests share; conftest.py loads the fixtures among it."""
