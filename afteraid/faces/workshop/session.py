"""Sessions: a workshop as a file, with aims, timed steps, questions, and the scenarios from which answers follow.

A file of the folder `sessions` holds words and settings, and no result: the number of each reveal is computed when the
session is played.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal, get_args, get_type_hints

from pydantic import BaseModel, Field, ValidationError

from afteraid.simulation.basis.errors import InputError, ScenarioError, nearest, one_of
from afteraid.simulation.basis.frozen import Frozen
from afteraid.simulation.basis.text_file import is_file, is_path, known_name
from afteraid.simulation.measures.catalogue import CATALOGUE
from afteraid.simulation.measures.headlines import HEADLINES
from afteraid.simulation.measures.measure import Measure
from afteraid.simulation.results.words.numbers import scale, unit_of_change, unit_of_level
from afteraid.simulation.results.words.translating import ENGLISH, LANGUAGES
from afteraid.simulation.scenario.explaining import explain
from afteraid.simulation.scenario.scenario import Scenario, load_scenario
from afteraid.simulation.scenario.toml_file import KeyPath, dotted, full_names, read_toml

from .charts import PICTURES
from .levers import MOST_LEVERS, declared_levers
from .role_checks import check_roles
from .roles import Aim, Decision, Option, Role, Roles, Round, Settings, Surprise, Text
from .scenes import SCENES

CHANGE, LEVEL, BEST = "change", "level", "best"
MOST_WORLDS = 4  # in one picture
MOST_BINS = 60  # positions of a guess


class SessionError(InputError):
    """A session can't be used as written."""


class World(Frozen):
    """One world of a reveal: a scenario with settings changed, under a title that the room understands."""

    title: Text
    scenario: str = "baseline"
    settings: Settings = Field(default_factory=dict)

    def plan(self, settings: Settings) -> Scenario:
        """Return what is run; `settings` are those of the whole workshop.

        Raises ScenarioError for what can't be used.
        """
        return load_scenario(self.scenario, {**settings, **self.settings})


class Guess(Frozen):
    """The numbers among which the room guesses, in the unit in which the answer is shown."""

    low: float
    high: float
    step: float = Field(gt=0.0)

    @property
    def bins(self) -> int:
        """Return how many positions there are."""
        return round((self.high - self.low) / self.step) + 1

    def place(self, value: float) -> int:
        """Return the position that is closest to a number."""
        return min(max(round((value - self.low) / self.step), 0), self.bins - 1)


class Step(Frozen):
    """One step of a session.

    Attributes:
        say: what the facilitator says, in their own words.
        levers: on the page of levers in this step.
        question: to the room; the guess is asked with it.
        opens: the picture with which the page of levers opens in this step: a series or a scene.
        asks: for the change from the first world to the last, for the level in the last, or for the best of all.
        usual: what people usually expect.
        happens: why the model answers as it does.
    """

    title: Text
    minutes: int = Field(ge=1, le=120)
    say: Text
    levers: tuple[str, ...] = Field(default=(), max_length=MOST_LEVERS)
    question: Text
    asks: Literal["change", "level", "best"]
    outcome: str
    picture: str
    opens: str = ""
    worlds: tuple[World, ...] = Field(min_length=1, max_length=MOST_WORLDS)
    guess: Guess | None = None
    usual: Text
    happens: Text
    debrief: tuple[Text, ...] = Field(min_length=1)

    @property
    def record(self) -> Measure:
        """Return the record of the outcome that is asked for."""
        return CATALOGUE[self.outcome]

    @property
    def unit(self) -> str:
        """Return the unit of a guess."""
        return unit_of_change(self.record.unit) if self.asks == CHANGE else unit_of_level(self.record.unit)

    @property
    def scale(self) -> float:
        """Return by what an outcome is multiplied to be in the unit of a guess."""
        return scale(self.record.unit)


class Rivals(Round):
    """A round in which each team has a world of its own on the same draws, and a board compares them.

    Attributes:
        scenario, settings: of the world in which each team moves levers.
        levers: that a team has.
        spend: levers among them that are shares of the same money.
        budget: the most that these may be together.
    """

    scenario: str = "baseline"
    settings: Settings = Field(default_factory=dict)
    levers: tuple[str, ...] = Field(min_length=1, max_length=MOST_LEVERS)
    spend: tuple[str, ...] = ()
    budget: float = Field(default=1.0, gt=0.0, le=1.0)

    @property
    def all_settings(self) -> Settings:
        """Return the settings of the world, those of the surprise among them."""
        return self.settings if self.surprise is None else {**self.settings, **self.surprise.settings}

    def plan(self, settings: Settings) -> Scenario:
        """Return the world from which teams begin; `settings` are those of the whole workshop.

        Raises ScenarioError for what can't be used.
        """
        return load_scenario(self.scenario, {**settings, **self.all_settings})


class Asked(Frozen):
    """One question of the quiz, which is asked before and after; `right` counts from 1."""

    question: Text
    choices: tuple[Text, ...] = Field(min_length=2, max_length=5)
    right: int = Field(ge=1)


class Session(Frozen):
    """A whole session; `language` is the one in which it is written."""

    name: str
    language: str = ENGLISH
    title: Text
    summary: Text
    aims: tuple[Text, ...] = Field(min_length=1)
    bring: tuple[Text, ...] = ()
    opening: Text
    steps: tuple[Step, ...] = Field(min_length=1)
    rivals: Rivals | None = None
    roles: Roles | None = None
    quiz: tuple[Asked, ...] = Field(default=(), max_length=6)
    closing: tuple[Text, ...] = Field(min_length=1)

    @property
    def minutes(self) -> int:
        """Return how long all steps take together."""
        rivals = self.rivals.minutes if self.rivals is not None else 0
        return sum(step.minutes for step in self.steps) + rivals + sum(one.minutes for one in self.rounds)

    @property
    def rounds(self) -> tuple[Round, ...]:
        """Return the rounds of roles."""
        return self.roles.rounds if self.roles is not None else ()

    def rivals_at(self, page: int) -> Rivals | None:
        """Return the round of rivals, where this is its page."""
        return self.rivals if page == len(self.steps) + 1 else None

    def round_at(self, page: int) -> int | None:
        """Return which round of roles a page has, from 0; None for any other page."""
        number = page - len(self.steps) - (self.rivals is not None) - 1
        return number if 0 <= number < len(self.rounds) else None

    @property
    def last(self) -> int:
        """Return the number of the last page: the opening is 0, and the closing follows on steps and rounds."""
        return len(self.steps) + (self.rivals is not None) + len(self.rounds) + 1


TABLES: dict[tuple[str, ...], type[BaseModel]] = {
    (): Session, ("steps",): Step, ("steps", "worlds"): World, ("steps", "guess"): Guess,
    ("rivals",): Rivals,
    ("rivals", "surprise"): Surprise,
    ("roles",): Roles,
    ("roles", "cast"): Role,
    ("roles", "cast", "aims"): Aim,
    ("roles", "cast", "decisions"): Decision,
    ("roles", "cast", "decisions", "options"): Option,
    ("roles", "rounds"): Round,
    ("roles", "rounds", "surprise"): Surprise,
    ("quiz",): Asked,
}  # fmt: skip


def texts(part: BaseModel) -> Iterator[str]:
    """Go through the words of a session or of a part of one that people read or hear, each in one line."""
    for name, kind in get_type_hints(type(part), include_extras=True).items():
        value = getattr(part, name)
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, BaseModel):
                yield from texts(one)
            elif one is not None and (kind is Text or Text in get_args(kind)):
                yield " ".join(one.split())


def session_directory() -> Path:
    """Return the folder of the shipped sessions: within the installed package, or else in the source tree."""
    package = Path(__file__).resolve().parents[2]
    for folder in (package / "sessions", package.parent / "sessions"):
        if folder.is_dir():
            return folder
    raise SessionError("the shipped sessions are missing; is the installation complete?")


def session_names() -> list[str]:
    """Return the names of the shipped sessions."""
    return sorted(path.stem for path in session_directory().glob("*.toml"))


def load_session(name_or_path: str | Path) -> Session:
    """Read and check a session, by the name of a shipped one or the path of a TOML file.

    Raises SessionError, with file, line, key and the nearest valid name, for whatever can't be used.
    """
    path = _find(name_or_path)
    try:
        content, lines = read_toml(path)
    except ScenarioError as problem:
        raise SessionError(problem.message, problem.file, problem.line, problem.key, problem.expected) from None
    found = _Source(path, lines)
    if "name" in content:
        raise found.error(("name",), "is the name of the file and is not written", expected="no such key")
    _name_settings(content)
    try:
        session = Session.model_validate({"name": path.stem, **content})
    except ValidationError as problem:
        said = explain(problem, _keys_at)
        raise found.error(said.path, said.message, expected=said.expected, nearest=said.nearest) from None
    _check_name(("language",), session.language, tuple(LANGUAGES), found)
    for number, step in enumerate(session.steps):
        _check_step(step, ("steps", number), found)
    if session.rivals is not None:
        _check_rivals(session.rivals, found)
    if session.roles is not None:
        for key, wrong in check_roles(session.roles):
            message = f"{wrong.key}: {wrong.message}" if wrong.key else wrong.message
            raise found.error(("roles", *key), message, expected=wrong.expected, nearest=wrong.nearest)
    for number, asked in enumerate(session.quiz):
        if asked.right > len(asked.choices):
            place = ("quiz", number, "right")
            raise found.error(place, f"there are {len(asked.choices)} choices", expected=f"1 to {len(asked.choices)}")
    return session


class _Source:
    """Where a session was written."""

    def __init__(self, path: Path, lines: dict[KeyPath, int]) -> None:
        self.path, self.lines = path, lines

    def error(self, key: KeyPath, message: str, **details: str | None) -> SessionError:
        """Make the one error that names file, line and key."""
        line = next((self.lines[key[:size]] for size in range(len(key), 0, -1) if key[:size] in self.lines), None)
        return SessionError(message, file=str(self.path), line=line, key=dotted(key) or None, **details)


def _find(name_or_path: str | Path) -> Path:
    """Return the file of a session."""
    text, names = str(name_or_path), session_names()
    if is_path(name_or_path) and is_file(Path(text)):
        return Path(text)
    name = None if is_path(name_or_path) else known_name(text, names)
    if name is None:
        said = "no such session file" if is_path(name_or_path) else f"no session is called '{text}'"
        raise SessionError(said, expected=one_of(names, text), nearest=nearest(Path(text).stem, names))
    return session_directory() / f"{name}.toml"


def _name_settings(table: object) -> None:
    """Give all tables of settings, however deep they stand, the names that `--set` takes."""
    if isinstance(table, list):
        for part in table:
            _name_settings(part)
    elif isinstance(table, dict):
        for key, value in table.items():
            if key == "settings":
                table[key] = _settings(value)
            else:
                _name_settings(value)


def _settings(value: object) -> object:
    """Return settings under the names that `--set` takes; a mix is a table of its own and stays whole."""
    if not isinstance(value, dict):
        return value
    whole = {name: inner for name, inner in value.items() if name.rpartition(".")[2] in ("exits", "mechanisms")}
    rest = full_names({name: inner for name, inner in value.items() if name not in whole})
    return {**rest, **whole} if isinstance(rest, dict) else rest


def _keys_at(place: KeyPath) -> list[str]:
    """Return the valid keys of the table at a place."""
    table = TABLES.get(tuple(part for part in place if isinstance(part, str)))
    return [name for name in table.model_fields if name != "name"] if table is not None else []


@functools.cache
def _levers() -> tuple[str, ...]:
    """Return the names of all levers."""
    return tuple(declared_levers(load_scenario("baseline")))


def _check_step(step: Step, place: KeyPath, found: _Source) -> None:
    """Refuse a step that no room can play."""
    for key, value, valid in (
        ("outcome", step.outcome, HEADLINES),
        ("picture", step.picture, tuple(PICTURES)),
        ("opens", step.opens or step.picture, (*PICTURES, *SCENES)),
        *(("levers", lever, _levers()) for lever in step.levers),
    ):
        _check_name((*place, key), value, valid, found)
    titles = [world.title for world in step.worlds]
    if len(set(titles)) < len(titles):
        raise found.error((*place, "worlds"), "two worlds have one title", expected="a title for each")
    least = 1 if step.asks == LEVEL else 2
    if len(step.worlds) < least:
        said = f"a question for the {step.asks} needs {least} worlds or more"
        raise found.error((*place, "worlds"), said, expected=f"at least {least}")
    if step.asks == BEST and step.record.better == "neither":
        raise found.error((*place, "asks"), f"nobody can say which {step.outcome} is best", expected="change or level")
    if (step.guess is None) != (step.asks == BEST):
        said = "the room chooses among the worlds here" if step.asks == BEST else "is missing"
        raise found.error((*place, "guess"), said, expected="no guess" if step.asks == BEST else "low, high and step")
    if step.guess is not None and not (step.guess.low < step.guess.high and step.guess.bins <= MOST_BINS):
        said = "the numbers of the guess can't be used"
        raise found.error((*place, "guess"), said, expected=f"low below high, and at most {MOST_BINS} steps")
    for number, world in enumerate(step.worlds):
        _check_world((*place, "worlds", number), world, found)


def _check_rivals(rivals: Rivals, found: _Source) -> None:
    """Refuse a round that no teams can play."""
    for lever in rivals.levers:
        _check_name(("rivals", "levers"), lever, _levers(), found)
    for lever in rivals.spend:
        _check_name(("rivals", "spend"), lever, rivals.levers, found)
    _check_world(("rivals",), rivals, found)
    strategy = rivals.plan({}).strategy
    for lever in rivals.spend:
        if not isinstance(getattr(strategy, lever), float):
            raise found.error(("rivals", "spend"), f"{lever} is no share of money", expected="levers that are shares")
    begun = sum(getattr(strategy, lever) for lever in rivals.spend)
    if begun > rivals.budget:
        said = f"the world already spends {begun:g} on these levers"
        raise found.error(("rivals", "budget"), said, expected=f"at least {begun:g}")


def _check_name(place: KeyPath, name: str, valid: Sequence[str], found: _Source) -> None:
    """Refuse a name that there is not."""
    if name not in valid:
        said = f"there is no {str(place[-1]).removesuffix('s')} '{name}'"
        raise found.error(place, said, expected=one_of(valid, name), nearest=nearest(name, valid))


def _check_world(place: KeyPath, world: World | Rivals, found: _Source) -> None:
    """Refuse a world that can't be run."""
    try:
        world.plan({})
    except ScenarioError as problem:
        said = f"{problem.key}: {problem.message}" if problem.key else problem.message
        raise found.error(place, said, expected=problem.expected, nearest=problem.nearest) from None
