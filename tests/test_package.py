"""The package: a wheel, built without a network, holds all that the product reads, and runs from any folder."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import Distribution, distributions
from pathlib import Path
from zipfile import ZipFile

import pytest

from core import workspace
from core.__main__ import main, start
from core.data.catalog import load_dataset
from core.train.finished import runs_in
from core.version import VERSION, code_fingerprint, measuring_fingerprint
from tests.support.browser import free_port, healthy
from tests.support.waiting import wait_until

pytestmark = pytest.mark.process

ROOT = Path(__file__).parent.parent
FOLDERS = ("core", "dashboard", "checkpoints")
PAPERS = ("pyproject.toml", "requirements.txt", "README.md", "LICENSE", "NOTICE")
BUILD = "import sys; from setuptools.build_meta import build_wheel; build_wheel(sys.argv[1])"
CROSSLENS = "import sys; from core.__main__ import start; sys.argv[0] = '/bin/crosslens'; sys.exit(start())"
FOUND = """
import json
from core.data.catalog import load_dataset
from core.train.finished import runs_in
from core.version import code_fingerprint, measuring_fingerprint
from core.workspace import CHECKPOINTS, home
rows, runs = len(load_dataset("NYweather").frame), len(runs_in(CHECKPOINTS))
print(json.dumps([str(home()), str(CHECKPOINTS), rows, runs, code_fingerprint(), measuring_fingerprint()]))
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of packages, as pip makes one from the wheel."""
    folder = tmp_path_factory.mktemp("package")
    source = folder / "source"
    for name in (*FOLDERS, ".streamlit"):
        shutil.copytree(ROOT / name, source / name, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
    for name in PAPERS:
        shutil.copy(ROOT / name, source / name)
    subprocess.run([sys.executable, "-c", BUILD, str(folder)], cwd=source, check=True, capture_output=True)
    with ZipFile(next(folder.glob("*.whl"))) as wheel:
        wheel.extractall(folder / "site")
    return folder / "site"


@pytest.fixture(scope="module")
def distribution(site: Path) -> Distribution:
    (found,) = distributions(path=[str(site)])
    return found


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """Return a user's folder where things are named as ours are, and Streamlit is set to let everybody in."""
    for name in ("core", "dashboard", "streamlit", "json"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("raise SystemExit('the wrong one was imported')")
    (tmp_path / ".streamlit").mkdir()
    (tmp_path / ".streamlit" / "config.toml").write_text('[server]\naddress = "0.0.0.0"\n')
    return tmp_path


def surroundings(site: Path, folder: Path) -> dict[str, str]:
    """Return the variables of a user whose own folder this is, with the packages installed."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("CROSSLENS_")}
    return {**plain, "HOME": str(folder), "PYTHONPATH": str(site)}


def python(site: Path, folder: Path, program: str, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a program in the user's folder; -P as in a script that pip made: that folder is not searched."""
    return subprocess.run(
        [sys.executable, "-P", "-c", program, *words],
        cwd=folder,
        env=surroundings(site, folder) | variables,
        capture_output=True,
        text=True,
        check=False,
    )


def files(root: Path) -> Iterator[str]:
    """Yield every file of the product below a folder, links followed."""
    for name in FOLDERS:
        for place, folders, names in os.walk(root / name, followlinks=True):
            folders[:] = [each for each in folders if each != "__pycache__"]
            yield from ((Path(place) / each).relative_to(root).as_posix() for each in names)


def test_every_file_of_the_product_is_in_the_wheel(site: Path) -> None:
    assert set(files(site)) == set(files(ROOT))
    assert "dashboard/.streamlit/config.toml" in set(files(site))


def test_the_wheel_asks_for_what_is_pinned(distribution: Distribution) -> None:
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    pins = [pin for line in lines if (pin := line.partition("#")[0].strip())]
    assert [each for each in distribution.requires or () if "extra ==" not in each] == pins
    tested = (ROOT / "tests" / "requirements.txt").read_text(encoding="utf-8")
    extra = [each.partition(";")[0] for each in distribution.requires or () if "extra ==" in each]
    assert extra and all(f"\n{pin} " in tested for pin in extra), "what an extra installs is what the tests run with"
    assert all(re.fullmatch(r"[\w-]+==[\w.]+", pin) for pin in pins)


def test_version_licence_and_command_are_told(distribution: Distribution, site: Path) -> None:
    assert (distribution.version, distribution.metadata["License-Expression"]) == (VERSION, "Apache-2.0")
    for name in ("LICENSE", "NOTICE"):
        (told,) = site.glob(f"*.dist-info/licenses/{name}")
        assert told.read_text(encoding="utf-8") == (ROOT / name).read_text(encoding="utf-8")
    (command,) = distribution.entry_points
    assert command.name == "crosslens" and command.load() is start


def test_an_installed_product_finds_what_it_ships_and_keeps_the_rest_at_home(site: Path, elsewhere: Path) -> None:
    done = python(site, elsewhere, FOUND)
    assert done.returncode == 0, done.stderr
    runs = len(runs_in(workspace.CHECKPOINTS))
    rows = len(load_dataset("NYweather").frame)
    shipped = [str(site / "checkpoints"), rows, runs, code_fingerprint(), measuring_fingerprint()]
    assert json.loads(done.stdout) == [str(elsewhere / ".crosslens"), *shipped]
    named = elsewhere / "another"
    assert json.loads(python(site, elsewhere, FOUND, CROSSLENS_HOME=str(named)).stdout)[0] == str(named)


def test_a_checkout_keeps_everything_in_itself() -> None:
    assert workspace.IS_CHECKOUT
    assert (workspace.CHECKPOINTS, workspace.OWN) == (ROOT / "checkpoints", ROOT / ".crosslens")


def test_a_file_is_read_from_any_folder_and_the_command_bears_its_name(site: Path, elsewhere: Path) -> None:
    table = elsewhere / "load.csv"
    load_dataset("NYweather").frame.iloc[:1200, :2].to_csv(table)
    done = python(site, elsewhere, CROSSLENS, "data", "load.csv", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["rows"] == 1200
    assert python(site, elsewhere, CROSSLENS, "data", "--help").stdout.startswith("usage: crosslens data ")


def test_app_is_served_from_any_folder_to_this_machine_alone(site: Path, elsewhere: Path) -> None:
    port = free_port()
    log = elsewhere / "log"
    with log.open("w") as told:
        server = subprocess.Popen(
            [sys.executable, "-P", "-c", CROSSLENS, "app", "--port", str(port)],
            cwd=elsewhere,
            env=surroundings(site, elsewhere) | {"STREAMLIT_SERVER_HEADLESS": "true"},
            stdout=told,
            stderr=told,
        )

    def answers() -> bool:
        assert server.poll() is None, log.read_text()
        return healthy(f"http://localhost:{port}")

    try:
        wait_until(answers)
    finally:
        server.terminate()
        server.wait()
    assert f"http://localhost:{port}" in log.read_text(), "the settings shipped with the pages go before the user's"


@pytest.mark.parametrize("word", ["80", "70000", "-1", "eight", "８６００"])
def test_a_port_that_cannot_be_is_one_sentence(word: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["app", f"--port={word}"])
    assert end.value.code == 2
    assert f"{word!r} is no port; choose a whole number from 1024 to 65535." in capsys.readouterr().err
