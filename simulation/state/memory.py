"""What is remembered from one quarter to the next, and the running totals since the beginning.

Axes: C economies, R regions, K kinds of initiative, G groups (urban, rural), Y years before the start, W policy and
trust, P levers of market and policy.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..basis.short import Short
from ..basis.units import FloatArray, IntArray
from .entry import entry

REFERENCE_YEARS = 10  # the work of initiatives in the years before the start is part of the path without levers


@dataclass(kw_only=True)
class Memory(Short):
    """What a process remembers; each field is written by one process."""

    price_moved: FloatArray = entry(
        "f8", "share of monthly income", "price without levers, at the pace set", ("C",), "access"
    )
    index_shift: FloatArray = entry("f8", "log-odds", "what rescales the addressable index", ("C", "G"), "access")
    index_known: bool = entry("?", "yes or no", "the index has been set before", (), "access")
    device_shift: FloatArray = entry("f8", "normal score", "what lifts the barrier of devices", ("C", "G"), "access")
    use_observed: FloatArray = entry("f8", "share", "use at the newest observation", ("C", "G"), "access")
    own_service: FloatArray = entry(
        "f8", "people", "people reached at the start beyond the stored reference path", ("C", "G"), "adoption"
    )
    common_deviation: float = entry("f8", "log-odds", "deviation of use that all economies share (g)", (), "nation")
    region_deviation: FloatArray = entry(
        "f8", "log-odds", "deviation of use that a region's economies share (G)", ("R",), "nation"
    )
    own_path: FloatArray = entry("f8", "log-odds", "path of each place that has its own law", ("C", "G"), "nation")
    own_step: FloatArray = entry("f8", "log-odds per year", "step of that path in this year", ("C", "G"), "nation")
    fall_held: FloatArray = entry("f8", "log-odds", "held back of falls of the index", ("C", "G"), "adoption")
    passed: FloatArray = entry("f8", "log-odds", "deviation of use by levers (L)", ("C", "G"), "adoption")
    levy_on_price: FloatArray = entry("f8", "ratio", "what the levy has added to the price", ("C",), "funds", 1.0)
    policies: FloatArray = entry(
        "f8", "unit of each lever", "how far each lever of market and policy has come", ("P", "C"), "market"
    )
    policies_before: FloatArray = entry("f8", "unit of each lever", "the same a year before", ("P", "C"), "market")
    policy_on_price: FloatArray = entry("f8", "ratio", "price of data over its path, by levers", ("C",), "market", 1.0)
    trained: FloatArray = entry("f8", "share", "people without the skills who have them by training", ("C",), "market")
    policy_cost: FloatArray = entry(
        "f8", "dollars", "cost of levers of market and policy so far", ("P", "payer"), "policy_costs"
    )
    connected: FloatArray = entry(
        "f8",
        "people",
        "offline when initiatives connected them, past the other barriers, each once",
        ("K",),
        "building",
    )
    money: IntArray = entry(
        "i8", "cents", "money of all sources that came to initiatives, less what they gave back", ("K",), "spending"
    )
    best: FloatArray = entry(
        "f8", "0-1", "sustainability that one in ten reaches after exit, by kind", ("K",), "monitoring", 0.6
    )
    retained: FloatArray = entry(
        "f8", "people", "users left behind by closed initiatives, by kind", ("C", "G", "K"), "serving"
    )
    built_for: FloatArray = entry("f8", "people", "people that initiatives were built for", ("K",), "building")
    work_before_start: FloatArray = entry(
        "f8", "0-1", "saturated work for policy and trust in the years before the start", ("Y", "W", "C"), "policy"
    )
    years_of_work: int = entry("i8", "years", "how many of these years are noted", (), "policy")
    work_reference: FloatArray = entry(
        "f8", "0-1", "their mean, which the path without levers holds", ("W", "C"), "policy"
    )
    work_reference_known: bool = entry("?", "yes or no", "that mean has been taken", (), "policy")
    platforms_exist: bool = entry("?", "yes or no", "some initiative is on a platform", (), "partnerships")
    medians: FloatArray = entry("f8", "factor or log hazard", "median of each cause by kind", ("cause", "K"), "closure")


@dataclass(kw_only=True)
class Tally(Short):
    """Running totals since the beginning of the spin-up."""

    founded: float = entry("f8", "initiatives", "initiatives founded", (), "founding")
    exited: float = entry("f8", "initiatives", "initiatives that their donor has left", (), "exiting")
    terminated: float = entry("f8", "initiatives", "of these, awards that were ended unpaid", (), "leaving")
    cancelled: float = entry("f8", "initiatives", "initiatives signed and never paid", (), "leaving")
    closed: float = entry("f8", "initiatives", "initiatives closed", (), "closure")
    revived: float = entry("f8", "initiatives", "of these, networks and centres started again", (), "revival")
    closed_vintage: float = entry("f8", "quarters", "age of the equipment of the closed ones, summed", (), "closure")
    stranded: float = entry("f8", "dollars", "capital of the closed ones", (), "closure")
    built: float = entry("f8", "dollars", "capital built", (), "building")
    people_reached: float = entry("f8", "people", "people newly served", (), "building")
    burden: float = entry("f8", "dollars", "running cost that treasuries paid", (), "cash")
    user_years: float = entry("f8", "person-years", "service after exit", (), "adoption")
    all_user_years: float = entry("f8", "person-years", "service before and after exit", (), "adoption")
    handing_over_user_years: float = entry("f8", "person-years", "service while donors hand over", (), "adoption")
    handover_asked: float = entry("f8", "dollars", "running cost asked of treasuries", (), "government")
    handover_carried: float = entry("f8", "dollars", "running cost that treasuries could carry", (), "government")
    decisions: float = entry("f8", "decisions", "decisions of adaptive exits", (), "monitoring")
    regretted: float = entry("f8", "decisions", "of these, those that full sight would have turned", (), "monitoring")
    climate_events: float = entry("f8", "events", "climate events that struck an economy", (), "climate")
    climate_loss_people: float = entry("f8", "people", "people whose service they destroyed", (), "climate")
    climate_loss_usd: float = entry("f8", "dollars", "capital that they destroyed", (), "climate")
    cyber_incidents: float = entry("f8", "incidents", "attacks on initiatives", (), "cyber")
    cyber_loss_usd: float = entry("f8", "dollars", "money that they cost", (), "cyber")
    taken_out: float = entry("f8", "initiatives", "initiatives that a counterfactual took out", (), "counterfactual")
    taken_out_outlay: float = entry("f8", "dollars", "what donors had paid for these", (), "counterfactual")
