"""Levers of market and policy: each with who decides, the barriers it acts on, its lag, who pays, and its evidence.

A lever acts on named barriers of one group, through the addressable index and coverage alone. Growth of incomes, which
moves the anchor of adoption too, is no lever of this list: nobody decides on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .kinds import Barrier

Lag = Literal["prices", "networks"]
Payer = Literal["treasury", "forgone", "operators"]
Evidence = Literal["fair", "weak", "industry", "judged"]

PAYERS: dict[Payer, str] = {
    "treasury": "paid by treasuries",
    "forgone": "taxes and fees that treasuries forgo",
    "operators": "margin of operators and lenders",
}
EVIDENCE: dict[Evidence, str] = {
    "fair": "several studies with a comparison",
    "weak": "single studies, or studies that disagree",
    "industry": "figures of the industry: an upper bound",
    "judged": "no figure that fits: judged",
}


@dataclass(frozen=True)
class Policy:
    """One lever of market and policy.

    Attributes:
        name: of the setting of a strategy.
        decides: who turns it.
        barriers: what it acts on.
        lag: which lag it has from decision to barrier: that of prices and taxes, or that of networks and people.
        pays: who bears its cost.
        evidence: how strong the evidence on its size is.
        literature: the published figure, in words.
        source: of that figure.
    """

    name: str
    decides: str
    barriers: tuple[Barrier, ...]
    lag: Lag
    pays: tuple[Payer, ...]
    evidence: Evidence
    literature: str
    source: str


POLICIES = (
    Policy(
        name="competition",
        decides="regulator",
        barriers=("data price", "coverage"),
        lag="networks",
        pays=("treasury", "operators"),
        evidence="fair",
        literature="second operator: price -20 to -70%; third and fourth: -4 to -16% each; capital of each -0 to -19%",
        source="BII and Analysys Mason 2024; A4AI 2019; Genakos et al. (CERRE); Faccio and Zingales 2022",
    ),
    Policy(
        name="data_price",
        decides="regulator",
        barriers=("data price",),
        lag="prices",
        pays=("operators",),
        evidence="fair",
        literature="elasticity of users -0.5 (-0.1 to -1) at low use, near 0 where most are online or in the short run",
        source="Rodriguez-Castelan et al. 2021; Orujov 2025; Nigeria 2025; South Africa 2019",
    ),
    Policy(
        name="data_tax",
        decides="finance ministry",
        barriers=("data price",),
        lag="prices",
        pays=("forgone",),
        evidence="weak",
        literature="passed on to prices by 0.9 to 1.2; users -0.1 to 0.0 log odds at most",
        source="Chad 2016-20",
    ),
    Policy(
        name="access_charge",
        decides="finance ministry",
        barriers=("data price",),
        lag="prices",
        pays=("forgone",),
        evidence="weak",
        literature="200 shillings a day cost 15% of lines in three months",
        source="Uganda 2018: Research ICT Solutions 2018",
    ),
    Policy(
        name="device_tax",
        decides="finance ministry",
        barriers=("device",),
        lag="prices",
        pays=("forgone",),
        evidence="weak",
        literature="16 dollars off an entry phone: +10 points (3 to 12) where covered",
        source="Shreeti 2021; GSMA 2025; Kenya 2009",
    ),
    Policy(
        name="device_finance",
        decides="operators and lenders",
        barriers=("device",),
        lag="prices",
        pays=("operators",),
        evidence="weak",
        literature="phones on instalments: about 15% of the smartphones added in Kenya in 2021-24",
        source="Kenya 2020-24",
    ),
    Policy(
        name="spectrum_fees",
        decides="regulator and finance ministry",
        barriers=("coverage",),
        lag="networks",
        pays=("forgone",),
        evidence="industry",
        literature="+7.5% of people covered (0 to 10) where fees fall from high to median",
        source="GSMA 2019",
    ),
    Policy(
        name="coverage_obligation",
        decides="regulator",
        barriers=("coverage",),
        lag="networks",
        pays=("operators",),
        evidence="weak",
        literature="a rural obligation raises net welfare; first mobile broadband +0.3 log odds",
        source="Bjorkegren 2022 (Rwanda); Algeria 2013",
    ),
    Policy(
        name="backbone",
        decides="government and donors",
        barriers=("data price", "coverage"),
        lag="networks",
        pays=("treasury",),
        evidence="weak",
        literature="+3 to 4 points of use in Sub-Saharan Africa (1 to 4)",
        source="Cariolle 2018; Bangladesh 2004-12: passed on only after rivalry came",
    ),
    Policy(
        name="electricity",
        decides="other ministries",
        barriers=("electricity",),
        lag="networks",
        pays=("treasury",),
        evidence="weak",
        literature="0 to +0.3 log odds for 50 points of access",
        source="FERDI; Armey and Hosman 2016; Senegal",
    ),
    Policy(
        name="skills_training",
        decides="other ministries",
        barriers=("skills",),
        lag="networks",
        pays=("treasury",),
        evidence="weak",
        literature="0 to +0.2 log odds for 20 points trained; lasts about a year",
        source="Barone et al. 2025; Pachis and Yannelis 2018; Niger ABC",
    ),
    Policy(
        name="online_services",
        decides="other ministries",
        barriers=("skills",),
        lag="networks",
        pays=("treasury",),
        evidence="judged",
        literature="0 to +0.2 log odds, with training",
        source="the same; size judged",
    ),
)
ROW = {policy.name: row for row, policy in enumerate(POLICIES)}
