"""Facts of donors and their money: herding, volatility, numbers and sizes, and what aid changes."""

from __future__ import annotations

import math

from .. import measures as take
from .pattern import (
    CALIBRATED,
    DERIVED,
    DIGITAL,
    DONORS,
    EMERGENT,
    HERD,
    INPUT,
    JUDGED,
    POINTS,
    PUBLISHED,
    RATIO,
    SHARE,
    Pattern,
)

RATINGS = (
    "World Bank, ratings of 5,153 investment projects approved since 1995, moderately satisfactory or better: "
    "0.961 (95% interval 0.941 to 0.979 over resampled countries). On six points 0.930 (0.895 to 0.960)"
)

AID: tuple[Pattern, ...] = (
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
        if_failed=(
            "Donors have too little in common in their yearly changes. The flows that they are fitted to have 0.54 by "
            "this measure"
        ),
        no_test="Donors are fitted to flows in which this is seen",
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
        no_test="Multilaterals have no herding in the table of donors",
    ),
    Pattern(
        number="9c",
        fact="Herding also appears in payments: 54% move together in the flows of 2009-2022",
        measured="share moving together in what donors pay, over sums of three years, corrected for chance",
        low=0.52,
        high=0.56,
        unit=SHARE,
        standing=DERIVED,
        basis=CALIBRATED,
        source=(
            "OECD aid by donor and recipient 2009-2022, by the same measure (0.52 by single years, 0.57 over five). "
            "Small pairs have 0.53, and technical cooperation alone 0.52"
        ),
        measure=take.herding_of("bilateral", "payments"),
        if_failed=(
            "Digital aid is paid through few whole initiatives, whose dates hide the common part of "
            "allocations. The source covers aid of all sectors. What donors have in common by the fit, put in full "
            "into allocations, gives 0.51 here and 0.66 in 9a"
        ),
        no_test="The common part of donors' changes is fitted to the same flows (`allocation.common_noise`)",
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
        fact="The yearly change of the aid of one sector to a recipient has a standard deviation of 0.39-0.58",
        measured="standard deviation of the change of ln aid, median recipient",
        low=0.387,
        high=0.577,
        unit="log",
        standing=DERIVED,
        basis=CALIBRATED,
        source=(
            "Project lists of 10 recipients (AidData), 108 sectors with 3-60 million dollars a year, as much as "
            "digital aid: median 0.445 (95% interval over resampled recipients). Aid of all sectors together moves "
            "less: 0.30 by the OECD's flows 2009-2022, 0.25-0.30 by Kharas 2008"
        ),
        measure=take.aid_spread,
        if_failed="Single initiatives weigh too much or too little in what a recipient gets in a year",
        no_test="Sizes of initiatives are fitted to the same project lists",
    ),
    Pattern(
        number="11a",
        fact="Donors more than double in twenty years: 63 to 118 donors, 227 to 622 agencies",
        measured="agencies that pay to a recipient in the last year over twenty years before",
        low=1.9,
        high=2.7,
        unit=RATIO,
        standing=PUBLISHED,
        basis=INPUT,
        source=DONORS,
        measure=take.agencies_growth,
        if_failed=(
            "Agencies are judged to grow no faster than aid after 2023. The list of 94 donors stands for all, "
            "so new donors count as agencies"
        ),
        no_test="Its source sets the growth of agencies up to 2023",
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
        if_failed=(
            "The source counts 2000-2019, and this counts 2025-2050. Initiatives follow what an agency has to give: "
            "2.3% less a year up to 2023, when agencies grew by 5.3% and aid by 3%. After 2023 agencies are judged to "
            "grow no faster than aid. At the past pace the ratio is 0.62 (`allocation.agency_growth_future` 0.053). "
            "The cuts of 2025-26 make the first years' initiatives smaller, too"
        ),
        mechanism="agencies that go on to multiply faster than aid grows",
        absent="how fast agencies multiply after 2023 is judged, and the past pace alone does not halve sizes either",
    ),
    Pattern(
        number="12a",
        fact="94-98% of the variance of outcomes lies within countries",
        measured="of reaching the end of full funding at half service or more",
        low=0.941,
        high=0.979,
        unit=SHARE,
        standing=DERIVED,
        basis=CALIBRATED,
        source=RATINGS,
        measure=take.within_countries_completion,
        if_failed="Failure in the funded years differs more between countries, or less, than ratings do",
        no_test="Failure in the funded years is fitted to the same ratings, by country",
    ),
    Pattern(
        number="12b",
        fact="94-98% of the variance of outcomes lies within countries",
        measured="of serving or not five years after exit",
        low=0.941,
        high=0.979,
        unit=SHARE,
        standing=DERIVED,
        basis=EMERGENT,
        source=RATINGS,
        measure=take.within_countries_survival,
        if_failed=(
            "Users' fees carry more of running cost where incomes are higher. So survival after exit differs by income "
            "more than ratings at completion do. Within income groups the share is 0.98"
        ),
        mechanism="fees that differ less with income, or more between the initiatives of a country",
        absent="fees follow the market's price and are held to studies in middle income; no source tells their spread",
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
        no_test="It is the table of donors",
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
        mechanism="more people reached for each dollar",
        absent="costs for each person are published and not set by this fact",
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
        mechanism="more initiatives in the countryside of these countries",
        absent="the weights of donors are fitted to flows, and half of initiatives serve the countryside",
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
        if_failed=(
            "These countries get two fifths of the money and two fifths of the users added. But the same money covers "
            "3.5 times more people in towns, and in their countryside phones, electricity and skills stop many of "
            "those who are reached. So a twelfth of the users added live there, as does a tenth of the world"
        ),
        mechanism="donors that go to the countryside of these countries first and remove several barriers at once",
        absent="donors' weights are fitted to flows, which do not go there first, and an initiative is of one kind",
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
)
