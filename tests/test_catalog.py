"""The catalog: the embedded sample, the official files checked by sha256, downloads, uploads."""

import hashlib
import http.server
import json
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.data import catalog, official, sample
from core.data.catalog import KNOWN, DataError, available, load_dataset
from core.data.dataset import frame_fingerprint
from core.data.gaps import fill_forward, onto_regular_axis, tell_missing
from core.data.report import Notes
from core.data.step import Step
from core.workspace import Folder, subfolder

OFFICIAL = [key for key, known in KNOWN.items() if known.file]


@pytest.fixture
def nowhere(tmp_path, monkeypatch):
    """No official file at hand and a fresh workspace."""
    monkeypatch.setenv("CROSSLENS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CROSSLENS_DATA", str(tmp_path / "data"))
    (tmp_path / "data").mkdir()
    return tmp_path


def test_sample_is_small_regular_complete_and_told():
    dataset = load_dataset("NYweather")
    assert sum(path.stat().st_size for path in sample.FOLDER.glob("*.*")) < 1_000_000
    assert dataset.frame.shape == (8730, 15) and dataset.step == Step(pd.Timedelta("1h")) and dataset.unbroken
    assert dataset.frame.notna().all(axis=None) and (dataset.frame.dtypes == "float64").all()
    assert dataset.frame.index.name == "date" and dataset.steps_per_day == 24
    assert set(dataset.units.values()) == {"°F", "%", "mph", "mbar"}
    mended = "\n".join(map(str, dataset.report.mended))
    assert all(f"{name}: " in mended for name in dataset.variables)
    assert "1048.4 mph" in mended and "7 gaps of the time axis" in mended
    assert (sample.FOLDER / "PROVENANCE.txt").read_text(encoding="utf-8").count("CC0") >= 1
    assert dataset.report.rows == 8730 and dataset.report.accepted


def test_sample_holds_plausible_weather():
    frame = load_dataset("NYweather").frame
    assert frame.filter(like="humidity").stack().between(0, 100).all()
    assert frame.filter(like="wind").to_numpy().max() < 60
    july, january = (frame[frame.index.month == month]["JFK temp"].mean() for month in (7, 1))
    assert january < 40 < 70 < july
    by_hour = frame["EWR temp"].groupby(frame.index.hour).mean()
    assert by_hour.idxmin() in range(3, 7) and by_hour.idxmax() in range(12, 17)  # standard time, not UTC


@pytest.mark.data
@pytest.mark.parametrize("key", OFFICIAL)
def test_official_files_load_as_published(key, official_data):
    dataset = load_dataset(key)
    raw = pd.read_csv(official_data / KNOWN[key].file.name, encoding="latin-1", index_col="date")
    assert dataset.frame.shape == raw.shape
    if key != "Weather-cleaned":
        np.testing.assert_array_equal(dataset.frame.to_numpy(), raw.to_numpy())
    assert load_dataset(key) is dataset  # read once
    assert key in available()


@pytest.mark.data
def test_etth_is_every_fourth_row_of_ettm(official_data):
    for hourly, quarterly in (("ETTh1", "ETTm1"), ("ETTh2", "ETTm2")):
        pd.testing.assert_frame_equal(
            load_dataset(hourly).frame, load_dataset(quarterly).frame[::4], check_freq=False
        )


@pytest.mark.data
def test_weather_keeps_its_sentinels_and_the_cleaned_one_does_not(official_data):
    kept, cleaned = load_dataset("Weather"), load_dataset("Weather-cleaned")
    sentinels = (kept.frame == -9999).sum()
    assert sentinels[sentinels > 0].to_dict() == {"wv (m/s)": 1, "max. PAR (µmol/m²/s)": 30, "OT": 50}
    assert [line.split(":")[0] for line in map(str, kept.report.found[:3])] == [
        "wv (m/s)",
        "max. PAR (µmol/m²/s)",
        "OT",
    ]
    assert not (cleaned.frame == -9999).any(axis=None) and any(
        "OT: 50" in line for line in map(str, cleaned.report.mended)
    )
    same = kept.frame != -9999
    pd.testing.assert_frame_equal(cleaned.frame.where(same), kept.frame.where(same))
    assert cleaned.fingerprint != kept.fingerprint
    assert not kept.unbroken and any("100 minutes" in line for line in map(str, kept.report.found))
    assert kept.units["p (mbar)"] == "mbar" and kept.units["OT"] == "" and load_dataset("ETTh1").units["OT"] == "°C"


@pytest.mark.data
def test_a_changed_official_file_is_refused(official_data, nowhere):
    target = nowhere / "data" / "ETTh1.csv"
    content = (official_data / "ETTh1.csv").read_bytes()
    target.write_bytes(content)
    assert load_dataset("ETTh1").frame.shape == (17420, 7)
    target.write_bytes(content.replace(b"30.53", b"30.54", 1))
    with pytest.raises(DataError, match=r"not the official ETTh1.csv.*wanted f18de3ad269c"):
        load_dataset("ETTh1")


def test_unknown_keys_say_what_is_known(nowhere):
    assert available() == ["NYweather"]
    for key in ("ETTh9", "upload-../../etc/passwd", "../sample"):
        with pytest.raises(DataError, match="NYweather"):
            load_dataset(key)
    with pytest.raises(DataError, match="upload the file again"):
        load_dataset("upload-0123456789ab")


TABLE = b"date,a,b\n" + b"\n".join(b"2024-01-01 %02d:00:00,%d,%d" % (h, h, h * h) for h in range(24)) + b"\n"


@pytest.fixture
def server(tmp_path_factory):
    """Serve one official-looking file over HTTP and count the requests."""
    requests = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            requests.append(self.path)
            self.send_response(200)
            self.send_header("Content-Length", str(len(TABLE)))
            self.end_headers()
            self.wfile.write(TABLE)

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as httpd:
        thread = threading.Thread(target=httpd.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{httpd.server_port}/ETTh1.csv", requests
        httpd.shutdown()
        thread.join()


def served(monkeypatch, url: str, sha256: str) -> None:
    file = official.OfficialFile("ETTh1.csv", url, sha256)
    monkeypatch.setitem(catalog.KNOWN, "ETTh1", replace(KNOWN["ETTh1"], file=file, splits=None))


def test_download_once_with_progress(nowhere, server, monkeypatch):
    url, requests = server
    served(monkeypatch, url, hashlib.sha256(TABLE).hexdigest())
    steps = []
    dataset = load_dataset("ETTh1", progress=lambda done, total: steps.append((done, total)))
    assert dataset.frame["b"].tolist() == [h * h for h in range(24)]
    assert steps[-1] == (len(TABLE), len(TABLE)) and sorted(steps) == steps
    load_dataset("ETTh1")
    assert len(requests) == 1 and (subfolder(Folder.DATA) / "ETTh1.csv").read_bytes() == TABLE


def test_download_of_something_else_is_thrown_away(nowhere, server, monkeypatch):
    url, _ = server
    served(monkeypatch, url, "0" * 64)
    with pytest.raises(DataError, match="CROSSLENS_DATA"):
        load_dataset("ETTh1")
    assert list(subfolder(Folder.DATA).iterdir()) == []


def test_no_connection_says_what_to_do(nowhere, monkeypatch):
    served(monkeypatch, "http://127.0.0.1:9/ETTh1.csv", "0" * 64)
    with pytest.raises(DataError, match=r"fetch http://127.0.0.1:9/ETTh1.csv.*CROSSLENS_DATA"):
        load_dataset("ETTh1")


@pytest.mark.data
def test_sums_in_the_catalog_are_the_published_ones(official_data):
    sums = official_data / "SHA256SUMS"
    if not sums.exists():
        pytest.skip("no SHA256SUMS beside the official data")
    listed = dict(reversed(line.split()) for line in sums.read_text().splitlines())
    assert {known.file.name: known.file.sha256 for known in KNOWN.values() if known.file} == listed


def test_fingerprint_changes_with_any_name_stamp_or_value():
    frame = pd.DataFrame({"a": [1.0, 2.0], "b": [3.0, 4.0]}, index=pd.date_range("2024", periods=2, freq="h"))
    same = frame.copy()
    same.index = same.index.as_unit("us")  # the unit of the index is no difference
    assert frame_fingerprint(same) == frame_fingerprint(frame)
    others = [
        frame.rename(columns={"a": "c"}),
        frame.shift(freq="1h"),
        frame.assign(b=[3.0, 4.0000001]),
        frame[["b", "a"]],
    ]
    assert len({frame_fingerprint(f) for f in [frame, *others]}) == 5


def test_gaps_are_filled_from_the_past_only_and_told():
    index = pd.DatetimeIndex(["2024-01-01 00:00", "2024-01-01 01:00", "2024-01-01 04:00"], name="date")
    frame = pd.DataFrame({"a": [1.0, 2.0, 9.0], "b": [np.nan, 5.0, 6.0]}, index=index)
    notes = Notes()
    regular = onto_regular_axis(frame, Step(pd.Timedelta("1h")), notes)
    tell_missing(regular, notes)
    full, _ = fill_forward(regular)
    assert full["a"].tolist() == [1, 2, 2, 2, 9] and full["b"].tolist() == [5, 5, 5, 5, 6]
    mended = list(map(str, notes.mended))
    assert mended[0].startswith("2 rows missing in 1 gap") and "2024-01-01 02:00:00 (2 rows)" in mended[0]
    assert "a: 2 values missing in 1 gap" in mended[1] and "the first 1 with the first value after" in mended[2]


def test_sample_report_is_the_one_shown(tmp_path):
    written = json.loads(Path(sample.REPORT).read_text(encoding="utf-8"))
    assert load_dataset("NYweather").report.to_dict() == written
