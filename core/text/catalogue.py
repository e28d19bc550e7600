"""Every sentence by its key, in English."""

from __future__ import annotations

from core.text import analysis, claims, common, jobs
from core.text.template import Template

SENTENCES: dict[str, Template] = {
    **common.SENTENCES,
    **analysis.SENTENCES,
    **claims.SENTENCES,
    **jobs.SENTENCES,
}
