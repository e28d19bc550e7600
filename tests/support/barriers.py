"""What keeps readers out of a page, as axe-core finds it in the browser: missing names, roles and contrast."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from playwright.sync_api import Page

GRAVE = ("serious", "critical")
OF_STREAMLIT = (  # rule and where, below the reason why it is not ours to mend
    # It writes white on the primary colour, and the primary colour on the paper: on a dark page no colour has a
    # contrast of 4.5 to both. The one chosen has it to the paper.
    ("color-contrast", "button[kind^=primary]"),
    ("color-contrast", "[data-testid=stMultiSelect] span[title], [data-baseweb=tag] span"),
)
_ASK = """async ([grave, excused]) => {
  const { violations } = await axe.run(document, { resultTypes: ["violations"] });
  const ours = (rule, { target }) => {
    const node = document.querySelector(target.at(-1));
    return !excused.some(([of, where]) => of === rule && node?.closest(where));
  };
  return violations
    .filter(({ impact }) => grave.includes(impact))
    .flatMap(({ id, nodes }) => nodes.filter((node) => ours(id, node)).map(({ html, failureSummary }) =>
      `${id}: ${html.slice(0, 200)}: ${failureSummary}`));
}"""


def barriers(page: Page) -> list[str]:
    """Return what axe-core finds of serious or critical impact, apart from what Streamlit alone decides."""
    page.evaluate(_axe())
    found: list[Any] = page.evaluate(_ASK, [GRAVE, OF_STREAMLIT])
    return [str(one) for one in found]


@cache
def _axe() -> str:
    return (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
