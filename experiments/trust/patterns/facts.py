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
UNITS = "initiatives have one level of service; core and peripheral services aren't told apart"


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
    Pattern("1", "The world goes from 15.6% online in 2005 to 73.6% in 2025",
            "root mean square error of world use, 2005-2025", 0.0, 0.02, SHARE, PUBLISHED, FITTED, ITU,
            take.world_past, "the fitted paths of countries miss the world's sum"),
    Pattern("2a", "The least developed countries go from 6% online in 2012 to 17.5% in 2017 and 34% in 2025",
            "root mean square error over the three years", 0.0, 0.03, SHARE, DERIVED, FITTED,
            ITU + "; 3 points is the noise between its editions", take.ldc_past,
            "the fitted paths of these countries miss their sum"),
    Pattern("2b", "34% of people in the least developed countries are online in 2025", "use in 2025", 0.31, 0.37, SHARE,
            DERIVED, FITTED, ITU + "; 3 points is the noise between its editions", take.use_in("LDC", 2025),
            "the law of adoption steps too far between the last observation and 2025"),
    Pattern("2c", "Users in the least developed countries grow by about 7% a year", "growth from 2024 to 2025", 0.05,
            0.09, SHARE, JUDGED, CALIBRATED, ITU, take.ldc_user_growth,
            "the slowdown since 2022 is of the wrong size"),
    Pattern("2d", "Their gap isn't closed anytime soon: 66-71% are online in 2040", "use in 2040", 0.66, 0.71, SHARE,
            DERIVED, EMERGENT, "logistic curve through the figures of " + ITU, take.use_in("LDC", 2040),
            "the slowdown of adoption since 2022 wears off (half-life of 3-15 years), and then the pull to the level "
            "of "
            "countries alike makes these countries catch up faster than the logistic curve"),
    Pattern("2e", "Their gap isn't closed anytime soon: 75-86% are online in 2050", "use in 2050", 0.75, 0.86, SHARE,
            DERIVED, EMERGENT, "logistic curve through the figures of " + ITU, take.use_in("LDC", 2050),
            "the logistic curve has a ceiling of 80-95%; the law of adoption has none, and only a weak pull back"),
    Pattern("3a", "Town over countryside in use: 1.5 in the world", "ratio at the start", 1.35, 1.65, RATIO, JUDGED,
            FITTED, ITU, take.urban_over_rural("world"), "one odds ratio stands for all countries outside Africa"),
    Pattern("3b", "Town over countryside in use: 1.1 in high-income countries", "ratio at the start", 0.99, 1.21, RATIO,
            JUDGED, FITTED, ITU, take.urban_over_rural("HIC"),
            "one odds ratio stands for all countries outside Africa"),
    Pattern("3c", "Town over countryside in use: 2.6 in Africa", "ratio at the start", 2.34, 2.86, RATIO, JUDGED,
            FITTED, ITU, take.urban_over_rural("Africa"), "one odds ratio stands for all of Africa"),
    Pattern("3d", "Town over countryside in use: about 2.8 in low-income countries", "ratio at the start", 2.52, 3.08,
            RATIO, JUDGED, EMERGENT, ITU + ", derived", take.urban_over_rural("LIC"),
            "the odds ratios are set for the world and for Africa; low-income countries have none of their own"),
    Pattern("3e", "The ratio of town to countryside narrows slowly: from 1.6 in 2021 to 1.5 in 2025",
            "fall of the world's ratio, 2021-2025", 0.0, 0.2, RATIO, DERIVED, EMERGENT,
            ITU + "; both figures are rounded to 0.1", take.ratio_narrows,
            "the odds ratio of town over countryside is constant in time, so the ratio of their uses falls by itself "
            "as "
            "use rises; in the world it does so faster than the ITU reports"),
    Pattern("4a", "Far more people are covered and not online than are not covered: 5 to 10 times in the world",
            "usage gap over coverage gap at the start", 5.0, 10.5, RATIO, DERIVED, EMERGENT,
            f"{GSMA}: 38 over 4%; {ITU}: 22 over 4%; 10% beyond both", take.usage_over_coverage("world"),
            "coverage is a stand-in made from other indicators, and it leaves more people uncovered than is published"),
    Pattern("4b", "Far more people are covered and not online than are not covered: about 6 times in Sub-Saharan "
            "Africa",
            "usage gap over coverage gap at the start", 4.9, 7.2, RATIO, DERIVED, EMERGENT,
            f"{GSMA}: 65 over 10%; with use by the ITU 54 over 10%; 10% beyond both",
            take.usage_over_coverage("Sub-Saharan Africa"),
            "coverage is a stand-in made from other indicators, and it leaves more people of this region uncovered "
            "than "
            "the GSMA's 10%"),
    Pattern("5a", "Most projects are rated a success when they are completed: 72-88%",
            "initiatives carried to the end of full funding, at half service or more", 0.72, 0.88, SHARE, PUBLISHED,
            CALIBRATED, "IEG 2016, 2021 (moderately satisfactory or better)", take.success_at_completion,
            "the hazard of failure before exit"),
    Pattern("5b", "Experts rate about 64% as likely to be sustained", "ratings of likely sustainability", 0.55, 0.70,
            SHARE, PUBLISHED, EMERGENT, "ADB, Annual Evaluation Review 2013",
            unchecked="nobody rates initiatives in the model, and any threshold of the index of sustainability would "
            "be "
            "free to choose"),
    Pattern("5c", "Far fewer unsupported digital initiatives survive their donor: 11-42%",
            "serving five years after an abrupt exit", 0.11, 0.42, SHARE, PUBLISHED, CALIBRATED,
            f"{KIOSKS}; Lemaire 2011; synthesis", take.abrupt_survival,
            "the level of survival is calibrated over all exits, and an abrupt exit lowers it too little"),
    Pattern("5d", "Success at completion is far above survival after exit", "difference of 5a and 5c", 0.30, 0.77,
            SHARE,
            DERIVED, EMERGENT, "IEG 2016, 2021; " + KIOSKS, take.success_over_survival,
            "survival after exit is calibrated, and so is failure before it"),
    Pattern("6a", "Even simple infrastructure fails early: about 15% in the first year",
            "rural access infrastructure with participation, closed one year after exit", 0.10, 0.20, SHARE, JUDGED,
            EMERGENT, WATER + " (water points)", take.water_point_closed(1.0),
            "initiatives for access have running costs and equipment that water points don't have, and survival is "
            "calibrated on digital initiatives, of which 10-35% close in the first year"),
    Pattern("6b", "Even simple infrastructure fails early: 25% by the fourth year",
            "rural access infrastructure with participation, closed four years after exit", 0.15, 0.30, SHARE,
            PUBLISHED,
            EMERGENT, WATER + " (water points; 70-85% work)", take.water_point_closed(4.0),
            "as 6a; the equipment of a closed network isn't repaired by its users as a pump is, and no rule lets a "
            "closed "
            "initiative open again"),
    Pattern("6c", "Failure comes early: the first year is more dangerous than the next three",
            "hazard in year 1 over years 2-4 after exit", 1.48, 4.05, RATIO, DERIVED, EMERGENT,
            WATER + "; Weibull shape of 0.4-0.8", take.front_loading,
            "the Weibull shape of 0.8-1 and frailty make the hazard fall too slowly"),
    Pattern("7a", "Private kiosks without support nearly all close: 32 of 36 within three and a half years",
            "closed 3.5 years after exit: community access, abrupt exit, little participation and local money", 0.75,
            0.96, SHARE, DERIVED, EMERGENT, KIOSKS + "; 95% interval of 32 in 36", take.kiosks_closed,
            "without fees or support an initiative still lives on for a while: the index of sustainability is bounded "
            "below by capacity and motivation that five funded years left, and a private kiosk never had those years"),
    Pattern("7b", "Locally institutionalised ones in the same place mostly live", "serving two years after exit", 0.70,
            0.90, SHARE, DERIVED, EMERGENT, KIOSKS + " (telecentres of an NGO)", take.institutions_alive,
            "what treasuries and fees carry after a hand-over is thin, and frailty and fragility close many whatever "
            "the "
            "institution behind them"),
    Pattern("7c", "Local institutions cut the hazard to a fraction of that of private kiosks",
            "hazard of the former over the latter", 0.06, 0.40, RATIO, DERIVED, EMERGENT,
            KIOSKS + ": 0.06-0.20, shrunk to 0.4 since places differ", take.institutions_against_kiosks,
            "participation and hand-over act through motivation, linkages and resources only; the index of "
            "sustainability "
            "differs too little between the two for so strong a contrast, and luck and fragility hit both"),
    Pattern("8a", "After an abrupt exit half of the sites drop peripheral services within nine months",
            "sites that dropped outreach", 0.40, 0.60, SHARE, JUDGED, EMERGENT, "Wilhelm et al. 2019 (51.6%)",
            unchecked=UNITS),
    Pattern("8b", "After an abrupt exit the volume of core services holds for nine months",
            "service nine months after an abrupt exit over service at the exit, of those open", 0.90, 1.10, RATIO,
            JUDGED, EMERGENT, "Wilhelm et al. 2019 (no significant difference)", take.core_after_abrupt,
            "service follows its money with a lag of a year"),
    Pattern("8c", "A planned hand-over of four years holds core outcomes",
            "service a year after a hand-over to government over service when the withdrawal began, closed as none",
            0.80,
            1.10, RATIO, DERIVED, EMERGENT, "Ozawa et al. 2016; Bennett et al. 2015; Gavi 2018 (16 of 20 on schedule)",
            take.core_after_handover,
            "the hazard of failure before exit (5.5% a year) goes on through four years of withdrawal, and "
            "treasuries carry "
            "only a part of the running cost; the programmes of the sources were run by states with money of their "
            "own"),
    Pattern("9a", "Herding: 61% of a recipient's bilateral donors move in the same direction",
            "share moving together in what donors allocate, over sums of three years, corrected for chance", 0.55, 0.65,
            SHARE, PUBLISHED, CALIBRATED, HERD + "; donors are fitted to the flows of 2009-2022",
            take.herding_of("bilateral", "allocations"),
            "donors share too little of their yearly changes"),
    Pattern("9b", "Multilateral donors don't herd",
            "share moving together in what donors allocate, over sums of three years, corrected for chance", 0.45, 0.55,
            SHARE, JUDGED, INPUT, HERD, take.herding_of("multilateral", "allocations"),
            "multilaterals have no herding in the donors' table; what they share are the recipients' needs, which move "
            "slowly, and they all follow them"),
    Pattern("9c", "Herding shows in payments too: 54% move together in the flows of 2009-2022",
            "share moving together in what donors pay, over sums of three years, corrected for chance", 0.52, 0.56,
            SHARE, DERIVED, EMERGENT, "OECD aid by donor and recipient 2009-2022, by the same measure (0.52 by single "
            "years, 0.57 over five)", take.herding_of("bilateral", "payments"),
            "digital aid is paid as few whole initiatives, whose dates drown what is allocated in common; the source "
            "is of aid of all sectors"),
    Pattern("10a", "Aid to a recipient is five times as volatile as its GDP", "volatility of aid over that of GDP", 4.5,
            5.5, RATIO, JUDGED, EMERGENT, "Kharas 2008",
            unchecked="GDP follows a smooth path in the model and has no volatility of its own to compare with"),
    Pattern("10b", "The yearly change of aid to a recipient has a standard deviation of 0.25-0.30",
            "standard deviation of the change of ln aid, median recipient", 0.25, 0.30, "log", DERIVED, EMERGENT,
            "Kharas 2008, with a standard deviation of 5-6% of GDP", take.aid_spread,
            "this is digital aid only, a few large initiatives a country, and one sector is more volatile than the "
            "whole "
            "(Hudson 2015); the median recipient has a handful of donors a year and sizes spread widely"),
    Pattern("11a", "Donors more than double in twenty years: 63 to 118 donors, 227 to 622 agencies",
            "donors that pay to a recipient in the last year over twenty years before", 1.9, 2.7, RATIO, PUBLISHED,
            EMERGENT, DONORS, take.donors_per_recipient_growth,
            "the list of 94 donors is fixed: none enters, and none splits into agencies"),
    Pattern("11b", "The average grant halves in twenty years",
            "mean size of those founded in the last five years over twenty years before", 0.45, 0.60, RATIO, JUDGED,
            EMERGENT, "World Bank 2021, A Changing Landscape (1.5 to 0.8 million in 2000-2019)", take.size_change,
            "sizes come from one distribution in all years and nothing in the rules makes grants smaller"),
    Pattern("12a", "75-90% of the variance of outcomes lies within countries",
            "of service at completion, failures before it as none", 0.75, 0.90, SHARE, PUBLISHED, INPUT,
            SPREAD + " (failure before exit is fitted to ratings of projects by country)",
            take.within_countries_completion,
            "the source is of ratings with regressors for the country and year; the World Bank's own ratings of "
            "investment projects since 1995, to which failure is fitted, give 0.96 (0.93 on six points)"),
    Pattern("12b", "75-90% of the variance of outcomes lies within countries",
            "of serving or not five years after exit", 0.75, 0.90, SHARE, PUBLISHED, INPUT,
            SPREAD + " (sets the frailty between countries)", take.within_countries_survival,
            "the share between countries is put in for frailty on the log scale; serving or not adds chance to it, "
            "which "
            "lies within countries"),
    Pattern("13a", "1-3% of aid is for digital development", "share of donors' aid", 0.01, 0.03, SHARE, PUBLISHED,
            INPUT,
            DIGITAL, take.digital_share, "the donors' table"),
    Pattern("13b", "Plausible aid moves the world's use little", "use with aid less without, ten years on", 0.1, 1.0,
            POINTS, JUDGED, EMERGENT, DIGITAL + " (inference)", take.aid_effect("world", "use"),
            "initiatives reach few people in all, so the world hardly notices"),
    Pattern("13c", "Aid moves rural use in the least developed countries more",
            "rural use there with aid less without, ten years on", 0.5, 5.0, POINTS, JUDGED, EMERGENT,
            DIGITAL + " (inference)", take.aid_effect("LDC", "use_rural"),
            "half of the initiatives are in towns and few of the donors go to these countries first"),
    Pattern("13d", "Aid moves rural use in the least developed countries at least three times as much as the world's",
            "13c over 13b", 3.0, math.inf, RATIO, JUDGED, EMERGENT, DIGITAL + " (inference)", take.rural_over_world,
            "donors don't target these countries enough"),
    Pattern("13e", "Aid is about 1% of private investment in telecommunications", "aid over private investment", 0.005,
            0.02, SHARE, JUDGED, EMERGENT, "IEG 2011", unchecked="the model has no private investment in networks"),
    Pattern("14a", "Finance is the stated cause of closure of 85%", "finance among the causes that can be named", 0.69,
            0.94, SHARE, DERIVED, EMERGENT, KIOSKS + "; 95% interval of 85% of 32", take.finance_share,
            "a cause is the term of the hazard whose return to the median of its kind would help most, not what an "
            "operator says. The median initiative is short of money too, so what all lack is seldom what sets one "
            "apart, and the want of money that ages equipment is counted as technology"),
    Pattern("14b", "Finance is the most frequent cause of closure",
            "closures by finance over the most frequent other", 1.0,
            math.inf, RATIO, PUBLISHED, EMERGENT, KIOSKS, take.finance_leads, "as 14a"),
    Pattern("15", "Phased exits are followed by fewer closures than abrupt ones", "hazard of phased over abrupt exits",
            0.3, 0.8, RATIO, JUDGED, EMERGENT, "Wilhelm et al. 2019; Ozawa et al. 2016; Gavi 2018 (synthesis)",
            take.phased_against_abrupt,
            "a straight phase-down helps little, since equipment ages while the donor withdraws"),
)  # fmt: skip
