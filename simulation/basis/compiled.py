"""Compiled rules: loops over rows become machine code where numba is there, and run as plain Python where it is not.

The first call of a function compiles it. The machine code is kept beside the source or in the user's cache, under a
name that changes with all that the function is made of: its own text, what it calls and the constants that it reads.
"""

from __future__ import annotations

import functools
import hashlib
import inspect
import os
import warnings
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

from .units import FloatArray

numba: Any
try:
    import numba
except ImportError:  # no wheels for macOS on Intel
    numba = None

Function = TypeVar("Function", bound=Callable[..., Any])

_made_of: dict[Any, str] = {}  # what each compiled function is made of, as a hash
SLOW = "numba is missing or switched off: the rules of the model run uncompiled, some hundred times slower"
IN_USE = numba is not None and not os.environ.get("NUMBA_DISABLE_JIT", "0").strip("0")


def compiled(function: Function) -> Function:
    """Compile a function of numbers and arrays, or leave it as it is where numba is missing or switched off.

    It reads only its arguments, other compiled functions, and constants of its module. The same source gives the same
    bits either way: nothing is reordered, and powers, exponentials and logarithms stay in numpy, outside.
    """
    if not IN_USE:
        return function
    content = _content(function)
    function.__qualname__ = f"{function.__qualname__}_{content[:12]}"  # names its file in the cache
    try:
        made: Any = numba.njit(cache=True, error_model="numpy")(function)
    except RuntimeError:  # there is no folder to keep machine code in
        made = numba.njit(error_model="numpy")(function)
    _made_of[made] = content
    return made  # type: ignore[no-any-return]


@functools.cache
def say_if_uncompiled() -> None:
    """Warn once in a process where the rules run uncompiled."""
    if not IN_USE:
        warnings.warn(SLOW, RuntimeWarning, stacklevel=2)


def elementwise(function: Callable[..., float]) -> Callable[..., FloatArray]:
    """Return a function of arrays that broadcast, out of a compiled function of numbers; for calibration and tests."""
    plain = getattr(function, "py_func", function)
    made: Callable[..., FloatArray] = numba.vectorize(plain) if IN_USE else np.vectorize(plain, otypes=[float])
    return made


def _content(function: Callable[..., Any]) -> str:
    """Return a hash of everything that a function is made of."""
    names = sorted(set(function.__code__.co_names))
    found = {name: function.__globals__.get(name) for name in names}
    for module in [value for value in found.values() if inspect.ismodule(value)]:
        found |= {f"{module.__name__}.{name}": getattr(module, name, None) for name in names}
    parts = [inspect.getsource(function)]
    for name, value in found.items():
        if isinstance(value, np.ndarray):
            parts.append(f"{name} {value.dtype} {value.shape} {value.tobytes().hex()}")
        elif isinstance(value, (int, float, tuple, str, np.generic)):
            parts.append(f"{name} {value!r}")
        elif inspect.isroutine(value) or hasattr(value, "py_func"):
            parts.append(f"{name} {_made_of.get(value, '')}")
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
