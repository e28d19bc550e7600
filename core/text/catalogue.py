"""Every sentence by its key, in English."""

from __future__ import annotations

from core.text import analysis, claims, data, data_columns, data_files, data_times, jobs, template
from core.text.template import Template

SENTENCES: dict[str, Template] = {
    **template.SENTENCES,
    **analysis.SENTENCES,
    **claims.SENTENCES,
    **data.SENTENCES,
    **data_files.SENTENCES,
    **data_columns.SENTENCES,
    **data_times.SENTENCES,
    **jobs.SENTENCES,
}
