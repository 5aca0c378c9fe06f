"""Worlds with and without something, and shares of what several things bring together."""
