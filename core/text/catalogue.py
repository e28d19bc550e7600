"""Every sentence by its key, in English."""

from __future__ import annotations

from core.text import (
    analysis,
    claims,
    data,
    data_columns,
    data_files,
    data_times,
    helps,
    jobs,
    models,
    template,
    workspace,
)
from core.text.template import Template

ROOMS = (template, analysis, claims, data, data_files, data_columns, data_times, helps, jobs, models, workspace)
SENTENCES: dict[str, Template] = {key: told for room in ROOMS for key, told in room.SENTENCES.items()}
