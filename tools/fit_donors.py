"""Build the donors and their ties to recipients: writes simulation/data/donors.csv and ties.csv.

    python tools/fit_donors.py --reference DIR

Bilateral budgets are the bilateral aid of 2023 (OECD, constant 2023 US dollars): what passes through the
multilaterals counts once, with them. Everything typed in by hand stands in tools/donor_facts.csv. The fit itself is
experiments/calibration/donor_law.py; `afteraid calibrate` does the same for any flows.
"""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path

import numpy as np
import pandas as pd

from afteraid.experiments.calibration.donor_law import (
    MERIT_RANGE,
    NEED_RANGE,
    DonorFit,
    budget_series,
    fit_donors,
    fit_volatility,
)
from afteraid.experiments.calibration.panel import read_panel
from reference_tables import Floats, command_line, read_reference, write_table

FACTS = Path(__file__).resolve().parent / "donor_facts.csv"
LAST_YEAR = 2022  # of flows by donor and recipient
BILATERAL = ("dac", "other_bilateral")
ICT_SHARE = {  # OECD Development Co-operation Report 2021, chapter 40; the last two are judged
    "bilateral": 0.010,
    "multilateral": 0.027,
    "foundation": 0.046,
    "private": 0.010,
    "south_south": 0.025,
}
AVERAGED_BUDGETS = ("KWT", "ARE")  # latest year is far off the others: the mean of the last five reported years
SECTOR_NAMES = {
    "International Development Association [IDA]": "IDA",
    "EU Institutions": "EUI",
    "African Development Fund [AfDF]": "AFDB",
    "AsDB Special Funds": "ASDB",
    "IDB Special Fund": "IADB",
    "Islamic Development Bank [IsDB]": "ISDB",
    "OPEC Fund for International Development [OFID]": "OPECF",
    "Arab Bank for Economic Development in Africa [BADEA]": "BADEA",
    "UNDP": "UNDP",
    "UNICEF": "UNICEF",
    "Bill & Melinda Gates Foundation": "GATES",
}
# Where no flows by recipient are published: inertia, herding, need, merit, residual sd. Judged, after evidence
# section 2: multilaterals neither herd nor have ties and follow merit (IDA's rule gives about 0.45 a standard
# deviation); private money follows markets, not need.
JUDGED_WEIGHTS = {
    "multilateral": (0.70, 0.0, 1.0, 0.45, 0.40),
    "foundation": (0.65, 0.15, 0.80, 0.15, 0.60),
    "private": (0.60, 0.20, 0.0, 0.40, 0.60),
    "south_south": (0.65, 0.10, 0.40, 0.0, 0.80),
}
JUDGED_VOLATILITY = {"private": (0.25, 0.40), "foundation": (0.18, 0.50), "south_south": (0.22, 0.50)}
WEIGHTS = ["inertia", "herding", "need_weight", "merit_weight", "residual_sd"]
JUDGED_ALWAYS = ["patience_years", "coordination", "preferred_mechanism", "preferred_exit"]
COLUMNS = [
    "code",
    "name",
    "type",
    "iso3",
    "budget",
    "currency",
    "price_year",
    "gross_national_income",
    "oda_share_of_income",
    "ict_share",
    "volatility",
    "persistence",
    "inertia",
    "herding",
    "need_weight",
    "merit_weight",
    "tie_weight",
    "residual_sd",
    "patience_years",
    "coordination",
    "preferred_mechanism",
    "preferred_exit",
    "source",
    "judged",
]


def volatility_of_all(reference: Path) -> pd.DataFrame:
    """Return persistence and volatility of every donor with a series, drawn towards the mean of all."""
    given = read_reference(reference, "oda_by_donor.csv")[["donor", "year", "oda_given_usd2023"]]
    sectors = read_reference(reference, "oda_sector_by_donor.csv")
    sectors = sectors.assign(donor=sectors.donor_name.map(SECTOR_NAMES), oda_given_usd2023=sectors.total)
    both = pd.concat([given, sectors.dropna(subset=["donor"])[list(given.columns)]])
    series = budget_series(both)
    return pd.DataFrame(fit_volatility(series.values()), index=list(series))


def communications_share(reference: Path, donors: pd.DataFrame) -> pd.Series[float]:
    """Return each donor's share of communications in aid 2005-2014 relative to its type's, drawn to 1.

    How far to draw is estimated: the slope of the share of 2010-2014 on that of 2005-2009 over all donors.
    """
    sectors = read_reference(reference, "oda_sector_by_donor.csv")
    sectors = sectors[sectors.year.between(2005, 2014)].copy()
    sectors["code"] = sectors.donor.fillna(sectors.donor_name.map(SECTOR_NAMES))
    sectors = sectors[sectors.code.isin(donors.index)]

    def relative(part: pd.DataFrame) -> pd.Series[float]:
        sums = part.groupby("code")[["comms", "total"]].sum()
        mean = float(sums.comms.sum() / sums.total.sum())
        prior = 0.1 * float(sums.total.median())  # keeps the log of a nil share finite
        ratio = (sums.comms + prior * mean) / (sums.total + prior) / mean
        return pd.Series(np.log(ratio.to_numpy(dtype=np.float64)), index=ratio.index)

    early, late = relative(sectors[sectors.year < 2010]), relative(sectors[sectors.year >= 2010])
    both = early.index.intersection(late.index)
    slope = float(np.clip(np.polyfit(early[both], late[both], 1)[0], 0.2, 0.8))
    print(f"communications share: slope of 2010-2014 on 2005-2009 {slope:.2f} ({len(both)} donors)")
    whole = relative(sectors)
    return pd.Series(np.exp(slope * whole.to_numpy()), index=whole.index)


def latest_budgets(reference: Path) -> pd.DataFrame:
    """Return the latest yearly aid of each reporting donor in constant 2023 US dollars, and its year."""
    given = read_reference(reference, "oda_by_donor.csv").dropna(subset=["oda_given_usd2023"]).sort_values("year")
    latest = given.groupby("donor").tail(1).set_index("donor")[["year", "oda_given_usd2023"]]
    latest = latest.set_axis(["last_year", "budget"], axis=1).astype({"budget": float})
    for code in AVERAGED_BUDGETS:
        latest.loc[code, "budget"] = given[given.donor == code].oda_given_usd2023.tail(5).mean()
    return latest


def add_budgets(donors: pd.DataFrame, reference: Path) -> pd.DataFrame:
    """Add budget, income and the share of income that the budget is (US dollars of 2023)."""
    reported = latest_budgets(reference).reindex(donors.index)
    donors["budget"] = (donors.budget_bn * 1e9).fillna(reported.budget).round(-6)
    gni = (donors.oda_total_bn / donors.oda_ratio_pct * 100.0).fillna(donors.gni_bn) * 1e9
    donors["gross_national_income"] = gni.round(-9)
    donors["oda_share_of_income"] = (donors.budget / donors.gross_national_income).round(6)
    donors["price_year"] = 2023
    stated = "OECD, bilateral aid of " + reported.last_year.astype("Int64").astype(str) + ", constant 2023 US$"
    averaged = "OECD, mean bilateral aid of the last five reported years, constant 2023 US$"
    stated = stated.where(~donors.index.isin(AVERAGED_BUDGETS), averaged)
    donors["source"] = donors.source.fillna(stated)
    donors["judged_budget"] = donors.budget_bn.notna()
    return donors


def add_ict_shares(donors: pd.DataFrame, reference: Path) -> pd.DataFrame:
    """Add the digital share of each budget, so that each type's weighted mean is the published one."""
    measured = communications_share(reference, donors)
    relative = donors.ict_relative.fillna(measured.reindex(donors.index)).fillna(1.0)
    group = donors.type.replace(dict.fromkeys(BILATERAL, "bilateral"))
    mean = (relative * donors.budget).groupby(group).transform("sum") / donors.budget.groupby(group).transform("sum")
    donors["ict_share"] = (relative / mean * group.map(ICT_SHARE)).clip(upper=0.95).round(4)
    donors["judged_ict"] = ~donors.index.isin(measured.index)
    return donors


def add_behaviour(donors: pd.DataFrame, reference: Path, allocation: DonorFit) -> pd.DataFrame:
    """Add volatility and the weights of the allocation: fitted where there are flows, judged elsewhere."""
    donors = donors.join(volatility_of_all(reference)).join(allocation.donors)
    donors["judged_volatility"] = donors.volatility.isna()
    centre = donors.groupby("type")[["volatility", "persistence"]].transform("median")
    for place, name in enumerate(["volatility", "persistence"]):
        judged = donors.type.map({kind: pair[place] for kind, pair in JUDGED_VOLATILITY.items()})
        donors[name] = donors[name].fillna(judged).fillna(centre[name]).round(3)
    donors["judged_dynamics"] = donors.inertia.isna()
    donors["need_judged"] = donors.need_judged.fillna(True).astype(bool)
    donors["merit_judged"] = donors.merit_judged.fillna(True).astype(bool)
    pooled = allocation.pooled
    bilateral = (pooled["inertia"], pooled["herding"], NEED_RANGE[0], MERIT_RANGE[0], pooled["residual_sd"])
    table = pd.DataFrame(JUDGED_WEIGHTS | dict.fromkeys(BILATERAL, bilateral), index=WEIGHTS).T
    for name in WEIGHTS:
        donors[name] = donors[name].fillna(donors.type.map(table[name])).round(3)
    donors["tie_weight"] = donors.index.isin(allocation.ties.donor).astype(float)
    return donors


def judged_columns(row: dict[Hashable, object]) -> str:
    """Return the columns of a donor that are judgement, as a semicolon list."""
    names = ["budget"] if row["judged_budget"] else []
    names += ["ict_share"] if row["judged_ict"] else []
    names += ["volatility", "persistence"] if row["judged_volatility"] else []
    names += ["inertia", "herding", "residual_sd"] if row["judged_dynamics"] else []
    names += ["need_weight"] if row["need_judged"] else []
    names += ["merit_weight"] if row["merit_judged"] else []
    return ";".join(names + JUDGED_ALWAYS)


def report(donors: pd.DataFrame, allocation: DonorFit) -> None:
    """Print the numbers that the tables rest on."""
    for name, value in allocation.pooled.items():
        print(f"allocation, pooled {name}: {value:.3f}")
    ict: Floats = (donors.budget * donors.ict_share).to_numpy(dtype=np.float64)
    for kind, place in donors.groupby("type").indices.items():
        budget = float(donors.budget.iloc[place].sum())
        share = float(ict[place].sum()) / budget
        print(
            f"{kind}: {len(place)} donors, budget {budget / 1e9:.1f}bn, ICT {share:.2%}, {ict[place].sum() / 1e9:.2f}bn"
        )
    print(f"ICT budget of all {len(donors)} donors: US${ict.sum() / 1e9:.2f}bn a year (2023 prices)")


def build(reference: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the donors and the ties."""
    donors = pd.read_csv(FACTS, keep_default_na=False, na_values=[""]).set_index("code")
    panel = read_panel(reference / "internet_use.csv", reference / "country_year.csv")
    flows, given = (read_reference(reference, name) for name in ("oda_donor_recipient.csv", "oda_by_donor.csv"))
    allocation = fit_donors(flows, given, panel, LAST_YEAR, draws=0)
    donors = add_budgets(donors, reference)
    donors = add_ict_shares(donors, reference)
    donors = add_behaviour(donors, reference, allocation)
    donors["judged"] = [judged_columns(row) for row in donors.to_dict("records")]
    report(donors, allocation)
    ties = allocation.ties[allocation.ties.donor.isin(donors.index)]
    whole = {"budget": "Int64", "gross_national_income": "Int64"}
    return donors.reset_index()[COLUMNS].astype(whole), ties


def main() -> None:
    """Fit and write donors.csv and ties.csv."""
    options = command_line(__doc__ or "").parse_args()
    donors, ties = build(options.reference)
    write_table(donors, options.out / "donors.csv")
    write_table(ties, options.out / "ties.csv")
    print(f"donors.csv: {len(donors)} donors; ties.csv: {len(ties)} ties of {ties.donor.nunique()} donors")


if __name__ == "__main__":
    main()
