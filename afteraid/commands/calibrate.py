"""The command ``afteraid calibrate``: what data say of the model's numbers, with their uncertainty."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from afteraid.experiments.calibration.answer import answer_of
from afteraid.experiments.calibration.calibration import (
    DRAWS,
    SEED,
    Part,
    adoption_part,
    closure_part,
    donors_part,
    manifest,
    outcomes_part,
    write_calibration,
)
from afteraid.experiments.calibration.closure import RUNS
from afteraid.experiments.calibration.given_tables import HOLDS, read_given
from afteraid.experiments.calibration.panel import Panel, read_panel
from afteraid.simulation.basis.errors import InputError
from afteraid.simulation.basis.files import sha256_of_file

from ..answering import hand_over
from ..folder import check_place
from ..terminal import for_people, progress
from .options import AsJson, CovariatesFile, Excel, Out, OwnSeed, PanelFile, Quiet, Workers

FLOWS, BUDGETS = (", ".join(HOLDS[name]) for name in ("flows", "donors"))
NO_TABLE: tuple[None, tuple[str, ...]] = (None, ())


@for_people
def calibrate(
    out: Out[Path],
    panel: PanelFile[Path | None] = None,
    covariates: CovariatesFile = None,
    until: Annotated[int | None, typer.Option(help="Last year whose observations are used.")] = None,
    flows: Annotated[Path | None, typer.Option(help=f"CSV of aid: {FLOWS}; with --donors.")] = None,
    donors: Annotated[Path | None, typer.Option(help=f"CSV of donors' aid: {BUDGETS}.")] = None,
    world_bank_projects: Annotated[Path | None, typer.Option(help="CSV of projects rated by the World Bank.")] = None,
    adb_projects: Annotated[Path | None, typer.Option(help="CSV of projects rated by the ADB.")] = None,
    closure: Annotated[bool, typer.Option("--closure", help="Calibrate the tolerance for arrears, by runs.")] = False,
    runs: Annotated[int, typer.Option(help="Worlds of the first wave for --closure; 80% more follow.")] = RUNS,
    draws: Annotated[int, typer.Option(help="Refits on resampled countries; rows of the posterior.")] = DRAWS,
    seed: OwnSeed = SEED,
    workers: Workers = None,
    excel: Excel = False,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Fit the model's parameters to data, with their uncertainty, in the format that the package ships.

    The given files decide what is fitted: the law of adoption (--panel), donors (--panel, --flows, --donors),
    outcomes of funded projects (--world-bank-projects, --adb-projects), the tolerance for arrears (--closure).

    Example: `afteraid calibrate --panel internet_use.csv --covariates country_year.csv --until 2018 --out fits/2018`
    """
    _check_options(panel, flows, donors, world_bank_projects, adb_projects, closure, until)
    check_place(out, excel)
    given = {"panel": panel, "covariates": covariates, "flows": flows, "donors": donors,
             "world-bank-projects": world_bank_projects, "adb-projects": adb_projects}  # fmt: skip
    tables = {name: read_given(path, name) for name, path in given.items() if name in HOLDS and path is not None}
    known = None if panel is None else read_panel(panel, covariates)
    parts = _fit(known, tables, until or 0, closure, runs, draws, seed, workers, quiet)
    command = " ".join(
        ["afteraid calibrate", *(f"--{name} FILE" for name, path in given.items() if path is not None)]
        + ([f"--until {until}"] if until is not None else [])
        + ([f"--closure --runs {runs}"] if closure else [])
        + [f"--draws {draws} --seed {seed} --out DIR"]
    )
    hashes = {path.name: sha256_of_file(path) for path in given.values() if path is not None}
    about = manifest(parts, command, until, draws, seed, hashes)
    hand_over(
        answer_of(parts, about), out=out, write=lambda folder: write_calibration(parts, about, folder), quiet=quiet,
        as_json=as_json, excel=excel, what="Draws, tables and manifest",
    )  # fmt: skip


def _check_options(
    panel: Path | None,
    flows: Path | None,
    donors: Path | None,
    world_bank: Path | None,
    adb: Path | None,
    closure: bool,
    until: int | None,
) -> None:
    """Refuse options that don't go together, before anything is read."""
    if not (panel or world_bank or adb or closure):
        raise InputError(
            "nothing to fit", key="calibrate", expected="--panel, --world-bank-projects, --adb-projects or --closure"
        )
    if (flows is None) != (donors is None) or (flows is not None and panel is None):
        raise InputError("donors need three files", key="--flows", expected="--panel, --flows and --donors together")
    if until is None and (panel or world_bank or adb):
        raise InputError("no year was given", key="--until", expected="the last year whose observations are used")


def _fit(
    panel: Panel | None,
    tables: Mapping[str, tuple[pd.DataFrame, tuple[str, ...]]],
    until: int,
    closure: bool,
    runs: int,
    draws: int,
    seed: int,
    workers: int | None,
    quiet: bool,
) -> list[Part]:
    """Fit what was given, one part after the other."""
    parts: list[Part] = []
    if panel is not None:
        with progress("Refitting the law of adoption", draws, quiet) as advance:
            parts.append(adoption_part(panel, until, draws, seed, workers, advance))
    if panel is not None and "flows" in tables:
        with progress("Refitting donors", draws, quiet) as advance:
            (aid, left_out), (budgets, left_out_too) = tables["flows"], tables["donors"]
            part = donors_part(aid, budgets, panel, until, draws, seed, workers, advance)
            parts.append(replace(part, notes=[*left_out, *left_out_too, *part.notes]))
    if "world-bank-projects" in tables or "adb-projects" in tables:
        world_bank, left_out = tables.get("world-bank-projects", NO_TABLE)
        adb, left_out_too = tables.get("adb-projects", NO_TABLE)
        with progress("Refitting outcomes", draws, quiet) as advance:
            part = outcomes_part(world_bank, adb, until, draws, seed, workers, advance)
            parts.append(replace(part, notes=[*left_out, *left_out_too, *part.notes]))
    if closure:
        with progress("Running worlds", runs, quiet) as advance:
            parts.append(closure_part(runs, draws, seed, workers, advance))
    return parts
