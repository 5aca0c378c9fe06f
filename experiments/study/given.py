"""A study as an argument: itself, the name of a shipped one, or the path of its file."""

from __future__ import annotations

import os

from afteraid.simulation.basis.errors import InputError, shown

from .study import Study, read_study

StudyGiven = Study | str | os.PathLike[str]


def study_given(study: StudyGiven) -> Study:
    """Return a checked study.

    Args:
        study: a study, its name, or the path of its file.

    Raises:
        InputError: it is none of these.
        StudyError: there is none of that name, or its file can't be used.
    """
    if isinstance(study, Study):
        return study
    if not isinstance(study, (str, os.PathLike)):
        raise InputError(f"{shown(study)} is no study", key="study", expected="a study, its name, or its file")
    return read_study(study)
