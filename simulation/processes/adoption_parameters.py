"""The parameters of adoption: the law of the nation's path, its noise, and how far levers pass through."""

from __future__ import annotations

from ..state.parameters import Parameters, parameter, uniform


class AdoptionParameters(Parameters, process="adoption"):
    """The parameters of adoption."""

    saturation: float = parameter(
        value=0.01,
        unit="per year",
        meaning="Pull of the log-odds back to zero (kappa): sets the tail",
        source="imposed; hardly shows in a hindcast, so an axis of scenarios",
        standing="judged",
        distribution=uniform(0.0, 0.02),
        minimum=0.0,
        maximum=0.1,
    )
    slowdown: float = parameter(
        value=0.5,
        unit="share",
        meaning="Share of the yearly step of adoption that is missing in Africa, LDC and SIDS since 2022",
        source=(
            "GSMA 2025: no rise of mobile internet there since 2021; ITU 2025: users in LDC +7.4% a year, "
            "about half of the fitted step; size and future judged"
        ),
        standing="judged",
        distribution=uniform(0.2, 0.8),
        minimum=0.0,
        maximum=1.0,
    )
    slowdown_half_life: float = parameter(
        value=7.0,
        unit="years",
        meaning="Time in which half of this slowdown fades",
        source="judgement: swept",
        standing="judged",
        distribution=uniform(3.0, 15.0),
        minimum=0.1,
        maximum=1000.0,
    )
    brake_of_use: float = parameter(
        value=0.3,
        unit="1",
        meaning="Saturation: what use takes off a rise of the log-odds (a)",
        source="held in the fit: left free it goes to 0.6 and costs the least developed countries skill at 7 years",
        standing="judged",
        distribution=uniform(0.2, 0.4),
        minimum=0.0,
        maximum=1.0,
    )
    brake_of_barriers: float = parameter(
        value=0.2,
        unit="1",
        meaning="What barriers take off a rise of the log-odds beyond saturation (phi)",
        source="judgement: the panels identify it no further than 0 to 0.4",
        standing="judged",
        distribution=uniform(0.0, 0.4),
        minimum=0.0,
        maximum=1.0,
    )
    pass_through: float = parameter(
        value=0.2,
        unit="1",
        meaning="Log-odds of use in a place per log odds of its addressable index beyond the path (gamma)",
        source="set on 13 reforms together; no hindcast can test it",
        standing="judged",
        distribution=uniform(0.1, 0.4),
        minimum=0.0,
        maximum=1.0,
    )
    pass_through_pace: float = parameter(
        value=0.6,
        unit="per year",
        meaning="Part of the way that use goes in a year towards what the index allows",
        source="judgement: two thirds of an effect come within a year and a half",
        standing="judged",
        distribution=uniform(0.3, 0.9),
        minimum=0.05,
        maximum=1.0,
    )
    fall_held_back: float = parameter(
        value=0.5,
        unit="share",
        meaning="Part of a fall of the index that does not pass through",
        source="judgement: who is online stays online where prices rise (Rwanda 2014-17)",
        standing="judged",
        distribution=uniform(0.25, 0.75),
        minimum=0.0,
        maximum=1.0,
    )
    place_odds: float = parameter(
        value=1.25,
        unit="log-odds ratio",
        meaning="Log odds of use in towns over the countryside where half of a nation is online",
        source="19 figures of persons by place (ITU editions, China, Brazil, India, Ethiopia) and 139 surveys of homes",
        standing="derived",
        distribution=uniform(1.05, 1.45),
        minimum=0.0,
        maximum=5.0,
    )
    place_odds_slope: float = parameter(
        value=0.30,
        unit="1",
        meaning="Fall of that log odds ratio per log odds of national use",
        source="139 surveys of homes: -0.31 (0.07) within countries, -0.33 across",
        standing="derived",
        distribution=uniform(0.2, 0.4),
        minimum=0.0,
        maximum=1.0,
    )
    place_odds_floor: float = parameter(
        value=0.6,
        unit="log-odds ratio",
        meaning="Lowest log odds ratio of towns over the countryside",
        source="ITU editions differ (0.3 to 0.9); judged",
        standing="judged",
        distribution=uniform(0.3, 0.9),
        minimum=0.0,
        maximum=3.0,
    )
    places_persistence: float = parameter(
        value=0.9,
        unit="share",
        meaning="What is left after a year of a country's own deviation from the law of town and countryside",
        source="judgement",
        standing="judged",
        minimum=0.0,
        maximum=1.0,
    )
    place_odds_spread: float = parameter(
        value=0.35,
        unit="log-odds ratio",
        meaning="Stationary standard deviation of a country's own deviation from that law",
        source="judgement: homes have 0.40 within countries and 0.67 between",
        standing="judged",
        minimum=0.0,
        maximum=2.0,
    )
    common_persistence: float = parameter(
        value=0.5,
        unit="1",
        meaning="Persistence of the world-wide deviation (g)",
        source="yearly world means around the fitted law",
        standing="derived",
        minimum=0.0,
        maximum=0.99,
    )
    common_noise: float = parameter(
        value=0.03,
        unit="log-odds",
        meaning="Standard deviation of the world-wide deviation (g)",
        source="yearly world means around the fitted law",
        standing="derived",
        minimum=0.0,
        maximum=1.0,
    )
    region_persistence: float = parameter(
        value=0.8,
        unit="1",
        meaning="Persistence of the deviation that a region's economies share (G)",
        source="yearly regional means around the fitted law",
        standing="derived",
        minimum=0.0,
        maximum=0.99,
    )
    region_noise: float = parameter(
        value=0.05,
        unit="log-odds",
        meaning="Standard deviation of the deviation that a region's economies share (G)",
        source="yearly regional means around the fitted law: 0.03 to 2018, 0.05 to 2023; six regions say no more",
        standing="derived",
        distribution=uniform(0.03, 0.06),
        minimum=0.0,
        maximum=1.0,
    )
    break_is_real: float = parameter(
        value=0.0,
        unit="share",
        meaning="Part of a break of the published series that is a change of true use",
        source="judgement: the panels can't tell",
        standing="judged",
        minimum=0.0,
        maximum=1.0,
    )
    income_feedback: float = parameter(
        value=0.04,
        unit="elasticity",
        meaning="Elasticity of GDP to internet use, counted in adoption only",
        source="Katz and Callorda 2018 (ITU): 10% more mobile broadband, 1.5% more GDP, an upper bound; at most half",
        standing="judged",
        distribution=uniform(0.0, 0.075),
        minimum=0.0,
        maximum=0.15,
    )
    revision_spread: float = parameter(
        value=0.03,
        unit="share of people",
        meaning=(
            "Standard deviation of a revision of observed use at 50% online; it shrinks towards 0 and 100%. "
            "Used where a scenario names an edition"
        ),
        source="ITU Facts and Figures 2024 and 2025: figures of groups differ by 1 to 6 points between the editions",
        standing="derived",
        minimum=0.0,
        maximum=0.2,
    )
    revision_years: float = parameter(
        value=5.0,
        unit="years",
        meaning="How far back from the last observation revisions reach",
        source=(
            "judgement: 0.5% of the values of 1990-2018 differ by more than a point between two copies of the "
            "series, of recent ones many more"
        ),
        standing="judged",
        minimum=1.0,
        maximum=20.0,
    )
