"""CrossLens beside its peers: the front, what is told of it, and the windows that a peer is tested on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from numpy.typing import NDArray

from benchmarks.peers.loop import Recipe, checked, errors, forecast_of, train
from core.baselines import baseline_errors, repeat_last
from core.config import WindowConfig
from core.data.windows import make_windows
from core.exhibits.peers import absent, peers, peers_of
from core.figures.palette import Look
from core.figures.peers import CEILING, told
from core.figures.peers import peers as draw
from core.report.results_peers import PICTURE, is_of, peers_section
from core.study.peers import COLUMNS, ENTRIES, OURS, PEER, TABLE, front, missing, read_peers, with_front
from core.version import different_codes
from core.vocabulary import Split
from core.workspace import ROOT
from tests.support.figure_numbers import beside_peers
from tests.support.tiny import tiny_dataset

WINDOW = WindowConfig(lookback=48, horizon=24)


def test_a_dominated_point_is_not_on_the_front_and_equal_ones_share_it() -> None:
    assert front([1, 2, 3], [3, 2, 1]) == [0, 1, 2]
    assert front([1, 2, 3], [1, 1, 2]) == [0], "as much error in more time, and more of both"
    assert front([2, 1, 2], [1, 2, 1]) == [1, 0, 2], "equal points dominate neither each other"
    assert front([1, 1], [2, 1]) == [1], "less error in the same time"
    assert front([], []) == []


def test_the_front_is_what_no_pair_dominates() -> None:
    drawn = np.random.default_rng(0).integers(0, 6, size=(2, 40))
    on = set(front(*drawn.tolist()))
    for place, point in enumerate(drawn.T):
        beaten = any((other <= point).all() and (other < point).any() for other in drawn.T)
        assert (place in on) != beaten


def test_fronts_are_of_each_data_set_and_horizon_alone() -> None:
    rows = pd.DataFrame({"dataset": ["a", "b"], "horizon": 96, "seconds": [1.0, 2.0], "mse": [1.0, 2.0]})
    assert with_front(rows)["front"].tolist() == [True, True]
    assert with_front(rows.assign(dataset="a"))["front"].tolist() == [True, False]


def test_where_crosslens_is_not_on_the_front_it_says_so() -> None:
    rows = beside_peers()
    assert "in 6 of 6 pairs" in told(rows) and "It is not" not in told(rows)
    worse = (rows["dataset"] == "ETTh2") & (rows["horizon"] == 720) & rows["kind"].isin(OURS)
    beaten = with_front(rows.assign(mse=rows["mse"].where(~worse, 9.0)))
    assert "in 5 of 6 pairs" in told(beaten)
    assert "It is not on the front here: ETTh2 720." in told(beaten)
    assert "Something else has the lowest error here" in told(rows) and "PatchTST (ETTh1 96, ETTh1 720" in told(rows)
    ours = told(with_front(rows.loc[rows["kind"] != PEER].assign(stopped="epochs")))
    assert "Something else" not in ours and "Stopped" not in ours and "No other network is on it." in ours


def test_ridge_is_held_against_the_best_where_it_comes_off_worst() -> None:
    rows = beside_peers()
    assert "solved in at most 1.0 CPU seconds, has at most 21.2 % more error than the best" in told(rows), (
        ".40 to .33"
    )
    assert "Ridge" not in told(with_front(rows.loc[rows["kind"] != "ridge"]))


def test_an_error_far_above_the_lowest_stands_at_the_edge_with_its_number() -> None:
    rows = beside_peers()
    far = (rows["entry"] == "NHITS") & (rows["dataset"] == "ETTh1") & (rows["horizon"] == 96)
    fig = draw(rows.assign(mse=rows["mse"].where(~far, 9.0)), look=Look()).figure
    (note,) = [note for note in fig.layout.annotations if "↑" in note.text]
    (trace,) = [trace for trace in fig.data if any(one[1] == 9.0 for one in trace.customdata or ())]
    lowest = rows.loc[(rows["dataset"] == "ETTh1") & (rows["horizon"] == 96), "mse"].min()
    assert note.text == "NHITS ↑ 9.00" and note.y == max(trace.y) == pytest.approx(CEILING * lowest)
    assert fig.layout.yaxis.range[1] < 0.5


def test_what_is_not_measured_is_named() -> None:
    rows = beside_peers()
    assert missing(rows) == {}
    left = rows.loc[~((rows["dataset"] == "ETTm2") & (rows["horizon"] == 720))]
    left = left.loc[~((left["dataset"] == "ETTh1") & (left["horizon"] == 96) & (left["entry"] == "NHITS"))]
    assert missing(left) == {("ETTh1", 96): ["NHITS"], ("ETTm2", 720): []}
    assert told(left).endswith("Not measured yet: ETTh1 96 (NHITS) and ETTm2 720.")


def test_without_a_table_the_figure_says_what_to_do(tmp_path: Path) -> None:
    nothing = peers_of(tmp_path / "peers.csv")
    assert "benchmarks.bench_peers" in peers.needs(nothing)
    assert peers_section(nothing).endswith("in a\ncheckout.") or absent(nothing).split()[-1] in peers_section(nothing)
    assert "![" not in peers_section(nothing)


def test_the_shipped_rows_are_of_one_code_and_of_every_test_window() -> None:
    rows = read_peers()
    assert list(rows.columns) == [*COLUMNS, "front"] and set(rows["entry"]) <= set(ENTRIES)
    assert rows[["torch", "lookback", "cap"]].drop_duplicates().shape[0] == 1, "all entries have the same terms"
    assert len(different_codes(rows["code"])) == 1
    windows = rows.groupby(["dataset", "horizon"])["windows"].unique()
    known = {"ETTh1": 2880, "ETTh2": 2880, "ETTm2": 11520}
    assert all(found.tolist() == [known[at[0]] - at[1] + 1] for at, found in windows.items())
    assert (rows[["seconds", "mse", "mae", "training_rate", "inference_rate"]] > 0).all().all()


def test_the_picture_and_the_file_are_those_of_the_shipped_rows() -> None:
    shipped = peers_of(TABLE)
    assert is_of(ROOT / PICTURE, shipped)
    others = replace(shipped, rows=shipped.rows.assign(seconds=shipped.rows["seconds"] + 1))
    assert not is_of(ROOT / PICTURE, others), "the same words, other points"
    assert peers_section(shipped) in (ROOT / "RESULTS.md").read_text(encoding="utf-8")
    card = peers.card(shipped, {}, Look())
    assert f"]({PICTURE})" in peers_section(shipped) and shipped.key in card.provenance


def test_a_peer_that_repeats_the_last_row_has_the_error_of_the_products_baseline(home: Path) -> None:
    data = tiny_dataset()
    windows = make_windows(data, WINDOW, Split.TEST)

    def last(x: NDArray[np.float32]) -> NDArray[np.float32]:
        return repeat_last(x, WINDOW.horizon)

    found, known = errors(last, windows), baseline_errors(data, WINDOW)["repeat_last"]
    assert found["windows"] == len(data.splits.test) - WINDOW.horizon + 1
    assert (found["mse"], found["mae"]) == pytest.approx((known["mse"], known["mae"]), rel=1e-12)
    some = np.arange(len(windows))
    repeated = torch.nn.Module()
    repeated.forward = lambda x: x[:, -1:].expand(-1, WINDOW.horizon, -1)  # type: ignore[method-assign]
    assert checked(repeated, windows, some) == pytest.approx(known["mse"], rel=1e-6)


class _Linear(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.map = torch.nn.Linear(WINDOW.lookback, WINDOW.horizon)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.map(x.transpose(1, 2)).transpose(1, 2)


@pytest.mark.parametrize(("cap", "end"), [(0.0, {"cap"}), (60.0, {"epochs", "patience"})])
def test_training_keeps_the_best_weights_and_tells_why_it_ended(cap: float, end: set[str]) -> None:
    data, model = tiny_dataset(), _Linear()
    windows, validation = (make_windows(data, WINDOW, split) for split in (Split.TRAIN, Split.VALIDATION))
    every = np.arange(len(validation))
    before = checked(model, validation, every)
    trained = train(model, windows, validation, Recipe(1e-3, 0.9, 32), cap=cap)
    some = np.unique(np.linspace(0, len(validation) - 1, 512).astype(int))
    assert trained.stopped in end
    assert checked(model, validation, some) == pytest.approx(trained.validation, rel=1e-6)
    assert cap == 0.0 or trained.validation < before
    assert forecast_of(model)(validation.x[:2]).shape == (2, WINDOW.horizon, len(data.variables))
