"""Names of donors, short, and as a sentence has them."""

from __future__ import annotations

from functools import lru_cache

from afteraid.simulation.data import load_table

WITH_ARTICLE = ("United", "European", "World Bank", "Netherlands", "Asian", "African", "Islamic", "Global", "Bill")


@lru_cache(maxsize=1)
def donor_names() -> dict[str, str]:
    """Return the short names of donors by code."""
    donors = load_table("donors")
    short = [str(name).partition(" (")[0] for name in donors["name"]]
    return dict(zip(donors["code"].astype(str), short, strict=True))


def in_sentence(name: str) -> str:
    """Return a donor's name as a sentence has it: the United States, Japan."""
    return f"the {name}" if name.startswith(WITH_ARTICLE) else name
