"""The simulation run from earlier years on what was known then, with scores."""
