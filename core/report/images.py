"""Figures as PNG, SVG and PDF, drawn by an installed Chromium without network."""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from typing import Self, assert_never

import plotly.graph_objects as go

from core.exhibits.card import Card
from core.figures.frame import Words
from core.figures.plotly_words import plotly_config
from core.report.files import ExportError, ImageFormat, Ratio, Tell, silent
from core.report.stamp import stamp_pdf, stamp_png, stamp_svg
from core.text.words import say
from core.vocabulary import Language

PNG_SCALE = 2  # pixels of the file per pixel of the picture
_ENLARGED = 4 / 3  # text made for a screen at arm's length has to be read from the back of a room
START_SECONDS = 90.0  # a cold Chromium on a busy machine
FIGURE_SECONDS = 60.0
_CLOSING_SECONDS = 10.0
_PAUSE = 0.1  # seconds between two looks at how many are drawn


@dataclass(frozen=True)
class Picture:
    """One picture to be drawn, its size in pixels (a PNG has `PNG_SCALE` times as many), its words and language."""

    figure: go.Figure
    words: Words  # for the file's metadata, whether or not the figure draws it
    format: ImageFormat
    width: int
    height: int
    language: Language  # of what plotly.js writes by itself: months

    @classmethod
    def of(cls, card: Card, image_format: ImageFormat, size: tuple[int, int]) -> Self:
        """Return the picture of a figure without the words around it."""
        return cls(card.figure, card.words, image_format, *size, card.look.language)


def chrome() -> Path | None:
    """Find a Chromium or one of its relatives: BROWSER_PATH, else names on PATH, else the usual places.

    A BROWSER_PATH that is set but is no program finds nothing: the setting is never overruled silently.
    """
    named = os.environ.get("BROWSER_PATH")
    if not named:
        from choreographer.browsers.chromium import Chromium  # only where pictures are made: 0.3 s

        named = Chromium.find_browser(skip_local=False)
    return Path(named) if named and Path(named).is_file() and os.access(named, os.X_OK) else None


def how_to_get_chrome() -> str:
    """Say in one sentence why there is no picture export and how to get it."""
    named = os.environ.get("BROWSER_PATH")
    cause = (
        say("BROWSER_PATH is {name!r}, which is no program", name=named) if named else say("no Chromium was found")
    )
    return say(
        "PNG, SVG and PDF export needs Chromium, but {cause}: install it with `apt-get install chromium` (Debian, "
        "Ubuntu) or `brew install --cask chromium` (macOS), or set BROWSER_PATH to its program; HTML and PowerPoint "
        "export work without it.",
        cause=cause,
    )


def figure_image(card: Card, image_format: ImageFormat, ratio: Ratio = Ratio.WIDE) -> bytes:
    """Draw one figure with its words (see `figure_images`)."""
    return figure_images([(card, image_format, ratio)])[0]


def figure_images(jobs: Sequence[tuple[Card, ImageFormat, Ratio]], tell: Tell = silent) -> list[bytes]:
    """Draw figures with their words, in one browser that is started once and closed at the end.

    Parameters
    ----------
    jobs : figures, each with format and shape. The words go into the file's metadata too. SVG and PDF stay vector;
        PNG has twice the pixels of `Ratio.pixels`.
    tell : told how many are drawn.

    Raises
    ------
    ExportError : without a Chromium, or when it fails or takes too long.
    """
    return draw([_with_words(card, image_format, *ratio.pixels) for card, image_format, ratio in jobs], tell)


def _with_words(card: Card, image_format: ImageFormat, width: int, height: int) -> Picture:
    """Ask for a picture whose words are wrapped to the width at which it is laid out (see `_options`)."""
    lowest = max(height / _ENLARGED, float(card.figure.layout.height))
    return Picture(card.framed(width * lowest / height), card.words, image_format, width, height, card.look.language)


def draw(pictures: Sequence[Picture], tell: Tell = silent) -> list[bytes]:
    """Draw pictures of any size (see `figure_images`).

    The browser is driven from a thread of its own, because the caller may already run an event loop (a
    script of the dashboard does), and is waited for with a limit, because a broken browser never answers.
    Once `tell` raises something, no further picture is drawn.
    """
    if not pictures:
        return []
    browser = chrome()
    if browser is None:
        raise ExportError(how_to_get_chrome())
    limit = START_SECONDS + FIGURE_SECONDS * len(pictures)
    drawing = _Drawing(pictures, browser, limit)
    try:
        while not drawing.ended_within(_PAUSE):
            tell(drawing.done, len(pictures))
    finally:
        drawing.stop()  # what `tell` raised ends the work
    try:
        images = drawing.images()
    except TimeoutError:
        raise ExportError(
            say(
                "{browser} drew nothing within {limit:.0f} s; check that `{browser} --headless --version` answers, "
                "or set BROWSER_PATH to another Chromium.",
                browser=browser,
                limit=limit,
            )
        ) from None
    except Exception as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise ExportError(
            say(
                "{browser} failed ({reason}); check that `{browser} --headless --version` answers, or set "
                "BROWSER_PATH to another Chromium.",
                browser=browser,
                reason=reason[:300],
            )
        ) from error
    return [_stamped(image, picture) for image, picture in zip(images, pictures, strict=True)]


class _Drawing:
    """Pictures on their way: a browser is driven in a thread with an event loop of its own."""

    def __init__(self, pictures: Sequence[Picture], browser: Path, limit: float) -> None:
        self.done = 0
        self._pictures, self._browser = pictures, browser
        self._stopped, self._outcome = Event(), Future[list[bytes]]()
        self._end = time.monotonic() + limit + _CLOSING_SECONDS
        Thread(target=self._fulfil, args=(limit,), name="export", daemon=True).start()

    def ended_within(self, seconds: float) -> bool:
        """Wait so long, and tell whether it ended, or will not any more."""
        return bool(wait([self._outcome], seconds).done) or time.monotonic() > self._end

    def stop(self) -> None:
        """Draw no further picture."""
        self._stopped.set()

    def images(self) -> list[bytes]:
        """Return the pictures of one that ended; raises what went wrong."""
        return self._outcome.result(timeout=0)

    def _fulfil(self, limit: float) -> None:
        try:
            self._outcome.set_result(asyncio.run(asyncio.wait_for(self._drawn(), limit)))
        except BaseException as error:  # whatever it is, the waiting thread must hear of it
            self._outcome.set_exception(error)

    async def _drawn(self) -> list[bytes]:
        """Draw all pictures, those of a language in one tab."""
        from kaleido import Kaleido

        images: dict[int, bytes] = {}  # by place
        for language in dict.fromkeys(picture.language for picture in self._pictures):
            page = _Page(language)
            async with Kaleido(n=1, timeout=FIGURE_SECONDS, page_generator=page, path=str(self._browser)) as tab:
                for place, picture in enumerate(self._pictures):
                    if self._stopped.is_set():
                        break
                    if picture.language is language:
                        images[place] = await tab.calc_fig(picture.figure, opts=_options(picture))
                        self.done = len(images)
        return [images[place] for place in sorted(images)]


@dataclass(frozen=True)
class _Page:
    """The page that figures are drawn on, which is set to their language: kaleido drops a figure's own settings."""

    language: Language

    def generate_index(self) -> str:
        """Return it; without MathJax it asks nothing of the network."""
        from kaleido import PageGenerator

        page, config = str(PageGenerator(mathjax=False).generate_index()), plotly_config(self.language)
        script = f"<script>Plotly.setPlotConfig({json.dumps(config)});</script>\n"
        return page.replace("</head>", f"{script}</head>") if config else page


def _options(picture: Picture) -> dict[str, object]:
    """Lay the figure out smaller than the picture and enlarge it, but never below its natural height."""
    height = max(picture.height / _ENLARGED, float(picture.figure.layout.height or 0))
    scale = picture.height / height
    return {
        "format": picture.format.value,
        "width": picture.width / scale,
        "height": height,
        "scale": scale * PNG_SCALE if picture.format is ImageFormat.PNG else scale,
    }


def _stamped(image: bytes, picture: Picture) -> bytes:
    """Write the figure's words into the file's metadata."""
    match picture.format:
        case ImageFormat.PNG:
            return stamp_png(image, picture.words)
        case ImageFormat.SVG:
            return stamp_svg(image, picture.words)
        case ImageFormat.PDF:
            return stamp_pdf(image, picture.words)
    assert_never(picture.format)
