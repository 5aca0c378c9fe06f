"""The model as Mesa sees it: its countries, donors and initiatives as agents, stepped by the engine."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

import mesa
import numpy as np

from . import mesa_versions
from .agents import Country, Donor, Initiative
from .basis import arguments
from .basis.errors import InputError, shown
from .basis.units import QUARTERS_PER_YEAR
from .engine import advance, first_quarter, go_on
from .recording.recording import RunRecord, compile_record, record_year
from .scenario.given import ScenarioGiven, scenario_given, with_levers
from .state.world import INDEPENDENT, World


class FinancingModel(mesa.Model):  # type: ignore[misc]  # Mesa ships no types
    """Countries, donors and initiatives, stepped by quarters from the spin-up to the scenario's last year.

    Levers and settings are arguments too, by the names that a scenario file uses::

        FinancingModel("phased-handover", seed=7, funding=0.5, coordination=0.3)
        mesa.batch_run(FinancingModel, {"replicate": range(3), "funding": [0.5, 1.0]})

    Mesa does not tell a model its iteration, so `iterations` of ``batch_run`` repeat one world; use `replicate`.

    Args:
        scenario: a checked scenario, or the name or path of one.
        seed: of the random numbers; None takes the scenario's. Two scenarios with one seed share their random numbers.
        replicate: number of the run, from 0.
        register_initiatives: make a Mesa agent of every living initiative at each step (slower); without it they are
            made when :attr:`initiatives` is asked for.
        world: a world to go on from (see :meth:`snapshot`); it keeps its own random numbers.
        rng: taken as the seed when Mesa's own tools pass it.
        settings: more settings, as the overrides of ``load_scenario``: ``{"closure.shape": 1.2}``.
        levers: any lever or setting by its name.

    Raises:
        InputError: an argument can't be used.
    """

    def __init__(
        self,
        scenario: ScenarioGiven = "baseline",
        seed: int | None = None,
        replicate: int = 0,
        register_initiatives: bool = False,
        world: World | None = None,
        rng: int | None = None,
        settings: Mapping[str, object] | None = None,
        **levers: Any,
    ) -> None:
        """Begin a world, register its countries and donors, and set up Mesa's data collector."""
        self.register_initiatives = arguments.truth("register_initiatives", register_initiatives)
        replicate, chosen = arguments.replicate(replicate), arguments.seed_or_none(rng if seed is None else seed)
        self.plan = with_levers(scenario_given(scenario), settings, levers, ARGUMENTS)
        if world is not None:
            _check_world(world, chosen, replicate, {**(settings or {}), **levers})
            chosen = world.streams.seed
        self.seed_of_luck = self.plan.run.seed if chosen is None else chosen
        super().__init__(rng=np.random.default_rng(0))  # the model's processes never use Mesa's generators
        self._iteration = mesa_versions.batch_iteration()
        mesa_versions.warn_of_repeated_world(self._iteration, chosen)
        self.world = first_quarter(self.plan, self.seed_of_luck, replicate) if world is None else world
        self.last_quarter = (self.plan.run.end - self.world.first_year) * QUARTERS_PER_YEAR
        self._rows: tuple[int, dict[int, int]] = (-1, {})
        for row in range(self.world.countries.count):
            Country(self, row)
        for row in range(self.world.donors.count):
            Donor(self, row)
        if not self.world.yearly:
            record_year(self.world, self.world.year)
        self.datacollector = mesa.DataCollector(model_reporters=dict(REPORTERS))
        self.datacollector.collect(self)

    def step(self) -> None:
        """Run one quarter: every process once, in the order of the model; then check the books."""
        if self.world.quarter >= self.last_quarter:
            self.running = False
            return
        advance(self.world)
        if self.register_initiatives:
            self._register()
        self.datacollector.collect(self)
        self.running = self.world.quarter < self.last_quarter
        if not self.running:
            mesa_versions.forget(self)
            if self._iteration is not None:
                mesa_versions.end_batch_run(self)

    def run_model(self) -> None:
        """Run to the scenario's last year."""
        while self.running:
            self.step()

    def __getstate__(self) -> dict[str, Any]:
        """Pickle the model with the number of its next agent, which Mesa 3.3 keeps elsewhere."""
        return {**self.__dict__, "_next_number": mesa_versions.next_number(self)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Go on where the pickled model was."""
        number = state.pop("_next_number")
        self.__dict__.update(state)
        if self.running:
            mesa_versions.count_from(self, number)

    def __repr__(self) -> str:
        """Say in one line which world this is and where it stands."""
        world = self.world
        quarter = f"{world.year} quarter {world.quarter % QUARTERS_PER_YEAR + 1}"
        luck = f"seed {self.seed_of_luck}, replicate {world.streams.replicate}"
        counts = f"{world.initiatives.count:,} living initiatives"
        return f"<{type(self).__name__} {self.plan.name}: {luck}; {quarter} of {self.plan.run.end}; {counts}>"

    def rows_by_identity(self) -> dict[int, int]:
        """Return where each living initiative is now; made once a quarter and only when asked for."""
        if self._rows[0] != self.world.quarter:
            keys = self.world.initiatives.key.tolist()
            self._rows = (self.world.quarter, {key: row for row, key in enumerate(keys)})
        return self._rows[1]

    @property
    def countries(self) -> Any:
        """Return all economies as a Mesa AgentSet."""
        return self.agents_by_type[Country]

    @property
    def donors(self) -> Any:
        """Return all donors as a Mesa AgentSet."""
        return self.agents_by_type[Donor]

    @property
    def initiatives(self) -> Any:
        """Return all living initiatives as a Mesa AgentSet, making the agents that don't exist yet."""
        self._register()
        return self.agents_by_type.get(Initiative, mesa.agent.AgentSet([], random=self.random))

    def _register(self) -> None:
        """Make an agent of each living initiative without one, and take the closed ones off the register."""
        living = self.rows_by_identity()
        known = set()
        for agent in list(self.agents_by_type.get(Initiative, ())):
            if agent.identity in living:
                known.add(agent.identity)
            else:
                agent.remove()
        with mesa_versions.numbered_on(self, ended=not self.running):
            for identity, row in living.items():
                if identity not in known:
                    Initiative(self, row)

    def snapshot(self) -> World:
        """Copy the whole state at this quarter; run on from it with ``FinancingModel(scenario, world=...)``."""
        return self.world.snapshot()

    @classmethod
    def resume(cls, snapshot: World, scenario: ScenarioGiven, **options: Any) -> FinancingModel:
        """Run on from a snapshot, with the levers of another scenario from here on.

        Living initiatives keep the mechanism and exit that they were founded with. What the snapshot has lost to a
        counterfactual does not come back; what the scenario is to do without leaves now, or at the start year. Options
        are the other arguments of the model: levers and settings too.
        """
        _check_is_world(snapshot)
        own = {*ARGUMENTS, *inspect.signature(cls).parameters}
        levers = {name: options.pop(name) for name in list(options) if name not in own}
        plan = with_levers(scenario_given(scenario), options.pop("settings", None), levers, ARGUMENTS)
        return cls(plan, world=go_on(snapshot, plan), **options)

    def record(self) -> RunRecord:
        """Return the run's tables."""
        return compile_record(self.world)

    def close(self) -> None:
        """Let go of the agents of a model that was not run to its end."""
        self.remove_all_agents()
        mesa_versions.forget(self)
        self.running = False


ARGUMENTS = tuple(name for name in inspect.signature(FinancingModel).parameters if name != "levers")


def _check_world(world: World, seed: int | None, replicate: int, changed: Mapping[str, object]) -> None:
    """Refuse arguments that a world to go on from would silently ignore."""
    _check_is_world(world)
    if changed:
        expected = "FinancingModel.resume(snapshot, scenario, ...), which sets levers"
        raise InputError("a world to go on from has its levers already", key=next(iter(changed)), expected=expected)
    if seed is not None and seed != world.streams.seed:
        raise InputError(f"the world has seed {world.streams.seed}", key="seed", expected="that seed, or none")
    if replicate and replicate != world.streams.replicate:
        said = f"the world is of replicate {world.streams.replicate}"
        raise InputError(said, key="replicate", expected="that replicate, or none")


def _check_is_world(world: object) -> None:
    """Refuse what is no world."""
    if not isinstance(world, World):
        raise InputError(f"{shown(world)} is no world", key="world", expected="what snapshot() returns")


def year(model: FinancingModel) -> float:
    """Return the date: years with their quarters."""
    return model.world.first_year + model.world.quarter / QUARTERS_PER_YEAR


def use(model: FinancingModel) -> float:
    """Return the share of the world's people who use the internet."""
    people = model.world.countries.population
    return float((model.world.countries.use * people).sum() / people.sum())


def living_initiatives(model: FinancingModel) -> int:
    """Return the number of living initiatives."""
    return model.world.initiatives.count


def serving_after_exit(model: FinancingModel) -> int:
    """Return the number of initiatives that serve without their donor."""
    return int((model.world.initiatives.phase == INDEPENDENT).sum())


def donor_outlay_usd(model: FinancingModel) -> float:
    """Return what donors have paid so far, in constant 2023 US dollars."""
    return float(model.world.donors.outlay.sum())


# Functions of this module, so that a model can be pickled; named as their columns.
REPORTERS = {
    report.__name__: report for report in (year, use, living_initiatives, serving_after_exit, donor_outlay_usd)
}
