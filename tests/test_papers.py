"""The papers beside the code are true: commands and options exist, paths and links lead somewhere, examples run."""

from __future__ import annotations

import argparse
import re
import shlex
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest
import yaml

from core.__main__ import COMMANDS
from core.version import VERSION

ROOT = Path(__file__).parent.parent
PAPERS = ("README.md", "ARCHITECTURE.md", "CLUSTER.md", "CONTRIBUTING.md", "CHANGELOG.md", "benchmarks/README.md")
BLOCK = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)#]+)[^)]*\)")
IN_THE_CHECKOUT = re.compile(r"(?:\.venv/bin/)?(core|dashboard|tests|benchmarks|checkpoints)/[\w./-]*")


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(name: str, language: str) -> list[str]:
    """Return the blocks of code of one language."""
    return [code for of, code in BLOCK.findall(text_of(name)) if of == language]


def inline(name: str) -> list[str]:
    """Return what stands between backticks in running text."""
    return CODE.findall(BLOCK.sub("", text_of(name)))


def typed(name: str, program: str) -> Iterator[list[str]]:
    """Yield the words after a program wherever a paper shows how to call it."""
    for line in [*inline(name), *"".join(blocks(name, "bash")).replace("\\\n", "").splitlines()]:
        words = shlex.split(line, comments=True) if line.startswith(f"{program} ") else []
        if words:
            yield words[1:]


@cache
def options(command: str) -> frozenset[str]:
    parser = argparse.ArgumentParser()
    import_module(f"core.commands.{command}").add_arguments(parser)
    return frozenset(re.findall(r"--[a-z-]+", parser.format_help()))


@pytest.mark.parametrize("paper", PAPERS)
def test_every_command_and_option_exists(paper: str) -> None:
    for command, *words in typed(paper, "crosslens"):
        assert command in {*COMMANDS, "COMMAND"}, command
        asked = {word for word in words if word.startswith("--")}
        assert command == "COMMAND" or asked <= options(command), (command, asked - options(command))


def test_options_that_stand_alone_are_those_of_a_command() -> None:
    known = frozenset[str]().union(*map(options, COMMANDS))
    alone = {word for code in inline("README.md") if code.startswith("--") for word in re.findall(r"--[a-z-]+", code)}
    assert alone and alone <= known


@pytest.mark.parametrize("paper", PAPERS)
def test_every_make_target_exists(paper: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", text_of("Makefile"), re.MULTILINE))
    assert {words[0] for words in typed(paper, "make")} <= targets


@pytest.mark.parametrize("paper", PAPERS)
def test_every_path_and_link_leads_somewhere(paper: str) -> None:
    for path in inline(paper):
        if IN_THE_CHECKOUT.fullmatch(path):
            assert (ROOT / path).exists(), path
    for link in LINK.findall(text_of(paper)):
        assert "://" in link or (ROOT / paper).parent.joinpath(link).exists(), link


def test_the_ladder_lists_what_is_there_and_leaves_no_folder_out() -> None:
    (ladder,) = [code for code in blocks("ARCHITECTURE.md", "") if "core/vocabulary.py" in code]
    listed = re.findall(r"^(core/\S+|dashboard/)", ladder, re.MULTILINE)
    assert [path for path in listed if not (ROOT / path).exists()] == []
    folders = {f"core/{path.parent.name}/" for path in (ROOT / "core").glob("*/__init__.py")}
    assert folders <= set(listed)


def test_the_example_of_the_readme_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (example,) = blocks("README.md", "python")
    exec(compile(example, "README.md", "exec"), {})
    told = capsys.readouterr().out
    assert "kernel_gru_to_cnn" in told and "update_gate_last_token" in told
    assert all(axis in told for axis in ("origin", "variable", "block", "channel", "tap"))


def test_the_readme_fits_on_a_page_or_two() -> None:
    assert len(text_of("README.md").splitlines()) <= 120


def test_the_version_is_the_same_everywhere() -> None:
    citation = yaml.safe_load(text_of("CITATION.cff"))
    assert (citation["version"], citation["license"]) == (VERSION, "Apache-2.0")
    assert re.search(r"^## \[(.+?)\]", text_of("CHANGELOG.md"), re.MULTILINE).group(1) == VERSION


def test_the_citation_has_what_its_format_asks_for() -> None:
    """Citation File Format 1.2.0: four keys are needed, an author is a person or has a name."""
    citation = yaml.safe_load(text_of("CITATION.cff"))
    assert citation["cff-version"] == "1.2.0"
    assert {"message", "title", "authors"} <= citation.keys()
    assert all("name" in author for part in (citation, *citation["references"]) for author in part["authors"])


def test_the_hooks_run_what_the_check_runs() -> None:
    (local,) = yaml.safe_load(text_of(".pre-commit-config.yaml"))["repos"]
    assert {hook["entry"] for hook in local["hooks"]} == {".venv/bin/ruff format", ".venv/bin/ruff check"}
