"""Write the page of skill from a hindcast: where the simulation is good, where it fails, what nobody can check.

    python -m afteraid.experiments.pages.skill --panel FILE [--covariates FILE] [--runs 200] [--out docs/skill.md]
    python -m afteraid.experiments.pages.skill --panel FILE [--covariates FILE] --hindcast DIR

With `--hindcast` the tables of an earlier `afteraid hindcast --out DIR` are read, which must be of the same panel;
otherwise the hindcast is run. A picture of reliability is written beside the page.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pandas as pd

from afteraid.simulation.basis.errors import DataError
from afteraid.simulation.results.drawing import save
from afteraid.simulation.results.tables import MANIFEST
from afteraid.simulation.state.parameters import REGISTRY

from ..calibration.panel import Panel, read_panel
from ..trust.hindcast.figure import draw
from ..trust.hindcast.hindcast import RUNS, TABLES, Hindcast, hindcast
from ..trust.hindcast.scores import ANALOGUE, SIMULATION
from .skill_tables import bands, by_horizon, differences, farthest, markdown, outside, periods, worst_economies

FILE = Path(__file__).parents[2] / "docs" / "skill.md"
PICTURE = "skill_reliability.png"
WORST = 20

SURVIVAL = """## What no data could check

**What becomes of initiatives after their donors leave is not checked by any of this.** The hindcast scores national
use of the internet. Initiatives and levers moved its medians by {apart:.2f} points on average {horizon} years ahead, so
the scores above would be much the same if every rule of survival were wrong.

The evidence that survival rests on is thin:

- No published hazard ratio of closure by ownership, capacity or way of leaving was found for digital initiatives. Every
  such effect in the model is judged; its range is drawn from in each run.
- The level of survival is a judged synthesis (0.42 at five years, drawn from 0.25 to 0.60) between few and unlike
  cases: 36 private rural telecentres in Tamil Nadu, 32 of them closed within three and a half years (Best and Kumar
  2008); mobile health pilots in Uganda, 36% of which went on (Lemaire 2011); water points in 11 countries (Banks and
  Furey 2016); small firms (McKenzie and Paffhausen 2019); ratings of sustainability that the Asian Development Bank
  gives at completion or soon after, not years later.
- The four factors come from one synthesis of 12 projects in four countries (Rogers and Coates 2015).
- Success when a project ends says little of what is left of it later (the same), so ratings at completion can't stand
  in.

Nor is any of the following scored here, for want of a panel of past values:

- use in towns and in the countryside, and by women and men, within a country;
- what a lever or another strategy would have changed: nobody has seen the same world twice;
- donors' reactions, funds and treasuries, climate events and attacks, beyond their own sources;
- anything beyond the longest horizon above. The answers of a run reach decades further, where the pull that ends growth
  (`adoption.saturation`) decides, and no hindcast of this length shows it.
"""

LIMITS = """## What "not known" means here

Each forecast used the panel up to its origin only: the law of adoption was refitted; the reference path, the barriers
and the reference service were made anew; no embedded figure of internet use was read. A test sets all later values to
nonsense and finds the same forecast to the bit. Some things were known all the same:

- **The form of the law was chosen with the later years in view.** Only its numbers were refitted. Skill on years that
  nobody had seen when the form was chosen will be lower; `afteraid hindcast` takes a longer panel to find out.
- **One rule came of a first hindcast of these same years**: use is held to the observation at the start year with each
  run's own initiatives in it. Without that, the simulation was 3% worse than the law alone one year
  ahead (20 runs).
- Facts other than use, GDP and population (donors, governance, literacy, coverage, prices, fiscal accounts, income
  group) are recent ones. They reach a forecast through what initiatives add.
- The panel is a later edition of past years. A forecaster at the time had figures that were revised since.
- Donors follow the strategy of the baseline, not what each did.
"""


def page(found: Hindcast, panel: Panel) -> str:
    """Return the whole page as Markdown."""
    parts = [
        _opening(found),
        _targets(found),
        _skill(found),
        _groups(found),
        _worst(found, panel),
        _misses(found, panel),
    ]
    return "\n".join([*parts, _uncertainty(found), SURVIVAL, LIMITS, _planner(found)])


def _opening(found: Hindcast) -> str:
    """Say what the page is and how it was made."""
    asked, manifest = found.manifest["asked"], found.manifest
    origins = ", ".join(map(str, asked["origins"]))
    hashes = "; ".join(f"`{name}` {value[:12]}" for name, value in manifest["panel_sha256"].items())
    economies = found.forecasts["iso3"].nunique()
    return f"""# Skill, and failures

This page is written by `python -m afteraid.experiments.pages.skill`. Don't edit it: run that again.

The whole simulation was run from earlier years ({origins}) on what was known in them, and compared with the
internet use that came: {economies} economies, {asked["runs"]} runs from each origin, the law refitted
{asked["refits"]} times at each. Everything is in points of the population. The panel ends in
{manifest["panel_last_year"]}, so the longest horizon rests on the earliest origin.

Files (SHA-256, first digits): {hashes}. GDP and population: {manifest["covariates"]};
after an origin: {manifest["covariates_after_an_origin"]}.
"""


def _targets(found: Hindcast) -> str:
    """List every target with what was found."""
    met = sum(bool(target["met"]) for target in found.targets)
    rows = [
        [row["target"], f"{row['horizon']} y", row["value"], row["wanted"], "met" if row["met"] else "**missed**"]
        for row in found.targets
    ]
    table = markdown(["target", "horizon", "found", "wanted", ""], rows)
    return f"""## Targets

{met} of {len(rows)} are met. They were set before the first hindcast.

{table}
{_doubt(found)}"""


def _doubt(found: Hindcast) -> str:
    """Say which coverages lie so near a limit that these forecasts can't tell whether they are met."""
    scores = found.scores[
        (found.scores["model"] == SIMULATION) & found.scores["grouping"].isin(["everywhere", "income"])
    ]
    near = []
    for row in scores[scores["horizon"].isin([3, 5])].to_dict(orient="records"):
        share = row["cover80"] / 100.0
        error = 100.0 * (share * (1.0 - share) / row["forecasts"]) ** 0.5
        limits = (75.0, 85.0) if row["grouping"] == "everywhere" else (70.0, 90.0)
        if min(abs(row["cover80"] - limit) for limit in limits) < error:
            near.append(f"{row['group']} at {row['horizon']} years ({row['cover80']:.1f}%, standard error {error:.1f})")
    if not near:
        return "No coverage lies within a standard error of its limit.\n"
    words = "Within one standard error of a limit (as of independent forecasts), so neither surely met nor missed"
    return f"{words}: {'; '.join(near)}.\n"


def _skill(found: Hindcast) -> str:
    """Give errors by horizon for every model."""
    return f"""## Skill by horizon

"Law" is the law of adoption run alone on the same luck; the others know nothing of it
(`experiments/trust/hindcast/baselines.py`).

Mean absolute error:

{by_horizon(found.scores, "mae")}
CRPS, which also judges the bands (for logistic, Gompertz and Bass, which give a point only, it is the absolute error):

{by_horizon(found.scores, "crps")}
Bias (forecast less observed):

{by_horizon(found.scores, "bias")}
Difference of mean absolute errors, with the 95% interval over resampled economies (each with all its forecasts). Where
it holds zero, the two can't be told apart:

{differences(found.comparisons, "mae")}
The same for the CRPS:

{differences(found.comparisons, "crps")}"""


def _groups(found: Hindcast) -> str:
    """Give the bands by group."""
    horizons = sorted(set(found.scores["horizon"]))
    shown = [horizon for horizon in (3, 5) if horizon in horizons] or horizons[-1:]
    tables = "\n".join(f"{horizon} years ahead:\n\n{bands(found.scores, horizon)}" for horizon in shown)
    return f"""## Bands, by group

Income groups, regions and LDCs as they are classified now; the last rows are bands of use at the origin.

{tables}
![Share of outcomes below each quantile of the forecast, by horizon]({PICTURE})

On the diagonal a band holds what it says. A curve flatter than it in the middle means bands too narrow; one that lies
above it, forecasts too high.
"""


def _worst(found: Hindcast, panel: Panel) -> str:
    """Name the worst economies and periods."""
    return f"""## Worst economies and periods

The {WORST} largest mean absolute errors at three years and more. The last column is read off the series by rule, not by
an expert of the country: many of the worst misses are breaks in the count, which nobody could forecast.

{worst_economies(found.forecasts, panel, WORST)}
By period:

{periods(found.forecasts)}"""


def _misses(found: Hindcast, panel: Panel) -> str:
    """Say what lay outside the bands."""
    return f"""## What the bands missed

A right 90% band has 5% of outcomes above it and 5% below:

{outside(found.forecasts)}
The outcomes farthest outside, in widths of the band:

{farthest(found.forecasts, panel, 10)}"""


def _uncertainty(found: Hindcast) -> str:
    """Tell the kinds of uncertainty apart."""
    wide = found.parts.groupby(["part", "horizon"])["width80"].mean().unstack()
    names = {
        "all": "all", "process": "process: what really happens", "observation": "observation: errors of the figures",
        "parameters": "parameters of the law",
    }  # fmt: skip
    rows = [[names[str(name)], *(f"{value:.2f}" for value in wide.loc[name])] for name in names if name in wide.index]
    points = found.forecasts.pivot(index=["iso3", "origin", "horizon"], columns="model", values="point")
    apart = (points[SIMULATION] - points[ANALOGUE]).abs().groupby(level="horizon").mean()
    rows.append(["between structures", *(f"{value:.2f}" for value in apart)])
    table = markdown(["uncertainty", *(f"{horizon} y" for horizon in wide.columns)], rows)
    last = found.parts.sort_values("origin").iloc[-1]
    return f"""## Kinds of uncertainty

Width of the 80% band of the law alone, by what is uncertain in it. The last row is how far the medians of the
simulation and of the analogue, which share no rule, lie apart on average:

{table}
Process and observation are told apart by what the year after takes back: an error of this year's figure is missing
from the next, a real change is not. At the latest origin an error of observation has {last["share"]:.0%} of the
variance of a one-year surprise (95% interval {last["low"]:.0%} to {last["high"]:.0%}); the errors of two figures,
with what they do to the filter, make up {1.0 - last["process"]:.0%} of it. A new survey or definition that stays counts
as process. The widths of independent parts add up by their squares, roughly, since none of the parts is normal.

What makes the bands of a projection to 2050 is told apart in [uncertainty.md](uncertainty.md).
"""


def _planner(found: Hindcast) -> str:
    """Say what the page means for a planner."""
    world = found.scores[(found.scores["grouping"] == "everywhere") & (found.scores["model"] == SIMULATION)]
    rows = world.set_index("horizon")[["mae", "width80", "cover80"]].astype(float).to_dict(orient="index")
    horizon = 5 if 5 in rows else int(world["horizon"].max())
    row = rows[horizon]
    chosen = (found.scores["model"] == SIMULATION) & (found.scores["horizon"] == horizon)
    bias = found.scores[chosen].set_index("group")["bias"].to_dict()
    high, low = float(bias.get("50% and more", 0.0)), -float(bias.get("below 5%", 0.0))
    judged = sum(parameter.standing == "judged" for parameter in REGISTRY.values())
    return f"""## What this means for a planner

- National use {horizon} years ahead is off by {row["mae"]:.1f} points on average. Read the band, not the middle:
  the 80% band is {row["width80"]:.0f} points wide and held {row["cover80"]:.0f}% of what came.
- Use the groups' rows above for the kind of country that you plan for. Where half of the people or more were online,
  forecasts were too high by {high:.1f} points; where fewer than 5% were, too low by {low:.1f}.
- For one country, look at its survey first: a new survey moves its figure more than five years of change may.
- Differences between strategies don't rest on this skill. They rest on {judged} judged parameters among
  {len(REGISTRY)} and on thin evidence of survival: take their direction and their spread, and try a strategy where it
  can be followed for years after exit before it is made a large programme.
- A follow-up of any set of digital initiatives, one, three and five years after their donors left, would improve this
  model more than any further fitting.
"""


def read_hindcast(folder: Path, panel: Panel) -> Hindcast:
    """Read an earlier hindcast; one of another panel is refused."""
    if not (folder / MANIFEST).is_file():
        raise DataError("holds no hindcast", file=str(folder), key="--hindcast")
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    if manifest["panel_sha256"] != panel.hashes:
        raise DataError("was made of other files", file=str(folder), key="--hindcast")
    tables = {name: pd.read_csv(folder / f"{name}.csv", keep_default_na=False, na_values=[""]) for name in TABLES}
    targets = json.loads((folder / "targets.json").read_text(encoding="utf-8"))
    return Hindcast(**tables, targets=targets, manifest=manifest)


def main() -> None:
    """Write the page and its picture."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--panel", type=Path, required=True)
    parser.add_argument("--covariates", type=Path)
    parser.add_argument("--hindcast", type=Path, help="folder of an earlier hindcast of the same panel")
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--out", type=Path, default=FILE)
    options = parser.parse_args()
    panel = read_panel(options.panel, options.covariates)
    found = read_hindcast(options.hindcast, panel) if options.hindcast else hindcast(panel, runs=options.runs)
    options.out.write_bytes(page(found, panel).encode("utf-8"))
    save(draw(found), options.out.parent / PICTURE, dots=110)


if __name__ == "__main__":
    main()
