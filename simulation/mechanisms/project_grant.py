"""Project grant: the donor pays, alone, project by project."""

from __future__ import annotations

from .base import Mechanism


class ProjectGrant(Mechanism):
    """The plain case that every other mechanism is compared with."""

    name = "project_grant"
    title = "Project grant"
    description = "One donor pays for one project, with the full transaction cost and the donor's full volatility."
