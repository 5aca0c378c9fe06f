"""Run the check of stylised facts and write its page.

python -m afteraid.experiments.pages.patterns [--runs 20] [--workers 2]
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from afteraid.simulation.results.faces.markdown import table_of

from ..trust.patterns.answer import answer_of, span, value
from ..trust.patterns.patterns import FAIL, RUNS, UNCHECKED, Check, check
from .layout import wrapped

FILE = Path(__file__).parents[2] / "docs" / "patterns.md"
OPENING = """# Patterns

Generated; do not edit. Rebuild with `python -m afteraid.experiments.pages.patterns`. `afteraid patterns` prints the
same.

Does the default model reproduce known facts of the real world? Each fact has a range, which was published, derived or
judged before the runs. A fact holds if the median over runs is in its range. "Fitted" and "calibrated" facts were used
to set the model, and an "input" was entered, so their agreement proves nothing. Only "emergent" facts are a test.
A fact whose own source sets a rule or a number is no test; the last section says which, and why.

"""


def page(found: Check) -> str:
    """Return the page: the count, the table, and why facts fail, can't be checked, or are no test."""
    answer = answer_of(found)
    rows: list[Any] = list(found.verdicts.itertuples())
    headings = ("", "fact", "measured", "value (90% interval)", "range", "verdict", "basis", "source")
    lines = [
        (row.number, row.fact, row.measured, value(row), f"{span(row)}, {row.range_standing}", row.verdict, row.basis,
         row.source)
        for row in rows
    ]  # fmt: skip
    parts = [*answer.sentences, *answer.notes, "", table_of(headings, lines, range(len(headings)))]
    for verdict, heading in (
        (FAIL, "What fails, and the likely cause"),
        (UNCHECKED, "What cannot be checked, and why"),
    ):
        parts += ["", f"## {heading}", ""]
        parts += [f"- **{row.number}, {row.fact}.** {row.why}." for row in rows if row.verdict == verdict]
    parts += ["", "## What is no test, and why", ""]
    parts += [f"- **{row.number}, {row.fact}** ({row.basis}). {row.no_test}." for row in rows if row.no_test]
    return wrapped(OPENING + "\n".join(parts) + "\n")


def main() -> None:
    """Run and write."""
    parser = argparse.ArgumentParser(description="Check the stylised facts and write docs/patterns.md.")
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--workers", type=int)
    parser.add_argument("--out", type=Path, default=FILE)
    asked = parser.parse_args()
    found = check(asked.runs, workers=asked.workers)
    asked.out.write_text(page(found), encoding="utf-8")


if __name__ == "__main__":
    main()
