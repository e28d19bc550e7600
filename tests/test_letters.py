"""Korean letters in pictures: drawn where a font has them; where none has, one sentence says what to install."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import pytest
from PIL import Image, ImageChops

from core.report import letters
from core.report.bundle import write_zip
from core.report.files import ImageFormat, Ratio
from core.report.images import figure_images
from core.report.letters import has_hangul, letters_missing
from tests.support.report_cards import card, curves

KOREAN, OTHER = "가나다라마바사", "아자차카타파하"


@pytest.mark.process
def test_a_machine_without_such_a_font_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = tmp_path / "fonts.conf"
    config.write_text('<?xml version="1.0"?><fontconfig></fontconfig>')
    monkeypatch.setenv("FONTCONFIG_FILE", str(config))
    program = (
        "import json\n"
        "from core.report.letters import letters_missing\n"
        "from tests.support.report_cards import card, curves\n"
        "from dataclasses import replace\n"
        f"told = [letters_missing([replace(card(curves()), title=title)]) for title in ('Plain', {KOREAN!r})]\n"
        "print(json.dumps(told))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    plain, korean = json.loads(done.stdout)
    assert plain == "" and "fonts-nanum" in korean


def test_here_nothing_is_missing() -> None:
    assert has_hangul(), "the tests need a font with Hangul: apt-get install fonts-nanum"
    assert letters_missing([replace(card(curves()), title=KOREAN)]) == ""


def test_the_guide_of_a_zip_says_it_where_there_are_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(letters, "has_hangul", lambda: False)
    monkeypatch.setattr("core.report.bundle.figure_images", lambda jobs, tell: [b"picture" for _ in jobs])
    for formats, told in (((), False), ((ImageFormat.PNG,), True)):
        content = io.BytesIO()
        write_zip([replace(card(curves()), title=KOREAN)], {}, content, formats)
        with ZipFile(content) as archive:
            assert ("fonts-nanum" in archive.read("README.txt").decode()) is told


@pytest.mark.browser
def test_each_letter_of_a_picture_is_its_own() -> None:
    jobs = [(replace(card(curves()), title=title), ImageFormat.PNG, Ratio.WIDE) for title in (KOREAN, OTHER)]
    one, other = (Image.open(io.BytesIO(image)).convert("L") for image in figure_images(jobs))
    assert ImageChops.difference(one, other).getbbox() is not None, "boxes in place of letters are all alike"
