"""The names of what is measured: words, units, the challenge that each one shows, and the goals with their targets."""

from __future__ import annotations

from dataclasses import dataclass

from .metrics import UNIVERSAL_USE

PRICE_TARGET = 0.02  # of monthly income for an entry basket (UN Broadband Commission, target for 2025)
BASIC_SKILLS = 0.70  # of people with basic digital skills (ITU and UN Tech Envoy 2022, aspirational targets for 2030)
EVERYBODY = 1.0  # covered by mobile broadband (the same targets; SDG 9.c says universal access)
PARITY = 1.0  # women's use over men's (SDG 5.b; the same targets)


@dataclass(frozen=True)
class Measure:
    """How a measure of the table `activity` is said: its words and its unit (share, usd, people, countries, ...)."""

    words: str
    unit: str


INDICATORS: dict[str, Measure] = {
    "donor_hhi_mean": Measure("concentration of donors in a recipient (1: a single donor)", "index"),
    "transaction_cost_share": Measure("transaction cost and fees, share of what donors pay", "share"),
    "orphans": Measure("orphans: under 1/4 of the median aid per unconnected person", "countries"),
    "darlings": Measure("darlings: over 4 times the median aid per unconnected person", "countries"),
    "aid_volatility": Measure("yearly change of aid received, root mean square of logs", "log"),
    "need_usd": Measure("cost of connecting everybody who is not", "usd"),
    "money_usd": Measure("money of all sources in the year", "usd"),
    "gap_to_need_usd": Measure("need that the year's money leaves open", "usd"),
    "share_of_need_met": Measure("need that the year's money could meet", "share"),
    "leverage": Measure("dollars of others for each of donors", "ratio"),
    "mean_price": Measure("price of an entry basket, share of monthly income", "share"),
    "price_above_target": Measure("countries where it costs more than 2% of income", "countries"),
    "addressable_share": Measure("people past all four barriers", "share"),
    "coverage_share": Measure("people covered by mobile broadband", "share"),
    "skills_share": Measure("people with the skills to use the internet", "share"),
    "handover_shortfall": Measure("running cost asked of treasuries that they can't carry", "share"),
    "recurrent_burden_usd": Measure("running cost that treasuries carry in the year", "usd"),
    "stranded_usd": Measure("capital of initiatives that closed in the year", "usd"),
    "decision_regret": Measure("decisions to leave or to wait that full sight would turn round", "share"),
    "technology_age_at_closure": Measure("age of equipment at closure, years", "years"),
    "cost_per_user": Measure("dollars of donors for a person newly reached", "usd"),
    "people_reached": Measure("people newly reached in the year", "people"),
}


@dataclass(frozen=True)
class Panel:
    """One line of thought on a page of small figures: what it shows, from which table, for whom."""

    title: str
    table: str  # divide or activity
    measure: str
    groups: tuple[str, ...]
    unit: str
    target: float | None = None
    target_words: str = ""


CHALLENGES: tuple[Panel, ...] = (
    Panel(
        "1 Coordination: lost in\ntransaction cost and fees", "activity", "transaction_cost_share", ("world",), "share"
    ),
    Panel(
        "2 Resources: need that the\nyear's money could meet", "activity", "share_of_need_met", ("recipients",), "share"
    ),
    Panel("3 Digital divide: LDC gap to\nhigh-income use (points)", "divide", "gap", ("LDC",), "points"),
    Panel(
        "4 Policies: recipients' people\npast all barriers to use",
        "activity",
        "addressable_share",
        ("recipients",),
        "share",
    ),
    Panel(
        "5 Sustainability: asked of\ntreasuries, not carried",
        "activity",
        "handover_shortfall",
        ("recipients",),
        "share",
    ),
    Panel(
        "6 Monitoring: exit decisions\nthat full sight would turn", "activity", "decision_regret", ("world",), "share"
    ),
    Panel(
        "7 Technology: age of equip-\nment at closure (years)",
        "activity",
        "technology_age_at_closure",
        ("world",),
        "years",
    ),
)

GOALS: tuple[Panel, ...] = (
    Panel(
        "17.6, 17.8 People using\nthe internet",
        "divide",
        "use",
        ("world", "LDC"),
        "share",
        UNIVERSAL_USE,
        "universal: 95%",
    ),
    Panel("5.b Women's use over men's", "divide", "parity", ("world", "LDC"), "ratio", PARITY, "parity: 1.0"),
    Panel(
        "9.c People covered by\nmobile broadband",
        "activity",
        "coverage_share",
        ("world", "LDC"),
        "share",
        EVERYBODY,
        "everybody",
    ),
    Panel(
        "9.c Price of entry basket,\nshare of monthly income",
        "activity",
        "mean_price",
        ("world", "LDC"),
        "share",
        PRICE_TARGET,
        "target: 2%",
    ),
    Panel(
        "4.4 People with the skills\nto use the internet",
        "activity",
        "skills_share",
        ("world", "LDC"),
        "share",
        BASIC_SKILLS,
        "basic skills: 70%",
    ),
)
NOT_MODELLED = "17.6 fixed lines: not modelled."
