"""Many inputs of one kind, made anew in each run: a few dozen in CI, 3,000 in ``.ci/nightly`` (AFTERAID_INPUTS)."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TypeVar

import pytest
from hypothesis import settings

Test = TypeVar("Test", bound=Callable[..., None])

FEW = 40


def of_a_kind(test: Test) -> Test:
    """Mark a property test (written above ``@given``) as one that makes the inputs of a whole kind."""
    asked = int(os.environ.get("AFTERAID_INPUTS", FEW))
    marked: Test = pytest.mark.inputs(settings(max_examples=asked)(test))
    return marked
