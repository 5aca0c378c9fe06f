"""All runs of a study on any engine, kept in files that can be resumed after any interruption."""
