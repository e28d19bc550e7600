"""What is installed is what was read: requirements are locked, each locked file has hashes, no host is named."""

from __future__ import annotations

import re
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.lock import LOCK, UNLOCKED, blocks

ROOT = Path(__file__).parent.parent
IMPORT = re.compile(r"^ *(?:import|from) (\w+)", re.MULTILINE)
HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}( \\)?")


def wanted(path: Path) -> set[str]:
    """Return the pins of a requirements file."""
    lines = (line.partition("#")[0].strip() for line in path.read_text().splitlines())
    return {line for line in lines if line and not line.startswith("-r")}


def locked(path: Path) -> dict[str, str]:
    return blocks(path.read_text())


def test_every_requirement_is_locked_at_its_version() -> None:
    product, tests = locked(ROOT / LOCK), locked(ROOT / "tests" / LOCK)
    assert {pin for pin in wanted(ROOT / "requirements.txt") if not UNLOCKED.match(pin)} <= product.keys()
    assert wanted(ROOT / "tests" / "requirements.txt") <= product.keys() | tests.keys()
    assert not [pin for pin in (*product, *tests) if UNLOCKED.match(pin)], "torch is chosen by the machine"
    names = [{pin.partition("==")[0] for pin in lock} for lock in (product, tests)]
    assert not names[0] & names[1], "a package is locked once"


def test_every_requirement_of_the_product_is_imported_by_it() -> None:
    files = (path for folder in ("core", "dashboard") for path in (ROOT / folder).rglob("*.py"))
    modules = {name for file in files for name in IMPORT.findall(file.read_text(encoding="utf-8"))}
    providers = packages_distributions()
    used = {provider.lower() for module in modules for provider in providers.get(module, ())}
    assert {pin.partition("==")[0] for pin in wanted(ROOT / "requirements.txt")} <= used


@pytest.mark.parametrize("path", [ROOT / LOCK, ROOT / "tests" / LOCK], ids=["product", "tests"])
def test_every_locked_file_has_hashes_and_no_host_is_named(path: Path) -> None:
    for name, lines in locked(path).items():
        hashes = lines.split("\n")[1:]
        assert hashes and all(HASH.fullmatch(line) for line in hashes), name
    assert "://" not in path.read_text() and "index" not in path.read_text()
