"""The command ``afteraid cache``: the states at the start year that are kept on this machine."""

from __future__ import annotations

from typing import Annotated

import typer

from afteraid.simulation.basis.cache import MOST_BYTES, VARIABLE, cache_folder, clear, kept

from ..terminal import for_people, print_json, progress
from .options import AsJson, Quiet

MEGABYTE = 1_000_000


@for_people
def cache(
    empty: Annotated[bool, typer.Option("--clear", help="Remove the kept states.")] = False,
    make: Annotated[
        bool, typer.Option("--make", help="Make the central state of the baseline, if it is missing.")
    ] = False,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Show what is kept on this machine to save time: states of worlds at the start year. `--clear` removes them.

    `--make` compiles the rules too, where that has not been done.

    A run whose past is kept takes about half the time, and gives the same result. The environment variable
    `AFTERAID_CACHE` names another folder.

    Example: `afteraid cache --clear`
    """
    gone = clear() if empty else []
    if make:
        _make(quiet)
    files = kept()
    size = sum(file.size for file in files)
    if as_json:
        print_json(
            {
                "folder": str(cache_folder()), "states": len(files), "bytes": size, "most_bytes": MOST_BYTES,
                "removed": len(gone),
            }
        )  # fmt: skip
        return
    if empty:
        print(f"{_states(len(gone))} removed, {sum(file.size for file in gone) / MEGABYTE:.1f} MB.")
    of = f"{size / MEGABYTE:.1f} MB of at most {MOST_BYTES / MEGABYTE:,.0f} MB"
    print(f"{cache_folder()} holds {_states(len(files))}, {of}.")
    print(f"Set {VARIABLE} to use another folder.")


def _make(quiet: bool) -> None:
    """Make the state of the central run, with every parameter at its central value, unless it is kept."""
    from afteraid.simulation.past import KEPT
    from afteraid.simulation.prepare import prepare
    from afteraid.simulation.scenario.scenario import load_scenario

    plan = load_scenario("baseline", {"world.uncertain": False})
    with progress(f"Making the past of the central run, {plan.run.spinup} to {plan.run.start}", None, quiet):
        prepare()
        KEPT.at_start(plan, plan.run.seed, 0)


def _states(number: int) -> str:
    """Write a number of states."""
    return "1 state" if number == 1 else f"{number:,} states"
