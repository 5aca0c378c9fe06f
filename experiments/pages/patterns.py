"""Run the check of stylised facts and write its page.

python -m afteraid.experiments.pages.patterns [--runs 20] [--workers 2]
"""

from __future__ import annotations

import argparse
import math
from pathlib import Path
from typing import Any

import pandas as pd

from afteraid.simulation.results.faces.markdown import table_of

from ..trust.patterns.patterns import FAIL, NOT_TUNED, PASS, RUNS, UNCHECKED, check
from .layout import wrapped

FILE = Path(__file__).parents[2] / "docs" / "patterns.md"
OPENING = """# Patterns

Generated; do not edit. Rebuild with `python -m afteraid.experiments.pages.patterns`. `afteraid patterns` prints the
same.

Does the default model reproduce known facts of the real world? Each fact has a range, which was published, derived or
judged before the runs. A fact holds if the median over runs is in its range. "Fitted" and "calibrated" facts were used
to set the model, and an "input" was entered, so their agreement proves nothing. Only "emergent" facts are a test.

"""


HEADINGS = ("", "fact", "measured", "median (90% interval)", "range", "verdict", "basis", "source")


def page(verdicts: pd.DataFrame, runs: int) -> str:
    """Return the page: the count, the table, and a sentence on each fact that fails or can't be checked."""
    tested = verdicts[verdicts["basis"] == "emergent"]
    held, failed = (int((tested["verdict"] == verdict).sum()) for verdict in (PASS, FAIL))
    unknown = int((verdicts["verdict"] == UNCHECKED).sum())
    lines = [
        f"Over {runs} runs, {held} of the emergent facts hold and {failed} fail; {unknown} cannot be checked.",
        NOT_TUNED,
        "",
    ]
    table: list[list[str]] = []
    rows: list[Any] = list(verdicts.itertuples())
    for row in rows:
        value = f"{row.value:.3g} ({row.low:.3g} to {row.high:.3g})" if math.isfinite(row.value) else "-"
        end = "" if math.isinf(row.range_high) else f" to {row.range_high:.3g}"
        span = f"{'from ' if not end else ''}{row.range_low:.3g}{end}, {row.range_standing}"
        table.append([row.number, row.fact, row.measured, value, span, row.verdict, row.basis, row.source])
    lines.append(table_of(HEADINGS, table, range(len(HEADINGS))))
    for verdict, heading in (
        (FAIL, "What fails, and the likely cause"),
        (UNCHECKED, "What cannot be checked, and why"),
    ):
        lines += ["", f"## {heading}", ""]
        lines += [f"- **{row.number}, {row.fact}.** {row.why}." for row in rows if row.verdict == verdict]
    return wrapped(OPENING + "\n".join(lines) + "\n")


def main() -> None:
    """Run and write."""
    parser = argparse.ArgumentParser(description="Check the stylised facts and write docs/patterns.md.")
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--workers", type=int)
    parser.add_argument("--out", type=Path, default=FILE)
    asked = parser.parse_args()
    found = check(asked.runs, workers=asked.workers)
    asked.out.write_text(page(found.verdicts, asked.runs), encoding="utf-8")


if __name__ == "__main__":
    main()
