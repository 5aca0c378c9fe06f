"""What was done to sweeps that were hurt, what came of it, and the page of figures that says so."""

from __future__ import annotations

import hashlib
import os
import platform
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

UNFINISHED = ".unfinished-"
KILLS, STOPS = ("worker", "parent", "parent, while it writes"), ("Ctrl-C", "SIGTERM", "full disk")
PHASES = (
    "before the manifest", "while writing the manifest", "before the first chunk", "while writing a chunk",
    "between the files of a chunk", "between chunks", "after the last chunk",
)  # fmt: skip


def hashes(folder: Path) -> dict[str, str]:
    """The SHA-256 of every file, but for what is still being written."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and not path.name.startswith(UNFINISHED)]
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@dataclass
class Tally:
    """What was done to sweeps, and what came of it."""

    kills: Counter[tuple[str, str]] = field(default_factory=Counter)  # whom, in which phase
    stops: Counter[tuple[str, str]] = field(default_factory=Counter)  # how, in which phase
    sweeps: Counter[str] = field(default_factory=Counter)  # forked, or by the command
    by_command: int = 0  # kills of these
    compared: int = 0  # folders compared with the whole one, file by file
    files: int = 0
    seconds: float = 0.0
    mismatches: list[str] = field(default_factory=list)

    @property
    def killed(self) -> int:
        """How many kills there were."""
        return sum(self.kills.values())

    def compare(self, out: Path, whole: dict[str, str], finished: bool) -> None:
        """Compare every file with that of the unhurt sweep."""
        found = hashes(out)
        self.compared, self.files = self.compared + 1, self.files + len(found)
        self.mismatches += [f"{out.name}/{name}" for name, value in found.items() if whole.get(name) != value]
        if finished and (found.keys() != whole.keys() or list(out.rglob(f"{UNFINISHED}*"))):
            self.mismatches.append(f"{out.name}: not the files of an unhurt sweep")


def page(tally: Tally, seed: int) -> str:
    """Write the figures as a page."""
    lines = [
        "# Interrupted sweeps", "",
        f"Workers and parents were killed {tally.killed:,} times (kill -9) and stopped {sum(tally.stops.values()):,} "
        f"times in other ways, in {sum(tally.sweeps.values()):,} sweeps.",
        "The study has four tables. After each stop, every file was compared by its SHA-256 with that of an",
        "undisturbed sweep. At the end of each sweep all files had to be there, and no others.", "",
        "| | |", "|---|---|",
        f"| folders compared | {tally.compared:,} |", f"| files compared | {tally.files:,} |",
        f"| files that differed | {len(tally.mismatches)} |",
        f"| sweeps forked from a process that had imported everything | {tally.sweeps['forked']:,} |",
        f"| sweeps by the command itself, with {tally.by_command:,} of the kills | {tally.sweeps['command']:,} |",
        f"| seed | {seed} |", f"| minutes | {tally.seconds / 60:.1f} |",
        f"| Python, processors | {platform.python_version()}, {os.cpu_count()} |", "",
    ]  # fmt: skip
    for title, kinds, counts in (("Kills", KILLS, tally.kills), ("Other stops", STOPS, tally.stops)):
        lines += [f"## {title}, by where the sweep stood", "", "| | " + " | ".join(kinds) + " |", "|---" * 4 + "|"]
        for stand in PHASES:
            lines.append(f"| {stand} | " + " | ".join(str(counts[kind, stand]) for kind in kinds) + " |")
        lines += ["| **all** | " + " | ".join(str(sum(counts[k, p] for p in PHASES)) for k in kinds) + " |", ""]
    return "\n".join(lines + ["Made by `.ci/nightly`.", ""])
