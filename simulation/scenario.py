"""Scenarios: what the world does (`[world]`), what donors choose (`[strategy]`), and what is run (`[run]`).

A scenario is read from a TOML file, merged with its parents, checked, and frozen. Whatever can't be used is a
:class:`~simulation.errors.ScenarioError` that names the file, the line, the key, what was expected, and the nearest
valid name.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from .counterfactual import Others, read_items
from .errors import ParameterError, ScenarioError, nearest
from .quantities import Quantity, Whole, read_number, refuse
from .scenario_file import Draft, KeyPath, Place, find_scenario, full_names, read_draft
from .vocabulary import GROUPS, HELD_EQUAL, THEMES, donor_names, exit_names, focus_names, mechanism_names, parameters

FIRST_YEAR = 2005
LAST_YEAR = 2050
SUM_TOLERANCE = 1e-6
MOST_ASIDE = 0.40  # equipment takes up to 0.60 of an instalment (networks; simulation/processes/founding.py)
SET_ASIDE = ("capacity_share", "monitoring_share", "cybersecurity_share", "refresh_share")
HAZARDS = ("climate", "cyber", "conflict")
NEVER = "never"  # TOML has no word for nothing
DEFAULT_MECHANISMS = {
    "project_grant": 0.62,
    "pooled_fund": 0.13,
    "matching_grant": 0.08,
    "blended_finance": 0.05,
    "results_based": 0.04,
    "south_south": 0.05,
    "guarantee": 0.01,
    "universal_service_fund": 0.01,
    "diaspora_crowd": 0.01,
}
DEFAULT_EXITS = {
    "abrupt": 0.50,
    "linear_phase_down": 0.20,
    "government_handover": 0.15,
    "adaptive": 0.05,
    "community_enterprise": 0.07,
    "commercialisation": 0.03,
}


def _check_mix(mix: dict[str, float], names: tuple[str, ...], what: str) -> dict[str, float]:
    for name in mix:
        if name not in names:
            raise refuse(f"no such {what}", "one of " + ", ".join(names), nearest(name, names), key=(name,))
    total = sum(mix.values())
    if abs(total - 1.0) > SUM_TOLERANCE:
        raise refuse(f"the shares sum to {total:g}, not to one", f"shares of each {what} that sum to 1")
    return mix


def _check_donors(donors: tuple[str, ...]) -> tuple[str, ...]:
    names = donor_names()
    for name in donors:
        if name not in names:
            known = nearest(name.upper(), names) or nearest(name.lower(), names)
            raise refuse(f"no donor or type of donor is called '{name}'", "a donor's code, a type, or all", known)
    if not donors:
        raise refuse("names no donor", "a donor's code, a type, or all")
    return donors


def _check_focus(focus: str) -> str:
    names = focus_names()
    if focus.upper() not in names:
        close = nearest(focus.upper(), GROUPS) or nearest(focus.upper(), names)
        expected = "a country's ISO 3166 code, LDC, LLDC, SIDS, FRAGILE, an income group or a region"
        raise refuse(f"no country or group is called '{focus}'", expected, names[close] if close else None)
    return names[focus.upper()]


def _check_hazard(kind: str) -> str:
    if kind not in HAZARDS:
        raise refuse(f"no hazard is called '{kind}'", "one of " + ", ".join(HAZARDS), nearest(kind, HAZARDS))
    return kind


def _check_word(words: Mapping[str, str], what: str) -> AfterValidator:
    """Make the check of a closed vocabulary."""

    def check(word: str | None) -> str | None:
        if word is not None and word not in words:
            raise refuse(f"no {what} is called '{word}'", "one of " + ", ".join(words), nearest(word, tuple(words)))
        return word

    return AfterValidator(check)


def _check_countries(countries: tuple[str, ...]) -> tuple[str, ...]:
    if not countries:
        raise refuse("names no country", "countries' ISO 3166 codes, groups, or all")
    return tuple("all" if name.lower() == "all" else _check_focus(name) for name in countries)


def _read_arrival(value: object) -> int | None:
    if value is None or value == NEVER:
        return None
    if isinstance(value, str):
        raise refuse(f"'{value}' is not a year", f"a year from {FIRST_YEAR} to {LAST_YEAR}, or {NEVER}")
    return Whole(FIRST_YEAR, LAST_YEAR, "a year").read(value)


def _check_without(items: tuple[str, ...]) -> tuple[str, ...]:
    try:
        return read_items(items)
    except ScenarioError as problem:
        raise refuse(problem.message, problem.expected, problem.nearest) from None


def _read_parameters(value: object) -> object:
    flat = full_names(value)
    if not isinstance(flat, dict):
        raise refuse(f"{value!r} is not a table", "parameter names with their values")
    registry = parameters()
    for name, written in flat.items():
        try:
            declared = registry[name]
            unit = "share" if declared.unit.startswith("share") else declared.unit
            flat[name] = declared.check(read_number(written, unit, f"a number in {declared.unit}"))
        except ParameterError as problem:
            raise refuse(problem.message, problem.expected, problem.nearest, key=(name,)) from None
        except PydanticCustomError as problem:
            context = problem.context or {}
            raise refuse(context["message"], context["expected"], key=(name,)) from None
    return flat


Share = Annotated[float, Quantity("share", 0.0, 1.0)]
Arrival = Annotated[int | None, BeforeValidator(_read_arrival)]
Mechanisms = Annotated[dict[str, Share], AfterValidator(lambda mix: _check_mix(mix, mechanism_names(), "mechanism"))]
Exits = Annotated[dict[str, Share], AfterValidator(lambda mix: _check_mix(mix, exit_names(), "exit"))]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class DonorCut(_Frozen):
    """A cut of donors' budgets: how deep, from when, by whom and for how long."""

    year: Annotated[int, Whole(FIRST_YEAR, LAST_YEAR, "a year")] = Field(description="first year of the cut")
    size: Share = Field(description="share of the budget that goes")
    donors: Annotated[tuple[str, ...], AfterValidator(_check_donors)] = Field(
        default=("all",), description="codes or types of donors, or all"
    )
    years: Annotated[float, Quantity("years", 0.25, 100.0)] | None = Field(
        default=None, description="how many years it lasts; left out, it is for good"
    )


class HazardSpell(_Frozen):
    """Years in which a hazard strikes more often, or less, than it usually does."""

    kind: Annotated[str, AfterValidator(_check_hazard)] = Field(description="climate, cyber or conflict")
    year: Annotated[int, Whole(FIRST_YEAR, LAST_YEAR, "a year")] = Field(description="first year of the spell")
    years: Annotated[float, Quantity("years", 1.0, 100.0)] | None = Field(
        default=None, description="how many years it lasts; left out, it is for good"
    )
    times: Annotated[float, Quantity("share", 0.0, 100.0)] = Field(
        description="what multiplies the yearly probability; 0 is none of it, 1 the usual"
    )
    countries: Annotated[tuple[str, ...], AfterValidator(_check_countries)] = Field(
        default=("all",), description="ISO 3166 codes or groups of countries, or all"
    )


class Withdrawal(_Frozen):
    """Donors that end all their programmes: when, who, with how much notice, and where."""

    year: Annotated[int, Whole(FIRST_YEAR, LAST_YEAR, "a year")] = Field(description="year in which they leave")
    donors: Annotated[tuple[str, ...], AfterValidator(_check_donors)] = Field(
        description="codes or types of donors, or all"
    )
    notice_years: Annotated[float, Quantity("years", 0.0, 10.0)] = Field(
        default=0.0, description="longest time that an exit may still take; 0 is at once"
    )
    countries: Annotated[tuple[str, ...], AfterValidator(_check_countries)] = Field(
        default=("all",), description="codes or groups of countries, or all"
    )


class RunSettings(_Frozen):
    """What is run: the years, how many times, with which luck, and who is looked at."""

    start: Annotated[int, Whole(FIRST_YEAR, LAST_YEAR - 1, "a year")] = Field(
        default=2025, description="first year of the answer"
    )
    end: Annotated[int, Whole(FIRST_YEAR + 1, LAST_YEAR, "a year")] = Field(
        default=2050, description="last year of the answer"
    )
    spinup: Annotated[int, Whole(FIRST_YEAR, LAST_YEAR - 1, "a year")] = Field(
        default=FIRST_YEAR, description="year in which the model starts, to have initiatives of every age at `start`"
    )
    runs: Annotated[int, Whole(1, 100_000)] = Field(default=100, description="how many worlds are run")
    seed: Annotated[int, Whole(0, 2**63 - 1)] = Field(default=2025, description="the luck of all runs")
    focus: Annotated[str, AfterValidator(_check_focus)] = Field(
        default="LDC", description="country or group that is looked at closely"
    )
    without: Annotated[tuple[str, ...], AfterValidator(_check_without)] = Field(
        default=(), description="what is taken out at `start`: donor:, mechanism:, exit: or initiative: with a name"
    )
    others: Others = Field(
        default="fixed", description="how the other donors then allocate: fixed, as they were; free, as they would"
    )

    @model_validator(mode="after")
    def _years_in_order(self) -> RunSettings:
        if self.start >= self.end:
            raise refuse(f"{self.end} is not after the start, {self.start}", f"a year after {self.start}", key=("end",))
        if self.spinup > self.start:
            raise refuse(
                f"{self.spinup} is after the start, {self.start}", f"a year up to {self.start}", key=("spinup",)
            )
        return self


class WorldSettings(_Frozen):
    """What is not ours to choose: cuts, hazards, the course of technology, and parameters held at a value."""

    cuts: tuple[DonorCut, ...] = Field(default=(), description="cuts of donors' budgets")
    spells: tuple[HazardSpell, ...] = Field(default=(), description="years in which a hazard strikes more, or less")
    ai_arrival: Arrival = Field(
        default=2027, description="year from which artificial intelligence cuts running costs, or never"
    )
    satellite_arrival: Arrival = Field(
        default=None, description="year from which satellites serve the countryside beyond the cost trend, or never"
    )
    technology_speed: Annotated[float, Quantity("share", 0.1, 5.0)] = Field(
        default=1.0, description="from the start on, multiplier of the fall of costs and of the ageing of equipment"
    )
    energy_cost_growth: Annotated[float, Quantity("per year", -0.2, 0.2)] = Field(
        default=0.0, description="real growth of the cost of energy a year, from the start on"
    )
    withdrawals: tuple[Withdrawal, ...] = Field(default=(), description="donors that end all their programmes")
    parameters: Annotated[dict[str, float], BeforeValidator(_read_parameters)] = Field(
        default_factory=dict, description="parameters held at a value, by full name"
    )
    uncertain: bool = Field(default=True, strict=True, description="draw the parameters anew in each run")


class StrategySettings(_Frozen):
    """What donors and governments choose; each field is a lever."""

    mechanisms: Mechanisms = Field(default=DEFAULT_MECHANISMS, description="share of new money by mechanism")
    exits: Exits = Field(default=DEFAULT_EXITS, description="share of initiatives by exit strategy")
    funding: Annotated[float, Quantity("share", 0.0, 5.0)] = Field(
        default=1.0, description="multiplier of the donors' budgets for digital development; 0 is no funding"
    )
    coordination: Share = Field(default=0.0, description="how far donors act together in a country")
    capacity_share: Share = Field(default=0.12, description="share of outlays for local skills and institutions")
    monitoring_share: Share = Field(default=0.05, description="share of outlays for monitoring and evaluation")
    local_ownership: Share = Field(default=0.3, description="how far local organisations decide and run")
    rural_targeting: Share = Field(default=0.5, description="share of new initiatives that serve the countryside")
    women_targeting: Share = Field(
        default=0.0, description="share of the people whom new initiatives add that is kept for women beyond the odds"
    )
    data_driven: Share = Field(default=0.2, description="how far money follows evidence of results")
    need_targeting: Share = Field(default=0.0, description="how far money goes to those least connected, before merit")
    platforms: Share = Field(default=0.0, description="share of new initiatives on multi-stakeholder platforms")
    knowledge_sharing: Share = Field(default=0.0, description="how far countries learn from those they are linked with")
    harmonisation: Share = Field(default=0.0, description="how far blocs of countries make one market with one rule")
    regulatory_reform: Share = Field(default=0.0, description="how far donors support regulatory reform")
    transition_years: Annotated[float, Quantity("years", 0.0, 10.0)] = Field(
        default=4.0, description="length of a planned exit"
    )
    adaptive_threshold: Share = Field(
        default=0.45, description="observed sustainability at which an adaptive exit begins"
    )
    evergreen_years: Annotated[float, Quantity("years", 0.0, 25.0)] = Field(
        default=12.0, description="how long an evergreen donor goes on paying after the funded years"
    )
    levy_rate: Annotated[float, Quantity("share", 0.0, 0.1)] = Field(
        default=0.01, description="universal service levy on operators' revenue; what is above 1% raises prices"
    )
    fund_disbursement: Share = Field(default=0.5, description="share of levies that universal service funds pay out")
    solidarity_levy: Annotated[float, Quantity("share", 0.0, 0.1)] = Field(
        default=0.0, description="levy on digital procurement in rich economies, paid out in the poorest"
    )
    solidarity_participation: Share = Field(
        default=0.001, description="part of that procurement that takes part: next to none where it is voluntary"
    )
    adaptive_latest_years: Annotated[float, Quantity("years", 0.0, 10.0)] = Field(
        default=4.0, description="longest time that an adaptive exit waits for it after the planned end"
    )

    climate_resilience: Share = Field(
        default=0.0, description="share of new sites built to withstand storms, floods and heat"
    )
    green_energy: Share = Field(default=0.0, description="share of new sites that run on solar power")
    cybersecurity_share: Share = Field(default=0.0, description="share of outlays for protection against attacks")
    refresh_share: Share = Field(
        default=0.0, description="share of instalments kept in a reserve that pays for new equipment only"
    )

    @model_validator(mode="after")
    def _leave_room_for_equipment(self) -> StrategySettings:
        largest = max(SET_ASIDE, key=lambda name: float(getattr(self, name)))
        together = sum(float(getattr(self, name)) for name in SET_ASIDE)
        if together > MOST_ASIDE + SUM_TOLERANCE:
            others = ", ".join(name for name in SET_ASIDE if name != largest)
            raise refuse(
                f"with {others} it takes {together:g} of outlays, and too little is left for equipment",
                f"{', '.join(SET_ASIDE)} up to {MOST_ASIDE:g} together",
                key=(largest,),
            )
        return self


class Scenario(_Frozen):
    """One question to the model, checked and frozen."""

    name: str = Field(min_length=1, description="short name, that of the file")
    title: str = Field(default="", description="a few words for headings")
    extends: str | None = Field(default=None, description="the scenario that it takes over all that it doesn't say")
    question: str = Field(default="", description="what the scenario is to answer")
    story: str = Field(default="", description="what happens in it, in a few sentences")
    theme: Annotated[str | None, _check_word(THEMES, "theme")] = Field(
        default=None, description="what it is about: whole, money, exits, mechanisms, cooperation or world"
    )
    holds_equal: Annotated[str | None, _check_word(HELD_EQUAL, "thing to hold equal")] = Field(
        default=None, description="what is the same as in the scenario that it extends: appropriations, or nothing"
    )
    sources: tuple[str, ...] = Field(default=(), description="where its figures come from")
    run: RunSettings = Field(default_factory=RunSettings)
    world: WorldSettings = Field(default_factory=WorldSettings)
    strategy: StrategySettings = Field(default_factory=StrategySettings)

    def with_settings(self, settings: Mapping[str, object]) -> Scenario:
        """Return the same scenario with some settings changed, under the names that ``--set`` takes.

        Raises ScenarioError for an unknown key or a value that can't be used.
        """
        draft = Draft(copy.deepcopy(self.model_dump()))
        _set_all(draft, settings)
        return _check(draft)


_LISTED: dict[KeyPath, type[BaseModel]] = {
    ("world", "cuts"): DonorCut,
    ("world", "spells"): HazardSpell,
    ("world", "withdrawals"): Withdrawal,
}
_SECTIONS: dict[str, type[BaseModel]] = {"run": RunSettings, "world": WorldSettings, "strategy": StrategySettings}


def scenario_directory() -> Path:
    """Return the folder of the shipped scenarios: within the installed package, or else in the source tree."""
    package = Path(__file__).resolve().parent
    for folder in (package / "scenarios", package.parent / "scenarios"):
        if folder.is_dir():
            return folder
    raise ScenarioError("the shipped scenarios are missing; is the installation whole?")


def load_scenario(name_or_path: str | Path, overrides: Mapping[str, object] | None = None) -> Scenario:
    """Read and check a scenario, by the name of a shipped one or the path of a TOML file.

    Args:
        name_or_path: such as ``"baseline"`` or ``"my/what-if.toml"``.
        overrides: settings to change, by dotted key (``strategy.coordination``), by lever (``coordination``) or by
            parameter (``closure.shape``).

    Raises ScenarioError, with file, line and key, for whatever can't be used.
    """
    directory = scenario_directory()
    path = find_scenario(name_or_path, directory)
    draft = read_draft(path, directory)
    draft.content.setdefault("name", path.stem)
    draft.content.setdefault("title", path.stem)
    _set_all(draft, overrides or {})
    scenario = _check(draft)
    if scenario.holds_equal is not None:
        parent = find_scenario(scenario.extends, directory, beside=path) if scenario.extends else None
        _check_equal(draft, scenario, load_scenario(parent, overrides) if parent else None)
    return scenario


def _check_equal(draft: Draft, scenario: Scenario, parent: Scenario | None) -> None:
    """Refuse a promise of equal money where a setting that decides on donors' budgets isn't the parent's."""
    if parent is None:
        raise draft.error(("holds_equal",), "there is nothing to be equal to", expected="extends, with a scenario")
    theirs = _settings_of_budgets(parent)
    for key, value in _settings_of_budgets(scenario).items():
        if value != theirs[key]:
            said = f"promises equal {scenario.holds_equal}, but {key} is not that of '{parent.name}'"
            raise draft.error(("holds_equal",), said, expected="the same donors' money, or no such promise")


def _settings_of_budgets(scenario: Scenario) -> dict[str, object]:
    """Return all settings on which donors' appropriations depend, by key."""
    run, world = scenario.run, scenario.world
    return {
        "strategy.funding": scenario.strategy.funding,
        "world.cuts": world.cuts,
        "world.withdrawals": world.withdrawals,
        "world.parameters": {name: value for name, value in world.parameters.items() if name.startswith("budgets.")},
        "world.uncertain": world.uncertain,
        "run": (run.start, run.end, run.spinup, run.seed, run.without, run.others),
    }


def list_scenarios() -> list[Scenario]:
    """Return the shipped scenarios, by name, the baseline first."""
    names = sorted(path.stem for path in scenario_directory().glob("*.toml"))
    return [load_scenario(name) for name in sorted(names, key=lambda name: (name != "baseline", name))]


def _set_all(draft: Draft, settings: Mapping[str, object]) -> None:
    for key, value in settings.items():
        path = _full_path(key)
        if path[0] in ("extends", "holds_equal"):
            raise ScenarioError("is said in a scenario's file only", file="--set", key=key)
        draft.put(path, copy.deepcopy(value), Place("--set"))


def _full_path(key: str) -> tuple[str, ...]:
    """Find what a setting's short or dotted name stands for."""
    parts = tuple(key.split("."))
    if key.startswith("world.parameters."):
        return ("world", "parameters", key.removeprefix("world.parameters."))
    if parts[0] in Scenario.model_fields and not (parts[0] in _SECTIONS and len(parts) == 1):
        return parts
    for section, model in _SECTIONS.items():
        if parts[0] in model.model_fields:
            return (section, *parts)
    if key in parameters():
        return ("world", "parameters", key)
    short = [name for model in _SECTIONS.values() for name in model.model_fields]
    dotted = [f"{section}.{name}" for section, model in _SECTIONS.items() for name in model.model_fields]
    raise ScenarioError(
        "no such setting", file="--set", key=key, nearest=nearest(key, [*short, *dotted, *parameters()])
    )


def _check(draft: Draft) -> Scenario:
    try:
        return Scenario.model_validate(draft.content)
    except ValidationError as problem:
        # A misspelt key also leaves its right name missing; the misspelling is what the user wants to hear of.
        errors = sorted(problem.errors(), key=lambda error: error["type"] != "extra_forbidden")
        raise _explain(draft, errors[0]) from None


def _explain(draft: Draft, error: ErrorDetails) -> ScenarioError:
    """Say in the field's words what pydantic found."""
    path: KeyPath = error["loc"]
    if error["type"] == "unusable":
        context = error["ctx"]
        path = (*path, *context["key"])
        return draft.error(path, context["message"], expected=context["expected"], nearest=context["nearest"])
    if error["type"] == "extra_forbidden":
        valid = [name for name in _fields_at(path[:-1]) if (path[:-1], name) != ((), "name")]
        kind = "table" if isinstance(error["input"], dict) else "key"
        expected = "one of " + ", ".join(valid)
        return draft.error(path, f"no such {kind}", expected=expected, nearest=nearest(str(path[-1]), valid))
    if error["type"] == "missing":
        return draft.error(path, "is missing")
    kinds: dict[str, str] = {
        "literal_error": str(error.get("ctx", {}).get("expected")),
        "string_type": "text in quotes",
        "bool_type": "true or false",
        "dict_type": "a table of names with their shares",
        "tuple_type": "a list in square brackets",
        "model_type": f"a table of {', '.join(_fields_at(path))}",
        "model_attributes_type": f"a table of {', '.join(_fields_at(path))}",
    }
    wanted = kinds.get(error["type"])
    if wanted is None:
        return draft.error(path, error["msg"])
    return draft.error(path, f"{error['input']!r} can't be used here", expected=wanted)


def _fields_at(path: KeyPath) -> list[str]:
    """List the valid keys of a table."""
    if not path:
        return list(Scenario.model_fields)
    if path[:2] in _LISTED:
        return list(_LISTED[path[:2]].model_fields)
    model = _SECTIONS.get(str(path[0]))
    return list(model.model_fields) if model is not None and len(path) == 1 else []
