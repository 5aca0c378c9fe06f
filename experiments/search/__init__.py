"""The search for strategies that hold up in many futures."""
