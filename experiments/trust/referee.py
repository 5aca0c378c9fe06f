"""What a referee found in the first edition, and what holds now: do barriers bind, do levers act, is the start today's.

Each row is a finding with the number of the first edition, the number now and what is wanted. All are pairs of worlds
on the same random numbers, with parameters at their central values. `python -m afteraid.experiments.pages.adoption`
prints the table and writes it into a page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from afteraid.simulation.basis.units import (
    CENTS_PER_DOLLAR,
    QUARTERS_PER_YEAR,
    BoolArray,
    FloatArray,
    bounded_logit,
    expit,
    logit,
)
from afteraid.simulation.beginning.begin import begin
from afteraid.simulation.data import known_groups, load_countries
from afteraid.simulation.engine import advance
from afteraid.simulation.ensemble import Progress, in_processes
from afteraid.simulation.processes import Process
from afteraid.simulation.processes.access import access, set_index
from afteraid.simulation.processes.barriers import barriers
from afteraid.simulation.results.faces.markdown import table_of
from afteraid.simulation.rules.barriers import MOST_INDEX
from afteraid.simulation.scenario.scenario import load_scenario
from afteraid.simulation.state.kinds import BARRIERS, KIND_NAMES
from afteraid.simulation.state.world import CHANNELS, GROUPS, World

from ..calibration.adoption_law import point_fit
from ..calibration.panel import Panel
from .ldc import run_on

START, SOON, LATER, END = 2025, 2028, 2035, 2050
SEED, REPLICATES = 2025, 10
SERIES_BROKEN = ("CHN", "PAK")  # whose figures of 2023 and 2024 are of other surveys
GROUPS_TODAY = {"world": 74, "Africa": 36, "LDC": 34, "LIC": 23, "LLDC": 38, "HIC": 94}  # ITU 2025, % of people
RATIOS_TODAY = {"world": 1.45, "Africa": 2.6, "LIC": 3.0, "HIC": 1.04}  # ITU 2025, use in towns over the countryside
UNSPENT, PUBLIC = ("lapsed", "returned"), ("donor", "government", "levy", "programmes")
THROUGH_BARRIERS = ("policy and regulation", "content and e-government", "digital trust")
PARTS = {  # of the cost of connecting, by kinds of initiative; the last two are all kinds
    "networks": np.isin(KIND_NAMES, ("access infrastructure", "emerging technology")),
    "centres": np.isin(KIND_NAMES, ("community access",)),
    "skills": np.isin(KIND_NAMES, ("skills",)),
    "serving": np.isin(KIND_NAMES, THROUGH_BARRIERS, invert=True),
    "through barriers": np.isin(KIND_NAMES, THROUGH_BARRIERS),
}
ALONE = ("networks", "centres", "skills")
ADDED_BY = ("connected", "left by closed", "network effects", "levers", "bound")  # channels of additional users
REACHED = 0.95  # share past a barrier above which easing it moves little
KEPT = ("use", "use_urban", "use_rural", "population", "urban_share", "addressable_urban", "addressable_rural",
        "bound_urban", "bound_rural")  # fmt: skip

Hook = Callable[[Process, World], None]
Year = Mapping[str, FloatArray]
Run = dict[int, Year]


@dataclass(frozen=True)
class Row:
    """One finding: what it is, the first edition's number, the number now, and what is wanted."""

    found: str
    first: str
    now: str
    wanted: str


def lift_index(rural_only: bool) -> Hook:
    """Raise the rescaled index by 0.1 from the start on, in the countryside or in both places."""

    def hook(process: Process, world: World) -> None:
        if process is access and world.new_year and world.year >= START:
            first = 1 if rural_only else 0
            now = world.now
            raised = np.minimum(expit(now.index_log_odds[:, first:]) + 0.1, MOST_INDEX)
            change = logit(np.maximum(raised, expit(now.index_log_odds[:, first:]))) - now.index_log_odds[:, first:]
            now.index_log_odds[:, first:] += change
            now.index_gap[:, first:] += change

    return hook


def ease(barrier: str) -> Hook:
    """Halve the price of data, or the gap of a barrier, from the start on."""

    def hook(process: Process, world: World) -> None:
        countries = world.countries
        if process is not access or not world.new_year or world.year < START:
            return
        if barrier == "data price":
            countries.price *= 0.5 if world.year == START else 1.0
        else:
            for place in ("urban", "rural"):
                share = getattr(countries, f"{barrier}_{place}")
                share += 0.5 * (1.0 - share)
        before = world.now.index_before.copy(), world.now.gap_before.copy()
        set_index(world)
        world.now.index_before[:], world.now.gap_before[:] = before  # of last year, not of the first call

    return hook


HOOKS: dict[str, Hook] = {
    "rural index": lift_index(rural_only=True),
    "index": lift_index(rural_only=False),
    **{f"ease {name}": ease(name) for name in ("data price", "coverage", "skills")},
}
# No initiatives: else one barrier eased changes which are founded, and their luck covers what the barrier does.
BARE: dict[str, object] = {"run.spinup": START, "strategy.funding": 0.0}
WORLDS: dict[str, dict[str, object]] = {
    "now": {},
    "frozen": {"barrier_pace": dict.fromkeys(BARRIERS, 0.0)},
    "frozen but coverage": {"barrier_pace": {name: 0.0 for name in BARRIERS if name != "coverage"}},
    "doubled": {"barrier_pace": dict.fromkeys(BARRIERS, 2.0)},
    "no programme": {"strategy.funding": 0.0},
}
SHORT: dict[str, dict[str, object]] = {
    "rural index": {}, "index": {}, "bare": BARE,
    **{f"ease {name}": BARE for name in ("data price", "coverage", "skills")},
}  # fmt: skip


def run_world(name: str, replicate: int, end: int) -> tuple[Run, FloatArray]:
    """Run one world to 1 January of a year; return the economies by year, and who passes each barrier at the start."""
    settings = {"run.end": end, "world.uncertain": False, "run.runs": 1}
    world = begin(load_scenario("baseline", settings | (WORLDS | SHORT)[name]), SEED, replicate)
    found: Run = {}
    passing = np.zeros((2, len(BARRIERS), world.countries.count))
    hook = HOOKS.get(name)
    while world.year < end:
        advance(world, hook)
        if world.year == START and world.quarter % QUARTERS_PER_YEAR == 1:
            passing = barriers(world)
        if world.new_year and world.year >= START:
            found[world.year] = {kept: getattr(world.countries, kept).copy() for kept in KEPT} | {
                **totals(world),
                "users": world.now.users.copy(),
                **{f"observed_{place}": world.memory.use_observed[:, row].copy() for row, place in enumerate(GROUPS)},
            }
    return found, passing


def totals(world: World) -> Year:
    """Return dollars of all and of public sources and people connected, and dollars and people by part, so far."""
    ledger, outflow = world.ledger, world.ledger.outflow
    unspent = sum(float(outflow[name].sum()) for name in UNSPENT) / CENTS_PER_DOLLAR
    everything = sum(ledger.received(name) for name in ledger.inflow if name != "programmes")
    public = sum(ledger.received(name) for name in PUBLIC)
    memory = world.memory
    totals = np.array([everything - unspent, public - unspent, float(memory.connected.sum())])
    money = by_part(memory.money / CENTS_PER_DOLLAR)
    return {"totals": totals, "money by part": money, "connected by part": by_part(memory.connected)}


def by_part(amounts: FloatArray) -> FloatArray:
    """Return the sums over the kinds of PARTS of amounts by kind, (K,)."""
    return np.array([amounts[chosen].sum() for chosen in PARTS.values()])


def members_of(group: str) -> BoolArray:
    """Return the economies of a group, (C,)."""
    return np.asarray(known_groups().members(group)) if group != "world" else np.ones(len(load_countries()), dtype=bool)


def weighted(year: Year, column: str, group: str) -> float:
    """Return a group's mean of a column in %, weighted by the people of the place that the column is of."""
    chosen, weight = members_of(group), year["population"]
    if column.endswith("_urban"):
        weight = weight * year["urban_share"]
    elif column.endswith("_rural"):
        weight = weight * (1.0 - year["urban_share"])
    return float(100.0 * (year[column] * weight)[chosen].sum() / weight[chosen].sum())


Pairs = list[tuple[Run, Run]]


def change(pairs: Pairs, year: int, column: str, group: str) -> float:
    """Return the mean difference of a group's column between pairs of worlds in a year, in points."""
    return float(np.mean([weighted(b[year], column, group) - weighted(a[year], column, group) for a, b in pairs]))


def ratio(runs: Sequence[Run], year: int, group: str) -> float:
    """Return use in towns over use in the countryside, of the mean over runs."""
    town, countryside = (
        np.mean([weighted(run[year], f"use_{place}", group) for run in runs]) for place in ("urban", "rural")
    )
    return float(town / countryside)


def referee(
    replicates: int = REPLICATES,
    end: int = END,
    panel: Panel | None = None,
    workers: int | None = 1,
    progress: Progress | None = None,
) -> list[Row]:
    """Run the worlds and return the table, row by row.

    Args:
        replicates: pairs of worlds for each row; even, since shared shocks come in antithetic pairs.
        end: last year; rows of later years are left out.
        panel: observed use and its covariates, for the row on a year that the fit has not seen; without it a dash.
        workers: processes to use.
        progress: called with worlds done and worlds in all.
    """
    names = [*WORLDS, *SHORT]
    reach = {name: end if name in WORLDS else min(SOON, end) for name in names}
    tasks = [(name, replicate, reach[name]) for name in names for replicate in range(replicates)]
    found = iter(in_processes(run_world, tasks, workers, progress))
    runs: dict[str, list[Run]] = {}
    passing = np.zeros(0)
    for name in names:
        both = [next(found) for _ in range(replicates)]
        runs[name] = [one for one, _ in both]
        passing = both[0][1] if name == "bare" else passing
    pairs = {
        name: list(zip(runs["bare" if name.startswith("ease") else "now"], runs[name], strict=True)) for name in names
    }
    return [
        *_frozen(pairs, end),
        *_levers(pairs, runs, passing),
        *_today(runs["now"], panel),
        *_above(runs["now"], end),
        *_costs(runs["now"], pairs["no programme"], end),
    ]


def _frozen(pairs: Mapping[str, Pairs], end: int) -> list[Row]:
    """Return the rows of barriers that stand still, or move twice as fast, from 2024 on."""
    wanted = {
        "frozen": "about -5 / -8 to -9; over gamma -3 to -11 / -7 to -12",
        "frozen but coverage": "about -5 / -3 to -4",
        "doubled": "stated",
    }
    first = {"frozen": "0.0 / -0.11", "frozen but coverage": "-", "doubled": "+0.16 in 2050"}
    said = {
        "frozen": "all barriers frozen from the start, LDC use (points)",
        "frozen but coverage": "all but coverage, so that no bound acts, LDC use (points)",
        "doubled": "all barriers at twice their pace, LDC use (points)",
    }
    years = [year for year in (LATER, END) if year <= end]
    rows = []
    for name, words in said.items():
        now = " / ".join(f"{change(pairs[name], year, 'use', 'LDC'):+.1f} in {year}" for year in years)
        rows.append(Row(words, first[name], now or "-", wanted[name]))
    if end >= LATER:
        town, countryside = (change(pairs["frozen"], LATER, f"use_{place}", "LDC") for place in ("urban", "rural"))
        said_now = f"{countryside:+.1f} against {town:+.1f}: {countryside / town:.1f} times"
        rows.append(
            Row("the same in 2035, countryside against town (points)", "-", said_now, "at least 1.5 times the town")
        )
    return rows


def _levers(pairs: Mapping[str, Pairs], runs: Mapping[str, list[Run]], passing: FloatArray) -> list[Row]:
    """Return the rows of a lever on the index, and of one barrier eased at a time."""
    if SOON not in runs["index"][0]:
        return []
    rural = pairs["rural index"]
    points = change(rural, SOON, "use_rural", "LDC")
    before, after = ratio(runs["now"], SOON, "LDC"), ratio(runs["rural index"], SOON, "LDC")
    log_odds = np.mean(
        [(bounded_logit(b[SOON]["use"]) - bounded_logit(a[SOON]["use"])) for a, b in pairs["index"]], axis=0
    )
    rows = [
        Row("index + 0.1 in the countryside, LDC countryside at 3 years", "-",
            f"{points:+.1f} points, ratio {before:.2f} to {after:.2f}",
            "+2.1 to +2.4 points, ratio down by 0.12 to 0.15"),
        Row("index + 0.1 in both places, LDC, at 3 years (log odds)", "-",
            f"{float(log_odds[members_of('LDC')].mean()):+.3f}", "+0.10 to +0.15"),
    ]  # fmt: skip
    for name, words in (("data price", "price of data halved"), ("coverage", "coverage gap halved"),
                        ("skills", "skills gap halved")):  # fmt: skip
        lifted, left, asked = moved_everywhere(pairs[f"ease {name}"], passing[:, BARRIERS.index(name)])
        rows.append(Row(f"{words}: places below their bound where fewer than 95% pass, with higher use", "no",
                        f"{lifted} of {asked}; {left} places left out", "all"))  # fmt: skip
    return rows


def moved_everywhere(pairs: Pairs, passing: FloatArray) -> tuple[int, int, int]:
    """Count the places in which easing a barrier raises use: raised, left out, asked.

    Args:
        pairs: worlds without and with the barrier eased.
        passing: share of people who pass the barrier at the start, (2, C).
    """
    without, with_it = pairs[0]
    lifted = left = asked = 0
    for group, place in enumerate(("urban", "rural")):
        use = without[SOON][f"use_{place}"]
        free = (use < without[SOON][f"bound_{place}"] - 1e-4) & (passing[group] < REACHED)
        free &= use > 0.0  # without initiatives a tiny place may have fewer users than they had on the reference path
        asked += int(free.sum())
        left += int((~free).sum())
        lifted += int((free & (with_it[SOON][f"use_{place}"] > use + 1e-9)).sum())
    return lifted, left, asked


def _today(runs: Sequence[Run], panel: Panel | None) -> list[Row]:
    """Return the rows of the base year: groups, ratios, and a year that the fit has not seen."""
    groups = {name: float(np.mean([weighted(run[START], "use", name) for run in runs])) for name in GROUPS_TODAY}
    ratios = {name: ratio(runs, START, name) for name in RATIOS_TODAY}
    rows = [
        Row("use at the start of 2025, by people (%)", "Africa +3.3, LIC +4.0 off",
            ", ".join(f"{name} {value:.1f}" for name, value in groups.items()),
            "within 2 of " + ", ".join(f"{name} {value}" for name, value in GROUPS_TODAY.items())),
        Row("use in towns over the countryside in 2025", "-",
            ", ".join(f"{name} {value:.2f}" for name, value in ratios.items()),
            "each within 10% of " + ", ".join(f"{name} {value}" for name, value in RATIOS_TODAY.items())),
    ]  # fmt: skip
    unseen = "-" if panel is None else f"{unseen_error(panel):.1f}"
    rows.append(Row("error in 2023 by people, years from 2022 not seen, slowdown off (points)", "5.0", unseen, "2.5"))
    return rows


def unseen_error(panel: Panel, last: int = 2021, target: int = 2023) -> float:
    """Return the error of the law in a year that its fit has not seen, in points, weighted by people.

    The economies whose series breaks are left out.
    """
    observed, law = point_fit(panel, last)
    forecast = run_on(law, observed, panel, last, target)
    economies = list(forecast.columns)
    ahead = forecast.loc[target].to_numpy(dtype=np.float64)
    came = panel.use.loc[target].reindex(economies).to_numpy(dtype=np.float64)
    people = panel.population.loc[last].reindex(economies).to_numpy(dtype=np.float64)
    known = np.isfinite(came) & np.isfinite(people) & ~np.isin(economies, SERIES_BROKEN)
    return float(100.0 * np.average(np.abs(ahead - came)[known], weights=people[known]))


def _above(runs: Sequence[Run], end: int) -> list[Row]:
    """Return the rows of use above the index and above coverage."""
    year = runs[0][min(LATER, end)]
    urban = members_of("LDC") & (year["use_urban"] > year["addressable_urban"])
    people = year["population"] * year["urban_share"]
    share = float(people[urban].sum() / people[members_of("LDC")].sum())
    over = 0
    for place in GROUPS:
        bound = np.maximum(year[f"bound_{place}"], year[f"observed_{place}"])
        over += int((year[f"use_{place}"] > bound + 1e-6).sum())
    return [
        Row("LDC urban people who live where use is above the index, 2035", "96%", f"{share:.0%}",
            "reported; the index is no bound"),
        Row("places with use above coverage and above the use observed", "-", str(over), "none"),
    ]  # fmt: skip


def _costs(runs: Sequence[Run], pairs: Pairs, end: int) -> list[Row]:
    """Return the rows of what it costs to connect people, and of a user more than without the programme."""
    last = min(LATER, end)

    def grown(name: str) -> FloatArray:
        return np.asarray(np.mean([run[last][name] - run[START][name] for run in runs], axis=0))

    def more(name: str) -> FloatArray:
        return np.asarray(np.mean([a[last][name] - b[last][name] for a, b in pairs], axis=0))

    spent = grown("totals")
    costs = dict(zip(PARTS, grown("money by part") / np.maximum(grown("connected by part"), 1.0), strict=True))
    alone = ", ".join(f"{name} {costs[name]:,.0f}" for name in ALONE)
    rows = [
        Row(f"cost of connecting, {START}-{last} (dollars of all sources for a person who was offline)", "1,303",
            f"{spent[0] / spent[2]:,.0f}", "140 to 1,040, no factor set for it"),
        Row("the same of what came to networks, centres and skills alone", "-", alone, "shown"),
    ]  # fmt: skip
    money = dict(zip(PARTS, more("money by part"), strict=True))
    users = np.mean([((a[last]["use"] - b[last]["use"]) * a[last]["population"]).sum() for a, b in pairs])
    came = dict(zip(CHANNELS, more("users"), strict=True))
    added = {name: float(came[name]) for name in ADDED_BY}
    shown = ", ".join(f"{name} {people / 1e6:+.1f}" for name, people in added.items())
    serving = money["serving"] / max(sum(added[name] for name in ADDED_BY[:3]), 1.0)
    policy = money["through barriers"] / added["levers"] if added["levers"] > 0.0 else float("nan")
    rows += [
        Row(f"cost of an additional user in {last} (public dollars; against a world without donors' money)",
            "2,884", f"{more('totals')[1] / users:,.0f}", "shown; 1,000 to 2,500 expected"),
        Row(f"additional users in {last} by channel (million)", "-", shown, "shown"),
        Row("dollars of all sources for one of them: kinds that serve people; policy, content and trust", "-",
            f"{serving:,.0f}; {policy:,.0f}", "shown"),
    ]  # fmt: skip
    return rows


def markdown(rows: Sequence[Row]) -> str:
    """Return the table as Markdown."""
    return table_of(("found", "first edition", "now", "wanted"), [(r.found, r.first, r.now, r.wanted) for r in rows])
