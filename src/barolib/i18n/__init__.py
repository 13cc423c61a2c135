"""Numbers and sentences of the publication, in each language."""
