"""The researcher's bench: studies that vary the world or the strategy and compare many runs.

It stands on ``simulation`` and below ``afteraid``. Nothing lives here yet but its place.
"""
