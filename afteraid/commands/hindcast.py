"""The command ``afteraid hindcast``: the simulation scored on years that it had not seen."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from afteraid.experiments.calibration.access.panels import read_access
from afteraid.experiments.calibration.panel import read_panel
from afteraid.experiments.trust.hindcast.answer import answer_of
from afteraid.experiments.trust.hindcast.figure import write_figure
from afteraid.experiments.trust.hindcast.hindcast import DRAWS, HORIZONS, ORIGINS, RUNS, SEED, Hindcast
from afteraid.experiments.trust.hindcast.hindcast import hindcast as run_hindcast
from afteraid.simulation.basis import arguments
from afteraid.simulation.basis.errors import InputError
from afteraid.simulation.basis.number_text import parse_whole

from ..answering import hand_over
from ..folder import check_place
from ..terminal import for_people, progress
from .options import AccessFolder, AsJson, CovariatesFile, Excel, Out, OwnRuns, OwnSeed, PanelFile, Quiet, Workers


@for_people
def hindcast(
    panel: PanelFile[Path],
    covariates: CovariatesFile = None,
    access: AccessFolder = None,
    origins: Annotated[str, typer.Option(help="Years to forecast from, with commas between.")] = ",".join(
        map(str, ORIGINS)
    ),
    horizons: Annotated[str, typer.Option(help="Years ahead, with commas between.")] = ",".join(map(str, HORIZONS)),
    runs: OwnRuns = RUNS,
    refits: Annotated[int, typer.Option(help="Refits of the law on resampled countries.")] = DRAWS,
    seed: OwnSeed = SEED,
    workers: Workers = None,
    out: Out[Path | None] = None,
    excel: Excel = False,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Forecast from past years with what was known then, and score the forecasts against what happened.

    Example: `afteraid hindcast --panel internet_use.csv --access figures --origins 2015,2018,2021 --out reports/past`
    """
    refits = arguments.whole("refits", refits, 1, arguments.MOST_RUNS)
    asked = {"origins": _years(origins, "--origins"), "horizons": _years(horizons, "--horizons")}
    known = read_panel(panel, covariates)
    paths = None if access is None else read_access(access)
    check_place(out, excel)
    with progress("Running the past", 1, quiet) as advance:
        found = run_hindcast(
            known, asked["origins"], asked["horizons"], runs, refits, seed, workers=workers, progress=advance,
            access=paths,
        )  # fmt: skip
    hand_over(
        answer_of(found), out=out, write=lambda folder: _write(found, folder), quiet=quiet, as_json=as_json,
        excel=excel, what="Tables, figure and manifest",
    )  # fmt: skip


def _years(text: str, key: str) -> list[int]:
    """Read whole numbers with commas between."""
    try:
        return [parse_whole(part) for part in text.split(",")]
    except ValueError:
        raise InputError(f"'{text}' can't be used", key=key, expected="whole numbers with commas between") from None


def _write(found: Hindcast, folder: Path) -> None:
    """Write tables, figure and manifest."""
    found.write(folder)
    write_figure(found, folder / "figures")
