"""The parts every page is built from: its frame, key numbers, tables and empty states."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

import pandas as pd
import streamlit as st

from core.data.catalog import available, load_dataset
from core.data.dataset import Dataset
from core.exhibits.exhibit import Absent, Pending
from core.report.table import inert_frame
from core.text.words import say
from dashboard import background, frame, pins, state
from dashboard.guard import guard
from dashboard.markup import escaped
from dashboard.selection import Selection


class PageEnd(Exception):
    """Raised inside a page after its empty state: nothing more follows."""


@dataclass(frozen=True)
class KeyNumber:
    """One number of the row a page opens with: its name, value with unit, and what stands under it."""

    label: str
    value: str
    note: str = ""
    help: str = ""


@contextmanager
def page(name: str) -> Iterator[Selection]:
    """Frame a page: title, question, language, copy-link button, notes about the link; yields what all pages share.

    Whatever goes wrong inside becomes one sentence on the page and a full account in the log.
    """
    title, _, question = frame.ENTRIES[name]
    head, language, link = st.columns([10, 2, 2], vertical_alignment="bottom")
    head.title(say(title), anchor=False)
    with language:
        frame.draw_language()
    st.caption(say(question))
    told = st.container()
    with guard(), suppress(PageEnd), or_why():
        yield state.current()
    with told:
        for sentence in state.told():
            st.warning(escaped(sentence), icon=":material/link_off:")
    with link:
        copy_link()
    pins.draw_told()


@contextmanager
def or_why(question: str = "") -> Iterator[None]:
    """Draw what is inside, or why it cannot be shown, or that it is on its way: an answer to that question."""
    try:
        yield
    except Pending as error:
        st.caption(f":material/hourglass_top: {escaped(f'{question} {error}'.strip())}")
    except Absent as error:
        st.info(escaped(str(error)), icon=":material/info:")


def key_numbers(numbers: Sequence[KeyNumber]) -> None:
    """Draw three to five numbers side by side."""
    for column, number in zip(st.columns(len(numbers)), numbers, strict=True):
        column.metric(
            number.label,
            number.value,
            number.note or None,
            delta_color="off",
            delta_arrow="off",
            help=number.help or None,
            border=True,
            height="stretch",
        )


def sheet(rows: pd.DataFrame, **settings: Any) -> Any:
    """Draw a table in full width whose own download runs nothing in a spreadsheet; `settings` are Streamlit's."""
    return st.dataframe(inert_frame(rows), hide_index=True, width="stretch", **settings)


def empty_state(sentence: str, *, to: str = "", action: str = "") -> None:
    """Say what is missing and lead to the page where it can be had."""
    with st.container(border=True, horizontal_alignment="center"):
        st.space("small")
        st.markdown(f"##### {sentence}", text_alignment="center")
        if to:
            frame.link(to, f"**{action}**", state.current(), icon="arrow_forward")
        st.space("small")


def dataset_or_stop(selection: Selection) -> Dataset:
    """Return the data set; end the page with an offer to download it when it is not on this machine."""
    if selection.dataset in available():
        return load_dataset(selection.dataset)
    background.offer_download(selection.dataset)
    raise PageEnd


def copy_link() -> None:
    """Draw a button that opens this view's address, ready to copy."""
    with st.popover(
        say("Link"), icon=":material/link:", width="stretch", help=say("Copy a link that reopens this view")
    ):
        address = urlsplit(st.context.url or "http://localhost:8501/")
        query = urlencode(st.query_params.to_dict())
        st.caption(say("This link reopens exactly this view."))
        st.code(f"{address.scheme}://{address.netloc}{address.path}?{query}", language=None, wrap_lines=True)
