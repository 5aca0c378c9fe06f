"""Measures: what is read off recorded tables as numbers; no module here knows the model."""
