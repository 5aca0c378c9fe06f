"""Options side by side: paired differences, verdicts, who gains and who loses, and what would turn the answer."""
