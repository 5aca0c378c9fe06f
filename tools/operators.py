"""Effective mobile operators of an economy, as its size and income suggest: a line through one published cross-section.

The inverse of the Herfindahl-Hirschman index of lines, of 100 economies. Coefficients ship, no country's own figure.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from reference_tables import read_reference
from regression import fit_line

MIDDLE_INCOME, MIDDLE_SIZE = 15000.0, 1e7
WHOLE_INDEX = 10000.0


def fit_operators(reference: Path, countries: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of ln effective operators on ln population and ln GDP per capita, with standard errors."""
    known = read_reference(reference, "market_concentration_eiu_2019.csv").set_index("iso3")["hhi_wireless"]
    target = -np.log(known.reindex(countries.index) / WHOLE_INDEX)
    terms = pd.DataFrame({
        "log_population": np.log(countries["population"] / MIDDLE_SIZE),
        "log_income": np.log(countries["gdp_per_capita"] / MIDDLE_INCOME),
    })  # fmt: skip
    line = fit_line(terms, target)
    print(f"effective operators: {line.economies} economies, R2 {line.explained:.2f}, left out", end=" ")
    print(f"{line.explained_left_out:.2f}, residual sd {line.residual_sd:.2f} (log), mean {np.exp(target.mean()):.1f}")
    rows = [
        ("operators", name, value, line.standard_errors[name], "fitted") for name, value in line.coefficients.items()
    ]
    rows.append(("operators", "residual_sd", line.residual_sd, np.nan, "fitted"))
    return pd.DataFrame(rows, columns=["series", "term", "coefficient", "spread", "standing"])
