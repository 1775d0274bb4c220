"""The knowledge base: files of a folder become chunks in PostgreSQL, questions find the passages that answer them."""
