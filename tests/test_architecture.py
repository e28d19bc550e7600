"""The shape of the code: imports run one way, libraries stay where they belong, files and functions stay small."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# Each rung may import those before it. A folder of core is one rung.
LADDER = (
    ("vocabulary", "version", "text", "exits", "locks", "workspace", "stages", "aside", "nodes", "remembered"),
    ("config", "jobs"),
    ("presets",),
    ("data", "scores", "worker"),
    ("baselines", "model"),
    ("train",),
    ("table", "trace"),
    ("analysis",),
    ("inspection",),
    ("serve",),
    ("claims", "study"),
    ("figures",),
    ("exhibits",),
    ("report",),
    ("decks",),
    ("holdings",),
    ("commands",),
    ("__main__",),
)
HEIGHT = {part: height for height, rung in enumerate(LADDER) for part in rung}
READING = ("limits", "numbers", "times", "rows", "files", "layout")  # of core/data/reading, the ground first
HOMES = {  # of a library: the only places that import it, each of which does
    "torch": ("core/model", "core/train", "core/trace", "core/serve", "core/commands"),
    "xarray": ("core/trace", "core/serve", "core/analysis", "core/inspection", "core/exhibits"),
    "zarr": ("core/trace",),
    "plotly": ("core/figures", "core/exhibits", "core/report"),
    "kaleido": ("core/report",),
    "pptx": ("core/report",),
    "streamlit": ("dashboard",),
    "starlette": ("core/serve/http.py", "core/serve/door.py", "dashboard"),
    "fastapi": ("core/serve/http.py", "core/serve/door.py"),
    "ray": ("core/nodes.py", "core/study/cluster.py", "core/serve/replicas.py"),
    "uvicorn": ("core/commands/serve.py",),
}
FILE, PAGE, FUNCTION, CRUMB = 255, 90, 40, 40  # lines: at most, at most, at most (without the docstring), at least
LARGE = {  # files over the budget, until each is cut; nothing joins them
    "core/config.py",
    "core/data/step.py",
}
CRUMBS = {  # files under the budget, and why each stands alone
    "core/analysis/data_rows.py": "where measures of a data set become rows",
    "core/analysis/gates.py": "one measure is a file",
    "core/commands/pack.py": "a command is a file",
    "core/data/reading/limits.py": "the ground that every step of reading stands on",
    "core/exhibits/links.py": "read by choices and by declarations",
    "core/report/deck/plan.py": "read by each kind of file",
    "core/report/results_soak.py": "one section of RESULTS.md",
    "core/text/catalogue.py": "all sentences in one mapping",
    "core/trace/paths.py": "a pass without a head, for three readers",
    "core/train/pace.py": "steps of a recipe, read without torch",
    "dashboard/app.py": "entry of the server",
    "dashboard/component.py": "read by charts and by what is projected",
    "dashboard/forms.py": "read by three pages",
    "dashboard/guard.py": "read by everything that draws",
    "dashboard/main.py": "entry of every page",
    "dashboard/markup.py": "read by everything that draws",
}


def sources(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def imported(path: Path) -> frozenset[str]:
    """Return the full names of everything a file imports, inside functions too."""
    names: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return frozenset(names)


def part_of(name: str) -> str | None:
    """Return the rung's part a name of core belongs to."""
    pieces = name.split(".")
    return pieces[1] if len(pieces) > 1 and pieces[0] == "core" else None


def test_every_part_of_core_has_its_rung() -> None:
    parts = {path.relative_to(ROOT / "core").parts[0].removesuffix(".py") for path in sources("core")}
    assert parts - {"__init__"} == set(HEIGHT)


@pytest.mark.parametrize("path", sources("core"), ids=place)
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
    importing = [
        place(path)
        for path in sources("core", "dashboard")
        if any(name.split(".")[0] == library for name in imported(path))
    ]
    for each in importing:
        assert each.startswith(HOMES[library]), f"{each} imports {library}; it belongs to {HOMES[library]}"
    for home in HOMES[library]:
        assert any(each.startswith(home) for each in importing), f"nothing in {home} imports {library}: take it out"


@pytest.mark.process
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
            module = tree(path)
            assert ast.get_docstring(module), path
            assert len(module.body) == 1 or path.parent.name == "sample", path


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_no_file_is_large_but_those_named() -> None:
    assert {place(path) for path in sources("core", "dashboard") if lines(path) > FILE} == LARGE


def test_no_file_is_a_crumb_but_those_named_with_a_reason() -> None:
    files = [
        path for path in sources("core", "dashboard") if path.name != "__init__.py" and path.parent.name != "views"
    ]
    assert {place(path) for path in files if lines(path) < CRUMB} == set(CRUMBS)


def test_pages_stay_thin() -> None:
    assert not [place(path) for path in sources("dashboard/views") if lines(path) > PAGE]


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return how many lines the statements of a function take, its docstring left out."""
    statements = function.body[1:] if ast.get_docstring(function) else function.body
    return (statements[-1].end_lineno or 0) - statements[0].lineno + 1 if statements else 0


def test_functions_fit_on_a_screen() -> None:
    long = [
        f"{place(path)}:{node.lineno} {node.name}: {body_lines(node)} lines"
        for path in sources("core", "dashboard", "benchmarks", "tests")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and body_lines(node) > FUNCTION
    ]
    assert not long, f"longer than {FUNCTION} lines: {long}"


@cache
def words(path: Path) -> tuple[tuple[str, int], ...]:
    """Return the bare names, attributes (with their dot) and imported names of a file, each with its line."""
    found: list[tuple[str, int]] = []
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Name):
            found.append((node.id, node.lineno))
        elif isinstance(node, ast.Attribute):
            found.append((f".{node.attr}", node.lineno))
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names = [alias.name for alias in node.names] + [getattr(node, "module", None) or ""]
            found += [(name, node.lineno) for name in names]
    return tuple(found)


@pytest.mark.parametrize(
    ("banned", "allowed"),
    [
        (r"eval|exec", ()),
        (r"\.?\w*(pickle|marshal|shelve)\w*", ()),
        (r"print", ("core/commands", "core/__main__.py")),
        (r"\*", ()),
    ],
    ids=["text run as code", "files that run code", "print", "import *"],
)
def test_what_no_file_does(banned: str, allowed: tuple[str, ...]) -> None:
    found = [
        f"{place(path)}:{line}: {word}"
        for path in sources("core", "dashboard")
        if not place(path).startswith(allowed)
        for word, line in words(path)
        if re.fullmatch(banned, word)
    ]
    assert not found
