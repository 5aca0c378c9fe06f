"""Uncertainty split by source: parameters, randomness, observation and structure."""
