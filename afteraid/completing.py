"""What a shell completes: names of scenarios and studies, settings after `--set`, countries and groups."""

from __future__ import annotations

from collections.abc import Iterable

MIXES = {"exits", "mechanisms"}  # levers of which the value is a table: its names are completed after a brace


def scenarios(incomplete: str) -> list[str]:
    """Return the shipped scenarios that begin as written."""
    from afteraid.simulation.scenario.scenario import scenario_directory

    return _begun((path.stem for path in scenario_directory().glob("*.toml")), incomplete)


def studies(incomplete: str) -> list[str]:
    """Return the shipped studies that begin as written."""
    from afteraid.experiments.study.study import study_directory

    return _begun((path.stem for path in study_directory().glob("*.toml")), incomplete)


def settings(incomplete: str) -> list[str]:
    """Return levers and settings of the world with their equals sign; of a mix, the names that may stand in it."""
    from afteraid.simulation.scenario.settings import StrategySettings, WorldSettings
    from afteraid.simulation.scenario.vocabulary import exit_names, mechanism_names

    key, sign, written = incomplete.partition("=")
    if not sign:
        return _begun(
            (f"{name}=" for name in (*StrategySettings.model_fields, *WorldSettings.model_fields)), incomplete
        )
    if key not in MIXES:
        return []
    before, _, begun = written.rpartition("{" if "," not in written else ",")
    names = exit_names() if key == "exits" else mechanism_names()
    start = f"{key}={before}{',' if ',' in written else '{'}"
    return [f"{start}{name}=" for name in names if name.startswith(begun.strip())]


def places(incomplete: str) -> list[str]:
    """Return groups, ISO 3166 codes and names of countries that begin as written; case makes no difference."""
    from afteraid.simulation.measures.groups import FLAGS, INCOME_GROUPS, shipped_groups

    known = shipped_groups()
    codes = known.codes("world")
    return _begun((*FLAGS, *INCOME_GROUPS, "world", *codes, *map(known.title, codes)), incomplete)


def _begun(names: Iterable[str], incomplete: str) -> list[str]:
    """Return the names that begin with what is written, in order."""
    return sorted(name for name in names if name.casefold().startswith(incomplete.casefold()))
