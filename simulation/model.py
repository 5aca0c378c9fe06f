"""The model: one quarter after another, each process in its turn. It only orders."""

from __future__ import annotations

from typing import Any

import mesa
import numpy as np

from .agents import Country, Donor, Initiative
from .basis import arguments
from .basis.units import QUARTERS_PER_YEAR
from .beginning.begin import begin
from .beginning.levers import apply_strategy, strategy_of, surroundings_of
from .counterfactual import plan_removal, shadow_of, take_out
from .processes import STEP
from .recording.recording import RunRecord, compile_record, record_year
from .scenario.given import ScenarioGiven, scenario_given
from .state.world import INDEPENDENT, World


class FinancingModel(mesa.Model):  # type: ignore[misc]  # Mesa ships no types
    """Countries, donors and initiatives, stepped by quarters from the spin-up to the scenario's last year.

    Args:
        scenario: a checked scenario, or the name or path of one.
        seed: of the luck; None takes the scenario's. Two scenarios with one seed share their luck.
        replicate: number of the run, from 0.
        register_initiatives: make a Mesa agent of every living initiative at each step (slower); without it they are
            made when :attr:`initiatives` is asked for.
        world: a world to go on from (see :meth:`snapshot`).
        rng: taken as the seed when Mesa's own tools pass it.
    """

    def __init__(
        self,
        scenario: ScenarioGiven = "baseline",
        seed: int | None = None,
        replicate: int = 0,
        register_initiatives: bool = False,
        world: World | None = None,
        rng: int | None = None,
    ) -> None:
        """Begin a world, register its countries and donors, and set up Mesa's data collector."""
        register_initiatives = arguments.truth("register_initiatives", register_initiatives)
        replicate, chosen = arguments.replicate(replicate), arguments.seed_or_none(rng if seed is None else seed)
        self.plan = scenario_given(scenario)
        self.seed_of_luck = self.plan.run.seed if chosen is None else chosen
        super().__init__(rng=np.random.default_rng(0))  # the model's processes never use Mesa's generators
        self.register_initiatives = register_initiatives
        self.world = begin(self.plan, self.seed_of_luck, replicate) if world is None else world
        self.last_quarter = (self.plan.run.end - self.world.first_year) * QUARTERS_PER_YEAR
        self._rows: tuple[int, dict[int, int]] = (-1, {})
        for row in range(self.world.countries.count):
            Country(self, row)
        for row in range(self.world.donors.count):
            Donor(self, row)
        if not self.world.yearly:
            record_year(self.world, self.world.year)
        self.datacollector = mesa.DataCollector(
            model_reporters={
                "year": lambda model: model.world.first_year + model.world.quarter / QUARTERS_PER_YEAR,
                "use": lambda model: _weighted_use(model.world),
                "living_initiatives": lambda model: model.world.initiatives.count,
                "serving_after_exit": lambda model: int((model.world.initiatives.phase == INDEPENDENT).sum()),
                "donor_outlay_usd": lambda model: float(model.world.donors.outlay.sum()),
            }
        )
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
            _forget(self)

    def run_model(self) -> None:
        """Run to the scenario's last year."""
        while self.running:
            self.step()

    def rows_by_identity(self) -> dict[int, int]:
        """Return where each living initiative is now; made once a quarter and only when asked for."""
        if self._rows[0] != self.world.quarter:
            keys = self.world.initiatives.key.tolist()
            self._rows = (self.world.quarter, {key: row for row, key in enumerate(keys)})
        return self._rows[1]

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
        counterfactual does not come back; what the scenario is to do without leaves now, or at the start year.
        """
        world = snapshot.snapshot()
        plan = scenario_given(scenario)
        plan_removal(world, plan.run.without, plan.run.others)
        for each in (world, shadow_of(world)):
            if each is not None:
                each.settings, each.planned, each.focus = surroundings_of(plan), strategy_of(plan), plan.run.focus
                if each.year >= each.start_year:
                    apply_strategy(each, each.planned)
        if world.year >= world.start_year:
            take_out(world)
        return cls(plan, world=world, **options)

    def record(self) -> RunRecord:
        """Return the run's tables."""
        return compile_record(self.world)

    def close(self) -> None:
        """Let go of the agents of a model that was not run to its end."""
        self.remove_all_agents()
        _forget(self)
        self.running = False


def advance(world: World) -> None:
    """Run one quarter of a world: the table of contents of the model."""
    if world.starts_now:
        apply_strategy(world, world.planned)
        take_out(world)
    shadow = shadow_of(world)
    if shadow is not None:
        advance(shadow)
    for process in STEP:
        process(world)
    world.ledger.check(world.pots())
    world.quarter += 1
    if world.new_year:
        record_year(world, world.year)


def _forget(model: FinancingModel) -> None:
    """Take a model that has ended off Mesa's list of counters, where Mesa 3.3 would keep it alive for ever."""
    counters = getattr(mesa.Agent, "_ids", None)
    if counters is not None:
        counters.pop(model, None)


def _weighted_use(world: World) -> float:
    """Return the share of the world's people who use the internet."""
    people = world.countries.population
    return float((world.countries.use * people).sum() / people.sum())
