"""Whether the scenarios of a study or search can take what its factors set, each value and all factors together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from afteraid.simulation.basis.errors import InputError
from afteraid.simulation.scenario.file import Draft
from afteraid.simulation.scenario.scenario import NO_SETTING, Scenario, is_setting
from afteraid.simulation.scenario.toml_file import KeyPath

from .factors import Factor, set_twice
from .written import carried, refused


def check_apart(draft: Draft, factors: Sequence[tuple[KeyPath, Factor, bool]]) -> None:
    """Refuse two factors that set the same setting; each has its place and whether its alternatives are tables."""
    twice = set_twice([(factor, own) for _, factor, own in factors])
    if twice is not None:
        first, second, key = twice
        message = f"sets {key}, which '{factors[first][1].name}' sets too"
        raise refused(draft, factors[second][0], message, "one factor for each setting")


def check_factor(draft: Draft, place: KeyPath, factor: Factor, scenarios: Mapping[str, Scenario]) -> bool:
    """Try every choice, or both ends, in every scenario; say whether its alternatives are tables of settings."""
    own = sets_its_own(factor)
    for value in factor.ends():
        key = "alternatives" if factor.alternatives else "choices" if factor.choices else ""
        if not key:
            key = "low" if value == factor.ends()[0] else "high"
        chosen: KeyPath = (*place, key, *((str(value),) if factor.alternatives else ()))
        if own and not isinstance(factor.alternatives[str(value)], dict):
            message = f"{factor.name} is no setting, so that each alternative has to be a table of settings"
            raise refused(draft, chosen, message, 'such as { "strategy.coordination" = 0.5 }, or sets = "a setting"')
        for scenario in scenarios.values():
            try:
                scenario.with_settings(factor.settings(value, own))
            except InputError as problem:
                misnamed = problem.message.startswith(NO_SETTING) and not own
                where = (*place, "sets" if factor.sets else "name") if misnamed else chosen
                raise carried(draft, where, problem) from None
    return own


def sets_its_own(factor: Factor) -> bool:
    """Say whether each alternative of a factor is a table of settings, and not a value of the setting that it names."""
    return bool(factor.alternatives) and not factor.sets and not is_setting(factor.name)
