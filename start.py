#!/usr/bin/env python3
"""Set up AfterAid in its own environment and run it.

    python3 start.py run baseline       run a scenario and write its report to reports/baseline
    python3 start.py workshop           open the workshop in the browser
    python3 start.py test               run the tests
    python3 start.py pack FOLDER        write a folder for a USB stick, which needs no network
    python3 start.py COMMAND ...        run another command of afteraid (scenarios, check, parameters, ...)

The environment is the folder .venv next to this file; the Python of your system stays as it is. The first call
installs the packages. Later calls install only if pyproject.toml or constraints.txt has changed. In a folder that was
packed, the packages come from its folder wheels. This file needs only the standard library. An older Python can read
it, so that it can report that it is too old.
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
ENVIRONMENT = ROOT / ".venv"
PROGRAMS = ENVIRONMENT / ("Scripts" if os.name == "nt" else "bin")
PYTHON = PROGRAMS / ("python.exe" if os.name == "nt" else "python")
OLDEST = (3, 11)
EXTRAS = {"workshop": "workshop"}  # command -> what its first use installs more
WHEELS = ROOT / "wheels"  # of a packed folder: what is installed without a network
BUILD = ["hatchling>=1.27", "editables>=0.5"]  # what an installation in place needs more
ELSEWHERE = {"win": ["colorama", "tzdata"]}  # what packages ask for on one system only
NOT_PACKED = (".*", "__pycache__", "reports", "sweeps", "build", "dist", "wheels", "*.egg-info")


def here():
    """The version of this Python, as its packages are named: 3.11."""
    return f"{sys.version_info[0]}.{sys.version_info[1]}"


def runs(name):
    """Whether a Python of that name really runs; a version manager's stand-in may only say that it doesn't."""
    path = shutil.which(name)
    silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return path is not None and subprocess.call([path, "-c", ""], **silent) == 0


def check_python():
    """Stop with a sentence, not a traceback, where this Python is too old."""
    if sys.version_info >= OLDEST:
        return
    newer = [name for name in ("python3.13", "python3.12", "python3.11") if runs(name)]
    hint = f"Try: {newer[0]} start.py ..." if newer else "Please install Python 3.11 or later."
    sys.exit(f"AfterAid needs Python 3.11 or later; this is {here()}. {hint}")


def create_environment():
    """Create .venv unless it is there, whole, and of this Python version."""
    if PYTHON.exists():
        probe = [str(PYTHON), "-c", "import sys, pip; print(*sys.version_info[:2])"]
        found = subprocess.run(probe, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        if found.returncode == 0 and tuple(int(part) for part in found.stdout.split()) >= OLDEST:
            return
        print(f"The environment {ENVIRONMENT.name} is damaged or too old; it will be built again.", flush=True)
    if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        sys.exit(
            "This Python can't create environments: its modules venv and ensurepip are missing. "
            f"On Debian and Ubuntu: sudo apt install python{here()}-venv"
        )
    built = subprocess.run([sys.executable, "-m", "venv", "--clear", str(ENVIRONMENT)])
    if built.returncode != 0:
        sys.exit(f"The environment {ENVIRONMENT} could not be created; see the lines above.")


def install(extra):
    """Install the project in place, with `extra` ("", "test" or "workshop"), unless the same was installed before."""
    content = hashlib.sha256()
    for name in ("pyproject.toml", "constraints.txt"):
        content.update((ROOT / name).read_bytes())
    content.update(str(ROOT).encode())
    wanted = content.hexdigest()
    note = ENVIRONMENT / "installed.txt"
    done = note.read_text().split() if note.exists() else []
    if done[:1] == [wanted] and (not extra or extra in done[1:]):
        return
    extras = sorted(set(done[1:]) | ({extra} if extra else set()))
    print(f"Setting up AfterAid in {ENVIRONMENT.name} (once, a minute or two) ...", flush=True)
    target = str(ROOT) + ("[" + ",".join(extras) + "]" if extras else "")
    command = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    command += ["--constraint", str(ROOT / "constraints.txt"), "--editable", target]
    if WHEELS.is_dir():
        command += ["--no-index", "--find-links", str(WHEELS)]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:  # what pip says of the machine's own settings helps nobody where all went well
        print(done.stdout, end="", flush=True)
        hint = "Was the folder packed for this system and this Python?" if WHEELS.is_dir() else "Is there a network?"
        sys.exit(f"The packages could not be installed; see the lines above. {hint}")
    note.write_text(" ".join([wanted] + extras) + "\n")
    make_past()


def make_past():
    """Make the state that the central run begins from; where it cannot be made, that costs time and nothing else."""
    program = shutil.which("afteraid", path=str(PROGRAMS))
    if program is not None:
        print("Compiling the rules, and making the past of the central run (once, a minute or two) ...", flush=True)
        call([program, "cache", "--make", "--quiet"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def pack(arguments):
    """Write a folder with the source and all wheels, from which AfterAid is installed without a network."""
    system = [each.split("=", 1)[1] for each in arguments if each.startswith("--system=")]
    places = [each for each in arguments if not each.startswith("-")]
    if len(places) != 1 or len(places) + len(system) != len(arguments) or "" in system:
        sys.exit("Usage: python3 start.py pack FOLDER [--system=win_amd64]. The Python is the one that packs.")
    folder = Path(places[0]).resolve()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        sys.exit(f"{folder} is not empty; please name a new folder.")
    if folder == ROOT or ROOT in folder.parents:
        sys.exit(f"{folder} is within the source; please name a folder elsewhere.")
    unfinished = folder.with_name(folder.name + ".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    shutil.copytree(str(ROOT), str(unfinished), ignore=shutil.ignore_patterns(*NOT_PACKED))
    print(
        f"Packing for Python {here()}, {system[0] if system else 'this system'} (some hundred megabytes) ...",
        flush=True,
    )
    if not gather(unfinished / "wheels", system):
        shutil.rmtree(unfinished, ignore_errors=True)
        sys.exit("The packages could not be gathered; see the lines above. Is there a network?")
    if folder.exists():
        folder.rmdir()
    unfinished.rename(folder)
    print(f"Packed: {folder}. Copy it to the other machine and run there: python3 start.py workshop", flush=True)
    return 0


def gather(wheels, system):
    """Gather the wheels of AfterAid's packages; say whether that went well."""
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check"]
    more = [name for start, names in ELSEWHERE.items() if system and system[0].startswith(start) for name in names]
    platform = ["--platform", system[0]] if system else []
    own = wheels / "own"
    steps = (
        pip + ["wheel", "--quiet", "--no-deps", "--wheel-dir", str(own), str(ROOT)],
        pip + ["download", "--quiet", "--only-binary", ":all:", "--dest", str(wheels)] + platform
        + ["--constraint", str(ROOT / "constraints.txt")] + BUILD + more,
    )  # fmt: skip
    for place, step in enumerate(steps):
        if place == 1:  # the wheel says what AfterAid needs; it is installed from its source
            step = step + [f"{built}[workshop]" for built in map(str, own.glob("*.whl"))]
        if subprocess.call(step) != 0:
            return False
    shutil.rmtree(own)
    for built in wheels.glob("afteraid-*.whl"):
        built.unlink()
    return True


def afteraid_arguments(arguments):
    """Give `run SCENARIO` a report folder where none is named: reports/SCENARIO beside this file."""
    names_folder = any(argument == "--out" or argument.startswith("--out=") for argument in arguments)
    if arguments[0] != "run" or len(arguments) < 2 or arguments[1].startswith("-") or names_folder:
        return arguments
    return arguments + ["--out", str(ROOT / "reports" / Path(arguments[1]).stem)]


def pytest_arguments(arguments):
    """The fast tests on all cores, or with `--all` every test; what else is given is pytest's."""
    chosen = [] if "--all" in arguments else ["-m", "not slow"]
    return ["-n", "auto", "--dist", "worksteal"] + chosen + [each for each in arguments if each != "--all"]


def call(command, **options):
    """Run a command to its end and return its exit status; Ctrl-C is the command's to handle."""
    process = subprocess.Popen(command, **options)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue


def become(command):
    """Run a command in place of this process: whoever ends the one ends the other. Windows can't, and waits for it."""
    if os.name == "nt":
        return call(command)
    sys.stdout.flush()
    os.execv(command[0], command)


def main(arguments):
    """Set up what the command needs, run it, and return its exit status."""
    check_python()
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print(__doc__)
        return 0
    create_environment()
    if arguments[0] == "pack":
        return pack(arguments[1:])
    if arguments[0] == "test":
        install("test")
        return call([str(PYTHON), "-m", "pytest"] + pytest_arguments(arguments[1:]), cwd=str(ROOT))
    install(EXTRAS.get(arguments[0], ""))
    program = shutil.which("afteraid", path=str(PROGRAMS))
    if program is None:
        sys.exit("The command afteraid is missing from .venv; remove that folder and try again.")
    return become([program] + afteraid_arguments(arguments))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
