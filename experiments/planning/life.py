"""One initiative's life in a world, and in the same world under an option: quarter by quarter, to its last day and why.

One life shows how an initiative ends, and not how often: what is said of shares is counted over all initiatives of the
same world.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from afteraid.simulation.basis.units import CENTS_PER_DOLLAR, QUARTERS_PER_YEAR
from afteraid.simulation.engine import advance, advance_to
from afteraid.simulation.ensemble import manifest
from afteraid.simulation.exits import EXITS
from afteraid.simulation.measures.groups import shipped_groups
from afteraid.simulation.mechanisms import MECHANISMS
from afteraid.simulation.past import KEPT, Pasts
from afteraid.simulation.recording.life import (
    ARREARS,
    ATTACK,
    CLIMATE,
    CONFLICT,
    ENDED,
    ENDED_EARLY,
    FOUNDED,
    LEFT,
    LINE_BACK,
    LINE_LAPSED,
    RENEWED,
    STARTED_AGAIN,
    WITHDRAWAL,
    WORN_OUT,
    Event,
    Life,
    Watch,
    life_of,
)
from afteraid.simulation.recording.recording import compile_record
from afteraid.simulation.results.answer import Answer, Table
from afteraid.simulation.results.charts import Chart
from afteraid.simulation.results.words.numbers import counted, figures, level, trimmed
from afteraid.simulation.results.words.templates import Templates
from afteraid.simulation.scenario.scenario import Scenario
from afteraid.simulation.state.world import World

from ..study.donors import donor_names

LONGER = 5.0  # years that an initiative has to live longer under an option to be saved by it (judged)
FINANCING = {  # column of money in the table -> sources in the ledger
    "donors_usd": ("donor",),
    "users_usd": ("users",),
    "treasury_usd": ("government", "debt_relief"),
    "others_usd": ("levy", "solidarity", "endowment", "diaspora", "private", "restart"),
}
KINDS = {
    "access infrastructure": "A network",
    "community access": "A public access centre",
    "skills": "A training programme",
    "policy and regulation": "A programme of policy and regulation",
    "content and e-government": "A service of content and e-government",
    "digital trust": "A programme of digital trust",
    "emerging technology": "A programme of emerging technology",
}
GROUPS = {"urban": "towns", "rural": "countryside"}
ENDS = {  # causes of closure in plain words, after "because"
    "contract": "its public contract ended and was not renewed",
    "market": "an operator took over its users",
    "resources": "its certain money did not cover its running cost",
    "capacity": "its technical and managerial capacity was low",
    "motivation": "motivation and ownership were low",
    "linkages": "it had few linkages to government, market and peers",
    "dependence": "it had depended on its donor to the end",
    "fragility": "the country's institutions are fragile",
    "technology": "its equipment was worn out",
    "shock": "there was conflict in the country",
    "chance": "of a weakness that no measured factor explains",
}
SAY = Templates(
    "life",
    who="{what} in {place}, {group}; lead donor: {donor}; mechanism: {mechanism}; exit strategy: {exit}.",
    closes="{world}: closes in {year}, {years} after founding, because {why}.",
    lives="{world}: serves {people} people at the end of {year}.",
    again="{world}: is started again in {year}.",
    again_closed="{world}: is started again in {year} and closes in {closed}.",
    other_exit="{world}: the exit strategy is {exit}.",
    title_saved="{what} in {place} closes in {year}, because {why}; with {option}: {people} people are served in "
    "{end}.",
    title_later="{what} in {place} closes in {year}, because {why}; with {option}: in {later}.",
    title_lives="{what} in {place} serves {people} people at the end of {end}.",
    title="{what} in {place} closes in {year}, {years} after founding, because {why}.",
    saved="{focus}: of {all} initiatives that are founded in both worlds and serve people, {saved} live {longer} years "
    "longer or more with {option}; {lost} live that much shorter.",
    rule_saved="Shown: of those that live longer, the one whose life in the base has the median length.",
    rule_closed="Shown: of those that close in the base, the one whose life has the median length.",
    rule_alone="{focus}: {all} initiatives that serve people are founded from {start} on and close by {end}. "
    "Shown: the one whose life has the median length.",
    rule_living="{focus}: {all} initiatives that serve people are founded from {start} on, and none closes. Shown: the "
    "first.",
    none="{focus}: no initiative that serves people is founded from {start} on.",
    what="Base: {base}. Option: {option}.",
    one="This is one run: a life shows how an initiative ends, and not how often.",
    money="Money is what reaches the initiative, in constant US dollars; people are those served with no other barrier "
    "left.",
)
INSOLVENT = "arrears of running cost came to {owed} and its operator gave up"
HAPPENED = {
    FOUNDED: "founded",
    ATTACK: "a cyber attack takes {share} of its service",
    CLIMATE: "a storm, flood or heat destroys {share} of what it built",
    CONFLICT: "conflict begins in the country",
    LINE_LAPSED: "the treasury's line lapses",
    LINE_BACK: "the treasury pays again",
    WITHDRAWAL: "the donor begins to hand over",
    ENDED_EARLY: "the donor ends the award before its time",
    LEFT: "the donor has left",
    ARREARS: "arrears come to {owed} of running cost",
    WORN_OUT: "its equipment is worn out and not replaced",
    RENEWED: "its equipment is replaced",
    ENDED: "closes because {why}",
    STARTED_AGAIN: "is started again",
}


@dataclass(frozen=True)
class Names:
    """How two worlds are called in tables and drawings, and how the second is called within a sentence."""

    base: str = "Base"
    option: str = "Option"
    within: str = "the option"


@dataclass(frozen=True)
class Chosen:
    """Which initiative is shown: its identity, and sentences that say how it was chosen."""

    key: int
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class Lived:
    """A life in one world: the world's title, the initiative's row in the record, and its life."""

    world: str
    about: pd.Series
    life: Life
    first_year: int
    end: int

    @property
    def why(self) -> str:
        """Return why it closed, in plain words; empty while it lives."""
        return "" if self.life.closing is None else why(self.life.closing)

    @property
    def people(self) -> str:
        """Return how many people it serves at its end."""
        return figures(round(self.life.quarters[-1].people)) if self.life.quarters else "0"

    @property
    def closing_year(self) -> int:
        """Return the year in which it closed."""
        assert self.life.closing is not None
        return self.year(self.life.closing.quarter)

    @property
    def years(self) -> str:
        """Return how long it lived until it closed, in words."""
        assert self.life.closing is not None
        lived = self.life.closing.quarter - self.life.quarters[0].quarter
        return level(lived / QUARTERS_PER_YEAR, "years")

    def year(self, quarter: int) -> int:
        """Return the year of a quarter."""
        return self.first_year + quarter // QUARTERS_PER_YEAR


def why(closing: Event) -> str:
    """Say why an initiative closed."""
    return ENDS[closing.cause] if closing.cause != "insolvency" else INSOLVENT.format(owed=_owed(closing.size))


def _owed(years: float) -> str:
    """Write arrears, in months where they are less than a year."""
    return level(years, "years") if years >= 1.0 else counted(max(round(12.0 * years), 1), "month")


def find_life(
    base: Scenario, option: Scenario | None = None, replicate: int = 0, pasts: Pasts = KEPT,
    names: Names = Names(),
) -> Answer:  # fmt: skip
    """Choose an initiative, follow it in one world, or in two on the same draws, and tell its life.

    Args:
        base: what is run; the initiative is one of its focus.
        option: the same with other choices; None to follow the life in one world.
        replicate: number of the run's draws.
        pasts: worlds at the start year that are kept.
        names: of base and option.
    """
    plans = {names.base: base} | ({names.option: option} if option is not None else {})
    began = time.perf_counter()

    def at_start(plan: Scenario) -> World:
        world = pasts.at_start(plan, plan.run.seed, replicate)
        world.recorded = frozenset({"initiatives"})
        return world

    records = {name: _record(at_start(plan), plan) for name, plan in plans.items()}
    chosen = choose(list(records.values()), base, names.within)
    if chosen is None:
        return Answer(_focus(base), (SAY("none", focus=_focus(base), start=base.run.start),))
    lived = []
    for name, plan in plans.items():
        world = at_start(plan)
        life = follow(world, chosen.key, plan.run.end)
        about = records[name].loc[records[name]["key"] == np.uint64(chosen.key)].iloc[0]
        lived.append(Lived(name, about, life, world.first_year, plan.run.end))
    answer = tell(lived, chosen, names.within)
    what = () if option is None else (SAY("what", base=base.title, option=option.title),)
    made = manifest(base, time.perf_counter() - began) | {"replicate": replicate}
    return replace(answer, notes=(*what, *answer.notes), manifest=made)


def _record(world: World, plan: Scenario) -> pd.DataFrame:
    """Return the initiatives of the focus that serve people and are founded from the start year on."""
    table = compile_record(advance_to(world, plan.run.end)).tables["initiatives"]
    ours = table["iso3"].astype(str).isin(shipped_groups().codes(plan.run.focus))
    return table[ours & (table["founded"] >= plan.run.start) & (table["people"] > 0.0)]


def follow(world: World, key: int, year: int) -> Life:
    """Run a world on to a year and return the life of one initiative in it."""
    watch = Watch(key)
    while world.year < year:
        advance(world, watch)
    return life_of(watch)


def choose(records: Sequence[pd.DataFrame], plan: Scenario, option: str) -> Chosen | None:
    """Choose the initiative that is shown, by a rule that the sentences say; None where nothing is founded.

    Of two worlds: among those that the option lets live LONGER years longer, the one whose life in the base has the
    median length; where there is none, among those that close in the base. Of one world: among those that close.

    Args:
        records: initiatives of the focus, of one world or of two.
        plan: of the base.
        option: how sentences call the option.
    """
    focus, start, end = _focus(plan), plan.run.start, plan.run.end
    first = _lengths(records[0], end)
    if len(records) > 1:
        both = first.join(_lengths(records[1], end).add_suffix("_option"), how="inner")
        longer = both["years_option"] - both["years"]
        saved, lost = both[(longer >= LONGER) & both["closes"]], both[longer <= -LONGER]
        counts = SAY(
            "saved", all=len(both), focus=focus, option=option, saved=len(saved), longer=f"{LONGER:g}", lost=len(lost)
        )
        closed = both[both["closes"]]
        if len(saved):
            return Chosen(_median(saved), (counts, SAY("rule_saved")))
        if len(closed):
            return Chosen(_median(closed), (counts, SAY("rule_closed")))
        first = both
    closed = first[first["closes"]]
    if len(closed):
        return Chosen(_median(closed), (SAY("rule_alone", all=len(closed), focus=focus, start=start, end=end),))
    if len(first):
        return Chosen(int(first.index[0]), (SAY("rule_living", all=len(first), focus=focus, start=start),))
    return None


def _lengths(record: pd.DataFrame, end: int) -> pd.DataFrame:
    """Return by identity how long each life is up to the end of the run, in years, and whether it closes."""
    closes = record["closed"].notna()
    years = record["closed"].fillna(float(end)) - record["founded"]
    return pd.DataFrame({"years": years.to_numpy(), "closes": closes.to_numpy()}, index=record["key"].to_numpy())


def _median(table: pd.DataFrame) -> int:
    """Return the identity whose life has the median length; of equal ones the lowest."""
    order = table["years"].sort_index(kind="stable").sort_values(kind="stable")
    return int(order.index[(len(order) - 1) // 2])


def _focus(plan: Scenario) -> str:
    """Return the name of the focus."""
    return shipped_groups().title(plan.run.focus)


def tell(lived: Sequence[Lived], chosen: Chosen, option: str) -> Answer:
    """Tell a life in one world or in two; `option` is how a sentence calls the second."""
    about = lived[0].about
    what, place = KINDS[str(about["kind"])], shipped_groups().title(str(about["iso3"]))
    who = SAY(
        "who", what=what, place=place, group=GROUPS[str(about["group"])],
        donor=donor_names().get(str(about["donor"]), str(about["donor"])),
        mechanism=MECHANISMS[str(about["mechanism"])].title, exit=EXITS[str(about["exit_strategy"])].title,
    )  # fmt: skip
    said = [who, *(sentence for one in lived for sentence in _endings(one))]
    exits = [str(one.about["exit_strategy"]) for one in lived]
    if exits[-1] != exits[0]:
        said.append(SAY("other_exit", world=lived[-1].world, exit=EXITS[exits[-1]].title))
    title = _title(lived, what, place, option)
    quarters, events = quarters_of(lived), events_of(lived)
    chart = Chart("life", title, "", "", quarters)
    tables = (_events_shown(events), Table("life_by_quarter", quarters.drop(columns="events")))
    return Answer(title, (*said, *chosen.sentences), tables, (chart,), (SAY("one"), SAY("money")))


def _endings(one: Lived) -> list[str]:
    """Say how a life ends in one world, and a second one."""
    if one.life.closing is None:
        return [SAY("lives", world=one.world, people=one.people, year=one.end - 1)]
    said = [SAY("closes", world=one.world, year=one.closing_year, years=one.years, why=one.why)]
    again = [event.quarter for event in one.life.events if event.what == STARTED_AGAIN]
    ends = [event.quarter for event in one.life.events if event.what == ENDED]
    if again and len(ends) > 1:
        said.append(SAY("again_closed", world=one.world, year=one.year(again[0]), closed=one.year(ends[-1])))
    elif again:
        said.append(SAY("again", world=one.world, year=one.year(again[0])))
    return said


def _title(lived: Sequence[Lived], what: str, place: str, option: str) -> str:
    """Say what the picture shows."""
    first, last = lived[0], lived[-1]
    known: dict[str, object] = {"what": what, "place": place}
    if first.life.closing is None:
        return SAY("title_lives", **known, people=first.people, end=first.end - 1)
    known |= {"year": first.closing_year, "why": first.why}
    if len(lived) == 1:
        return SAY("title", **known, years=first.years)
    if last.life.closing is not None:
        return SAY("title_later", **known, option=option, later=last.closing_year)
    return SAY("title_saved", **known, option=option, people=last.people, end=last.end - 1)


def quarters_of(lived: Sequence[Lived]) -> pd.DataFrame:
    """Lay out lives by world and quarter.

    Returns:
        world, year, quarter (1 to 4), phase, money that came in the quarter by payer (US dollars), running_cost_usd (of
        the quarter), owed_years (arrears over a year's running cost), people (served at its end), and events in words.
    """
    rows = []
    for one in lived:
        happened = _numbered(one)
        for quarter in one.life.quarters:
            year, within = divmod(quarter.quarter, QUARTERS_PER_YEAR)
            money = {
                name: sum(quarter.cents[source] for source in sources) / CENTS_PER_DOLLAR
                for name, sources in FINANCING.items()
            }
            rows.append(
                {
                    "world": one.world, "year": one.first_year + year, "quarter": within + 1, "phase": quarter.phase,
                    **money, "running_cost_usd": quarter.running_cost / CENTS_PER_DOLLAR, "owed_years": quarter.owed,
                    "people": quarter.people,
                    "events": "; ".join(words for at, _, words in happened if at == quarter.quarter),
                }
            )  # fmt: skip
    return pd.DataFrame(rows)


def events_of(lived: Sequence[Lived]) -> pd.DataFrame:
    """Return the events of lives in order of time: world, number (in its picture), year, quarter (1 to 4), event."""
    rows = [
        (one.world, number, one.first_year + at // QUARTERS_PER_YEAR, at % QUARTERS_PER_YEAR + 1, words)
        for one in lived
        for at, number, words in _numbered(one)
    ]
    return pd.DataFrame(rows, columns=["world", "number", "year", "quarter", "event"])


def _numbered(one: Lived) -> list[tuple[int, int, str]]:
    """Return the events of a life: quarter, number from 1, words."""
    return [(event.quarter, place, _event(event)) for place, event in enumerate(one.life.events, start=1)]


def _event(event: Event) -> str:
    """Say an event."""
    words = HAPPENED[event.what]
    if event.what in (ATTACK, CLIMATE):
        return words.format(share=f"{trimmed(100.0 * event.size, 0)}%")
    if event.what == ARREARS:
        return words.format(owed=_owed(event.size))
    return words.format(why=why(event)) if event.what == ENDED else words


def _events_shown(events: pd.DataFrame) -> Table:
    """Return the events as people read them."""
    lines = tuple(
        (str(row.world), str(row.number), f"{row.year}, quarter {row.quarter}", str(row.event))
        for row in events.itertuples()
    )
    return Table("life_events", events, ("World", "Mark", "When", "What happens"), lines, words=(0, 2, 3))
