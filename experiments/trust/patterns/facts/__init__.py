"""The stylised facts that the default model is checked against: in words, with range, source and measure.

A range is published, derived (by arithmetic from published figures) or judged (a tolerance set before the runs). Where
a source gives one figure and no range, the range is that figure 10% up and down, which is judged. The basis says what
holding a fact is worth: "fitted" and "calibrated" facts were used to set the model, an "input" was put in, and only
what is "emergent" is a test. Each of the others says what of it was put in. Each emergent fact says what would make it
hold and why the model does not have that.
"""

from .aid import AID
from .divide import DIVIDE
from .pattern import Pattern
from .survival import CLOSURE, SURVIVAL

PATTERNS: tuple[Pattern, ...] = (*DIVIDE, *SURVIVAL, *AID, *CLOSURE)

__all__ = ["PATTERNS", "Pattern"]
