"""What is recorded of a run, and the indicators that are read off the world."""
