"""Fit the law of internet adoption and refit it on resampled countries: writes simulation/data/adoption_draws.csv.

    python tools/fit_adoption.py --reference DIR [--until 2018] [--refits 200] [--seed 1]

Least absolute error, in log odds, of free paths of 1 to 7 years that start in 2000 or later and end by `--until`,
with momentum filtered over what was observed up to the start. The noise is the scale of one-year surprises. Draw 0
is the point estimate, the others country-bootstrap refits.
"""

from __future__ import annotations

from dataclasses import astuple, replace
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.optimize import minimize, minimize_scalar

from adoption_law import (
    FILTER_FROM,
    LAW_TO_2018,
    AdoptionLaw,
    AdoptionPanel,
    filter_observations,
    next_log_odds,
    read_adoption_panel,
)
from reference_tables import Floats, command_line, inverse_logit, write_table

FIRST_START, LONGEST_PATH = 2000, 7
NOISE_SHAPE, FREEDOM = -0.35, 4.0  # the spread of surprises grows towards 0% and 100% use
COLUMNS = ["drift", "anchor_rate", "income_slope", "momentum_persistence", "momentum_gain", "noise"]
DIGITS = 4


def path_errors(law: AdoptionLaw, panel: AdoptionPanel) -> list[Floats]:
    """Return the absolute errors in log odds of all completed paths, one array for each length of 1 to 7 years."""
    state, momentum, _ = filter_observations(law, panel)
    last = len(panel.log_odds) - 1
    starts = np.arange(FIRST_START - panel.first_year, last)
    path, carried, errors = state[starts], momentum[starts], []
    for length in range(1, LONGEST_PATH + 1):
        inside = starts + length <= last
        starts, path, carried = starts[inside], path[inside], carried[inside]
        path = next_log_odds(law, path, carried, panel.income_gap[starts + length - 1])
        carried = law.momentum_persistence * carried
        error = np.abs(path - panel.log_odds[starts + length])
        errors.append(error[~np.isnan(error) & ~np.isnan(panel.log_odds[starts])])
    return errors


def fit_law(panel: AdoptionPanel, start: AdoptionLaw, steps: int) -> AdoptionLaw:
    """Return the law with the least mean absolute path error, sought from `start` (Nelder-Mead)."""

    def loss(numbers: Floats) -> float:
        if not (0.0 <= numbers[1] <= 0.4 and 0.0 <= numbers[3] <= 0.95 and 0.0 <= numbers[4] <= 1.0):
            return 1e3
        return float(np.concatenate(path_errors(AdoptionLaw(*numbers), panel)).mean())

    first = np.array(astuple(start)[:5], dtype=np.float64)
    found = minimize(loss, first, method="Nelder-Mead", options={"maxiter": steps, "xatol": 1e-4, "fatol": 1e-6})
    law = AdoptionLaw(*(float(number) for number in found.x))
    return replace(law, noise=noise_scale(law, panel))


def noise_scale(law: AdoptionLaw, panel: AdoptionPanel) -> float:
    """Return the scale of the Student t (4 degrees of freedom) of one-year surprises, by maximum likelihood."""
    state, _, innovation = filter_observations(law, panel)
    from_row = FIRST_START - panel.first_year
    use = inverse_logit(state[from_row:-1])
    surprise = innovation[from_row + 1 :] / (4.0 * use * (1.0 - use)) ** NOISE_SHAPE
    scaled = surprise[~np.isnan(surprise)]

    def unlikelihood(log_scale: float) -> float:
        return log_scale + (FREEDOM + 1.0) / 2.0 * float(np.log1p((scaled / np.exp(log_scale)) ** 2 / FREEDOM).mean())

    found = minimize_scalar(unlikelihood, bounds=(np.log(0.02), np.log(0.5)), method="bounded")
    return float(np.exp(found.x))


def refit(panel: AdoptionPanel, point: AdoptionLaw, refits: int, seed: int) -> list[AdoptionLaw]:
    """Return the law refitted on as many resamples of the countries, each draw with a generator of its own."""
    laws = []
    for draw in range(1, refits + 1):
        generator = np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, draw])))
        economies = panel.log_odds.shape[1]
        places = generator.integers(0, economies, size=(economies,), dtype=np.int64)
        laws.append(fit_law(panel.resampled(places), point, 200))
    return laws


def report(table: pd.DataFrame, panel: AdoptionPanel, point: AdoptionLaw, until: int) -> None:
    """Print the estimates beside the table of the model, and the errors of both in log odds."""
    print(f"fitted up to {until} on {panel.log_odds.shape[1]} economies; draws {len(table)}")
    for name, shared in zip(COLUMNS, LAW_TO_2018, strict=True):
        low, high = table[name].quantile([0.05, 0.95])
        print(f"{name}: {table[name].iloc[0]:.4f} (90% {low:.4f} to {high:.4f}), table to 2018 {shared:.3f}")
    for label, law in (("point estimate", point), ("table", AdoptionLaw(*LAW_TO_2018))):
        errors = path_errors(law, panel)
        print(f"{label}: mean error {np.concatenate(errors).mean():.4f},", [round(float(e.mean()), 3) for e in errors])


def build(reference: Path, until: int, refits: int, seed: int) -> pd.DataFrame:
    """Return the draws, one row each, with draw 0 the point estimate."""
    panel = read_adoption_panel(reference, FILTER_FROM, until)
    point = fit_law(panel, AdoptionLaw(*LAW_TO_2018), 800)
    laws = [point, *refit(panel, point, refits, seed)]
    table = pd.DataFrame([astuple(law) for law in laws], columns=COLUMNS).round(DIGITS)
    table.insert(0, "draw", range(len(laws)))
    report(table, panel, point, until)
    return table


def main() -> None:
    """Fit and write adoption_draws.csv."""
    parser = command_line(__doc__ or "")
    parser.add_argument("--until", type=int, default=2018, help="last year whose observations are used")
    parser.add_argument("--refits", type=int, default=200, help="number of bootstrap refits")
    parser.add_argument("--seed", type=int, default=1, help="seed of the resampling")
    options = parser.parse_args()
    write_table(
        build(options.reference, options.until, options.refits, options.seed), options.out / "adoption_draws.csv"
    )


if __name__ == "__main__":
    main()
