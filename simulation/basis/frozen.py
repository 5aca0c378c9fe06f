"""What a user writes, once it is checked: it never changes, and unknown names are refused."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from .short import written


class Frozen(BaseModel):
    """A table of a file that is checked once and never changes; unknown names are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def __repr__(self) -> str:
        """Write what was set, in one screen at most."""
        return written(type(self).__name__, {name: getattr(self, name) for name in type(self).model_fields})

    def __str__(self) -> str:
        """Write the same as `repr`: pydantic would write all that the table holds."""
        return repr(self)
