"""What `compare` returns: a comparison that answers, draws and makes its page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from afteraid.simulation.results.answer import Answer
from afteraid.simulation.results.faces.html import html

from .answer import answer_of
from .comparison import Comparison
from .figure import draw

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class Compared(Comparison):
    """Options against a base, pair by pair, with all that is made of them."""

    def answer(self) -> Answer:
        """Return the answer in plain language, with its tables and charts."""
        return answer_of(self)

    def plot(self) -> Figure:
        """Draw the differences of the headlines by option."""
        return draw(self)

    def to_html(self) -> str:
        """Return the answer as a page: one HTML file that opens without a network."""
        return html(self.answer())
