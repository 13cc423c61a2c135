"""The publication: facts, texts, pages and their rendering."""
