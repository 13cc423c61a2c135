"""Charts, drawn from tables that hold every figure."""
