"""Named alternatives to rules of the model: what another modeller could have written, with a source.

The default has none of them. A scenario takes some by name (`world.structures`); `afteraid uncertainty` runs each
beside the default, so that what rests on the form of a rule is told apart from what rests on its numbers. Where an
alternative would move survival five years after exit in the default world, the intercept of the hazard is moved so
that it doesn't: both forms are held to the same evidence.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Structure:
    """One alternative to a rule.

    Attributes:
        short: a few words for it.
        title: what it says.
        source: where it comes from.
        of_survival: it moves survival after exit, so the hazard's intercept moves to meet the same evidence.
        intercept: that move, log a year; derived by `python -m afteraid.experiments.calibration.structure_levels`.
    """

    short: str
    title: str
    source: str
    of_survival: bool = False
    intercept: float = 0.0


LOGISTIC, STEADY, WEAKEST, PLATEAU = "logistic_adoption", "no_slowdown", "weakest_factor", "plateau_of_survival"
STRUCTURES = {
    LOGISTIC: Structure(
        "logistic use",
        "Use follows logistic curves up to 95%, independent of income: 0.12 a year in least developed and 0.142 in "
        "other economies",
        "derived from ITU, Facts and Figures 2025: the world 2005-2025 and the LDCs 2012-2025",
    ),
    STEADY: Structure(
        "no slowdown of LDCs",
        "Adoption in least developed, landlocked and small island economies has not slowed since 2022",
        "the figures of ITU and GSMA 2025 differ between editions by as much as the slowdown",
    ),
    WEAKEST: Structure(
        "weakest factor",
        "Sustainability is the lowest of resources, capacity and motivation",
        "Rogers and Coates 2015: all three were necessary",
        of_survival=True,
        intercept=-0.30,
    ),
    PLATEAU: Structure(
        "plateau of survival",
        "27% of initiatives are institutionalised at exit and never close; the hazard of the others does not fall in "
        "time",
        "judged synthesis of survival after exit: 27% never close",
        of_survival=True,
        intercept=0.35,
    ),
}
LOGISTIC_CEILING, LOGISTIC_PACE, LOGISTIC_PACE_LDC = 0.95, 0.142, 0.12  # share, a year
INSTITUTIONALISED = 0.27  # share of initiatives that close no more after exit
LOWEST_FACTOR = -40.0  # exponent of the index at which it is the lowest factor, to a few percent
