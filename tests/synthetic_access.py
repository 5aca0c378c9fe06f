"""Panels of access made from known paths, for tests that need them: no reference file is in the project."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from afteraid.simulation.basis.units import FloatArray, expit
from afteraid.simulation.data import load_countries

FIRST, LAST, FIRST_3G = 2000, 2021, 2007


def planted(economies: int, seed: int = 5) -> dict[str, pd.DataFrame]:
    """Shares by series, years x economies, straight in log odds: what a fit should find."""
    generator = np.random.Generator(np.random.PCG64(seed))
    codes = pd.Index(sorted(load_countries()["iso3"].sample(economies, random_state=seed)), name="iso3")
    years = pd.Index(range(FIRST, LAST + 1), name="year")
    since = (years.to_numpy() - 2015.0)[:, None]

    def straight(middle: float, pace: float) -> FloatArray:
        level, steep = middle + 0.8 * generator.standard_normal(economies), pace + 0.03 * generator.random(economies)
        return np.asarray(expit(level + steep * since))

    third = straight(0.8, 0.3)
    series = {
        "coverage_3g": third,
        "coverage_2g": np.maximum(straight(2.2, 0.15), third),
        "broadband": straight(-5.5, 0.1),
        "electricity_urban": straight(2.5, 0.1),
        "electricity_rural": straight(0.5, 0.12),
    }
    return {name: pd.DataFrame(values, index=years, columns=codes) for name, values in series.items()}


def write_access(folder: Path, economies: int = 30, seed: int = 5) -> dict[str, pd.DataFrame]:
    """Write the six files of access for planted paths, and return those paths."""
    folder.mkdir(exist_ok=True)
    paths = planted(economies, seed)
    generator = np.random.Generator(np.random.PCG64(seed + 1))
    third = paths["coverage_3g"].copy()
    third.loc[: FIRST_3G - 1] = np.nan
    rows = paths["coverage_2g"].index
    time = (rows.to_numpy() - 2010.0)[:, None]
    schooling = 7.0 + generator.standard_normal(economies) + 0.1 * time
    literacy = expit(-1.6 + 0.53 * schooling)
    prices = np.exp(1.5 + 0.5 * generator.standard_normal(economies) - 0.1 * time)
    files = {
        "mobile_coverage": {"cov_2g_pct": 100.0 * paths["coverage_2g"], "cov_3g_pct": 100.0 * third},
        "electricity_access": {
            "elec_urban_pct": 100.0 * paths["electricity_urban"],
            "elec_rural_pct": 100.0 * paths["electricity_rural"],
        },
        "country_year": {"fixed_bb_per100": 100.0 * paths["broadband"], "school_yrs": schooling},
        "literacy": {name: 100.0 * literacy for name in ("literacy", "literacy_f", "literacy_m")},
        "price_headline": {"data_pct_gni": np.where(time >= 3.0, prices, np.nan), "fixed_pct_gni": 2.0 * prices**1.1},
        "itu_price_baskets": {"pct_gni": 1.5 * prices**0.9},
    }
    for name, columns in files.items():
        wide = {
            column: pd.DataFrame(np.asarray(values), index=rows, columns=paths["coverage_2g"].columns).stack()
            for column, values in columns.items()
        }
        table = pd.DataFrame(wide).reset_index()
        if name == "itu_price_baskets":
            table = table.assign(basket="voice_old")
        table.to_csv(folder / f"{name}.csv", index=False)
    return paths
