"""Arguments and options that commands share, each declared once, so that a word means the same everywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, TypeVar

import typer

from .. import completing

Given = TypeVar("Given")  # what stands in for an option that is left out decides: `Out[Path | None]`, `Out[Path]`

ScenarioName = Annotated[
    str, typer.Argument(help="Name of a shipped scenario, or path of a TOML file.", autocompletion=completing.scenarios)
]
StudyName = Annotated[
    str, typer.Argument(help="Name of a shipped study, or path of a TOML file.", autocompletion=completing.studies)
]
SweepFolder = Annotated[Path, typer.Argument(help="Folder that `afteraid sweep` wrote.")]

# Ranges are checked by what a command calls, in the words of `simulation/basis/arguments.py`.
_RUNS = "Number of runs."
_SEED = "Seed of the random numbers; the same seed gives the same result."
Runs = Annotated[int | None, typer.Option(help=_RUNS, show_default="100, or as the scenario says")]
OwnRuns = Annotated[int, typer.Option(help=_RUNS)]
Seed = Annotated[int | None, typer.Option(help=_SEED, show_default="2025, or as the scenario says")]
OwnSeed = Annotated[int, typer.Option(help=_SEED)]

Start = Annotated[int | None, typer.Option(help="First year of the answer.", show_default="2025")]
End = Annotated[int | None, typer.Option(help="Last year of the answer, up to 2050.", show_default="2050")]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="KEY=VALUE",
        help="Change a lever, a setting or a parameter; may be repeated. See `afteraid levers`.",
        autocompletion=completing.settings,
    ),
]
Focus = Annotated[
    str | None,
    typer.Option(
        help="Country or group to report: Kenya, KEN, LDC, Africa.",
        show_default="LDC, or as the scenario says",
        autocompletion=completing.places,
    ),
]
Measures = Annotated[
    list[str] | None,
    typer.Option(
        "--measure", metavar="NAME", help="Report this measure too; may be repeated. See `afteraid measures`."
    ),
]

Twin = Annotated[
    bool,
    typer.Option(
        "--twin/--no-twin",
        help="Also run the same world without donors' money: additional user-years per dollar need it.",
    ),
]
Out = Annotated[Given, typer.Option(help="Folder for tables, figures and manifest.")]
Page = Annotated[Path | None, typer.Option("--html", help="File for the answer as one page, to read in a browser.")]
Language = Annotated[str, typer.Option(help="Language of the page: en, fr, es or ar.", metavar="CODE")]
Excel = Annotated[
    bool,
    typer.Option("--excel", help="Also write the answer's tables as an Excel workbook, with its columns explained."),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress bar and no notes.")]
Full = Annotated[bool, typer.Option("--full", help="Print all tables, not only the headlines.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")]

Workers = Annotated[int | None, typer.Option(help="Number of worker processes; all cores by default.")]
EngineName = Annotated[str, typer.Option("--engine", help="Where to compute: processes, or dask.")]
Scheduler = Annotated[
    str | None,
    typer.Option(metavar="ADDRESS", help="Dask's scheduler, as in tcp://host:8786; a local one by default."),
]
Resume = Annotated[bool, typer.Option("--resume", help="Continue what an earlier command left in the folder.")]

PanelFile = Annotated[Given, typer.Option(help="CSV of internet use: iso3, year, internet_pct.")]
CovariatesFile = Annotated[
    Path | None,
    typer.Option(help="CSV of iso3, year, pop, gdppc_ppp; the embedded fitted paths by default."),
]
AccessFolder = Annotated[
    Path | None,
    typer.Option(
        help="Folder of mobile_coverage.csv, electricity_access.csv and more; the shipped paths of barriers by default."
    ),
]
