"""One run for the workshop, in a worker: from the state at the start year to the numbers that the page shows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from afteraid.experiments.study.outcomes import Outcome, Reading
from afteraid.simulation.basis.cache import keep, read_kept
from afteraid.simulation.basis.late import pd
from afteraid.simulation.basis.units import BoolArray
from afteraid.simulation.data import load_countries
from afteraid.simulation.engine import advance_to
from afteraid.simulation.measures.groups import WORLD
from afteraid.simulation.measures.headlines import HEADLINES, capital_by_year, headlines
from afteraid.simulation.measures.metrics import divide, members_shown
from afteraid.simulation.measures.survival import shares_serving, survival
from afteraid.simulation.past import Pasts, key_of_past
from afteraid.simulation.recording.flows import books_of
from afteraid.simulation.recording.needed import records_for
from afteraid.simulation.recording.recording import compile_record
from afteraid.simulation.scenario.scenario import Scenario
from afteraid.simulation.twin import run_twin

from .outcomes import ONLINE, SERVING, STRANDED, YEARS_AFTER_EXIT, Outcomes, read_outcomes
from .scenes import read_scenes

FORM = 3  # of what is kept; raise it where Outcomes change
MOST_STATES = 32  # of some 8 MB, in one worker
READ = ("countries", "activity", "accounts", "initiatives", "exits")  # tables; a run records no others
DECIDES = {"run", "world", "strategy"}  # parts of a scenario on which runs depend; words do not
CLOCKS = ("all", "all_from_founding")
PASTS = Pasts(on_disk=True, most=MOST_STATES)  # of this worker: a member's state is loaded once


def outcomes(plan: Scenario, member: int, more: Sequence[Outcome] = ()) -> Outcomes:
    """Run one member of an ensemble and return its outcomes.

    Args:
        plan: what is run.
        member: of the ensemble, from 0.
        more: what else is read off the run, each one number of the world or of one group.
    """
    world = PASTS.at_start(plan, plan.run.seed, member)
    twin = run_twin(world, plan).assign(run=0)
    world.recorded = records_for(READ)
    first = books_of(world)
    tables = compile_record(advance_to(world, plan.run.end)).tables
    found, reading = _read(tables, twin, plan), Reading({**tables, "twin": twin}, plan)
    for outcome in more:
        found.scalars[outcome.name] = reading.numbers(outcome, outcome.groups[0] if outcome.groups else WORLD)[0][1]
    return Outcomes(found.scalars, found.series | read_scenes(tables, first, books_of(world), plan))


def kept_outcomes(plan: Scenario, member: int, more: Sequence[Outcome] = ()) -> Outcomes:
    """Do the same, and keep the outcomes in the user's cache: a workshop's base is run once."""
    past = key_of_past(plan, plan.run.seed, member)
    made_of: list[object] = [FORM, past, plan.model_dump(mode="json", include=DECIDES)]
    made_of += [outcome.model_dump(mode="json") for outcome in more]
    key = hashlib.sha256(json.dumps(made_of, sort_keys=True).encode()).hexdigest()[:40]
    content = read_kept(key)
    if content is not None:
        return read_outcomes(content)
    found = outcomes(plan, member, more)
    keep(key, (found.written(),))
    return found


def _read(tables: dict[str, pd.DataFrame], twin: pd.DataFrame, plan: Scenario) -> Outcomes:
    """Read the outcomes off the tables of a run."""
    dated = {name: tables[name].assign(run=0) for name in ("countries", "activity", "accounts")}
    counts = survival(tables["initiatives"], plan.run.start, plan.run.end, CLOCKS).assign(run=0)
    found = headlines(counts, dated["activity"], dated["countries"], dated["accounts"], twin).iloc[0]
    measured = divide(tables["countries"], load_countries(), plan.run.focus, _members(plan.run.focus))
    ours = measured.loc[measured["group"].astype(str) == plan.run.focus]
    by_year = {name: ours.loc[ours["measure"] == name, "value"].to_numpy(float) for name in ("use", "gap")}
    ends = {name: float(values[-1]) for name, values in by_year.items()}
    last = min(YEARS_AFTER_EXIT, plan.run.end - plan.run.start)
    curve = shares_serving(counts, tuple(float(year) for year in range(1, last + 1)))["survival"].to_numpy(float)
    serving = np.full(last + 1, np.nan)
    serving[0], serving[1 : curve.size + 1] = 1.0, curve
    series = {SERVING: serving, ONLINE: by_year["use"], STRANDED: _stranded(dated["activity"])}
    return Outcomes({name: ends[name] if name in ends else float(found[name]) for name in HEADLINES}, series)


def _stranded(activity: pd.DataFrame) -> np.ndarray:
    """Return the capital stranded in each year over the capital in place on its 1 January, (years - 1,)."""
    wide = capital_by_year(activity)
    stranded, capital = (wide[name].to_numpy(float) for name in ("stranded_usd", "capital_usd"))
    shares: np.ndarray = np.divide(stranded, capital, out=np.full(capital.size, np.nan), where=capital > 0.0)
    return shares


@lru_cache(maxsize=16)
def _members(focus: str) -> dict[str, BoolArray]:
    """Return the members of the groups that the page shows, and of those with which they are compared."""
    known = members_shown(load_countries(), focus)
    return {name: known[name] for name in dict.fromkeys(("world", "HIC", focus)) if name in known}
