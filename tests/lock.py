"""Writes requirements.lock and tests/requirements.lock: every package that comes in, with the hashes of its files.

`make lock` runs it after a change of requirements.txt or tests/requirements.txt. Locked are all platforms and all
versions of Python that the product runs on. torch itself is left out, and CUDA's libraries with it: pip takes a file
whose hash its index tells before any other, so a locked torch would be the registry's, built for CUDA, also where a
smaller one without it is at hand. requirements.txt pins its version; all that it needs besides CUDA is locked.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
LOCK = "requirements.lock"
HEAD = "# Written by `make lock` from {source}; change that file, not this one.\n"
OLDEST = "3.11"
UNLOCKED = re.compile(r"(torch|nvidia|cuda|triton)\b")


def blocks(lock: str) -> dict[str, str]:
    """Return the lines of each package of a lock, by its name with version and markers."""
    found: dict[str, str] = {}
    name = ""
    for line in lock.splitlines():
        if line and line[0] not in " #":
            name = line.removesuffix("\\").strip()
            found[name] = line
        elif line.startswith("    --hash"):
            found[name] += f"\n{line}"
    return found


def resolved(source: Path) -> dict[str, str]:
    """Return the packages that a requirements file brings in, on every platform, without torch and CUDA."""
    command = [sys.executable, "-m", "uv", "pip", "compile", "--no-config", "--universal", "--quiet"]
    options = ["--python-version", OLDEST, "--generate-hashes", "--no-annotate", "--no-header"]
    done = subprocess.run([*command, *options, str(source)], check=True, stdout=subprocess.PIPE, text=True)
    return {name: lines for name, lines in blocks(done.stdout).items() if not UNLOCKED.match(name)}


def write(path: Path, packages: dict[str, str], source: str) -> None:
    """Write one lock."""
    path.write_text(HEAD.format(source=source) + "".join(f"{lines}\n" for lines in packages.values()))


def main() -> None:
    """Write both locks; the one of the tests holds what they need on top."""
    product = resolved(ROOT / "requirements.txt")
    write(ROOT / LOCK, product, "requirements.txt")
    every = resolved(ROOT / "tests" / "requirements.txt")
    on_top = {name: lines for name, lines in every.items() if name not in product}
    write(ROOT / "tests" / LOCK, on_top, "tests/requirements.txt")


if __name__ == "__main__":
    main()
