"""Survey tools' exports, brought into an edition's raw files."""
