"""The workshop: a page on which levers are moved, and what they change is seen at once."""
