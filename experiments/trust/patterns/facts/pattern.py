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
    no_test: str = ""  # what of it was put into the model, where the fact is not emergent
    if_failed: str = ""  # the likely cause in the rules
    mechanism: str = ""  # what would make it hold
    absent: str = ""  # why the model does not have that
    unchecked: str = ""  # why it can't be checked, where there is no measure

    @property
    def failure(self) -> str:
        """Return what to say where it fails: the cause, what would make it hold, and why the model has it not."""
        wanted = (f"Mechanism that would make it: {self.mechanism}", f"Why it is not there: {self.absent}")
        return ". ".join((self.if_failed, *(wanted if self.mechanism else ())))
