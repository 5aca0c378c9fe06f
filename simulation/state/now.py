"""What holds in this year or quarter: arrays that stand in place, each written by one process.

Axes: C economies, D donors, K kinds of initiative, G groups (urban, rural), S stages of the ledger of people.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..basis.short import Short
from ..basis.units import BoolArray, FloatArray, IntArray
from .entry import entry


@dataclass(kw_only=True)
class Now(Short):
    """The state of this year or quarter that is no column of economies, donors or initiatives."""

    reach: FloatArray = entry(
        "f8", "share", "people past all barriers but the one that the kind removes", ("C", "G", "K"), "access"
    )
    binding_barrier: IntArray = entry(
        "i8", "row of BARRIERS", "the barrier that stops most rural people", ("C",), "access"
    )
    index_log_odds: FloatArray = entry(
        "f8", "log-odds", "addressable index of the year, rescaled", ("C", "G"), "access"
    )
    index_before: FloatArray = entry("f8", "log-odds", "the same in the year before", ("C", "G"), "access")
    index_gap: FloatArray = entry(
        "f8", "log-odds", "the index less that of the path without levers", ("C", "G"), "access"
    )
    gap_before: FloatArray = entry("f8", "log-odds", "the same in the year before", ("C", "G"), "access")
    network_cover: FloatArray = entry(
        "f8", "share", "part of the coverage gap that networks of initiatives close", ("C", "G"), "adoption"
    )
    uncovered: FloatArray = entry(
        "f8", "share", "people without coverage, but for that of initiatives", ("C", "G"), "access", 1.0
    )
    found: FloatArray = entry(
        "f8", "share", "part of the picks of networks that find people without coverage", ("C", "G"), "adoption", 1.0
    )
    income_beyond: FloatArray = entry(
        "f8", "log", "income over its path by sampled growth and levers", ("C",), "access"
    )
    phone_cost: FloatArray = entry(
        "f8", "ratio", "price of a phone that people can pay, over its path, by levers", ("C",), "market", 1.0
    )
    lever_cover: FloatArray = entry("f8", "share", "part of the coverage gap that levers close", ("C",), "market")
    lever_electricity: FloatArray = entry(
        "f8", "share", "part of the electricity gap that levers close", ("C",), "market"
    )
    lever_skills: FloatArray = entry("f8", "share", "part of the skills gap that levers close", ("C",), "market")
    base_use: FloatArray = entry("f8", "share", "use on the nation's path, before levers", ("C", "G"), "adoption")
    income_change: FloatArray = entry("f8", "log", "change of GDP against its path", ("C",), "adoption")
    unit_cost: FloatArray = entry("f8", "dollars per person", "cost of a new user", ("K", "G"), "access")
    technology_price: float = entry("f8", "ratio", "price of technology over that of 2024", (), "access")
    obsolescence: float = entry("f8", "ratio", "speed at which equipment ages", (), "technology", 1.0)
    solar_saves: FloatArray = entry("f8", "share", "running cost that a solar site saves", ("K",), "technology")
    running_cost: FloatArray = entry("f8", "ratio", "running cost over that of 2024", ("C", "K"), "technology", 1.0)
    product: FloatArray = entry("f8", "dollars per year", "gross domestic product", ("C",), "funds")
    service_fund_quarter: FloatArray = entry(
        "f8", "dollars per quarter", "what universal service funds pay out in this quarter", ("C",), "funds"
    )
    treasury_room: FloatArray = entry(
        "f8", "dollars per quarter", "what treasuries can carry, less what aid displaces", ("C",), "government"
    )
    levy_asked: FloatArray = entry(
        "f8", "dollars per quarter", "what service funds were asked to carry of running costs", ("C",), "government"
    )
    effective: FloatArray = entry(
        "f8", "people", "users added by initiatives, living and closed, with network effects", ("C", "G"), "adoption"
    )
    single: FloatArray = entry(
        "f8", "share", "what is left of people served when everybody counts once", ("C", "G"), "adoption", 1.0
    )
    people: FloatArray = entry("f8", "people", "ledger of people, by stage and kind", ("S", "K"), "adoption")
    users: FloatArray = entry("f8", "people", "where users come from, by channel", ("channel",), "adoption")
    peer_linkages: FloatArray = entry(
        "f8", "0-1", "what surviving peers in linked countries add to linkages", ("C", "K"), "spillovers"
    )
    peers_help: bool = entry("?", "yes or no", "countries learn from those they are linked with", (), "spillovers")
    aid_frozen: FloatArray = entry("f8", "share", "part of aid that donors freeze in the year", ("C",), "shocks")
    aid_surge: FloatArray = entry("f8", "ratio", "rise of aid in the year by a climate event", ("C",), "climate")
    agencies: float = entry("f8", "ratio", "agencies of a donor over those of 2004", (), "allocation", 1.0)
    grant_size: float = entry("f8", "ratio", "size of grants over that of the project lists", (), "sizes", 1.0)
    left_pairs: BoolArray = entry("?", "yes or no", "donor that has left the economy", ("D", "C"), "withdrawal")
