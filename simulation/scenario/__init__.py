"""Scenarios: files, settings, quantities, names, and the library of shipped ones."""
