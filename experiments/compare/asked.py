"""What a comparison is asked on the command line: settings of all options, and the smallest differences that matter."""

from __future__ import annotations

from collections.abc import Sequence

from afteraid.simulation.basis.errors import InputError, ScenarioError
from afteraid.simulation.scenario.scenario import full_key
from afteraid.simulation.scenario.toml_file import ONE_WAY, parse_setting

from .comparison import check_matters


def read_settings(texts: Sequence[str] | None) -> dict[str, object]:
    """Return the settings of ``--set``, each KEY=VALUE.

    Raises ScenarioError for one that can't be used or is given twice.
    """
    found: dict[str, object] = {}
    for text in texts or ():
        key, value = parse_setting(text)
        if full_key(key) in found:
            raise ScenarioError("is set twice", key=f"--set {key}", expected=ONE_WAY)
        found[full_key(key)] = value
    return found


def read_matters(texts: Sequence[str] | None) -> dict[str, float]:
    """Return the smallest differences of ``--matters``, each NAME=VALUE; a share may be written as 2%.

    Raises InputError for one that can't be used.
    """
    found: dict[str, float] = {}
    for text in texts or ():
        name, value = parse_setting(text)
        written = str(value).strip()
        try:
            size = float(written.removesuffix("%")) / (100.0 if written.endswith("%") else 1.0)
        except ValueError:
            raise InputError(f"{written} is no number", key="matters", expected="NAME=VALUE, as in use=0.5%") from None
        found[name] = size
    check_matters(found)
    return found
