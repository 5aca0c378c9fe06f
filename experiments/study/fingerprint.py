"""What the bits of a result depend on besides the study: the model's code, its data, and the packages it runs on."""

from __future__ import annotations

import functools
import hashlib
import importlib
import json
from pathlib import Path
from typing import Any

from afteraid.simulation.basis.machine import versions
from afteraid.simulation.basis.manifest import code_hashes, data_hashes

from .study import Study

PACKAGES = ("numpy", "scipy", "pandas", "pyarrow", "numba")


@functools.cache
def model_code() -> dict[str, str]:
    """Return the SHA-256 of every file of code that a run's outcome depends on, by its place in the source tree.

    These are the files of `simulation` that decide the bits of a world, and all files of `experiments/study`.
    """
    study = Path(__file__).resolve().parent
    own = {f"experiments/study/{path.relative_to(study).as_posix()}": path for path in sorted(study.rglob("*.py"))}
    return {name: _sha256(path.read_bytes()) for name, path in own.items()} | code_hashes()


@functools.cache
def packages() -> dict[str, str]:
    """Return the versions that outcomes may depend on."""
    return versions(*PACKAGES)


def code_of(study: Study) -> dict[str, str]:
    """Return the hashes of the model's code, or of the file that a plug-in stands in."""
    if not study.written.model:
        return model_code()
    file = importlib.import_module(study.written.model.partition(":")[0]).__file__
    bench = {name: value for name, value in model_code().items() if name.startswith("experiments/")}
    return {study.written.model: _sha256(Path(str(file)).read_bytes()), **bench}


def fingerprint(study: Study) -> str:
    """Return one hash of all that the bits of a run depend on besides the study."""
    return sha256_of({"code": code_of(study), "data": data_hashes(), "packages": packages()})


def sha256_of(value: Any) -> str:
    """Return the SHA-256 of a value as JSON."""
    return _sha256(json.dumps(value, sort_keys=True, ensure_ascii=False, allow_nan=False).encode())


def _sha256(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()
