"""What a planner asks: a country's page, donor cliffs, keep or build, who loses, the price of readiness."""
