"""The study's folders and files on the disk."""
