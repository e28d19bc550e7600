"""The shape of the code: imports run one way, and each heavy library stays where it belongs."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# Each rung may import those before it. A folder of core is one rung.
LADDER = (
    ("vocabulary", "version", "english", "text", "exits", "locks", "workspace", "steps", "aside"),
    ("config", "jobs"),
    ("presets",),
    ("data", "scores", "worker"),
    ("baselines", "model"),
    ("train",),
    ("table", "trace"),
    ("analysis",),
    ("claims", "inspection", "study"),
    ("removal",),
    ("figures",),
    ("report",),
    ("commands",),
    ("__main__",),
)
HEIGHT = {part: height for height, rung in enumerate(LADDER) for part in rung}
READING = ("limits", "numbers", "times", "rows", "files", "layout")  # of core/data/reading, the ground first
HOMES = {
    "torch": ("core/model", "core/train", "core/trace", "core/commands"),
    "plotly": ("core/figures", "core/report", "dashboard"),
    "streamlit": ("dashboard",),
}


def sources(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def imported(path: Path) -> Iterator[str]:
    """Yield the full names of everything a file imports, inside functions too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def part_of(name: str) -> str | None:
    """Return the rung's part a name of core belongs to."""
    pieces = name.split(".")
    return pieces[1] if len(pieces) > 1 and pieces[0] == "core" else None


def test_every_part_of_core_has_its_rung() -> None:
    parts = {path.relative_to(ROOT / "core").parts[0].removesuffix(".py") for path in sources("core")}
    assert parts - {"__init__"} == set(HEIGHT)


@pytest.mark.parametrize("path", sources("core"), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_arrows_run_one_way(path: Path) -> None:
    own = path.relative_to(ROOT / "core").parts[0].removesuffix(".py")
    for name in imported(path):
        assert not name.startswith("dashboard"), f"{path.name} imports {name}: core never imports the dashboard"
        part = part_of(name)
        if part in HEIGHT and part != own:
            assert HEIGHT[part] <= HEIGHT[own], f"{path.name} ({own}) imports {name}: that arrow runs back"


def test_packages_that_read_a_file_build_on_each_other() -> None:
    folder = ROOT / "core" / "data" / "reading"
    assert {path.stem for path in folder.iterdir() if not path.stem.startswith("_")} == set(READING)
    for path in sources("core/data/reading"):
        own = path.relative_to(folder).parts[0].removesuffix(".py")
        for name in imported(path):
            part = name.removeprefix("core.data.reading.").split(".")[0]
            if name.startswith("core.data.reading.") and part in READING and own != part:
                assert READING.index(part) < READING.index(own), f"{path.name} ({own}) imports {name}"


@pytest.mark.parametrize("library", HOMES)
def test_heavy_libraries_stay_at_home(library: str) -> None:
    for path in sources("core", "dashboard"):
        place = path.relative_to(ROOT).as_posix()
        if any(name.split(".")[0] == library for name in imported(path)):
            assert place.startswith(HOMES[library]), f"{place} imports {library}; it belongs to {HOMES[library]}"


def test_reading_results_and_serving_pages_never_import_torch() -> None:
    modules = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in sources("dashboard")]
    modules = [
        name for name in modules if not name.startswith(("dashboard.views", "dashboard.app", "dashboard.main"))
    ]
    program = (
        f"import importlib, sys; [importlib.import_module(n) for n in {modules!r}]; assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, capture_output=True)


def test_folders_introduce_themselves_and_nothing_more() -> None:
    for path in sources("core", "dashboard"):
        if path.name == "__init__.py":
            tree = ast.parse(path.read_text(encoding="utf-8"))
            assert ast.get_docstring(tree), path
            assert len(tree.body) == 1 or path.parent.name == "sample", path
