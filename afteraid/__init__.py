"""AfterAid: what is left of a digital inclusion initiative when its donor has gone.

::

    from afteraid import load_scenario, run

    baseline = run(load_scenario("baseline"), runs=20)
    planned = run(load_scenario("phased-handover"), runs=20)
    planned.against(baseline)

The names in ``__all__`` are the public ones, listed in ``docs/python.md``. Each is loaded when it is first used.
Modules below this one are private and may move.
"""

from __future__ import annotations

import importlib
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

_TREE = Path(__file__).resolve().parent.parent
if not Path(__file__).with_name("simulation").joinpath("__init__.py").is_file():
    # a source tree: `simulation` and `experiments` stand beside this folder, and are imported as parts of it
    __path__.append(str(_TREE))

if TYPE_CHECKING:
    __version__: str
    from .experiments.compare.pairs import compare
    from .experiments.discovery.ema_model import ema_model
    from .experiments.study.study import Study, read_study
    from .experiments.sweep.sweep import sweep
    from .simulation.basis.errors import AfterAidError, InputError, ScenarioError
    from .simulation.ensemble import run
    from .simulation.model import FinancingModel
    from .simulation.results.tables import Results
    from .simulation.scenario.scenario import Scenario, list_scenarios, load_scenario

__all__ = [
    "AfterAidError",
    "FinancingModel",
    "InputError",
    "Results",
    "Scenario",
    "ScenarioError",
    "Study",
    "__version__",
    "compare",
    "ema_model",
    "list_scenarios",
    "load_scenario",
    "read_study",
    "run",
    "sweep",
]

_PLACES = {
    "AfterAidError": "simulation.basis.errors",
    "FinancingModel": "simulation.model",
    "InputError": "simulation.basis.errors",
    "Results": "simulation.results.tables",
    "Scenario": "simulation.scenario.scenario",
    "ScenarioError": "simulation.basis.errors",
    "Study": "experiments.study.study",
    "compare": "experiments.compare.pairs",
    "ema_model": "experiments.discovery.ema_model",
    "list_scenarios": "simulation.scenario.scenario",
    "load_scenario": "simulation.scenario.scenario",
    "read_study": "experiments.study.study",
    "run": "simulation.ensemble",
    "sweep": "experiments.sweep.sweep",
}


def __getattr__(name: str) -> object:
    """Load a public name when it is first used."""
    if name in _PLACES:
        found: object = getattr(importlib.import_module(f"{__name__}.{_PLACES[name]}"), name)
        globals()[name] = found
        return found
    if name == "__version__":
        return _version()
    new = None if name.startswith("_") else _renamed(name)
    if new is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    warnings.warn(f"{__name__}.{name} is now {__name__}.{new}", FutureWarning, stacklevel=2)
    return __getattr__(new)


def _version() -> str:
    """Return the version that is installed."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("afteraid")
    except PackageNotFoundError:  # read from a source tree that is not installed
        return "0.1.0"


def _renamed(name: str) -> str | None:
    """Return the public name that a renamed one has now."""
    from .simulation.basis.renamed import successor

    return successor("Python name", name)


def __dir__() -> list[str]:
    """List the public names, loaded or not."""
    return sorted({*globals(), *__all__})
