"""Calibration: the law of adoption fitted to a panel, written as the package ships it, with how it came about."""

from __future__ import annotations

import json
import platform
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulation.ensemble import Progress, installed_version
from simulation.results import MANIFEST

from .adoption_law import COLUMNS, Fit, fit
from .panel import Panel


@dataclass(frozen=True)
class Calibration:
    """A fitted law with the manifest of how it came about."""

    fit: Fit
    manifest: dict[str, Any]

    def estimates(self) -> dict[str, dict[str, float]]:
        """Return each number's estimate with its 90% interval over refits."""
        draws = self.fit.draws
        refits = draws.iloc[1:] if len(draws) > 1 else draws
        return {
            name: {
                "estimate": float(draws[name].iloc[0]),
                "low": float(refits[name].quantile(0.05)),
                "high": float(refits[name].quantile(0.95)),
            }
            for name in COLUMNS
        }


def calibrate(
    panel: Panel,
    until: int,
    draws: int = 200,
    seed: int = 1,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Calibration:
    """Fit the law up to a year, with its uncertainty, and say how. See `experiments.adoption_law.fit`."""
    found = fit(panel, until, draws, seed, workers, progress)
    manifest = {
        "product": "AfterAid",
        "version": installed_version("afteraid"),
        "study": "calibration of the law of adoption",
        "command": f"afteraid calibrate --panel FILE{'' if panel.embedded else ' --covariates FILE'} --until {until} "
        f"--draws {draws} --seed {seed} --out DIR",
        "until": until,
        "draws": draws,
        "seed": seed,
        "economies": len(found.panel.economies),
        "panel_sha256": panel.hashes,
        "covariates": panel.covariates,
        "made_with": {
            "python": platform.python_version(),
            **{name: installed_version(name) for name in ("numpy", "scipy", "pandas")},
        },
    }
    return Calibration(found, manifest)


def write_calibration(found: Calibration, folder: Path) -> None:
    """Write adoption_draws.csv, adoption_states.csv (where each economy stood) and the manifest into a folder."""
    for name, table in (("adoption_draws", found.fit.draws), ("adoption_states", found.fit.states.round(6))):
        (folder / f"{name}.csv").write_bytes(table.to_csv(index=False, lineterminator="\n").encode("utf-8"))
    text = json.dumps(found.manifest, indent=2, ensure_ascii=False, allow_nan=False)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")
