"""The reliability diagram of a hindcast: how often what came lay below each quantile, a panel for each horizon."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from afteraid.simulation.results.drawing import save
from afteraid.simulation.results.looks import PALETTE

from .scores import ANALOGUE, LAW, SIMULATION

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from .hindcast import Hindcast

SHOWN = (SIMULATION, LAW, ANALOGUE)


def draw(found: Hindcast) -> Figure:
    """Draw the diagram: nominal share (x) against the share of outcomes below it (y); the diagonal is perfect."""
    from matplotlib.figure import Figure  # here, since importing matplotlib takes longer than reading a result

    table = found.reliability
    horizons = sorted(set(table["horizon"]))
    figure = Figure(figsize=(3.0 * len(horizons) + 0.6, 3.6), layout="constrained")
    axes = figure.subplots(1, len(horizons), sharey=True, squeeze=False)[0]
    for place, (horizon, pane) in enumerate(zip(horizons, axes, strict=True)):
        pane.plot([0, 1], [0, 1], color="0.6", linewidth=1, linestyle=":")
        for model, colour in zip(SHOWN, PALETTE, strict=False):
            part = table[(table["model"] == model) & (table["horizon"] == horizon)]
            style = "--" if model == LAW else "-"
            pane.plot(part["nominal"], part["observed"], color=colour, linestyle=style, linewidth=1.6, label=model)
        count = int(table.loc[(table["model"] == SIMULATION) & (table["horizon"] == horizon), "forecasts"].iloc[0])
        pane.set_title(f"{horizon} year{'s' if horizon > 1 else ''} ahead ({count} forecasts)", fontsize=9)
        pane.set_xlabel("quantile of the forecast")
        pane.set_aspect("equal")
        if place == 0:
            pane.set_ylabel("share of outcomes below it")
            pane.legend(frameon=False, fontsize=8)
    return figure


def write_figure(found: Hindcast, folder: Path) -> None:
    """Write reliability.png into a folder, making it where it is not there."""
    save(draw(found), folder / "reliability.png")
