"""Calibration: what data say of the model's numbers, as the package ships it, with draws and how they came about.

Each part reads its own data and can be left out: the law of adoption (a panel of internet use), donors (aid by donor
and recipient), the outcomes of funded projects (ratings), and the tolerance of operators for arrears (survival after
exit in the default world).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from afteraid.simulation.basis.files import CSV, write_tables
from afteraid.simulation.basis.machine import versions
from afteraid.simulation.basis.manifest import made_by, write_manifest
from afteraid.simulation.basis.short import Short
from afteraid.simulation.ensemble import Progress
from afteraid.simulation.measures.measure import BAND
from afteraid.simulation.results.words.names import joined
from afteraid.simulation.results.words.numbers import UNKNOWN
from afteraid.simulation.results.words.templates import Templates
from afteraid.simulation.results.words.verdicts import LEAST_DRAWS

from .adoption_law import BOUNDS as ADOPTION_BOUNDS
from .adoption_law import COLUMNS, FEWEST_YEARS, Fit
from .adoption_law import fit as fit_law
from .bounds import at_bounds, cases_at_bounds
from .closure import FEES, LEVEL, TARGETS, fit_closure
from .closure_world import YEARS_AFTER
from .donor_law import BOUNDS as DONORS_BOUNDS
from .donor_law import BUDGET_BOUNDS, DONOR_BOUNDS, NEED_RANGE, TIE_BOUNDS, DonorFit, fit_donors
from .outcome_law import BOUNDS as OUTCOME_BOUNDS
from .outcome_law import fit_outcomes
from .panel import Panel

DRAWS, SEED = 200, 1
UNMOVED = 0.9  # spread after over before, above which nothing worth saying was learnt
SAY = Templates(
    "calibration",
    few="{draws} refits are too few for a 90% interval: {least} or more are needed.",
    unused="Left out of the fit, without GDP in all years or use in {years}: {names}.",
)


@dataclass(frozen=True)
class Part(Short):
    """One fit.

    Attributes:
        name: of its draws: what is written is called after it.
        title: what was fitted, to be printed.
        tables: by file name; those that the package ships are called `*_draws`.
        estimates: name, estimate, low and high (90%).
        notes: what a reader has to know, in sentences.
        facts: for the manifest.
    """

    name: str
    title: str
    tables: dict[str, pd.DataFrame]
    estimates: pd.DataFrame
    notes: list[str] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)


def over_refits(draws: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """Return each number's estimate (row 0) with its 90% interval over refits (the other rows); NaN of too few."""
    refits = draws.iloc[1:]
    few = len(refits) < LEAST_DRAWS
    rows = [
        (name, draws[name].iloc[0], *((np.nan, np.nan) if few else np.quantile(refits[name], BAND))) for name in names
    ]
    return pd.DataFrame(rows, columns=["name", "estimate", "low", "high"])


def few_refits(draws: int) -> list[str]:
    """Say how many refits an interval needs, where there are fewer."""
    return [SAY("few", draws=draws, least=LEAST_DRAWS)] if draws < LEAST_DRAWS else []


def _instead(asked: int, until: int) -> str:
    """Say that a panel ends before the year that was asked for."""
    return f" (the panel's last year; {asked} was asked for)" if asked != until else ""


def _unused(panel: Panel, found: Fit) -> list[str]:
    """Say which economies of a panel are not in the fit."""
    there = set(found.panel.economies)
    names = [str(code) for code in panel.use.columns if code not in there]
    return [SAY("unused", years=FEWEST_YEARS, names=joined(names))] if names else []


def _donors_at_bounds(found: DonorFit) -> list[str]:
    """Say what all donors' numbers, each donor's, and their ties end at."""
    return [
        *at_bounds(found.draws, DONORS_BOUNDS),
        *cases_at_bounds(found.donors, DONOR_BOUNDS, "donors"),
        *cases_at_bounds(found.budgets, BUDGET_BOUNDS, "donors"),
        *cases_at_bounds(found.ties, TIE_BOUNDS, "ties"),
    ]


def adoption_part(
    panel: Panel, until: int, draws: int, seed: int, workers: int | None, progress: Progress | None
) -> Part:
    """Fit the law of adoption up to a year (or the panel's last), with its uncertainty; see `adoption_law.fit`."""
    asked, until = until, min(until, panel.last_year)
    found = fit_law(panel, until, draws, seed, workers, progress)
    notes = [*panel.left_out, *_unused(panel, found), *at_bounds(found.draws, ADOPTION_BOUNDS), *few_refits(draws)]
    return Part(
        "adoption",
        f"The law of adoption up to {until}{_instead(asked, until)}, on {len(found.panel.economies)} economies",
        {"adoption_draws": found.draws, "adoption_states": found.states.round(6)},
        over_refits(found.draws, COLUMNS),
        notes,
        facts={"economies": len(found.panel.economies), "covariates": panel.covariates, "panel_sha256": panel.hashes},
    )


def donors_part(
    flows: pd.DataFrame,
    budgets: pd.DataFrame,
    panel: Panel,
    until: int,
    draws: int,
    seed: int,
    workers: int | None,
    progress: Progress | None,
) -> Part:
    """Fit how donors share and change their aid. See `afteraid.experiments.calibration.donor_law.fit_donors`."""
    found = fit_donors(flows, budgets, panel, until, draws, seed, workers, progress)
    judged = int(found.donors["need_judged"].sum())
    notes = [
        f"The weight of need comes out outside {NEED_RANGE[0]}-{NEED_RANGE[1]} for {judged} of "
        f"{len(found.donors)} donors and is held there, judged: aid follows "
        "neighbours and crises more than the unconnected.",
        f"Herding of {found.pooled['herding']:.2f} within the year is an upper bound: donors also answer one crisis. "
        f"Of a change of the year before, {found.pooled['herding_last_year']:.2f} is followed.",
        "Ties and each donor's own weights are point estimates; only what all donors have in common is drawn.",
        *_donors_at_bounds(found),
        *few_refits(draws),
    ]
    tables = {
        "donor_draws": found.draws, "ties": found.ties,
        "donor_weights": found.donors.round(4).reset_index(names="donor"),
        "donor_budgets": found.budgets.reset_index(names="donor"),
    }  # fmt: skip
    names = [str(name) for name in found.draws.columns if name != "draw"]
    title = f"Donors up to {until}, on {found.pooled['flows']:,.0f} changes of aid"
    return Part("donors", title, tables, over_refits(found.draws, names), notes, {"pooled": found.pooled})


def outcomes_part(
    world_bank: pd.DataFrame | None,
    adb: pd.DataFrame | None,
    until: int,
    draws: int,
    seed: int,
    workers: int | None,
    progress: Progress | None,
) -> Part:
    """Fit failure before exit, and how long projects take. See `fit_outcomes`."""
    found = fit_outcomes(world_bank, adb, until, draws, seed, workers, progress)
    terms = found.terms.set_index("term")
    everywhere = found.rates[found.rates["dimension"] == "everywhere"]
    notes = []
    for row in everywhere.to_dict(orient="records"):
        sustained = float(row["rated_sustained"])
        likely = "" if np.isnan(sustained) else f", {sustained:.0%} likely to be sustained"
        notes.append(
            f"{row['bank']}: {row['projects']:,} projects, {row['rated_success']:.0%} rated a success{likely}."
        )
    for row in found.delays.dropna(subset=["ratio"]).to_dict(orient="records"):
        notes.append(
            f"{row['bank']}: closed after {row['ratio']:.2f} times the years that were planned, in the median. Donors' "
            "own years of funding in the model are those taken, so the delay is in them."
        )
    digital = terms.loc["digital"]
    error = UNKNOWN if np.isnan(digital["standard_error"]) else f"{digital['standard_error']:.2f}"
    notes.append(
        f"Digital projects: log hazard {digital['estimate']:+.2f} (standard error {error}); "
        "too few and too large to say much of small initiatives, and not used."
    )
    notes += [*at_bounds(found.draws, OUTCOME_BOUNDS), *few_refits(draws)]
    names = [str(name) for name in found.draws.columns if name != "draw"]
    tables = {"outcome_draws": found.draws, "outcome_terms": found.terms.round(4), "outcome_rates": found.rates,
              "outcome_delays": found.delays}  # fmt: skip
    title = f"Outcomes of {int(everywhere['projects'].sum()):,} projects closed by {until}"
    return Part("outcomes", title, tables, over_refits(found.draws, names), notes)


def closure_part(runs: int, draws: int, seed: int, workers: int | None, progress: Progress | None) -> Part:
    """Calibrate the tolerance for arrears on survival after exit. See `fit_closure`."""
    found = fit_closure(runs, draws, seed, workers, progress)
    level, known = found.check.iloc[LEVEL], found.identified
    same = known.estimates["name"][known.estimates["sd_ratio"] > UNMOVED]
    notes = [
        f"Runs that the emulator had not seen: {level['within_two_sd']:.0%} within two standard deviations at "
        f"five years, R2 {level['r_squared']:.2f}. Randomness alone spreads survival by {level['luck_sd']:.2f} in log "
        "odds.",
        f"{found.inside:.0%} of the prior lies inside the ranges of survival, {found.inside_both:.0%} with fees inside "
        f"theirs too. By weight, the evidence leaves {found.kept:.0%}.",
        f"Survival fixes one level and one slope: {', '.join(same)} stay where they were judged to be.",
        *found.at_bounds,
    ]
    targets = {f"{years:g} years": list(map(float, row)) for years, row in zip(YEARS_AFTER, TARGETS, strict=True)}
    tables = {
        "closure_draws": found.draws,
        "closure_estimates": known.estimates.round(4),
        "closure_tradeoffs": known.tradeoffs.round(4),
        "closure_directions": known.directions.round(4),
        "closure_effects": known.effects.round(4),
        "closure_check": found.check.round(4),
    }
    facts = {
        "runs": runs,
        "targets": targets,
        "fees": list(FEES),
        "inside": round(found.inside, 4),
        "inside_both": round(found.inside_both, 4),
        "kept": round(found.kept, 4),
        "medians": {name: round(value, 4) for name, value in found.medians.items()},
        "held_back": ["kiosks", "named causes", "water points"],
    }
    return Part("closure", "The tolerance of operators for arrears, on survival in the default world", tables,
                known.estimates[["name", "estimate", "low", "high"]], notes, facts)  # fmt: skip


def manifest(
    parts: Sequence[Part], command: str, until: int | None, draws: int, seed: int, inputs: dict[str, str]
) -> dict[str, Any]:
    """Say how a calibration came about: command, hashes of what was read, versions, and the facts of each part."""
    return {
        **made_by(),
        "study": "calibration",
        "command": command,
        "until": until,
        "draws": draws,
        "seed": seed,
        "inputs_sha256": inputs,
        "parts": {part.name: {**part.facts, "notes": part.notes} for part in parts},
        "made_with": versions("numpy", "scipy", "pandas", "statsmodels", "scikit-learn"),
    }


def write_calibration(parts: Sequence[Part], about: dict[str, Any], folder: Path) -> None:
    """Write the tables of all parts and the manifest into a folder."""
    for part in parts:
        write_tables(part.tables, folder, (CSV,))
    write_manifest(folder, about)
