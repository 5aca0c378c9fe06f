"""Stand-ins for the world in tests of the scripts: what is best in them is known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from afteraid.experiments.study.study import StudyFile, read_study
from afteraid.simulation.basis.toml_text import toml_text


def study_like(name: str, **changes: Any) -> str:
    """A shipped study with a stand-in of this module for the world, as TOML."""
    written = read_study(name).written
    model = name.replace("-", "_")
    content = written.model_dump(mode="json", exclude_defaults=True) | {
        "model": f"question_models:{model}",
        "seed": 7,
        "chunk_runs": 200,
    }
    content.pop("settings", None), content.pop("scenarios", None)
    kept = [outcome.name for outcome in written.outcomes if outcome.is_number()]
    content["outcomes"] = [{"name": outcome, "measure": outcome} for outcome in kept]
    text = toml_text(content | changes)
    StudyFile.model_validate(content | changes)
    return text


def luck_of(seed: int, replicate: int) -> float:
    """The same in all that a replicate does."""
    return float(np.random.default_rng([seed, replicate]).normal())


def exit_timing(settings: Mapping[str, Any], seed: int, replicate: int) -> dict[str, float]:
    """Government is best, and four years are, but for abrupt exits, which know no length."""
    (way,) = settings["strategy.exits"]
    years = 0.0 if way == "abrupt" else 4.0 - abs(settings["transition_years"] - 4.0)
    worth = {"government_handover": 60.0, "adaptive": 30.0, "linear_phase_down": 20.0, "abrupt": 0.0}[way] + years
    level = 1000.0 * (1.0 + 0.1 * luck_of(seed, replicate))
    return {
        "serving_10_years": 0.3 + worth / 1000.0, "people_serving_10_years": 0.4 + worth / 1000.0,
        "serving_5_after_exit": 0.3, "additional_per_1000_usd": level * (100.0 + worth), "additional_user_years": level,
        "stranded_share": 0.1, "gap_LDC": 0.2, "rural_use_LDC": 0.5, "shortfall": 0.1,
    }  # fmt: skip


def mechanism_race(settings: Mapping[str, Any], seed: int, replicate: int) -> dict[str, float]:
    """Matching grants are best, and all others but an endowment are as good as a project grant."""
    mix = settings["strategy.mechanisms"]
    worth = 1.0 + 0.2 * ("matching_grant" in mix) - 0.1 * ("endowment" in mix)
    level = 1e9 * (1.5 + 0.2 * luck_of(seed, replicate))
    return {
        "serving_5_years": 0.7 * worth, "serving_10_years": 0.5 * worth, "people_serving_10_years": 0.5 * worth,
        "additional_user_years": level * worth, "additional_per_1000_usd": level * worth / 8e10,
        "stranded_share": 0.1 / worth, "rural_use_LDC": 0.8, "gap_LDC": 0.2,
    }  # fmt: skip


def donor_cliff(settings: Mapping[str, Any], seed: int, replicate: int) -> dict[str, float]:
    """A cut costs with its square: a cliff; notice halves what a withdrawal costs with every two years."""
    cut = sum(one["size"] for one in settings["world.further_cuts"])
    size = {"USA": 0.2, "DEU": 0.1, "IDA": 0.0}
    gone = sum(
        size[one["donors"][0]] * 0.5 ** (one.get("notice_years", 0) / 2) for one in settings["world.withdrawals"]
    )
    left = (1.0 - cut**2) * (1.0 - gone) * (1.5 + 0.2 * luck_of(seed, replicate))
    return {
        "living_2035": 1e4 * left,
        "stranded_share": 0.1 * (cut + gone + 0.1),
        "additional_user_years": 1e9 * left,
        "additional_per_1000_usd": 3.0 * left,
        "rural_use_LDC": 0.8,
    }


def what_drives_ldc_closure(settings: Mapping[str, Any], seed: int, replicate: int) -> dict[str, float]:
    """Funding and the ceiling of adoption decide; nothing else does anything."""
    luck = 0.01 * luck_of(seed, replicate)
    closed = 0.5 * settings["funding"] + 60.0 * settings["adoption.saturation"] + luck
    return {"closure_LDC": closed, "rural_use_LDC": 0.2 * closed, "years_behind_LDC": 10.0 - closed}
