"""Write the page on the least developed countries: why the law comes out too high for them, and what remains unknown.

python -m afteraid.experiments.pages.ldc --panel FILE --covariates FILE [--out docs/ldc.md]
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

from ..calibration.panel import Panel, read_economy_years, read_panel
from ..trust.ldc import (
    AHEAD,
    COVARIATES,
    ITU_BEFORE,
    ITU_GROWTH,
    ITU_TODAY,
    PEOPLE_GROWTH,
    TARGET_YEAR,
    Answer,
    answer,
    slopes,
    split,
)
from .layout import wrapped
from .skill_tables import markdown

FILE = Path(__file__).parents[2] / "docs" / "ldc.md"
NAMED = 8


def page(found: Answer, panel: Panel) -> str:
    """Return the page as Markdown."""
    gap = 100.0 * (found.forecast - ITU_TODAY)
    parts = split(found.economies)
    seen, foreseen = (
        100.0 * float((found.economies[name] * found.economies["weight"]).sum()) for name in ("observed", "forecast")
    )
    law_after, itu_after = 100.0 * found.forecast - foreseen, 100.0 * ITU_TODAY - seen
    in_new_edition = 100.0 * ITU_TODAY / (ITU_GROWTH / PEOPLE_GROWTH)
    revised, years = 100.0 * ITU_BEFORE - in_new_edition, _years_after(found)
    hashes = "; ".join(f"`{name}` {value[:12]}" for name, value in panel.hashes.items())
    later = f"after it: {law_after:.1f} points by the law up to {TARGET_YEAR}, {itu_after:.1f} by the ITU's figures"
    rows = [
        ["up to each country's last observation (most of 2023)", *_points(parts["both"])],
        ["- of which: the mean over countries, equal weights", *_points(parts["common"])],
        ["- of which: the weight of large countries", *_points(parts["weights"])],
        [later, f"{law_after - itu_after:+.1f}", ""],
        ["together", f"{gap:+.1f}", ""],
    ]  # fmt: skip
    text = f"""# Why the least developed countries come out too high

Generated; do not edit. Rebuild with `python -m afteraid.experiments.pages.ldc`.

The law of adoption was fitted up to {found.last_year} and continued alone. It gives {100 * found.forecast:.1f}% of the
people of the least developed countries (LDCs) online in {TARGET_YEAR}; the ITU (2025) gives {100 * ITU_TODAY:.0f}%.
Where does the gap come from, and how much of it is real? For {len(found.economies)} of these countries the embedded
table has a later observation, which the fit has not used.

Files (SHA-256, first digits): {hashes}.

## The parts of the gap

{markdown(["part", "points", "95% interval over countries"], rows)}
{_economies(found)}
## What explains the gap, and what does not

- **Weights and large countries.** {_weights(parts)} Fitting the law to people instead of to economies gives
  {100 * found.by_people:.1f}% in {TARGET_YEAR}: {_better(found)}
- **Electricity, conflict, government, schooling.** {_verdict(found)}
- **Growth after the last observations.** {(law_after - itu_after) / gap:.0%} of the gap arises in the last years. In
  these years LDCs gain {law_after / years:.1f} points a year by the law, and {itu_after / years:.1f} by the ITU's
  figures. GSMA (2025) finds no rise of mobile internet there since 2021.
- **Revisions.** The ITU's edition of 2024 gave {100 * ITU_BEFORE:.0f}% for LDCs in 2024. The edition of 2025 gives
  {100 * ITU_TODAY:.0f}% in 2025 and {100 * (ITU_GROWTH - 1):.1f}% more users a year, which means
  {in_new_edition:.1f}% in 2024. So the value for the same year fell by {revised:.1f} points. The World Factbook does
  not state the edition of the observations above. So up to {revised:.1f} points of the apparent stop of growth may be a
  correction of the past.

## What is modelled, and what remains

- Runs start from each country's last observation, so the error up to it plays no part. Neither weights nor large
  countries change the start of a projection.
- `adoption.slowdown` reduces the yearly step from 2022 on in least developed, landlocked and small island economies (by
  0.2 to 0.8, half-life of 3 to 15 years, both judged). With it, use agrees with the ITU within the noise between
  editions ([patterns.md](patterns.md), 2b and 2c).
- The slowdown may be real, or it may be a revision. `world.structures = ["no_slowdown"]` assumes a revision, and
  `world.edition` draws a possible later edition. [uncertainty.md](uncertainty.md) shows how much each changes the
  results.
- No term for electricity, conflict or schooling was added: none of them predicts the law's errors both before and after
  {found.last_year}.
- It remains unknown whether adoption in these countries has slowed permanently, for some time, or not at all. Two more
  years of figures from one edition would show it.
"""
    return wrapped(text)


def _points(value: tuple[float, float, float]) -> list[str]:
    """Write points with their interval."""
    return [f"{value[0]:+.1f}", f"{value[1]:+.1f} to {value[2]:+.1f}"]


def _economies(found: Answer) -> str:
    """Name the countries that make most of the weighted error, on either side."""
    error = 100.0 * (found.economies["forecast"] - found.economies["observed"])
    table = found.economies.assign(part=error * found.economies["weight"])
    table = table.reindex(table["part"].abs().sort_values(ascending=False, kind="stable").index).head(NAMED)
    rows = [
        [name, year, f"{100 * forecast:.0f}%", f"{100 * seen:.0f}%", f"{part:+.1f}"]
        for name, year, forecast, seen, part in zip(
            table["name"], table["year"], table["forecast"], table["observed"], table["part"], strict=True
        )
    ]
    heading = ["largest parts of the weighted error", "year", "forecast", "observed", "points of the group"]
    return markdown(heading, rows)


def _weights(parts: dict[str, tuple[float, float, float]]) -> str:
    """Say what weights change, and whether the change is clear."""
    value, low, high = parts["weights"]
    common, common_low, common_high = parts["common"]
    sure = "" if low > 0.0 or high < 0.0 else ", also not clear when countries are resampled"
    alike = "not clearly different" if common_low <= 0.0 <= common_high else "clearly different"
    return (
        f"The mean error over these countries is {common:+.1f} points, {alike} from zero. Weighting by population adds "
        f"{value:+.1f} points{sure}. The law gives all countries equal weight and errs for some large ones."
    )


def _better(found: Answer) -> str:
    """Say whether a fit by people would do better."""
    own, other = abs(found.forecast - ITU_TODAY), abs(found.by_people - ITU_TODAY)
    if other < own - 0.01:
        return f"closer by {100 * (own - other):.1f} points, but then the law is that of a few large countries."
    return "not closer."


def _verdict(found: Answer) -> str:
    """Say of each covariate whether it predicts the law's errors."""
    names = ["ldc", *COVARIATES]
    after, before = slopes(found.errors, names), slopes(found.earlier, names)
    words = {"ldc": "being an LDC", **COVARIATES}
    rows = []
    for name in names:
        found_in = [_interval(table, name) for table in (after, before)]
        cells = [f"{slope:+.2f} ({low:+.2f} to {high:+.2f})" for slope, low, high in found_in]
        sure = all(low > 0.0 or high < 0.0 for _, low, high in found_in)
        same = found_in[0][0] * found_in[1][0] > 0.0
        rows.append([words[name], *cells, "yes" if sure and same else "no"])
    origins = ", ".join(map(str, sorted(found.earlier["origin"].unique())))
    points = found.earlier[found.earlier["ldc"] == 1.0].groupby("origin")["points"].mean() * 100.0
    past = "; ".join(f"{origin}: {value:+.1f}" for origin, value in points.items())
    heading = ["", f"after {found.last_year}", f"{AHEAD} years after {origins}", "predicts both"]
    shown = "\n  ".join(markdown(heading, rows).strip().splitlines())
    return f"""The table shows the change of the law's error (log odds; positive if the forecast was too high) for one
  standard deviation more of each factor. The 95% intervals are over resampled economies.

  {shown}

  Up to the panel's end the law was too low for LDCs, not too high. The mean errors {AHEAD} years after each origin,
  in points, were: {past}. It was also too low for countries with less electricity, stability or schooling. A term for
  any of these, fitted at that time, would have raised the forecasts of LDCs for {TARGET_YEAR} and widened the gap."""


def _interval(table: pd.DataFrame, name: str) -> tuple[float, float, float]:
    """Return one covariate's slope and interval."""
    slope, low, high = table.loc[table["name"] == name, ["slope", "low", "high"]].to_numpy(np.float64)[0]
    return float(slope), float(low), float(high)


def _years_after(found: Answer) -> float:
    """Return the mean years between an observation and the target year, weighted by people."""
    return float(((TARGET_YEAR - found.economies["year"]) * found.economies["weight"]).sum())


def main() -> None:
    """Write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--panel", type=Path, required=True)
    parser.add_argument("--covariates", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=FILE)
    asked = parser.parse_args()
    panel = read_panel(asked.panel, asked.covariates)
    facts = read_economy_years(asked.covariates, dict.fromkeys(COVARIATES, "number"))[0]
    asked.out.write_text(page(answer(panel, facts), panel), encoding="utf-8")


if __name__ == "__main__":
    main()
