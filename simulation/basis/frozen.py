"""What a user writes, once it is checked: it never changes, and unknown names are refused."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """A table of a file that is checked once and never changes; unknown names are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")
