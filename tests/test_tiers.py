"""The tiers are honest: a test that starts a process carries a mark that keeps it out of `make quick`."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.xfail(raises=pytest.fail.Exception, strict=True, reason="tests/conftest.py has to notice it")
def test_a_process_without_a_mark_fails_the_test() -> None:
    subprocess.run([sys.executable, "-c", ""], check=True)


@pytest.mark.process
def test_a_process_with_a_mark_does_not() -> None:
    subprocess.run([sys.executable, "-c", ""], check=True)
