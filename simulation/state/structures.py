"""Named alternatives to rules of the model: what another modeller could have written, with a source.

The default has none of them. A scenario takes some by name (`world.structures`); `afteraid uncertainty` runs each
beside the default, so that what rests on the form of a rule is told apart from what rests on its numbers. Where an
alternative would move survival five years after exit in the default world, one number is moved so that it doesn't: both
forms are held to the same evidence. The number is the tolerance for arrears; under a plateau the hazard of other
causes after exit, since no tolerance is short enough; under the index rule its intercept, a parameter.
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
        of_survival: it moves survival after exit, so a number moves to meet the same evidence.
        tolerance: that move, log of the tolerance of arrears; derived by
            `python -m afteraid.experiments.calibration.structure_levels`, as the next one.
        background: move of the log hazard of other causes than money after exit.
    """

    short: str
    title: str
    source: str
    of_survival: bool = False
    tolerance: float = 0.0
    background: float = 0.0


LAW_ALONE, BRAKE_ONLY, STRONG_PASS_THROUGH = "law_alone", "brake_only", "strong_pass_through"
OWN_ANCHORS, CONSTANT_ODDS, DEVICE_BY_USE = "own_anchors", "constant_odds", "device_by_use"
LOGISTIC, STEADY, WEAKEST, PLATEAU = "logistic_adoption", "no_slowdown", "weakest_factor", "plateau_of_survival"
INDEX_RULE = "index_rule"
STRUCTURES = {
    LAW_ALONE: Structure(
        "barriers don't act",
        "Use follows its law alone: no barrier slows or bounds it, and no lever passes through",
        "the panels can't tell this form from the default: findings on use up to 2023",
    ),
    BRAKE_ONLY: Structure(
        "barriers slow only",
        "Barriers slow the rise of use (0.4 in place of 0.2), and no lever passes through to its level",
        "a referee's form of the coupling; it gives a tenth of the effect that reforms had",
    ),
    STRONG_PASS_THROUGH: Structure(
        "strong pass-through",
        "Levers pass through at 0.4 in place of 0.2",
        "high end of what 13 reforms allow",
    ),
    OWN_ANCHORS: Structure(
        "law in each place",
        "Towns and the countryside are stepped by the law each, towards anchors of their own",
        "as good as the default to 7 years in hindcasts, worse after; the gap of places closes at half the pace",
    ),
    CONSTANT_ODDS: Structure(
        "constant odds of towns",
        "The odds of use in towns over the countryside stay as they are (log odds ratio 1.41)",
        "best constant fitted to 19 figures of persons by place; it fits them worse than the default",
    ),
    DEVICE_BY_USE: Structure(
        "devices by use",
        "Who uses the internet has a device: the barrier of devices is raised to use in each place",
        "a constant for each place in place of the judged share of income; it fits middle income best",
    ),
    LOGISTIC: Structure(
        "logistic use",
        "Use follows logistic curves up to 95%, independent of income: 0.12 a year in least developed and 0.142 in "
        "other economies",
        "derived from ITU, Facts and Figures 2025: the world 2005-2025 and the LDCs 2012-2025",
    ),
    STEADY: Structure(
        "no slowdown",
        "Adoption in African, least developed and small island economies has not slowed since 2022",
        "the figures of ITU and GSMA 2025 differ between editions by as much as the slowdown",
    ),
    WEAKEST: Structure(
        "weakest factor",
        "Sustainability is the lowest of resources, capacity and motivation",
        "Rogers and Coates 2015: all three were necessary",
        of_survival=True,
        tolerance=0.29,
    ),
    INDEX_RULE: Structure(
        "closure by an index",
        "Closure depends on a smooth index of factors after exit, and on ratings before; money alone closes nobody",
        "the first edition of this model",
        of_survival=True,
    ),
    PLATEAU: Structure(
        "plateau of survival",
        "27% of initiatives are institutionalised at exit and never close",
        "judged synthesis of survival after exit: 27% never close",
        of_survival=True,
        background=2.03,
    ),
}
CONSTANT_PLACE_ODDS = 1.41  # log odds ratio


@dataclass(frozen=True)
class Coupling:
    """How far barriers act on adoption.

    Attributes:
        saturation: what use takes off a rise (a).
        brake: what barriers take off beyond it (phi).
        pass_through: log odds of use per log odds of the index beyond its path (gamma).
        bounded: use is bounded by coverage.
    """

    saturation: float
    brake: float
    pass_through: float
    bounded: bool = True


COUPLINGS = {
    LAW_ALONE: Coupling(0.0, 0.0, 0.0, bounded=False),
    BRAKE_ONLY: Coupling(0.0, 0.4, 0.0),
    STRONG_PASS_THROUGH: Coupling(0.3, 0.2, 0.4),
}
LOGISTIC_CEILING, LOGISTIC_PACE, LOGISTIC_PACE_LDC = 0.95, 0.142, 0.12  # share, a year
INSTITUTIONALISED = 0.27  # share of initiatives that close no more after exit
LOWEST_FACTOR = -40.0  # exponent of the index at which it is the lowest factor, to a few percent
