"""Rules: the model's formulas, of numbers and arrays alone; processes, calibration and tests use the same ones."""
