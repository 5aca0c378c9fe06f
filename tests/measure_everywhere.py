"""Say where the measures of docs/add_a_measure.md are found; tests/test_recipes.py runs it on a copy of the source."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd

import afteraid
from afteraid import load_scenario, read_study, run, sweep
from afteraid.experiments.attribution.answer import answer_of
from afteraid.experiments.attribution.attribution import attribute
from afteraid.experiments.discovery.condition import read_condition
from afteraid.experiments.pages.measures import page
from afteraid.experiments.trust.uncertainty.uncertainty import tell_apart
from afteraid.simulation.results.faces.plain import plain

WORLD, COUNTRY = "people_in_conflict", "price"
SPAN = {"run.spinup": 2021, "run.start": 2022, "run.end": 2025}
STUDY = """
title = "Where a new measure is found"
scenarios = ["baseline"]
replicates = 2
[settings]
"run.spinup" = 2021
"run.start" = 2022
"run.end" = 2025
[[factors]]
name = "transition_years"
choices = [1, 4]
[design]
kind = "grid"
[[outcomes]]
measure = "people_in_conflict"
[[outcomes]]
grain = "group"
measure = "price"
groups = ["LDC"]
[[outcomes]]
name = "price_by_country"
grain = "country"
measure = "price"
groups = ["Kenya"]
"""


def main(folder: Path) -> None:
    """Print as JSON what was found."""
    scenario = load_scenario("baseline", {**SPAN, "run.runs": 2})
    results = run(scenario, workers=1)
    said = json.dumps(plain(results.answer()))
    file = folder / "study.toml"
    file.write_text(STUDY, encoding="utf-8")
    study = read_study(file)
    sweep(study, folder / "sweep", workers=1)
    tables = {name: _table(folder / "sweep" / name) for name in ("runs", "countries")}
    effects = attribute(scenario, ["donor:USA"], workers=1, also=[WORLD, COUNTRY])
    apart = tell_apart(load_scenario("baseline", SPAN), draws=2, replicates=2, workers=1, also=[WORLD, COUNTRY])
    found: dict[str, object] = {"package": str(afteraid.__file__)}
    for name, column in ((WORLD, WORLD), (COUNTRY, "price_LDC")):
        condition = read_condition(f"worst 50% of {column}", study, tables["runs"])
        levels = tables["runs"][column].to_numpy(float)
        found[name] = {
            "axis": results.chart(name).up,
            "table": _recorded(results, name),
            "sweep": bool(np.isfinite(levels).all()),
            "condition": bool(condition.meets(tables["runs"])[levels.argmax()]),
            "attribution": name in set(effects.effects["measure"]),
            "attribution as JSON": name in json.dumps(plain(answer_of(effects))),
            "uncertainty": name in set(apart.bands["outcome"]),
            "page": f"| `{name}` |" in page(),
        }
    found[WORLD]["answer as JSON"] = WORLD in said  # type: ignore[index]
    kenya = tables["countries"]
    found[COUNTRY]["countries of a sweep"] = set(kenya["iso3"]) == {"KEN"}  # type: ignore[index]
    found[COUNTRY]["single precision"] = str(results.countries["price"].dtype) == "float32"  # type: ignore[index]
    print(json.dumps(found))


def _recorded(results: afteraid.Results, name: str) -> bool:
    """Say whether a measure is in the tables of a run."""
    in_tall = name in set((results.activity if name == WORLD else results.divide)["measure"])
    return in_tall and (name == WORLD or name in results.countries)


def _table(folder: Path) -> pd.DataFrame:
    """Read a table of a sweep."""
    return pd.concat([pd.read_parquet(part) for part in sorted(folder.glob("part-*.parquet"))], ignore_index=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
