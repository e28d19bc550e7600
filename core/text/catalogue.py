"""Every sentence by its key, in English."""

from __future__ import annotations

from core.text import analysis, claims, common, data, data_columns, data_files, data_times, jobs
from core.text.template import Template

SENTENCES: dict[str, Template] = {
    **common.SENTENCES,
    **analysis.SENTENCES,
    **claims.SENTENCES,
    **data.SENTENCES,
    **data_files.SENTENCES,
    **data_columns.SENTENCES,
    **data_times.SENTENCES,
    **jobs.SENTENCES,
}
