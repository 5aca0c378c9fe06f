"""Living levers: what was found at every combination of a few positions of levers, as texts that a page shows.

Nothing is worked out between two positions: the levers stop at what was run.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..basis.late import pd
from ..basis.units import FloatArray


@dataclass(frozen=True)
class Slider:
    """One lever: its title, what each position is called, and which of them is the base's."""

    title: str
    words: tuple[str, ...]
    base: int


@dataclass(frozen=True)
class Living:
    """Levers with what was found at every combination of positions.

    Attributes:
        sliders: the levers; combinations are counted with the last one changing fastest.
        outcomes: what each outcome is called.
        table: a row a combination: a column a lever, then of each outcome its level, its change, and the verdict.
        times: years of the curve.
        curves: share still serving, (combinations, 3, times): low, median, high.
        notes: sentences on how it was made.
    """

    sliders: tuple[Slider, ...]
    outcomes: tuple[str, ...]
    table: pd.DataFrame
    times: tuple[float, ...]
    curves: FloatArray
    notes: tuple[str, ...]

    @property
    def at_base(self) -> int:
        """Return which combination is the base."""
        sizes = [len(slider.words) for slider in self.sliders]
        return int(np.ravel_multi_index([slider.base for slider in self.sliders], sizes))
