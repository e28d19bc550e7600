"""What the pages that compare modes show of finished runs: Overview and Compare."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import streamlit as st

from core.analysis.errors import delta_rmse
from core.config import LATE_FUSION, MATCHED, NO_FUSION, Arm, arm_label
from core.exhibits import errors
from core.exhibits.case import Case
from core.exhibits.peers import peers_of
from core.exhibits.ranking import TEST, RunsByMode
from core.exhibits.seeds import Training, sources
from core.figures.palette import baseline_label
from core.text.amounts import listed, over_seeds
from core.text.words import mark, say, spoken
from core.train.record import RunRecord
from core.version import different_codes
from core.vocabulary import Fusion, Language, Reference, label
from dashboard import frame
from dashboard.board import Board
from dashboard.markup import escaped
from dashboard.pickers import choose, texts
from dashboard.selection import Selection
from dashboard.widgets import KeyNumber, key_numbers, sheet

HIDDEN = {"label_visibility": "collapsed"}
HUES = {Fusion.NONE: "gray", Fusion.GRU_TO_CNN: "orange", Fusion.CNN_TO_GRU: "blue", Fusion.BOTH: "violet"}


def mode_number(runs: RunsByMode, mode: Fusion, language: Language) -> KeyNumber:
    """Return the key number of a mode: mean MSE with its spread, MAE, RMSE change against none, paired by seed."""
    mse, mae = (list(errors.by_seed(runs[mode], kind).values()) for kind in ("mse", "mae"))
    seeds = say("{n} seeds ± one standard deviation", n=len(mse)) if len(mse) > 1 else say("one seed")
    none = errors.by_seed(runs.get(Fusion.NONE, ()), "rmse")
    lowered = delta_rmse(none, errors.by_seed(runs[mode], "rmse")) if mode is not Fusion.NONE else None
    against = f" · RMSE {_arrow(lowered.value)}" if lowered is not None and lowered.defined else ""
    return KeyNumber(
        f":{HUES[mode]}[**{label(mode, language)}**] · MSE",
        over_seeds(mse),
        f"MAE {np.mean(mae):.4f}{against}",
        help=f"{say('Mean over {seeds}, on standardised values of every test window.', seeds=seeds)} "
        f"{_of_change(None if lowered is None else lowered.n)}",
    )


def _of_change(shared: int | None) -> str:
    """Return what the change of the RMSE is measured against, over so many shared seeds."""
    if shared is None:
        return say("The RMSE change is against none of the same seed; an arrow down is better.")
    return say(
        "The RMSE change is against none of the same seed ({shared} shared); an arrow down is better.", shared=shared
    )


def _arrow(lowered: float) -> str:
    """Return by how much an error fell or rose, in words that no sign convention can turn around."""
    size = f"{abs(lowered):.1f} %"
    return size if size == "0.0 %" else f"{'↓' if lowered > 0 else '↑'} {size}"


def error_table(
    runs: RunsByMode,
    language: Language,
    matched: Sequence[Training],
    others: Mapping[Arm, Sequence[Training]],
) -> pd.DataFrame:
    """Return one row a mode, none of matched size, other form, average with ridge, and baseline.

    Columns: MSE, MAE, RMSE, their spread, RMSE change against none, seeds, parameters.
    """
    none = runs.get(Fusion.NONE, ())
    rows = [_mode_row(label(mode, language), found, none) for mode, found in runs.items()]
    if matched:
        rows.append(_mode_row(arm_label(MATCHED, language), matched, none))
    rows += [_mode_row(arm_label(arm, language), found, none) for arm, found in others.items()]
    for mode, found in runs.items():
        if all(errors.BLEND in record.metrics for record in found):
            name = say("average of ridge and {network}", network=label(mode, language))
            rows.append(_mode_row(name, found, none, of=errors.BLEND))
    first = next(iter(runs.values()))[0]
    for name, of in first.metrics["baselines"].items():
        rmse = math.sqrt(of["mse"])
        lowered = delta_rmse(errors.by_seed(none, "rmse"), {run.config.train.seed: rmse for run in none})
        numbers = {"MSE": of["mse"], "MAE": of["mae"], "RMSE": rmse, "RMSE change %": -lowered.value}
        rows.append({"model": baseline_label(name), **numbers})
    return pd.DataFrame(rows)


def _mode_row(name: str, runs: Sequence[Training], none: Sequence[Training], of: str = TEST) -> dict[str, object]:
    by_seed = {kind: errors.by_seed(runs, kind, of) for kind in ("mse", "mae", "rmse")}
    values = {kind: list(found.values()) for kind, found in by_seed.items()}
    row: dict[str, object] = {"model": name}
    row |= {kind.upper(): float(np.mean(numbers)) for kind, numbers in values.items()}
    row["MSE ±"] = float(np.std(values["mse"], ddof=1)) if len(values["mse"]) > 1 else math.nan
    itself = runs is none and of == TEST
    lowered = delta_rmse(errors.by_seed(none, "rmse"), by_seed["rmse"])
    row["RMSE change %"] = math.nan if itself else -lowered.value
    row["seeds"] = len(values["mse"])
    row["parameters"] = runs[0].metrics["parameters"]
    return row


def point_to(case: Case, selection: Selection) -> None:
    """Say which seeds of the selected cell can be compared already, and lead to the page that does it."""
    known = [run for found in case.known_runs.values() for run in found]
    run = case.config
    cell = {"horizon": run.window.horizon, "preset": run.preset}
    told = say("Known already at horizon {horizon} with preset {preset}.", **cell)
    st.markdown(escaped(f"{told} {sources(known)}"))
    frame.link("overview", say("**Compare these seeds on the Overview**"), selection, icon="space_dashboard")


VIEWS = {
    "mode_comparison": mark("Against none"),
    "error_by_step": mark("By step ahead"),
    "error_by_variable": mark("By variable"),
}


OTHERS = (
    *(Arm(Fusion.BOTH, reference) for reference in Reference if reference is not Reference.DYNAMIC),
    LATE_FUSION,
    NO_FUSION,
)


def draw_comparison(board: Board[Case], case: Case, language: Language, *, others: bool = False) -> None:
    """Draw the modes side by side: key numbers, one of three figures, and the table with the baselines.

    The board is of all runs, the case of the seeds chosen; `others` adds weakened crossings and other merges.
    """
    runs, matched = case.known_runs, case.matched
    if caution := mixed(runs, matched):
        st.warning(caution, icon=":material/warning:")
    key_numbers([mode_number(runs, mode, language) for mode in runs])
    st.caption(escaped(" ".join([sources(run for found in runs.values() for run in found), case.tabled.left_out])))
    views = texts(list(VIEWS))
    board.draw(choose("by", say("Error"), views, kind="segmented", format=lambda name: say(VIEWS[name]), **HIDDEN))
    st.subheader(say("Modes and baselines"), anchor=False)
    alone = say("A mode is compared by its network alone; the forecast to take away is its average with ridge.")
    st.caption(" ".join(filter(None, [alone, errors.missing_truth(runs)])))
    draw_table(
        error_table(runs, language, matched, {arm: case.known[arm] for arm in OTHERS if others and arm in case.known})
    )


def draw_peers() -> None:
    """Draw CrossLens beside other networks on the official data sets, whatever data the page is of."""
    Board("overview", peers_of()).draw("peers")


def mixed(runs: RunsByMode, matched: Sequence[Training]) -> str:
    """Return a caution where runs side by side were made by different code or from different data; else nothing."""
    used = [*matched, *(record for found in runs.values() for record in found)]
    codes, data = (
        different_codes(record.versions.get("code", "") for record in used),
        {one.fingerprint for one in used},
    )
    kinds = [say("{n} versions of the code", n=len(codes))] if len(codes) > 1 else []
    kinds += [say("{n} versions of the data", n=len(data))] if len(data) > 1 else []
    if not kinds:
        return ""
    return say(
        "These checkpoints were made with {versions}: train them again before comparing them closely.",
        versions=listed(kinds),
    )


def draw_table(table: pd.DataFrame) -> None:
    """Draw the table of errors with its numbers aligned and rounded alike."""
    number = st.column_config.NumberColumn
    sheet(
        table,
        placeholder="–",
        column_config={
            "model": st.column_config.TextColumn(say("Model"), pinned=True),
            **{name: number(format="%.4f") for name in ("MSE", "MAE", "RMSE", "MSE ±")},
            "RMSE change %": number(
                say("RMSE change %"),
                format="%+.2f",
                help=say("against none of the same seed; below zero is better"),
            ),
            "seeds": number(say("Seeds"), format="%d"),
            "parameters": number(say("Parameters"), format="localized"),
        },
    )


def checkpoint_table(runs: Mapping[Fusion, Sequence[RunRecord]]) -> pd.DataFrame:
    """Return what each checkpoint is: mode, seed, size, epochs, time, code."""
    return pd.DataFrame(
        {
            say("checkpoint"): record.run_id,
            say("mode"): label(mode, spoken()),
            say("seed"): record.config.train.seed,
            say("validation MSE"): record.metrics["validation"]["mse"],
            say("kept epoch"): record.metrics["best_epoch"],
            say("seconds"): record.metrics["seconds"],
            say("weights"): record.weights_sha[:12],
            say("code"): record.versions.get("code", ""),
        }
        for mode, found in runs.items()
        for record in found
    )
