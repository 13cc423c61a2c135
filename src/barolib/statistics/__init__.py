"""What is computed from answers and counts; nothing here draws or touches the disk."""
