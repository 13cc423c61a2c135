"""What printed tables and sentences allow, and whether they agree."""
