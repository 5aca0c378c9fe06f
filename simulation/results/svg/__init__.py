"""Charts drawn as SVG by plain Python: what pages, prints and downloads show."""
