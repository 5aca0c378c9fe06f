"""The command ``afteraid``: run a scenario, list and check scenarios, and look at the parameters."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from afteraid.simulation.basis.errors import ScenarioError
from afteraid.simulation.ensemble import run as run_scenario
from afteraid.simulation.results.figures import write_figures
from afteraid.simulation.results.tables import Results
from afteraid.simulation.scenario.scenario import Scenario, load_scenario
from afteraid.simulation.scenario.vocabulary import parameters as declared_parameters
from afteraid.simulation.state.parameters import Parameter

from .answer import WIDE, print_answer
from .commands.attribute import attribute
from .commands.calibrate import calibrate
from .commands.discover import discover
from .commands.hindcast import hindcast
from .commands.patterns import patterns
from .commands.publish import publish
from .commands.read import read
from .commands.scenarios import scenarios
from .commands.search import search
from .commands.sweep import rerun, sweep
from .commands.uncertainty import uncertainty
from .folder import check_folder, whole_folder
from .terminal import STOPPED_STATUS, for_people, join_settings, print_json, progress, say
from .trust import take_along, where

app = typer.Typer(
    name="afteraid",
    help="What is left of a digital inclusion initiative when its donor has gone: a model of the world to 2050.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
)


@app.command()
@for_people
def run(
    scenario: Annotated[str, typer.Argument(help="Name of a shipped scenario, or path of a TOML file.")],
    runs: Annotated[int | None, typer.Option(help="How many worlds to run.")] = None,
    seed: Annotated[int | None, typer.Option(help="Luck of all runs; the same seed gives the same result.")] = None,
    start: Annotated[int | None, typer.Option(help="First year of the answer.")] = None,
    end: Annotated[int | None, typer.Option(help="Last year of the answer, up to 2050.")] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Change a lever, a setting or a parameter; may be repeated."),
    ] = None,
    focus: Annotated[str | None, typer.Option(help="Country or group to look at: KEN, LDC, AFRICA.")] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes at work; all cores if left out.")] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for tables, figures and manifest.")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress bar and no notes.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")] = False,
) -> None:
    """Run a scenario and say what becomes of initiatives and of the divide.

    Example: `afteraid run baseline --runs 20 --focus KEN --set coordination=0.5 --out reports/kenya`
    """
    named: dict[str, object] = {"runs": runs, "seed": seed, "start": start, "end": end, "focus": focus}
    chosen = load_scenario(scenario, join_settings(settings or [], named))
    if out is not None:
        check_folder(out)
    results = _simulate(chosen, workers, quiet)
    if out is not None:
        _write(results, out, quiet)
    if as_json:
        print_json({"scenario": chosen.model_dump(mode="json"), **results.summary().to_dict()})
    else:
        print_answer(results, Console(highlight=False))
        print(where(out))
    if out is not None and not quiet:
        say(f"Tables, figures and manifest are in {out}")


def _simulate(scenario: Scenario, workers: int | None, quiet: bool) -> Results:
    with progress("Running worlds", scenario.run.runs, quiet) as advance:
        return run_scenario(scenario, workers=workers, progress=advance)


def _write(results: Results, out: Path, quiet: bool) -> None:
    with progress("Writing tables and figures", None, quiet), whole_folder(out) as folder:
        results.to_parquet(folder)
        write_figures(results, folder / "figures")
        take_along(folder)
        with (folder / "answer.txt").open("w", encoding="utf-8") as file:
            console = Console(file=file, width=WIDE, highlight=False, color_system=None)
            print_answer(results, console)
            console.print(Text(where(folder)))


app.command()(attribute)
app.command()(hindcast)
app.command()(calibrate)
app.command()(patterns)
app.command()(uncertainty)
app.command()(sweep)
app.command()(rerun)
app.command()(read)
app.command()(publish)
app.command()(discover)
app.command()(search)


app.command()(scenarios)


@app.command()
@for_people
def check(
    file: Annotated[str, typer.Argument(help="Path of a TOML file, or name of a shipped scenario.")],
    settings: Annotated[
        list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Check it with this changed.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the scenario as it is understood.")] = False,
) -> None:
    """Check a scenario without running it: every key, unit, range and name.

    Example: `afteraid check my/what-if.toml`
    """
    scenario = load_scenario(file, join_settings(settings or [], {}))
    if as_json:
        print_json(scenario.model_dump(mode="json"))
        return
    run_settings = scenario.run
    print(f"{file}: can be run: {scenario.title} ({run_settings.start}-{run_settings.end}, {run_settings.runs} runs)")


@app.command()
@for_people
def parameters(
    find: Annotated[str | None, typer.Argument(help="Show only those with this in the name.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print them as JSON, with ranges.")] = False,
) -> None:
    """List the model's parameters: value, unit, uncertainty, source, and whether they are judged.

    Example: `afteraid parameters closure`
    """
    registry = declared_parameters()
    chosen = [registry[name] for name in registry if find is None or find in name]
    if not chosen:
        raise ScenarioError(f"no parameter has '{find}' in its name", expected="a part of a name, such as closure")
    if as_json:
        print_json([_row(parameter) for parameter in chosen])
        return
    console = Console(highlight=False)
    for parameter in chosen:
        spread = f"{parameter.distribution.words()}; {parameter.standing}"
        console.print(Text(f"{parameter.name} = {parameter.value:g} {parameter.unit}", style="bold"), soft_wrap=True)
        console.print(Padding(Text(f"{parameter.meaning} ({spread})\nSource: {parameter.source}"), (0, 0, 0, 4)))
    judged = sum(parameter.standing == "judged" for parameter in chosen)
    print(f"{len(chosen)} parameters, of which {judged} ({judged / len(chosen):.0%}) are judged.")


def _row(parameter: Parameter) -> dict[str, object]:
    """Write a parameter for JSON; a range without end is null, which JSON can say."""
    limits = {"minimum": parameter.minimum, "maximum": parameter.maximum}
    finite = {name: (limit if abs(limit) < float("inf") else None) for name, limit in limits.items()}
    fields = ("name", "value", "unit", "meaning", "source", "standing")
    row: dict[str, object] = {field: getattr(parameter, field) for field in fields}
    return {**row, **finite, "distribution": parameter.distribution.words()}


def main() -> None:
    """Start the command; a Ctrl-C before it has begun ends with status 130 too."""
    try:
        app()
    except KeyboardInterrupt:
        raise SystemExit(STOPPED_STATUS) from None
