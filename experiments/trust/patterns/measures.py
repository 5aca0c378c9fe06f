"""One small function a pattern: what one run shows of a stylised fact. Missing where the run has nothing to measure.

Shares run from 0 to 1, time is years, initiatives count once each. What is counted, and why, stands in each function.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from afteraid.simulation.basis.units import BoolArray, FloatArray
from afteraid.simulation.measures.metrics import WORLD_USE_2005_TO_2025
from afteraid.simulation.state.world import BY_MONEY

from .statistics import FEWEST, MISSING, hazard, hazard_ratio, herding, ratio, still_serving, within_share
from .statistics import yearly_spread as spread
from .worlds import Gathered

Measure = Callable[[Gathered], float]

PHASED = ("linear_phase_down", "government_handover", "community_enterprise", "commercialisation")
LOCAL = ("community_enterprise", "government_handover")
OUTREACH_KEPT = 0.8  # running cost met under which half or more of the periphery is dropped: core is about 0.6
NOT_STATED = ("chance",)  # no operator gives what can't be seen as the reason
SATISFACTORY = 0.5  # service, of full service, that counts as success at completion
MEAGRE = 0.15  # share of running cost met locally, below which an initiative counts as unsupported
SOME_PARTICIPATION = 0.3
LDC_PAST = {2012: 0.06, 2017: 0.175, 2025: 0.34}
HERDING_YEARS = 3  # over which payments are summed, as in the preferred index of Frot and Santiso (2009)
LONGEST_CYCLE = 12  # years from founding by which full funding is over, waits and all


def mean_use(run: Gathered, area: str, year: int, name: str = "use") -> float:
    """Return the share of an area's people who use the internet (of its town or country people for those columns)."""
    use, people, urban = (run.at(year, column) for column in (name, "population", "urban_share"))
    if use is None or people is None or urban is None:
        return MISSING
    weight = people * {"use_urban": urban, "use_rural": 1.0 - urban}.get(name, np.ones_like(urban)) * run.areas[area]
    return ratio(float(use @ weight), float(weight.sum()))


def world_past(run: Gathered) -> float:
    """Return the root mean square error of world use, 2005 to 2025, against the ITU's series."""
    years = range(2005, 2005 + len(WORLD_USE_2005_TO_2025))
    misses = np.array([mean_use(run, "world", year) for year in years]) - np.array(WORLD_USE_2005_TO_2025)
    return float(np.sqrt((misses**2).mean()))


def ldc_past(run: Gathered) -> float:
    """Return the root mean square error of use in the least developed countries against the ITU's three figures."""
    misses = np.array([mean_use(run, "LDC", year) - share for year, share in LDC_PAST.items()])
    return float(np.sqrt((misses**2).mean()))


def use_in(area: str, year: int) -> Measure:
    """Make the measure of use in an area and year."""
    return lambda run: mean_use(run, area, year)


def ldc_user_growth(run: Gathered) -> float:
    """Return the growth of the number of users in the least developed countries from 2024 to 2025."""
    users = []
    for year in (2024, 2025):
        people = run.at(year, "population")
        users.append(MISSING if people is None else mean_use(run, "LDC", year) * float(people @ run.areas["LDC"]))
    return ratio(users[1], users[0]) - 1.0


def urban_over_rural(area: str) -> Measure:
    """Make the measure of urban over rural use in an area at the start year."""
    return lambda run: _urban_over_rural(run, area, run.start)


def _urban_over_rural(run: Gathered, area: str, year: int) -> float:
    return ratio(mean_use(run, area, year, "use_urban"), mean_use(run, area, year, "use_rural"))


def ratio_narrows(run: Gathered) -> float:
    """Return by how much the world's urban-rural ratio fell from 2021 to 2025."""
    return _urban_over_rural(run, "world", 2021) - _urban_over_rural(run, "world", 2025)


def usage_over_coverage(area: str) -> Measure:
    """Make the measure of people covered and not online over people not covered, at the start year."""

    def measure(run: Gathered) -> float:
        covered = mean_use(run, area, run.start, "covered")
        return ratio(covered - mean_use(run, area, run.start), 1.0 - covered)

    return measure


def success_at_completion(run: Gathered) -> float:
    """Return the share of those founded since the start that full funding carried to its end, at half service or more.

    Only those founded 12 years before the end or earlier, so that full funding is over for all; closed earlier is none.
    """
    table = _completed(run)
    return _share(table["service_completion"].fillna(0.0) >= SATISFACTORY)


def _completed(run: Gathered) -> pd.DataFrame:
    """Return the initiatives founded since the start for which the funded years are over by the end."""
    table = run.initiatives
    last = float(run.years[-1]) - LONGEST_CYCLE if run.years.size else -np.inf
    return table[(table["founded"] >= run.start) & (table["founded"] <= last)]


def _share(hits: pd.Series) -> float:
    """Return the share that is true; missing for fewer than 20."""
    return float(hits.mean()) if hits.size >= FEWEST else MISSING


def _exits(run: Gathered) -> pd.DataFrame:
    """Return the initiatives that a donor left since the start."""
    return run.initiatives[run.initiatives["ended"] >= run.start]


def _life(table: pd.DataFrame) -> tuple[FloatArray, BoolArray]:
    """Return years watched after the exit, and whether it closed."""
    return table["watched"].to_numpy(dtype=np.float64), table["event"].to_numpy(dtype=bool)


def abrupt_survival(run: Gathered) -> float:
    """Return the share still serving five years after an abrupt exit."""
    table = _exits(run)
    return still_serving(*_life(table[table["exit"] == "abrupt"]), 5.0)


def success_over_survival(run: Gathered) -> float:
    """Return by how much success at completion exceeds survival five years after an abrupt exit."""
    return success_at_completion(run) - abrupt_survival(run)


def _water_points(run: Gathered) -> pd.DataFrame:
    """Return exits of rural access infrastructure that local people take part in: the nearest to a water point."""
    table = _exits(run)
    simple = (table["kind"] == "access infrastructure") & (table["group"] == "rural")
    return table[simple & (table["participation"] >= SOME_PARTICIPATION)]


def water_point_closed(years: float) -> Measure:
    """Make the measure of simple rural infrastructure that is closed so many years after its donor left."""
    return lambda run: 1.0 - still_serving(*_life(_water_points(run)), years)


def front_loading(run: Gathered) -> float:
    """Return the hazard in the first year after exit over that in the second to fourth, all exits."""
    life = _life(_exits(run))
    return ratio(hazard(*life, 0.0, 1.0), hazard(*life, 1.0, 4.0))


def _kiosks(run: Gathered) -> pd.DataFrame:
    """Return abrupt exits of community access with little participation and local money, low to lower-middle income.

    The nearest to a private kiosk: nobody else stands behind it, and fees don't carry it.
    """
    table = _exits(run)
    kiosk = (table["kind"] == "community access") & (table["exit"] == "abrupt") & (table["income_group"] <= 1)
    return table[kiosk & (table["participation"] < SOME_PARTICIPATION) & (table["local_share"] < MEAGRE)]


def _institutions(run: Gathered) -> pd.DataFrame:
    """Return community access handed over to a community or a government, in the countries that have such kiosks."""
    table = _exits(run)
    chosen = (table["kind"] == "community access") & table["exit"].isin(LOCAL)
    chosen &= table["participation"] >= SOME_PARTICIPATION
    return table[chosen & table["country"].isin(_kiosks(run)["country"])]


def kiosks_closed(run: Gathered) -> float:
    """Return the share of kiosks closed three and a half years after the exit."""
    return 1.0 - still_serving(*_life(_kiosks(run)), 3.5)


def institutions_alive(run: Gathered) -> float:
    """Return the share of locally institutionalised ones still serving two years after the exit."""
    return still_serving(*_life(_institutions(run)), 2.0)


def institutions_against_kiosks(run: Gathered) -> float:
    """Return the hazard of locally institutionalised ones over that of kiosks, like with like by year since exit."""
    return hazard_ratio(_life(_institutions(run)), _life(_kiosks(run)))


def core_after_abrupt(run: Gathered) -> float:
    """Return service nine months after an abrupt exit over service at the exit, of those still open then."""
    table = _exits(run)
    table = table[(table["exit"] == "abrupt") & table["service_9_months"].notna()]
    if len(table) < FEWEST:
        return MISSING
    return ratio(float(table["service_9_months"].sum()), float(table["service_exit"].sum()))


def core_after_handover(run: Gathered) -> float:
    """Return service a year after a hand-over to government over service when the withdrawal began.

    Of those founded since the start that reached the exit a year before the end or earlier; closed after it is none.
    """
    table = _exits(run)
    last = float(run.years[-1]) - 1.0 if run.years.size else -np.inf
    table = table[(table["exit"] == "government_handover") & (table["founded"] >= run.start) & (table["ended"] <= last)]
    table = table[table["service_completion"].notna()]
    if len(table) < FEWEST:
        return MISSING
    return ratio(float(table["service_1_year"].fillna(0.0).sum()), float(table["service_completion"].sum()))


def herding_of(kind: str, money: str) -> Measure:
    """Make the measure of herding since the start, over sums of three years.

    Args:
        kind: bilateral or multilateral donors.
        money: allocations or payments.
    """

    def measure(run: Gathered) -> float:
        dollars = getattr(run, money)[run.payment_years >= run.start][:, getattr(run, kind), :]
        windows = dollars.shape[0] // HERDING_YEARS
        sums = dollars[: windows * HERDING_YEARS].reshape(windows, HERDING_YEARS, *dollars.shape[1:]).sum(axis=1)
        return herding(sums)

    return measure


def aid_spread(run: Gathered) -> float:
    """Return how much a recipient's aid moves from year to year since the start: SD of the change of ln aid."""
    return spread(run.payments[run.payment_years >= run.start].sum(axis=1))


def agencies_growth(run: Gathered) -> float:
    """Return how many times more agencies pay to a recipient in the last year than twenty years before."""
    last = run.payment_years[-1] if run.payment_years.size else 0
    if last - 20 < run.start - 1 or last - 20 not in run.payment_years:  # nobody paid when the spin-up began
        return MISSING
    now, before = (
        float((run.payments[rows] > 0.0).sum() * run.agencies[rows].sum())
        for rows in (run.payment_years == last, run.payment_years == last - 20)
    )
    return ratio(now, before)


def size_change(run: Gathered) -> float:
    """Return the mean size of initiatives founded in the last five years over those twenty years earlier."""
    last = float(run.years[-1]) if run.years.size else 0.0
    if last - 25.0 < run.start:
        return MISSING
    founded, dollars = run.initiatives["founded"], run.initiatives["dollars"]
    now, before = (dollars[(founded >= year - 5.0) & (founded < year)] for year in (last, last - 20.0))
    return ratio(float(now.mean()), float(before.mean())) if min(now.size, before.size) >= FEWEST else MISSING


def within_countries_completion(run: Gathered) -> float:
    """Return the share of the variance of success at completion that lies within countries; see 5a for success."""
    table = _completed(run)
    passed = table["service_completion"].fillna(0.0) >= SATISFACTORY
    return within_share(np.asarray(passed, dtype=np.float64), table["country"].to_numpy(dtype=np.int64))


def within_countries_survival(run: Gathered) -> float:
    """Return the share of the variance of serving or not five years after exit that lies within countries."""
    table = _exits(run)
    table = table[table["ended"] <= (float(run.years[-1]) if run.years.size else 0.0) - 5.0]
    serving = ~table["event"] | (table["watched"] > 5.0)
    return within_share(np.asarray(serving, dtype=np.float64), table["country"].to_numpy(dtype=np.int64))


def digital_share(run: Gathered) -> float:
    """Return the share of donors' aid that is for digital development."""
    return run.digital_share


def aid_effect(area: str, name: str) -> Measure:
    """Make the measure of use with aid less use without aid since the start, in percentage points, ten years on."""

    def measure(run: Gathered) -> float:
        people, urban = run.at(run.without_year, "population"), run.at(run.without_year, "urban_share")
        if people is None or urban is None or name not in run.without:
            return MISSING
        weight = people * run.areas[area] * (1.0 - urban if name == "use_rural" else 1.0)
        without = ratio(float(run.without[name] @ weight), float(weight.sum()))
        return 100.0 * (mean_use(run, area, run.without_year, name) - without)

    return measure


def rural_over_world(run: Gathered) -> float:
    """Return how many times more aid moves rural use in the least developed countries than use in the world."""
    return ratio(aid_effect("LDC", "use_rural")(run), aid_effect("world", "use")(run))


def _closures(run: Gathered) -> pd.Series:
    """Count the causes that closures after exit have had since the start."""
    table = run.initiatives[run.initiatives["event"] & (run.initiatives["closed"] >= run.start)]
    return table["cause"].value_counts()


def outreach_dropped(run: Gathered) -> float:
    """Return the share of initiatives that drop half of their periphery or more nine months after an abrupt exit."""
    table = _exits(run)
    met = table.loc[table["exit"] == "abrupt", "met_9_months"].dropna()
    return float((met < OUTREACH_KEPT).mean()) if len(met) >= FEWEST else MISSING


def finance_share(run: Gathered) -> float:
    """Return the share of finance among the causes of closure that an operator could name."""
    counts = _closures(run).drop(list(NOT_STATED), errors="ignore")
    total = float(counts.sum())
    return float(counts.reindex(BY_MONEY).fillna(0.0).sum()) / total if total >= FEWEST else MISSING


def finance_leads(run: Gathered) -> float:
    """Return closures by finance over those by the most frequent other cause that an operator could name."""
    counts = _closures(run).drop(list(NOT_STATED), errors="ignore")
    if counts.sum() < FEWEST:
        return MISSING
    others = counts.drop(list(BY_MONEY), errors="ignore")
    finance = float(counts.reindex(BY_MONEY).fillna(0.0).sum())
    return ratio(finance, float(others.max())) if len(others) else float("inf")


def phased_against_abrupt(run: Gathered) -> float:
    """Return the hazard after phased exits over that after abrupt ones, like with like by year since the exit.

    Phased: a planned withdrawal of several years, to nobody, a government, a community or a firm. Exits that wait for
    readiness are left out: they choose whom they leave.
    """
    table = _exits(run)
    phased, abrupt = table[table["exit"].isin(PHASED)], table[table["exit"] == "abrupt"]
    return hazard_ratio(_life(phased), _life(abrupt))
