from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import torch

from core.data.windows import Windows, make_windows
from core.trace.intervene import (
    Intervention,
    errors_under,
    frozen_kernel,
    kernel_means,
    shuffled_attention,
    silenced,
    uniform_attention,
    untrained_twin,
    usual_interventions,
)
from core.trace.record import recording
from core.train.checkpoint import Checkpoint
from core.train.evaluate import predict
from core.vocabulary import Activation, Embedding, Fusion, Merge, Reference, Split
from tests.support.tiny import WINDOW, tiny_dataset
from tests.support.tiny_checkpoint import tiny_checkpoint

KERNELS = (Activation.KERNEL_GRU_TO_CNN, Activation.KERNEL_CNN_TO_GRU)


@pytest.fixture(scope="module")
def windows() -> Windows:
    return make_windows(tiny_dataset(), WINDOW, Split.TEST)


def numbers(rows: pd.DataFrame) -> dict[str, float]:
    return dict(zip(rows["statistic"], rows["value"], strict=True))


def changes(checkpoint: Checkpoint, windows: Windows) -> dict[str, float]:
    rows = numbers(errors_under(checkpoint, windows, usual_interventions(checkpoint.model, windows)))
    return {name.removeprefix("mse_change_"): value for name, value in rows.items() if "mse_change" in name}


def without_gates(checkpoint: Checkpoint, crossings: list[str]) -> Checkpoint:
    with torch.no_grad():
        for name, parameter in checkpoint.model.named_parameters():
            if any(name.endswith(f"{crossing}.gate") for crossing in crossings):
                parameter.zero_()
    return checkpoint


@pytest.mark.parametrize("embedding", Embedding)
@pytest.mark.parametrize("reference", [Reference.DYNAMIC, Reference.STANDARD])
@pytest.mark.parametrize(("crossing", "name"), [(Fusion.GRU_TO_CNN, "to_conv"), (Fusion.CNN_TO_GRU, "to_gru")])
def test_a_silenced_crossing_equals_gates_at_zero(
    windows: Windows, embedding: Embedding, reference: Reference, crossing: Fusion, name: str
) -> None:
    x = torch.from_numpy(windows.x[:8].copy())

    def tiny() -> Checkpoint:
        return tiny_checkpoint(embedding=embedding, reference=reference)

    edited = tiny().model(x, edits=silenced("silenced", [crossing]).edits)
    closed = without_gates(tiny(), [name]).model(x)
    assert torch.equal(edited.forecast, closed.forecast)
    assert not torch.equal(edited.forecast, tiny().model(x).forecast)


def test_silencing_both_crossings_leaves_the_mode_none(windows: Windows) -> None:
    both, none = tiny_checkpoint(), tiny_checkpoint(fusion=Fusion.NONE)  # shared weights of one seed are equal
    rows = numbers(errors_under(both, windows, [silenced("silenced_both", both.model.config.crossings)]))
    expected = np.square(predict(none.model, windows) - windows.y, dtype=np.float64).mean()
    assert rows["mse_silenced_both"] == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("setter", [uniform_attention(), shuffled_attention()], ids=lambda each: each.name)
def test_edited_attention_still_shares_out_one_whole(windows: Windows, setter: Intervention) -> None:
    model, x = tiny_checkpoint().model, torch.from_numpy(windows.x[::20].copy())
    with recording(model, activations=["attention"]) as recorder:
        plain = model(x)
        edited = model(x, edits=setter.edits)
    attention = recorder.dataset()["attention"].values
    np.testing.assert_allclose(attention.sum(axis=-1), 1, rtol=1e-5)
    assert not torch.equal(plain.forecast, edited.forecast)
    before, after = np.split(attention, 2)
    if setter.name == "uniform_attention":
        np.testing.assert_allclose(after, 1 / attention.shape[-1], rtol=1e-6)
    else:
        np.testing.assert_array_equal(after, np.roll(before, 1, axis=0))


def test_a_frozen_kernel_of_a_static_reference_changes_nothing(windows: Windows) -> None:
    found = changes(tiny_checkpoint(reference=Reference.STATIC), windows)
    assert found["frozen_gru_to_cnn"] == pytest.approx(0, abs=1e-3)
    assert found["frozen_cnn_to_gru"] == pytest.approx(0, abs=1e-3)
    dynamic = changes(tiny_checkpoint(), windows)
    assert abs(dynamic["frozen_gru_to_cnn"]) > 1e-2


@pytest.mark.parametrize("embedding", Embedding)
def test_the_mean_kernel_is_the_mean_of_the_recorded_ones(windows: Windows, embedding: Embedding) -> None:
    model = tiny_checkpoint(embedding=embedding).model
    with recording(model, activations=KERNELS) as recorder:
        model(torch.from_numpy(windows.x.copy()))
    means = kernel_means(model, windows)
    for kernel in KERNELS:
        recorded = recorder.dataset()[kernel].mean("origin").values
        np.testing.assert_allclose(means[kernel].numpy().reshape(recorded.shape), recorded, rtol=1e-4, atol=1e-6)
        frozen = frozen_kernel("frozen", kernel, means[kernel])
        with recording(model, activations=[kernel]) as again:
            model(torch.from_numpy(windows.x[:5].copy()), edits=frozen.edits)
        held = again.dataset()[kernel].values
        np.testing.assert_allclose(held, np.broadcast_to(recorded, held.shape), rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("fusion", Fusion)
@pytest.mark.parametrize("merge", Merge)
def test_only_what_the_model_has_is_intervened_on(windows: Windows, fusion: Fusion, merge: Merge) -> None:
    model = tiny_checkpoint(fusion=fusion, merge=merge).model
    names = [each.name for each in usual_interventions(model, windows, limit=8)]
    assert len(names) == len(set(names))
    assert ("uniform_attention" in names) == (merge is Merge.ATTENTION)
    assert ("silenced_gru_to_cnn" in names) == ("frozen_gru_to_cnn" in names) == fusion.corrects_conv
    assert ("silenced_both" in names) == (fusion is Fusion.BOTH)


def test_rows_are_errors_in_the_files_measure_and_changes_in_percent(windows: Windows) -> None:
    checkpoint = tiny_checkpoint()
    rows = errors_under(checkpoint, windows, [uniform_attention()])
    found = numbers(rows)
    error = (predict(checkpoint.model, windows) - windows.y).astype(np.float64)
    assert found["mse_as_is"] == pytest.approx(np.square(error).mean(), rel=1e-6)
    assert found["mae_as_is"] == pytest.approx(np.abs(error).mean(), rel=1e-6)
    ratio = found["mse_uniform_attention"] / found["mse_as_is"]
    assert found["mse_change_uniform_attention"] == pytest.approx(100 * (ratio - 1))
    assert set(rows["n"]) == {len(windows)}
    assert "mse_change_as_is" not in found


def test_a_draw_of_windows_is_counted_and_repeatable(windows: Windows) -> None:
    checkpoint = tiny_checkpoint()
    first = errors_under(checkpoint, windows, [shuffled_attention()], limit=40, seed=3)
    assert set(first["n"]) == {40}
    pd.testing.assert_frame_equal(first, errors_under(checkpoint, windows, [shuffled_attention()], limit=40, seed=3))
    assert not first.equals(errors_under(checkpoint, windows, [shuffled_attention()], limit=40, seed=4))


def test_an_untrained_twin_has_the_first_weights_of_its_run_or_fresh_ones() -> None:
    checkpoint = tiny_checkpoint(seed=5)
    start = {name: value.clone() for name, value in checkpoint.model.state_dict().items()}
    with torch.no_grad():
        for parameter in checkpoint.model.parameters():
            parameter.add_(1.0)  # a training of sorts
    twin, stranger = untrained_twin(checkpoint), untrained_twin(checkpoint, seed=6)
    assert all(torch.equal(value, start[name]) for name, value in twin.model.state_dict().items())
    assert not torch.equal(stranger.model.embedding.own.weight, twin.model.embedding.own.weight)
    assert not twin.model.training
    assert twin.record.weights_sha == "untrained-5"
