"""Facts of what happens to initiatives: success, early failure, survival after exit, and causes of closure."""

from __future__ import annotations

import math

from .. import measures as take
from .pattern import CALIBRATED, DERIVED, EMERGENT, INPUT, JUDGED, KIOSKS, PUBLISHED, RATIO, SHARE, WATER, Pattern

SURVIVAL: tuple[Pattern, ...] = (
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
        no_test="Failure in the funded years is fitted to ratings of the same evaluations",
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
        no_test="Survival after exit is calibrated to the same studies",
    ),
    Pattern(
        number="5d",
        fact="Success at completion is far above survival after exit",
        measured="difference of 5a and 5c",
        low=0.30,
        high=0.77,
        unit=SHARE,
        standing=DERIVED,
        basis=CALIBRATED,
        source="IEG 2016, 2021; " + KIOSKS,
        measure=take.success_over_survival,
        if_failed="Survival after exit is calibrated, and so is failure before it",
        no_test="It is the difference of two facts that are calibrated, 5a and 5c",
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
        mechanism="a running cost close to zero, and users who repair",
        absent="digital sites cost 10 to 15% of their capital a year, and survival is calibrated to them",
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
            "As 6a. Digital initiatives close by 25-60% in three years after exit by their own evidence, so 25% by the "
            "fourth year contradicts it and is not chased. The source counts what works on a day, repaired points too"
        ),
        mechanism="a running cost close to zero, and users who repair",
        absent="as 6a; revival is judged at 3% a year",
    ),
    Pattern(
        number="6c",
        fact="Failure comes early: the hazard is higher in the first year than in the next three",
        measured="hazard in year 1 over years 2-4 after exit",
        low=1.2,
        high=4.05,
        unit=RATIO,
        standing=DERIVED,
        basis=EMERGENT,
        source=(
            "Banks and Furey 2016; Weibull shape of 0.4-0.8. Widened from 1.48: the levels after 1, 3 and 5 years"
            " that survival is calibrated to imply 1.3"
        ),
        measure=take.front_loading,
        if_failed="The Weibull shape of 0.8-1 and frailty make the hazard fall too slowly",
        mechanism="more closures in the first months after exit, as tills run out",
        absent="survival after one year is calibrated to studies of digital initiatives",
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
        mechanism="private owners who never had a funded year",
        absent="all initiatives of the model were funded for some years, which built skills and motivation",
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
        mechanism="a host with revenue of its own that pays for the centre",
        absent="hosts have no accounts of their own in the model",
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
        mechanism="as 7b",
        absent="as 7b. Another figure of the source sets the effect of support (`closure.linkages`)",
    ),
    Pattern(
        number="8a",
        fact="After an abrupt exit half of the sites drop peripheral services within nine months",
        measured="sites still open that meet less than 80% of running cost nine months after an abrupt exit",
        low=0.40,
        high=0.60,
        unit=SHARE,
        standing=JUDGED,
        basis=EMERGENT,
        source="Wilhelm et al. 2019 (51.6%)",
        measure=take.outreach_dropped,
        if_failed="Tills pay core cost first; how much of the rest they can pay depends on fees and lines",
        mechanism="fees or lines of another size",
        absent="fees are held to what telecentres collect, and the room of treasuries is judged",
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
        if_failed="Skills that are not kept up and equipment that wears out lower service within the year",
        mechanism="skills and equipment that outlast the project's money for some months",
        absent="turnover of staff and the life of equipment are published",
    ),
    Pattern(
        number="8c",
        fact="A planned hand-over of four years keeps core outcomes stable",
        measured=(
            "service a year after a hand-over to government over service when the withdrawal began, of those that"
            " reached the exit; closed after it is zero"
        ),
        low=0.80,
        high=1.10,
        unit=RATIO,
        standing=DERIVED,
        basis=EMERGENT,
        source=(
            "Ozawa et al. 2016; Bennett et al. 2015. Both follow services that reached the hand-over, and so does"
            " the measure"
        ),
        measure=take.core_after_handover,
        if_failed=(
            "Treasuries carry only part of the running cost. The programmes in the sources were run by states "
            "with their own money"
        ),
        mechanism="treasuries that take over in full, by a budget line of their own",
        absent="the room of treasuries is bounded, and Gavi's 16 of 20 on schedule set the share that they carry",
    ),
)

CLOSURE: tuple[Pattern, ...] = (
    Pattern(
        number="14a",
        fact="Finance is the stated cause of closure of 85%",
        measured="finance among the causes that can be named",
        low=0.69,
        high=0.94,
        unit=SHARE,
        standing=DERIVED,
        basis=INPUT,
        source=KIOSKS + "; 95% interval of 85% of 32",
        measure=take.finance_share,
        if_failed="Causes that are no lack of money close more initiatives than operators state",
        no_test="The rule of closure is built on this: initiatives close when money runs out",
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
        if_failed="Lack of money closes fewer initiatives than another cause",
        mechanism="operators that tolerate fewer arrears",
        absent="the tolerance is calibrated to survival after exit",
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
        mechanism="skills, people and payers that a gradual exit brings",
        absent="only what is paid for counts: a phase-down without a successor brings none of them",
    ),
)
