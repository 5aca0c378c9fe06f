"""How results are said: names, numbers with their units and intervals, verdicts, and templates of sentences."""
