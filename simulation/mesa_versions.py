"""Where versions of Mesa differ: the numbers of agents, and the rows and repeated worlds of batch runs.

Mesa 3.3 keeps one counter of agents for every model ever made, reads the last row of a batch run one step too early,
and never tells a model which iteration it is. Later versions of Mesa 3 do none of the first two.
"""

from __future__ import annotations

import itertools
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import mesa

BATCH_RUNNER = "mesa.batchrunner"


class RepeatedWorldWarning(UserWarning):
    """An iteration of Mesa's batch run computes the same world as the first one."""


def batch_iteration() -> int | None:
    """Return the iteration of Mesa's batch run that a model is made in; None where none is under way."""
    frame = sys._getframe(1)
    while frame is not None:
        if frame.f_globals.get("__name__") == BATCH_RUNNER and "iteration" in frame.f_locals:
            return int(frame.f_locals["iteration"])
        frame = frame.f_back  # type: ignore[assignment]  # the outermost frame has none
    return None


def warn_of_repeated_world(iteration: int | None, seed: int | None) -> None:
    """Warn once where iterations repeat the world of the first one: Mesa 3.3 gives them no seeds of their own."""
    own_seeds = seed is not None and not hasattr(mesa.Agent, "_ids")
    if iteration == 1 and not own_seeds:  # the second; later ones have nothing to add
        warnings.warn(
            "iterations of batch_run repeat the same world, since Mesa does not tell a model its iteration. For "
            'different worlds write batch_run(FinancingModel, {"replicate": range(3), ...}), without iterations',
            RepeatedWorldWarning,
            stacklevel=3,
        )


def end_batch_run(model: Any) -> None:
    """Let Mesa 3.3 read the last quarter of a batch run: it takes the row before the number of steps."""
    if not hasattr(model.datacollector, "_collection_steps"):
        model.steps += 1


def next_number(model: Any) -> int | None:
    """Return the number that the next agent of a model gets, where Mesa 3.3 counts agents outside the model."""
    counters = getattr(mesa.Agent, "_ids", None)
    if counters is None:
        return None
    if model not in counters:
        return 1 + max((agent.__dict__.get("unique_id", 0) for agent in model.agents), default=0)
    number = next(counters[model])
    counters[model] = itertools.count(number)
    return int(number)


def count_from(model: Any, number: int | None) -> None:
    """Number the next agents of a model from here on, where Mesa 3.3 counts agents outside the model."""
    counters = getattr(mesa.Agent, "_ids", None)
    if counters is not None and number is not None:
        counters[model] = itertools.count(number)


def forget(model: Any) -> None:
    """Take a model that has ended off Mesa's list of counters, where Mesa 3.3 would keep it alive for ever."""
    counters = getattr(mesa.Agent, "_ids", None)
    if counters is not None:
        counters.pop(model, None)


@contextmanager
def numbered_on(model: Any, ended: bool) -> Iterator[None]:
    """Give agents numbers that no agent of the model has, also where the model has ended and was forgotten."""
    if ended:
        count_from(model, next_number(model))
    try:
        yield
    finally:
        if ended:
            forget(model)
