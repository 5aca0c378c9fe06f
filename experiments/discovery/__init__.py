"""Rules that mark the runs in which a condition holds."""
