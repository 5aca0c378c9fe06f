"""The science of AfterAid: what is still running after the donors leave, and whether the digital divide closes.

What users import stands in `afteraid`; the modules below this one are private.
"""

if __name__ != "afteraid.simulation":
    raise ModuleNotFoundError(f"import afteraid.simulation, not {__name__}", name=__name__)
