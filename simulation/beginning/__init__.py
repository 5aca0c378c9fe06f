"""The first state of a world, and the reference tables as a later edition may have them."""
