"""Faces that need more than a terminal: pages served on this machine, and the workshop made of them."""
