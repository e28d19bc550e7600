"""A page walked by the Tab key: which controls it reaches, and in which order."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from playwright.sync_api import Page

# Of a group that arrow keys move in, or of a table, one is a stop: where the focus comes in.
_STOPS = """() => {
  const shown = (node) => {
    const { width, height } = node.getBoundingClientRect();
    return width > 0 && height > 0 && getComputedStyle(node).visibility !== "hidden";
  };
  const takes = "a[href], button, input, select, textarea, summary, [tabindex], [contenteditable=true]";
  const all = [...document.querySelectorAll(takes)].filter((node) =>
    shown(node) && !node.disabled && node.tabIndex >= 0 && !node.closest("[inert]"));
  const groups = new Set();
  const moved = "[role=radiogroup], [role=toolbar], [data-testid=stButtonGroup], [data-testid=stDataFrame]";
  window.groupOf = (node) => node.closest(moved);
  window.stops = all.filter((node) => {
    const group = window.groupOf(node);
    if (!group || groups.has(group)) return !group;
    groups.add(group);
    return true;
  });
  document.activeElement.blur();
  return window.stops.length;
}"""
_HERE = """() => {
  const node = document.activeElement;
  const group = window.groupOf(node);
  const place = window.stops.findIndex((stop) => stop === node || (group && window.groupOf(stop) === group));
  const { left, top, width, height } = node.getBoundingClientRect();
  const scrolls = node.closest("[data-testid=stSidebarContent], [data-testid=stMain]");
  const box = [left, top + (scrolls?.scrollTop ?? 0), width, height];
  const name = (node.ariaLabel || node.textContent || node.placeholder || node.tagName).trim().slice(0, 60);
  return { place, box, name, region: scrolls?.dataset.testid ?? "", body: node === document.body };
}"""
_NAMES = "(places) => places.map((place) => window.stops[place].outerHTML.slice(0, 200))"


@dataclass(frozen=True)
class Stop:
    """Where the focus stands: its place among the controls (-1: none of them), its box on the page in px, a name."""

    place: int
    box: tuple[float, float, float, float]
    name: str
    region: str


def walk(page: Page) -> tuple[list[Stop], list[str]]:
    """Press Tab from the beginning of a page to its end; return the stops, and the controls that were none."""
    there: int = page.evaluate(_STOPS)
    stops: list[Stop] = []
    for _ in range(2 * there + 20):
        page.keyboard.press("Tab")
        here: dict[str, Any] = page.evaluate(_HERE)
        stop = Stop(here["place"], tuple(here["box"]), here["name"], here["region"])
        if here["body"] or (stops and stop.place == stops[0].place >= 0):
            break
        if not stops or stop.place < 0 or stop.place != stops[-1].place:  # not on within a group or a table
            stops.append(stop)
    missed = sorted(set(range(there)) - {stop.place for stop in stops})
    return stops, page.evaluate(_NAMES, missed)


def against_reading(stops: list[Stop]) -> list[tuple[str, str]]:
    """Return pairs of stops of which the later one is read earlier: above in its column, or left in its row."""
    return [
        (one.name, other.name)
        for one, other in pairwise(stops)
        if one.region == other.region and (_above(other.box, one.box) or _before(other.box, one.box))
    ]


def _above(box: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    """Tell whether a box lies above another one and not in a column to its right."""
    (left, top, _, height), (its_left, its_top, its_width, _) = box, other
    return top + height <= its_top + 2 and left < its_left + its_width - 2


def _before(box: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    """Tell whether a box lies left of another one in one row."""
    (left, top, width, height), (its_left, its_top, _, its_height) = box, other
    return left + width <= its_left + 2 and abs(top + height / 2 - its_top - its_height / 2) < 6
