"""Write the page of skill from a hindcast: where the simulation is good, where it fails, what nobody can check.

    python -m afteraid.experiments.pages.skill --panel FILE [--covariates FILE] [--access DIR] [--runs 200]
    python -m afteraid.experiments.pages.skill --panel FILE [--covariates FILE] --hindcast DIR

With `--hindcast` the tables of an earlier `afteraid hindcast --out DIR` are read, which must be of the same panel;
otherwise the hindcast is run. A picture of reliability is written beside the page. The comparison with the first
edition is read from `docs/measured/first-edition.csv`, which `editions.py` writes.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pandas as pd

from afteraid.simulation.basis.errors import DataError
from afteraid.simulation.basis.manifest import read_manifest
from afteraid.simulation.processes.nation import SLOW_SINCE
from afteraid.simulation.results.drawing import save
from afteraid.simulation.state.parameters import REGISTRY

from ..calibration.access.panels import read_access
from ..calibration.panel import Panel, read_panel
from ..trust.hindcast.figure import draw
from ..trust.hindcast.hindcast import DRAWS, RUNS, TABLES, Hindcast, hindcast
from ..trust.hindcast.scores import ANALOGUE, SIMULATION
from .editions import editions_section
from .layout import wrapped
from .skill_scores import by_groups, by_target_year, carried, pooled_bands, wanted
from .skill_tables import bands, by_horizon, differences, farthest, markdown, outside, periods, worst_economies

FILE = Path(__file__).parents[2] / "docs" / "skill.md"
PICTURE = "skill_reliability.png"
WORST = 20

SURVIVAL = """## What no data could check

**No score on this page tests what happens to initiatives after their donors leave.** The hindcast scores national
internet use. The simulation and the law alone have nearly the same errors, so initiatives and levers hardly move these
forecasts. The scores would be much the same if every rule of survival were wrong.

The evidence on survival is thin:

- We found no published hazard ratio of closure by ownership, capacity or exit strategy for digital initiatives. Every
  such effect in the model is judged, and each run draws it from a range.
- The level of survival is a judged synthesis (0.42 at five years, drawn from 0.25 to 0.60). It combines a few different
  cases:
  - 36 private rural telecentres in Tamil Nadu, 32 of them closed within three and a half years (Best and Kumar 2008);
  - mobile health pilots in Uganda, 36% of which continued (Lemaire 2011);
  - water points in 11 countries (Banks and Furey 2016) and small firms (McKenzie and Paffhausen 2019);
  - ratings of sustainability by the Asian Development Bank at completion or soon after, not years later.
- The four factors come from one synthesis of 12 projects in four countries (Rogers and Coates 2015).
- Success at the end of a project is a weak guide to its later state (the same source). So ratings at completion cannot
  replace a follow-up.

There is no panel of past values for the following, so they have no score here:

- use in towns and in the countryside, and by women and men, within a country;
- the effect of a lever or another strategy: nobody has seen the same world twice;
- donors' reactions, funds and treasuries, climate events and attacks, beyond their own sources;
- years beyond the longest horizon above. A run reaches decades further, where the end of growth
  (`adoption.saturation`) decides. No hindcast of this length can test it.
"""

LIMITS = """## What "not known" means here

Each forecast used the panels up to its origin only. The law of adoption and the paths of barriers were refitted. The
reference path and the reference service were computed again. No embedded figure of internet use was read. Tests replace
all later values by nonsense and get the same forecast to the bit. Some things were known all the same:

- **The form of the law was chosen with the later years in view.** Only its numbers were refitted. Skill on new years
  will be lower; `afteraid hindcast` accepts a longer panel to find out.
- **One rule results from a first hindcast of these same years.** Use equals the observation at the start year, with
  each run's own initiatives included. Without this rule, the simulation was 3% worse than the law alone one year ahead
  (20 runs).
- Held, and not refitted: the brake by use and by barriers (a and phi), saturation, and the law of town and countryside.
  The standard deviations of the shocks of the world and of regions are held too; they were set on data to 2023.
- Of the paths of barriers these are held: the number of bends, the price of phones and the share of towns. So are the
  ratio of market to real GDP in one recent year, and governance, which acts on trust.
- At origins before 2016, three constants that map fixed and voice prices to that of data are those of 2013-16.
- Facts other than use, GDP, population and barriers are recent: donors, governance, fiscal accounts, income group. They
  act on a forecast through initiatives only.
- The panel is a later edition of past years. A forecaster at the time had figures that have since been revised.
- Donors follow the strategy of the baseline, not their own decisions of the time.
"""


def page(found: Hindcast, panel: Panel) -> str:
    """Return the whole page as Markdown."""
    parts = [
        _opening(found),
        wanted(found),
        editions_section(),
        by_groups(found),
        by_target_year(found),
        _skill(found),
        _groups(found),
        carried(found),
        _worst(found, panel),
        _misses(found, panel),
    ]
    return wrapped("\n".join([*parts, _uncertainty(found), SURVIVAL, LIMITS, _planner(found)]))


def _opening(found: Hindcast) -> str:
    """Say what the page is and how it was made."""
    asked, manifest = found.manifest["asked"], found.manifest
    origins = ", ".join(map(str, asked["origins"]))
    files = manifest["panel_sha256"] | (manifest["access_sha256"] or {})
    hashes = "; ".join(f"`{name}` {value[:12]}" for name, value in files.items())
    economies = found.forecasts["iso3"].nunique()
    knows = max(map(int, asked["origins"])) >= SLOW_SINCE
    slow = (
        f"Origins from {SLOW_SINCE} on know the slowdown since {SLOW_SINCE}."
        if knows
        else (f"No origin knows the slowdown since {SLOW_SINCE}: it is off in all of these runs.")
    )
    return f"""# Skill and failures

Generated; do not edit. Rebuild with `python -m afteraid.experiments.pages.skill`.

The whole simulation was run from earlier years ({origins}) with the data known then. The results were compared with
the internet use that followed: {economies} economies, {asked["runs"]} runs from each origin, the law refitted
{asked["refits"]} times at each. All numbers are in percentage points of the population. The panel ends in
{manifest["panel_last_year"]}, so the longest horizons use the earliest origins only. {slow}

Files (SHA-256, first digits): {hashes}. GDP and population: {manifest["covariates"]};
after an origin: {manifest["covariates_after_an_origin"]}.
"""


def _skill(found: Hindcast) -> str:
    """Give errors by horizon for every model."""
    return f"""## Skill by horizon

"Law" is the law of adoption alone, with the same random numbers. The others do not use it
(`experiments/trust/hindcast/baselines.py`). These tables hold all target years.

Mean absolute error:

{by_horizon(found.scores, "mae")}
CRPS (continuous ranked probability score), which also scores the intervals. Logistic, Gompertz and Bass give a point
only, so their CRPS is the absolute error:

{by_horizon(found.scores, "crps")}
Bias (forecast minus observed):

{by_horizon(found.scores, "bias")}
Difference of mean absolute errors, with the 95% interval over resampled economies (each with all its forecasts). If
the interval includes zero, there is no clear difference:

{differences(found.comparisons, "mae")}
The same for the CRPS:

{differences(found.comparisons, "crps")}"""


def _groups(found: Hindcast) -> str:
    """Give the intervals by group."""
    horizons = sorted(set(found.scores["horizon"]))
    pooled = pooled_bands(found)
    shown = [horizon for horizon in (3, 5) if horizon in horizons] or horizons[-1:]
    tables = "\n".join(f"{horizon} years ahead:\n\n{bands(found.scores, horizon)}" for horizon in shown)
    return f"""## Intervals by group

Income groups, regions and LDCs are those of today's classification; size is that at the origin. The last rows of each
table by horizon are classes of use at the origin. Tables by horizon hold all target years.

{pooled}
{tables}
![Share of outcomes below each quantile of the forecast, by horizon]({PICTURE})

On the diagonal an interval contains the stated share of outcomes. A curve that is flatter in the middle means that the
intervals are too narrow. A curve above the diagonal means that forecasts are too high.
"""


def _worst(found: Hindcast, panel: Panel) -> str:
    """Name the worst economies and periods."""
    return f"""## Worst economies and periods

The {WORST} largest mean absolute errors at three years and more. A rule reads the last column from
the series; no country expert checked it. Many of the worst misses are breaks in the count, which nobody could forecast.

{worst_economies(found.forecasts, panel, WORST)}
By period:

{periods(found.forecasts)}"""


def _misses(found: Hindcast, panel: Panel) -> str:
    """Say what lay outside the intervals."""
    return f"""## Outcomes outside the intervals

A correct 90% interval has 5% of outcomes above it and 5% below:

{outside(found.forecasts)}
The outcomes farthest outside, in widths of the interval:

{farthest(found.forecasts, panel, 10)}"""


def _uncertainty(found: Hindcast) -> str:
    """Split the uncertainty by kind."""
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

Width of the 80% interval of the law alone, by source of uncertainty. The last row is the mean distance between the
medians of the simulation and of the analogue, which share no rule:

{table}
The following year separates process and observation. An error in this year's figure does not recur in the next; a real
change does. At the latest origin an error of observation has {last["share"]:.0%} of the variance of a one-year surprise
(95% interval {last["low"]:.0%} to {last["high"]:.0%}). The errors of two figures, with their effect on the filter, make
up {1.0 - last["process"]:.0%} of it. A new survey or definition that stays counts as process. The squared widths of
independent parts add up only roughly, since no part is normal.

[uncertainty.md](uncertainty.md) splits the intervals of a projection to 2050 by source.
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

- National use {horizon} years ahead has a mean absolute error of {row["mae"]:.1f} points. Use the interval, not the
  median: the 80% interval is {row["width80"]:.0f} points wide and contained {row["cover80"]:.0f}% of outcomes.
- Use the groups' rows above for the kind of country that you plan for. Where half of the people or more were online,
  forecasts were too high by {high:.1f} points. Where fewer than 5% were online, they were too low by {low:.1f} points.
- For one country, look at its survey first: a new survey may move its figure more than five years of change.
- Differences between strategies do not depend on this skill. They depend on {judged} judged parameters among
  {len(REGISTRY)} and on thin evidence of survival. Use their direction and their interval. Test a strategy in a place
  that can be followed for years after exit before you make it a large programme.
- A follow-up of any set of digital initiatives, one, three and five years after their donors left, would improve this
  model more than any further fitting.
"""


def read_hindcast(folder: Path, panel: Panel) -> Hindcast:
    """Read an earlier hindcast; one of another panel is refused."""
    manifest = read_manifest(folder, "hindcast")
    if manifest["panel_sha256"] != panel.hashes:
        raise DataError("was made from other files", file=str(folder), key="--hindcast")
    for name in TABLES:
        if not (folder / f"{name}.csv").exists():
            raise DataError(f"has no table {name}", file=str(folder), key="--hindcast", expected="a hindcast made anew")
    tables = {name: pd.read_csv(folder / f"{name}.csv", keep_default_na=False, na_values=[""]) for name in TABLES}
    targets = json.loads((folder / "targets.json").read_text(encoding="utf-8"))
    return Hindcast(**tables, targets=targets, manifest=manifest)


def main() -> None:
    """Write the page and its picture."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--panel", type=Path, required=True)
    parser.add_argument("--covariates", type=Path)
    parser.add_argument("--access", type=Path, help="folder of panels of access")
    parser.add_argument("--hindcast", type=Path, help="folder of an earlier hindcast of the same panel")
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--refits", type=int, default=DRAWS)
    parser.add_argument("--out", type=Path, default=FILE)
    options = parser.parse_args()
    panel = read_panel(options.panel, options.covariates)
    if options.hindcast:
        found = read_hindcast(options.hindcast, panel)
    else:
        access = None if options.access is None else read_access(options.access)
        found = hindcast(panel, runs=options.runs, draws=options.refits, access=access)
    options.out.write_bytes(page(found, panel).encode("utf-8"))
    save(draw(found), options.out.parent / PICTURE, dots=110)


if __name__ == "__main__":
    main()
