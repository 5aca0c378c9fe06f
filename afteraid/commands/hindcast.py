"""The command ``afteraid hindcast``: the simulation scored on years that it had not seen."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from afteraid.experiments.calibration.panel import read_panel
from afteraid.experiments.trust.hindcast.figure import write_figure
from afteraid.experiments.trust.hindcast.hindcast import DRAWS, HORIZONS, ORIGINS, RUNS, SEED, Hindcast
from afteraid.experiments.trust.hindcast.hindcast import hindcast as run_hindcast
from afteraid.experiments.trust.hindcast.scores import SIMULATION
from afteraid.simulation.basis.errors import InputError
from afteraid.simulation.results.faces.terminal import WIDE

from ..folder import check_folder, whole_folder
from ..terminal import for_people, print_json, progress, say
from .options import AsJson, CovariatesFile, Out, OwnRuns, OwnSeed, PanelFile, Quiet, Workers


@for_people
def hindcast(
    panel: PanelFile[Path],
    covariates: CovariatesFile = None,
    origins: Annotated[str, typer.Option(help="Years to forecast from, with commas between.")] = ",".join(
        map(str, ORIGINS)
    ),
    horizons: Annotated[str, typer.Option(help="Years ahead, with commas between.")] = ",".join(map(str, HORIZONS)),
    runs: OwnRuns = RUNS,
    refits: Annotated[int, typer.Option(min=1, help="Refits of the law on resampled countries.")] = DRAWS,
    seed: OwnSeed = SEED,
    workers: Workers = None,
    out: Out[Path | None] = None,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Forecast from past years with what was known then, and score the forecasts against what happened.

    Example: `afteraid hindcast --panel internet_use.csv --origins 2010,2012,2015 --horizons 1,3,5,7 --out reports/past`
    """
    asked = {"origins": _years(origins, "--origins"), "horizons": _years(horizons, "--horizons")}
    known = read_panel(panel, covariates)
    if out is not None:
        check_folder(out)
    with progress("Running the past", 1, quiet) as advance:
        found = run_hindcast(
            known, asked["origins"], asked["horizons"], runs, refits, seed, workers=workers, progress=advance
        )
    if out is not None:
        _write(found, out, quiet)
    if as_json:
        print_json(to_dict(found))
    else:
        print_hindcast(found, Console(highlight=False))
    if out is not None and not quiet:
        say(f"Tables, figure and manifest are in {out}")


def _years(text: str, key: str) -> list[int]:
    """Read whole numbers with commas between."""
    try:
        return [int(part) for part in text.split(",")]
    except ValueError:
        raise InputError(f"'{text}' can't be used", key=key, expected="whole numbers with commas between") from None


def _write(found: Hindcast, out: Path, quiet: bool) -> None:
    """Write everything into a folder: tables, figure, answer and manifest, or nothing."""
    with progress("Writing tables and figure", None, quiet), whole_folder(out) as folder:
        found.write(folder)
        write_figure(found, folder / "figures")
        with (folder / "answer.txt").open("w", encoding="utf-8") as file:
            print_hindcast(found, Console(file=file, width=WIDE, highlight=False, color_system=None))


def print_hindcast(found: Hindcast, console: Console) -> None:
    """Print errors and bands by horizon, and each target with what was found."""
    scores = found.scores[found.scores["grouping"] == "everywhere"]
    horizons = sorted(set(scores["horizon"]))
    console.print(Text(f"Forecasts of internet use from {_words(found)}, in points of the population", style="bold"))
    for measure, words in (
        ("mae", "mean absolute error"),
        ("crps", "CRPS"),
        ("cover80", "coverage of the 80% band, %"),
    ):
        wide = scores.pivot(index="model", columns="horizon", values=measure)
        wide = wide.dropna(how="all").sort_values(horizons[-1] if measure != "cover80" else horizons[0])
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
        table.add_column(Text(words, style="bold"))
        for horizon in horizons:
            table.add_column(Text(f"{horizon} years" if horizon > 1 else "1 year"), justify="right", no_wrap=True)
        for model, row in wide.iterrows():
            table.add_row(Text(str(model)), *(Text(f"{row[horizon]:.2f}") for horizon in horizons))
        console.print()
        console.print(table)
    console.print()
    for target in found.targets:
        verdict = "met" if target["met"] else "missed"
        line = f"{verdict}: {target['target']}, {target['horizon']} y: {target['value']} (wanted {target['wanted']})"
        console.print(Text(line))
    console.print(Text(f"GDP and population: {found.manifest['covariates']}."))


def _words(found: Hindcast) -> str:
    """Name the origins."""
    years = list(map(str, found.manifest["asked"]["origins"]))
    return years[0] if len(years) == 1 else ", ".join(years[:-1]) + " and " + years[-1]


def to_dict(found: Hindcast) -> dict[str, Any]:
    """Return scores, comparisons and targets as plain lists and numbers; what is not known is None."""
    return {
        "about": SIMULATION,
        "scores": _plain(found.scores),
        "comparisons": _plain(found.comparisons),
        "parts": _plain(found.parts),
        "targets": found.targets,
        "manifest": found.manifest,
    }


def _plain(table: Any) -> list[dict[str, Any]]:
    """Turn rows into dictionaries that JSON can hold."""
    rows = table.round(6).to_dict(orient="records")
    return [{str(key): None if value != value else value for key, value in row.items()} for row in rows]
