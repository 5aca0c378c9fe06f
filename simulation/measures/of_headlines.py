"""Records of the headlines that are one number of a run, with the smallest difference of each that matters.

The four headlines: what serves years later; use that public money adds; capital that is stranded; who is online.
Use and its gap to high income, of the fourth, are recorded by year in `of_people.py`.
"""

from __future__ import annotations

from .measure import A_TWENTIETH, DOLLARS, TWO_POINTS, Matters, Measure

THREE_PERCENT = Matters(size=0.03, relative=True, reason="measured: 20 pairs of runs can tell a difference of 3%")
DISCOUNT_RATE = 0.03  # a year, of user-years and dollars alike: Gates Reference Case (2014), WHO-CHOICE (2003)
LEAST_PUBLIC_SHARE = 0.01  # of the run's public money; with less than that more, there is no ratio (judged)

HEADLINE_RECORDS: tuple[Measure, ...] = (
    *(
        Measure(
            name=f"people_serving_{years}_years_after_{clock}",
            words=f"initiatives serving {years} years after {clock}, weighted by people",
            unit="share of people served",
            table="run",
            kind="whole run",
            better="more",
            over_years="none",
            over_countries="ratio",
            matters=TWO_POINTS,
        )
        for clock, years in (("exit", 5), ("founding", 10))
    ),
    Measure(
        name="additional_user_years_per_1000_usd",
        words="additional user-years per 1,000 dollars of public money",
        unit="user-years per 1,000 US dollars",
        table="run",
        kind="whole run",
        better="more",
        grains=("world", "group"),
        over_years="none",
        over_countries="ratio",
        matters=THREE_PERCENT,
    ),
    Measure(
        name="additional_user_years",
        words="additional user-years, discounted",
        unit="user-years",
        table="run",
        kind="whole run",
        better="more",
        grains=("world", "group"),
        over_years="none",
        over_countries="sum",
        matters=THREE_PERCENT,
    ),
    Measure(
        name="additional_public_usd",
        words="additional public money, discounted",
        unit=DOLLARS,
        table="run",
        kind="whole run",
        better="neither",
        grains=("world", "group"),
        over_years="none",
        over_countries="sum",
        matters=THREE_PERCENT,
    ),
    Measure(
        name="closure_by_cooperation",
        words="gap closed by donors' money, share of the gap closed",
        unit="share of the gap closed",
        table="run",
        kind="whole run",
        better="more",
        grains=("group",),
        over_years="none",
        over_countries="ratio",
        matters=TWO_POINTS,
    ),
    Measure(
        name="stranded_share",
        words="capital stranded in a year, over capital in place",
        unit="share of capital",
        table="run",
        kind="whole run",
        better="less",
        over_years="none",
        over_countries="ratio",
        matters=A_TWENTIETH,
    ),
)
