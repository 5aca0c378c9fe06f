"""Stylised facts of the field, and what a run shows of each."""
