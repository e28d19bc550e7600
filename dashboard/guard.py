"""Whatever goes wrong in a part of a page becomes one sentence there; the rest of the page stays."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from core.exits import hardship
from core.text.words import say
from dashboard.markup import escaped

LOG = logging.getLogger("crosslens.dashboard")
SENTENCES = (ValueError, RuntimeError)  # the product's own errors derive from these and are written for people


@contextmanager
def guard() -> Iterator[None]:
    """Turn any error inside into one sentence; the traceback goes to the log only."""
    try:
        yield
    except Exception as error:
        LOG.exception("a page part failed")
        st.error(escaped(sentence_of(error)), icon=":material/error:")


def sentence_of(error: Exception) -> str:
    """Return what a page says of an error: the product's own words, or those for a disk or memory that gave out."""
    if isinstance(error, SENTENCES) and type(error).__module__.startswith("core."):
        return str(error)
    told = hardship(error)
    return str(told[1]) if told else say("This part could not be shown; the server's log has the details.")
