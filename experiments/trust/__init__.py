"""What backs the answer to how far a result can be trusted."""
