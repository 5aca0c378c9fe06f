"""The stylised facts that the default model is checked against: in words, with range, source and measure.

A range is published, derived (by arithmetic from published figures) or judged (a tolerance set before the runs). Where
a source gives one figure and no range, the range is that figure 10% up and down, which is judged. The basis says what
holding a fact is worth: "fitted" and "calibrated" facts were used to set the model, an "input" was put in, and only
what is "emergent" is a test.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from . import measures as take

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


PATTERNS: tuple[Pattern, ...] = (
    Pattern(
        number="1",
        fact="The world goes from 15.6% online in 2005 to 73.6% in 2025",
        measured="root mean square error of world use, 2005-2025",
        low=0.0,
        high=0.02,
        unit=SHARE,
        standing=PUBLISHED,
        basis=FITTED,
        source=ITU,
        measure=take.world_past,
        if_failed="The fitted paths of countries miss the world's sum",
    ),
    Pattern(
        number="2a",
        fact="The least developed countries go from 6% online in 2012 to 17.5% in 2017 and 34% in 2025",
        measured="root mean square error over the three years",
        low=0.0,
        high=0.03,
        unit=SHARE,
        standing=DERIVED,
        basis=FITTED,
        source=ITU + "; 3 points is the noise between its editions",
        measure=take.ldc_past,
        if_failed="The fitted paths of these countries miss their sum",
    ),
    Pattern(
        number="2b",
        fact="34% of people in the least developed countries are online in 2025",
        measured="use in 2025",
        low=0.31,
        high=0.37,
        unit=SHARE,
        standing=DERIVED,
        basis=FITTED,
        source=ITU + "; 3 points is the noise between its editions",
        measure=take.use_in("LDC", 2025),
        if_failed="The law of adoption steps too far between the last observation and 2025",
    ),
    Pattern(
        number="2c",
        fact="Users in the least developed countries grow by about 7% a year",
        measured="growth from 2024 to 2025",
        low=0.05,
        high=0.09,
        unit=SHARE,
        standing=JUDGED,
        basis=CALIBRATED,
        source=ITU,
        measure=take.ldc_user_growth,
        if_failed="The slowdown since 2022 is of the wrong size",
    ),
    Pattern(
        number="2d",
        fact="Their gap stays open for long: 66-71% are online in 2040",
        measured="use in 2040",
        low=0.66,
        high=0.71,
        unit=SHARE,
        standing=DERIVED,
        basis=EMERGENT,
        source="logistic curve through the figures of " + ITU,
        measure=take.use_in("LDC", 2040),
        if_failed=(
            "The slowdown of adoption since 2022 fades (half-life of 3-15 years). Then the pull to the level "
            "of similar countries makes these countries catch up faster than the logistic curve"
        ),
    ),
    Pattern(
        number="2e",
        fact="Their gap stays open for long: 75-86% are online in 2050",
        measured="use in 2050",
        low=0.75,
        high=0.86,
        unit=SHARE,
        standing=DERIVED,
        basis=EMERGENT,
        source="logistic curve through the figures of " + ITU,
        measure=take.use_in("LDC", 2050),
        if_failed=(
            "The logistic curve has a ceiling of 80-95%. The law of adoption has no ceiling and only a weak pull back"
        ),
    ),
    Pattern(
        number="3a",
        fact="Town over countryside in use: 1.5 in the world",
        measured="ratio at the start",
        low=1.35,
        high=1.65,
        unit=RATIO,
        standing=JUDGED,
        basis=FITTED,
        source=ITU,
        measure=take.urban_over_rural("world"),
        if_failed="One odds ratio is used for all countries outside Africa",
    ),
    Pattern(
        number="3b",
        fact="Town over countryside in use: 1.1 in high-income countries",
        measured="ratio at the start",
        low=0.99,
        high=1.21,
        unit=RATIO,
        standing=JUDGED,
        basis=FITTED,
        source=ITU,
        measure=take.urban_over_rural("HIC"),
        if_failed="One odds ratio is used for all countries outside Africa",
    ),
    Pattern(
        number="3c",
        fact="Town over countryside in use: 2.6 in Africa",
        measured="ratio at the start",
        low=2.34,
        high=2.86,
        unit=RATIO,
        standing=JUDGED,
        basis=FITTED,
        source=ITU,
        measure=take.urban_over_rural("Africa"),
        if_failed="One odds ratio is used for all of Africa",
    ),
    Pattern(
        number="3d",
        fact="Town over countryside in use: about 2.8 in low-income countries",
        measured="ratio at the start",
        low=2.52,
        high=3.08,
        unit=RATIO,
        standing=JUDGED,
        basis=EMERGENT,
        source=ITU + ", derived",
        measure=take.urban_over_rural("LIC"),
        if_failed=("The odds ratios are set for the world and for Africa; low-income countries have none of their own"),
    ),
    Pattern(
        number="3e",
        fact="The ratio of town to countryside narrows slowly: from 1.6 in 2021 to 1.5 in 2025",
        measured="fall of the world's ratio, 2021-2025",
        low=0.0,
        high=0.2,
        unit=RATIO,
        standing=DERIVED,
        basis=EMERGENT,
        source=ITU + "; both figures are rounded to 0.1",
        measure=take.ratio_narrows,
        if_failed=(
            "The odds ratio of town over countryside is constant in time, so the ratio of their uses falls as"
            " use rises. In the world it falls faster than the ITU reports"
        ),
    ),
    Pattern(
        number="4a",
        fact="Covered people who are not online outnumber people without coverage 5 to 10 times in the world",
        measured="usage gap over coverage gap at the start",
        low=5.0,
        high=10.5,
        unit=RATIO,
        standing=DERIVED,
        basis=EMERGENT,
        source=f"{GSMA}: 38 over 4%; {ITU}: 22 over 4%; 10% beyond both",
        measure=take.usage_over_coverage("world"),
        if_failed=(
            "Coverage is a proxy made from other indicators, and it leaves more people uncovered than "
            "published figures do"
        ),
    ),
    Pattern(
        number="4b",
        fact="Covered people who are not online outnumber people without coverage about 6 times in Sub-Saharan Africa",
        measured="usage gap over coverage gap at the start",
        low=4.9,
        high=7.2,
        unit=RATIO,
        standing=DERIVED,
        basis=EMERGENT,
        source=f"{GSMA}: 65 over 10%; with use by the ITU 54 over 10%; 10% beyond both",
        measure=take.usage_over_coverage("Sub-Saharan Africa"),
        if_failed=(
            "Coverage is a proxy made from other indicators, and it leaves more people of this region "
            "uncovered than the GSMA's 10%"
        ),
    ),
    Pattern(
        number="5a",
        fact="Most projects are rated a success when they are completed: 72-88%",
        measured="initiatives that reach the end of full funding, at half service or more",
        low=0.72,
        high=0.88,
        unit=SHARE,
        standing=PUBLISHED,
        basis=CALIBRATED,
        source="IEG 2016, 2021 (moderately satisfactory or better)",
        measure=take.success_at_completion,
        if_failed="The hazard of failure before exit",
    ),
    Pattern(
        number="5b",
        fact="Experts rate about 64% of projects as likely to be sustained",
        measured="ratings of likely sustainability",
        low=0.55,
        high=0.70,
        unit=SHARE,
        standing=PUBLISHED,
        basis=EMERGENT,
        source="ADB, Annual Evaluation Review 2013",
        unchecked=(
            "Nobody rates initiatives in the model, and any threshold of the index of sustainability would be arbitrary"
        ),
    ),
    Pattern(
        number="5c",
        fact="Far fewer unsupported digital initiatives survive their donor: 11-42%",
        measured="serving five years after an abrupt exit",
        low=0.11,
        high=0.42,
        unit=SHARE,
        standing=PUBLISHED,
        basis=CALIBRATED,
        source=f"{KIOSKS}; Lemaire 2011; synthesis",
        measure=take.abrupt_survival,
        if_failed="The level of survival is calibrated over all exits, and an abrupt exit lowers it too little",
    ),
    Pattern(
        number="5d",
        fact="Success at completion is far above survival after exit",
        measured="difference of 5a and 5c",
        low=0.30,
        high=0.77,
        unit=SHARE,
        standing=DERIVED,
        basis=EMERGENT,
        source="IEG 2016, 2021; " + KIOSKS,
        measure=take.success_over_survival,
        if_failed="Survival after exit is calibrated, and so is failure before it",
    ),
    Pattern(
        number="6a",
        fact="Even simple infrastructure fails early: about 15% in the first year",
        measured="rural access infrastructure with participation, closed one year after exit",
        low=0.10,
        high=0.20,
        unit=SHARE,
        standing=JUDGED,
        basis=EMERGENT,
        source=WATER + " (water points)",
        measure=take.water_point_closed(1.0),
        if_failed=(
            "Access initiatives have running costs and equipment that water points do not have. Survival is "
            "calibrated on digital initiatives, of which 10-35% close in the first year"
        ),
    ),
    Pattern(
        number="6b",
        fact="Even simple infrastructure fails early: 25% by the fourth year",
        measured="rural access infrastructure with participation, closed four years after exit",
        low=0.15,
        high=0.30,
        unit=SHARE,
        standing=PUBLISHED,
        basis=EMERGENT,
        source=WATER + " (water points; 70-85% work)",
        measure=take.water_point_closed(4.0),
        if_failed=(
            "As 6a. In addition, users cannot repair the equipment of a closed network as they repair a pump,"
            " and no rule lets a closed initiative open again"
        ),
    ),
    Pattern(
        number="6c",
        fact="Failure comes early: the hazard is higher in the first year than in the next three",
        measured="hazard in year 1 over years 2-4 after exit",
        low=1.48,
        high=4.05,
        unit=RATIO,
        standing=DERIVED,
        basis=EMERGENT,
        source=WATER + "; Weibull shape of 0.4-0.8",
        measure=take.front_loading,
        if_failed="The Weibull shape of 0.8-1 and frailty make the hazard fall too slowly",
    ),
    Pattern(
        number="7a",
        fact="Nearly all private kiosks without support close: 32 of 36 within three and a half years",
        measured="closed 3.5 years after exit: community access, abrupt exit, little participation and local money",
        low=0.75,
        high=0.96,
        unit=SHARE,
        standing=DERIVED,
        basis=EMERGENT,
        source=KIOSKS + "; 95% interval of 32 in 36",
        measure=take.kiosks_closed,
        if_failed=(
            "Without fees or support an initiative still survives for some time. Capacity and motivation from"
            " five funded years set a floor to the index of sustainability; a private kiosk never had these "
            "years"
        ),
    ),
    Pattern(
        number="7b",
        fact="Most kiosks of a local institution in the same place survive",
        measured="serving two years after exit",
        low=0.70,
        high=0.90,
        unit=SHARE,
        standing=DERIVED,
        basis=EMERGENT,
        source=KIOSKS + " (telecentres of an NGO)",
        measure=take.institutions_alive,
        if_failed=(
            "Treasuries and fees carry little after a hand-over. Frailty and fragility close many "
            "initiatives, even with a local institution"
        ),
    ),
    Pattern(
        number="7c",
        fact="Local institutions reduce the hazard to a fraction of that of private kiosks",
        measured="hazard of the former over the latter",
        low=0.06,
        high=0.40,
        unit=RATIO,
        standing=DERIVED,
        basis=EMERGENT,
        source=KIOSKS + ": 0.06-0.20, shrunk to 0.4 since places differ",
        measure=take.institutions_against_kiosks,
        if_failed=(
            "Participation and hand-over act through motivation, linkages and resources only. The index of "
            "sustainability differs too little between the two groups, and random events and fragility affect"
            " both"
        ),
    ),
    Pattern(
        number="8a",
        fact="After an abrupt exit half of the sites drop peripheral services within nine months",
        measured="sites that dropped outreach",
        low=0.40,
        high=0.60,
        unit=SHARE,
        standing=JUDGED,
        basis=EMERGENT,
        source="Wilhelm et al. 2019 (51.6%)",
        unchecked="Initiatives have one level of service, so core and peripheral services are not separate",
    ),
    Pattern(
        number="8b",
        fact="After an abrupt exit the volume of core services is stable for nine months",
        measured="service nine months after an abrupt exit over service at the exit, open initiatives only",
        low=0.90,
        high=1.10,
        unit=RATIO,
        standing=JUDGED,
        basis=EMERGENT,
        source="Wilhelm et al. 2019 (no significant difference)",
        measure=take.core_after_abrupt,
        if_failed="Service follows its money with a lag of a year",
    ),
    Pattern(
        number="8c",
        fact="A planned hand-over of four years keeps core outcomes stable",
        measured=(
            "service a year after a hand-over to government over service when the withdrawal began; closed is zero"
        ),
        low=0.80,
        high=1.10,
        unit=RATIO,
        standing=DERIVED,
        basis=EMERGENT,
        source="Ozawa et al. 2016; Bennett et al. 2015; Gavi 2018 (16 of 20 on schedule)",
        measure=take.core_after_handover,
        if_failed=(
            "The hazard of failure before exit (5.5% a year) continues through four years of withdrawal, and "
            "treasuries carry only part of the running cost. The programmes in the sources were run by states"
            " with their own money"
        ),
    ),
    Pattern(
        number="9a",
        fact="Herding: 61% of a recipient's bilateral donors move in the same direction",
        measured="share moving together in what donors allocate, over sums of three years, corrected for chance",
        low=0.55,
        high=0.65,
        unit=SHARE,
        standing=PUBLISHED,
        basis=CALIBRATED,
        source=HERD + "; donors are fitted to the flows of 2009-2022",
        measure=take.herding_of("bilateral", "allocations"),
        if_failed="Donors have too little in common in their yearly changes",
    ),
    Pattern(
        number="9b",
        fact="Multilateral donors do not herd",
        measured="share moving together in what donors allocate, over sums of three years, corrected for chance",
        low=0.45,
        high=0.55,
        unit=SHARE,
        standing=JUDGED,
        basis=INPUT,
        source=HERD,
        measure=take.herding_of("multilateral", "allocations"),
        if_failed=(
            "Multilaterals have no herding in the donors' table. They have the recipients' needs in common, "
            "which move slowly"
        ),
    ),
    Pattern(
        number="9c",
        fact="Herding also appears in payments: 54% move together in the flows of 2009-2022",
        measured="share moving together in what donors pay, over sums of three years, corrected for chance",
        low=0.52,
        high=0.56,
        unit=SHARE,
        standing=DERIVED,
        basis=EMERGENT,
        source=(
            "OECD aid by donor and recipient 2009-2022, by the same measure (0.52 by single years, 0.57 over five)"
        ),
        measure=take.herding_of("bilateral", "payments"),
        if_failed=(
            "Digital aid is paid through few whole initiatives, whose dates hide the common part of "
            "allocations. The source covers aid of all sectors"
        ),
    ),
    Pattern(
        number="10a",
        fact="Aid to a recipient is five times as volatile as its GDP",
        measured="volatility of aid over that of GDP",
        low=4.5,
        high=5.5,
        unit=RATIO,
        standing=JUDGED,
        basis=EMERGENT,
        source="Kharas 2008",
        unchecked="GDP follows a smooth path in the model and has no volatility to compare with",
    ),
    Pattern(
        number="10b",
        fact="The yearly change of aid to a recipient has a standard deviation of 0.25-0.30",
        measured="standard deviation of the change of ln aid, median recipient",
        low=0.25,
        high=0.30,
        unit="log",
        standing=DERIVED,
        basis=EMERGENT,
        source="Kharas 2008, with a standard deviation of 5-6% of GDP",
        measure=take.aid_spread,
        if_failed=(
            "This is digital aid only, with a few large initiatives in a country. One sector is more volatile"
            " than total aid (Hudson 2015). The median recipient has a handful of donors a year, and sizes "
            "vary widely"
        ),
    ),
    Pattern(
        number="11a",
        fact="Donors more than double in twenty years: 63 to 118 donors, 227 to 622 agencies",
        measured="donors that pay to a recipient in the last year over twenty years before",
        low=1.9,
        high=2.7,
        unit=RATIO,
        standing=PUBLISHED,
        basis=EMERGENT,
        source=DONORS,
        measure=take.donors_per_recipient_growth,
        if_failed="The list of 94 donors is fixed: no donor enters, and none splits into agencies",
    ),
    Pattern(
        number="11b",
        fact="The average grant halves in twenty years",
        measured="mean size of initiatives founded in the last five years over twenty years before",
        low=0.45,
        high=0.60,
        unit=RATIO,
        standing=JUDGED,
        basis=EMERGENT,
        source="World Bank 2021, A Changing Landscape (1.5 to 0.8 million in 2000-2019)",
        measure=take.size_change,
        if_failed="Sizes come from one distribution in all years, and no rule makes grants smaller",
    ),
    Pattern(
        number="12a",
        fact="75-90% of the variance of outcomes lies within countries",
        measured="of service at completion; failures before it count as zero",
        low=0.75,
        high=0.90,
        unit=SHARE,
        standing=PUBLISHED,
        basis=INPUT,
        source=SPREAD + " (failure before exit is fitted to ratings of projects by country)",
        measure=take.within_countries_completion,
        if_failed=(
            "The source covers ratings with regressors for country and year. The World Bank's own ratings of "
            "investment projects since 1995, to which failure is fitted, give 0.96 (0.93 on six points)"
        ),
    ),
    Pattern(
        number="12b",
        fact="75-90% of the variance of outcomes lies within countries",
        measured="of serving or not five years after exit",
        low=0.75,
        high=0.90,
        unit=SHARE,
        standing=PUBLISHED,
        basis=INPUT,
        source=SPREAD + " (sets the frailty between countries)",
        measure=take.within_countries_survival,
        if_failed=(
            "The model sets the share between countries for frailty on the log scale. The outcome of serving "
            "or not adds random variation within countries"
        ),
    ),
    Pattern(
        number="13a",
        fact="1-3% of aid is for digital development",
        measured="share of donors' aid",
        low=0.01,
        high=0.03,
        unit=SHARE,
        standing=PUBLISHED,
        basis=INPUT,
        source=DIGITAL,
        measure=take.digital_share,
        if_failed="The donors' table",
    ),
    Pattern(
        number="13b",
        fact="Aid of plausible size changes the world's use little",
        measured="use with aid minus use without aid, after ten years",
        low=0.1,
        high=1.0,
        unit=POINTS,
        standing=JUDGED,
        basis=EMERGENT,
        source=DIGITAL + " (inference)",
        measure=take.aid_effect("world", "use"),
        if_failed="Initiatives reach few people in all, so the world hardly notices",
    ),
    Pattern(
        number="13c",
        fact="Aid changes rural use in the least developed countries more",
        measured="rural use there with aid minus without aid, after ten years",
        low=0.5,
        high=5.0,
        unit=POINTS,
        standing=JUDGED,
        basis=EMERGENT,
        source=DIGITAL + " (inference)",
        measure=take.aid_effect("LDC", "use_rural"),
        if_failed="Half of the initiatives are in towns and few of the donors go to these countries first",
    ),
    Pattern(
        number="13d",
        fact="Aid changes rural use in the least developed countries at least three times as much as the world's use",
        measured="13c over 13b",
        low=3.0,
        high=math.inf,
        unit=RATIO,
        standing=JUDGED,
        basis=EMERGENT,
        source=DIGITAL + " (inference)",
        measure=take.rural_over_world,
        if_failed="Donors don't target these countries enough",
    ),
    Pattern(
        number="13e",
        fact="Aid is about 1% of private investment in telecommunications",
        measured="aid over private investment",
        low=0.005,
        high=0.02,
        unit=SHARE,
        standing=JUDGED,
        basis=EMERGENT,
        source="IEG 2011",
        unchecked="The model has no private investment in networks",
    ),
    Pattern(
        number="14a",
        fact="Finance is the stated cause of closure of 85%",
        measured="finance among the causes that can be named",
        low=0.69,
        high=0.94,
        unit=SHARE,
        standing=DERIVED,
        basis=EMERGENT,
        source=KIOSKS + "; 95% interval of 85% of 32",
        measure=take.finance_share,
        if_failed=(
            "In the model, a cause is the term of the hazard whose return to the median of its kind would "
            "help most. It is not what an operator states. The median initiative is also short of money, so "
            "money seldom distinguishes one initiative. Lack of money that ages equipment counts as "
            "technology"
        ),
    ),
    Pattern(
        number="14b",
        fact="Finance is the most frequent cause of closure",
        measured="closures by finance over the most frequent other",
        low=1.0,
        high=math.inf,
        unit=RATIO,
        standing=PUBLISHED,
        basis=EMERGENT,
        source=KIOSKS,
        measure=take.finance_leads,
        if_failed="As 14a",
    ),
    Pattern(
        number="15",
        fact="Phased exits are followed by fewer closures than abrupt ones",
        measured="hazard of phased over abrupt exits",
        low=0.3,
        high=0.8,
        unit=RATIO,
        standing=JUDGED,
        basis=EMERGENT,
        source="Wilhelm et al. 2019; Ozawa et al. 2016; Gavi 2018 (synthesis)",
        measure=take.phased_against_abrupt,
        if_failed="A straight phase-down helps little, since equipment ages while the donor withdraws",
    ),
)
