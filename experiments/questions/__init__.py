"""One script for each shipped study: it runs the study at small size, or reads its folder, and answers its question."""
