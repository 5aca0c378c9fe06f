"""What one stylised fact is: in words, with its range, its source and its measure."""

from __future__ import annotations

from dataclasses import dataclass

from .. import measures as take

FITTED, CALIBRATED, INPUT, EMERGENT = "fitted", "calibrated", "input", "emergent"
PUBLISHED, DERIVED, JUDGED = "published", "derived", "judged"
SHARE, POINTS, RATIO = "share", "points", "ratio"

ITU = "ITU, Facts and Figures 2025"
GSMA = "GSMA, State of Mobile Internet Connectivity 2025"
WATER = "Banks and Furey 2016"
KIOSKS = "Best and Kumar 2008"
HERD = "Frot and Santiso 2009"
DONORS = "World Bank 2024-25, donors and agencies 2004-2023"
DIGITAL = "OECD, Development Co-operation Report 2021; IEG 2011"
SPREAD = "Bulman, Kolkma and Kraay 2015"


@dataclass(frozen=True)
class Pattern:
    """One stylised fact: what it says, the range that the median over runs should lie in, and how a run shows it."""

    number: str  # of the group of facts, with a letter where it has several
    fact: str
    measured: str  # what the number is, in words
    low: float
    high: float
    unit: str
    standing: str  # of the range
    basis: str
    source: str
    measure: take.Measure | None = None
    if_failed: str = ""  # the likely cause in the rules
    unchecked: str = ""  # why it can't be checked, where there is no measure
