"""The search for strategies that do well in many futures."""
