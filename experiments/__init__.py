"""The researcher's bench: studies that vary the world or the strategy and compare many runs.

It stands on `afteraid.simulation` and below the commands. What users import stands in `afteraid`.
"""

if __name__ != "afteraid.experiments":
    raise ModuleNotFoundError(f"import afteraid.experiments, not {__name__}", name=__name__)
