"""What every part knows, and what knows no part: errors and units."""
