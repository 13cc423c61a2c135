"""The run: steps, what they depend on, and what was left by the last one."""
