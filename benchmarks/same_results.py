#!/usr/bin/env python3
"""Write down the SHA-256 of every table of many runs, or check that today's code gives the same bits.

    python benchmarks/same_results.py write FILE     run everything and write the hashes
    python benchmarks/same_results.py check FILE     run everything and name each table that differs

Nine scenarios with two replicates each, from the first spin-up year 2005 to 2050; each alternative structure; every
initiative that the model keeps; and one small sweep. Compare on one machine only: another processor or another numpy
may round differently. Only the public names are used, so the same file serves before and after a rearrangement.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pandas as pd

from afteraid import FinancingModel, load_scenario, run

SCENARIOS = (
    "baseline", "all-levers", "no-cooperation", "terminations-as-in-2025", "clustered-exits",
    "universal-service-reform", "exits-adaptive", "climate-decade", "ai-and-satellites",
)  # fmt: skip
TABLES = ("divide", "countries", "survival", "finance", "activity", "parameters", "initiatives")
STRUCTURES = ("logistic_adoption", "no_slowdown", "weakest_factor", "plateau_of_survival", "")
STUDY = """\
title = "A small sweep, to compare its tables"
scenarios = ["baseline", "phased-handover"]
replicates = 2
[settings]
"run.end" = 2031
[design]
kind = "grid"
[[factors]]
name = "transition_years"
choices = [1, 4]
[[outcomes]]
name = "survival"
measure = "serving_3_years_after_exit"
[[outcomes]]
name = "rural_use"
grain = "group"
measure = "use_rural"
groups = ["LDC", "AFRICA"]
years = "all"
[[outcomes]]
name = "stories"
grain = "initiative"
"""


def main(arguments: list[str]) -> int:
    """Write or check; return 0 where all tables are the same."""
    if len(arguments) != 2 or arguments[0] not in ("write", "check"):
        print(__doc__)
        return 2
    with tempfile.TemporaryDirectory() as states:  # no state of another day
        os.environ["AFTERAID_CACHE"] = states
        found = dict(everything())
    file = Path(arguments[1])
    if arguments[0] == "write":
        document = {"made_with": made_with(), "sha256": found}
        file.write_text(json.dumps(document, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        print(f"{len(found)} hashes written to {file}")
        return 0
    document = json.loads(file.read_text(encoding="utf-8"))
    if document["made_with"] != made_with():
        print(f"made with {document['made_with']}, and this is {made_with()}: differences may come of that")
    stored = document["sha256"]
    different = sorted(name for name in stored.keys() | found.keys() if stored.get(name) != found.get(name))
    for name in different:
        print(f"differs: {name}")
    print(f"{len(stored)} hashes compared: {len(different)} differ")
    return 1 if different else 0


def made_with() -> dict[str, str]:
    """Say what the bits depend on besides the code."""
    processor = Path("/proc/cpuinfo")
    lines = processor.read_text(encoding="utf-8").splitlines() if processor.is_file() else []
    model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
    return {"python": platform.python_version(), "processor": model or platform.processor()}


def everything() -> Iterator[tuple[str, str]]:
    """Yield the name and hash of each table."""
    with ProcessPoolExecutor() as pool:
        for hashes in pool.map(of_scenario, SCENARIOS):
            yield from hashes.items()
        for hashes in pool.map(of_structure, STRUCTURES):
            yield from hashes.items()
    yield from of_sweep()


def of_scenario(name: str) -> dict[str, str]:
    """Hash the tables of two replicates of a scenario."""
    results = run(load_scenario(name), runs=2, workers=1)
    return {f"{name} {table}": of_table(getattr(results, table)) for table in TABLES}


def of_structure(structure: str) -> dict[str, str]:
    """Hash what one model keeps under an alternative rule, from 2005 on."""
    settings = {"run.start": 2005, "run.end": 2030, "world.structures": [structure] if structure else []}
    model = FinancingModel(load_scenario("baseline", settings))
    model.run_model()
    tables = model.record().tables
    model.close()
    return {f"structure {structure or 'none'} {name}": of_table(table) for name, table in tables.items()}


def of_sweep() -> Iterator[tuple[str, str]]:
    """Hash the tables of a small sweep, as they are read from its files."""
    with tempfile.TemporaryDirectory() as folder:
        study, out = Path(folder) / "study.toml", Path(folder) / "sweep"
        study.write_text(STUDY, encoding="utf-8")
        subprocess.run(
            [sys.executable, "-m", "afteraid", "sweep", str(study), "--out", str(out), "--quiet"], check=True
        )
        for table in sorted(path for path in out.iterdir() if path.is_dir()):
            parts = [pd.read_parquet(part) for part in sorted(table.glob("part-*.parquet"))]
            if parts:
                yield f"sweep {table.name}", of_table(pd.concat(parts, ignore_index=True))


def of_table(table: pd.DataFrame) -> str:
    """Hash a table: names of columns, their kinds, and every bit of their values."""
    content = hashlib.sha256()
    for name in table.columns:
        column = table[name]
        content.update(f"{name}:{column.dtype}:".encode())
        if column.dtype.kind in "biuf":
            content.update(column.to_numpy().tobytes())
        else:
            content.update("\x1f".join(map(str, column)).encode())
    return content.hexdigest()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
