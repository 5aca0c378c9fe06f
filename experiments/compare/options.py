"""The options of a comparison: a scenario's name, a file, or either with settings, written as one text.

The text is ``[TITLE: ][SCENARIO] [KEY=VALUE ...]``. Without a scenario the settings change the base::

    phased-handover
    baseline funding=0.7
    All aid cut by 30%: funding=0.7
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from afteraid.simulation.basis.errors import InputError, ScenarioError, shown
from afteraid.simulation.scenario.given import ScenarioGiven, scenario_given
from afteraid.simulation.scenario.scenario import Scenario, full_key, load_scenario
from afteraid.simulation.scenario.toml_file import parse_setting

MOST_OPTIONS = 6
LONG, SHORT = "Baseline: today's policies continue", "Baseline"
SHARED = ("start", "end", "spinup", "runs", "seed", "focus")  # of `[run]`, the same in all: pairs need it
FORM = "[TITLE: ][SCENARIO] [KEY=VALUE ...], as in 'All aid cut by 30%: funding=0.7'"
_TITLE = re.compile(r"([^=\[{]+?):\s+(\S.*)", re.DOTALL)
_KEY = re.compile(r"\s([A-Za-z_][\w.\-]*)\s*=(?!=)")


@dataclass(frozen=True)
class Option:
    """One option: how sentences call it, and its scenario."""

    label: str
    scenario: Scenario


def chosen_base(base: ScenarioGiven | str, run: Mapping[str, object], settings: Mapping[str, object]) -> Option:
    """Return the base that options are compared with.

    Args:
        base: a scenario, its name, its file, or the text of an option.
        run: settings of `[run]`, by full key.
        settings: of all options, the base too.
    """
    if isinstance(base, Scenario):
        found = base.with_settings({**settings, **run}) if settings or run else base
        return _called(_title(base), found)
    return _read(str(base), None, {**settings, **run})


def chosen_options(
    options: Sequence[ScenarioGiven], base: Option, settings: Mapping[str, object]
) -> tuple[Option, ...]:
    """Return the options, in the years, runs, seed and focus of the base.

    Raises InputError where there is none, too many, or two are the same.
    """
    if not 1 <= len(options) <= MOST_OPTIONS:
        raise InputError(
            f"{len(options)} options are given", key="OPTION", expected=f"one to {MOST_OPTIONS} besides the base"
        )
    shared = {f"run.{name}": getattr(base.scenario.run, name) for name in SHARED}
    found: list[Option] = []
    for given in options:
        if isinstance(given, Scenario):
            one = _called(_title(given), given.with_settings({**settings, **shared}))
        else:
            one = _read(str(given), base, {**settings, **shared})
        for other in (base, *found):
            if _same(one.scenario, other.scenario):
                raise InputError(
                    f"{shown(one.label)} is the same as {shown(other.label)}",
                    key="OPTION",
                    expected="different options",
                )
        found.append(one)
    labels = [base.label, *(one.label for one in found)]
    if len(set(labels)) < len(labels):
        raise InputError("two options have one title", key="OPTION", expected=FORM)
    return tuple(found)


def _read(text: str, base: Option | None, settings: Mapping[str, object]) -> Option:
    """Read the text of an option."""
    title, body = "", text.strip()
    if not Path(body).is_file() and (parts := _TITLE.fullmatch(body)):
        title, body = parts[1].strip(), parts[2].strip()
    name, own = (body, []) if Path(body).is_file() else _settings(body)
    if not name and base is None:
        raise InputError(f"{shown(text)} names no scenario", key="BASE", expected="a scenario's name, or its file")
    chosen: dict[str, object] = {}
    for one in own:
        key, value = parse_setting(one)
        if key in chosen:
            raise ScenarioError("is set twice", key=key, expected="one value")
        full = full_key(key)
        if base is not None and full in {f"run.{shared}" for shared in SHARED}:
            raise ScenarioError(
                "is the same in all options of a comparison", key=key, expected=f"--{full.removeprefix('run.')}"
            )
        chosen[key] = value
    mine = {full_key(key) for key in chosen}
    rest = {key: value for key, value in settings.items() if full_key(key) not in mine}
    if name or base is None:
        plain = scenario_given(name)
        found = load_scenario(name, {**rest, **chosen}) if rest or chosen else plain
        label = title or ", ".join([_title(plain), *own])
    else:
        found = base.scenario.with_settings({**rest, **chosen})
        label = title or ", ".join(own)
    return _called(label, found)


def _called(label: str, scenario: Scenario) -> Option:
    """Return an option whose scenario has its label as title, so that no changed world bears another's name."""
    return Option(label, scenario.model_copy(update={"title": label}))


def _settings(body: str) -> tuple[str, list[str]]:
    """Split a text into the scenario's name and its settings; a space in brackets or quotes splits nothing."""
    text = f" {body}"
    starts = [match.start(1) for match in _KEY.finditer(text) if _outside(text[: match.start(1)])]
    if not starts:
        return body, []
    ends = [*starts[1:], len(text)]
    return text[: starts[0]].strip(), [text[a:b].strip() for a, b in zip(starts, ends, strict=True)]


def _outside(before: str) -> bool:
    """Say whether what follows a text stands outside of brackets and quotes."""
    plain = re.sub(r"\"[^\"]*\"|'[^']*'", "", before)
    return all(plain.count(one) <= plain.count(other) for one, other in ("[]", "{}")) and '"' not in plain


def _title(scenario: Scenario) -> str:
    """Return how a scenario is called; the baseline in one word, with what was changed."""
    title = scenario.title or scenario.name
    return title.replace(LONG, SHORT, 1)


def _same(one: Scenario, other: Scenario) -> bool:
    """Say whether two scenarios are one world with one strategy."""
    return (one.world, one.strategy, one.run) == (other.world, other.strategy, other.run)
