"""The measures of a data set itself as tidy rows, for the table of a study."""

from __future__ import annotations

import pandas as pd

from core.analysis.data_measures import DataMeasures, measure_data
from core.analysis.estimate import Estimate
from core.data.dataset import Dataset
from core.table import WORDS, tidy
from core.text.message import stored


def data_rows(dataset: Dataset, *, seed: int = 0) -> pd.DataFrame:
    """Measure a data set and return one row a number; an undefined one keeps its row, with the reason.

    They belong to no run: no fusion, no seed, horizon and look-back 0.

    Returns
    -------
    Columns `core.table.COLUMNS`; statistics phase_drift, spai, their `_robust` and `_null`, and c1_target, c1_all ...
    c4_all.
    """
    found = by_statistic(measure_data(dataset, seed=seed))
    rows = pd.DataFrame(
        [{"statistic": name, **vars(estimate), "reason": stored(estimate.reason)} for name, estimate in found.items()]
    )
    nothing = {**dict.fromkeys(WORDS, ""), "run_id": "", "matched": False, "seed": None, "horizon": 0, "lookback": 0}
    return tidy(rows.assign(dataset=dataset.key, **nothing))


def by_statistic(measures: DataMeasures) -> dict[str, Estimate]:
    """Return every estimate by the name of its statistic."""
    conditions = {
        f"{condition}_{variant}": estimate
        for condition, variants in measures.profile.items()
        for variant, estimate in variants.items()
    }
    return {**vars(measures.phase), **conditions}
