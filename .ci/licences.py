"""List the licence of every installed distribution and fail where one is the GPL, or says nothing.

Run it with the Python of an environment that holds the base install alone. The expression and the classifiers are
read first; the free text only where both are missing, and only its first line, because some packages paste the
licences of bundled libraries there.
"""

import re
import sys
from importlib.metadata import Distribution, distributions

TOOLS = {"pip", "setuptools", "wheel"}  # come with the environment, not with the project
COPYLEFT = re.compile(r"\b(A|L)?GPL|GNU (Lesser|Affero|Library)? ?General Public|GNU Lesser", re.IGNORECASE)


def licence(distribution: Distribution) -> str:
    """One distribution's licence, in its own words."""
    fields = distribution.metadata
    stated = [fields.get("License-Expression") or ""]
    stated += [
        line.split("::")[-1].strip() for line in fields.get_all("Classifier") or [] if line.startswith("License")
    ]
    if not any(stated):
        stated = [(fields.get("License") or "").strip().split("\n")[0]]
    return "; ".join(filter(None, stated))


def main() -> int:
    """Print the table and count what is not allowed."""
    refused = []
    rows = sorted((item.metadata["Name"], item.version, licence(item)) for item in distributions())
    for name, version, text in rows:
        if name.lower() in TOOLS:
            continue
        bad = not text or COPYLEFT.search(text) is not None
        print(f"  {name} {version}: {text or 'NOT STATED'}{'   <-- not allowed' if bad else ''}")
        refused += [name] if bad else []
    print(f"{len(rows)} distributions, {len(refused)} not allowed {refused or ''}".rstrip())
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
