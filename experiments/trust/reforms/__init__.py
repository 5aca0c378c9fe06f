"""Reforms whose effect on internet use is on record, and what the model makes of them."""
