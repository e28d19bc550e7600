"""A file is read in a process of its own: the same result, and whatever breaks the reading is one sentence."""

import ast
import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.data.ingest import ingest
from core.data.reading import limits
from core.data.reading.files import isolated
from core.data.reading.files.isolated import ingest_apart
from tests.support.files import hourly, workbook

pytestmark = pytest.mark.process

ROOT = Path(__file__).parent.parent


def parquet(table: pa.Table) -> bytes:
    stream = io.BytesIO()
    pq.write_table(table, stream)
    return stream.getvalue()


def refused(content: bytes, name: str = "file.csv") -> str:
    result = ingest_apart(io.BytesIO(content), name)
    reason = str(result.report.reason)
    assert result.frame is None and not result.report.accepted and result.report.reason in result.report.refused
    assert reason.endswith(".") and "\n" not in reason and "Traceback" not in reason
    return reason


def replaced(monkeypatch, program: str) -> None:
    """Put a process that misbehaves in the place of the one that reads."""
    monkeypatch.setattr(isolated, "CHILD", (sys.executable, "-c", program))


@pytest.mark.parametrize("kind", ["csv", "xlsx", "parquet", "refused"])
def test_apart_or_not_the_result_is_the_same(kind, tmp_path):
    frame = hourly().drop(hourly().index[[10, 11]])
    frame.iloc[20, 0] = np.nan
    rows = [
        ["date", "load", "temp"],
        *([str(stamp), row.load, row.temp] for stamp, row in frame.iterrows()),
    ]
    rows[21][1] = None
    content = {
        "csv": frame.rename(columns={"load": "Last (MW) 한글 😀"}).to_csv().encode(),
        "xlsx": workbook(rows),
        "parquet": parquet(pa.Table.from_pandas(frame)),
        "refused": frame.head(9).to_csv().encode(),
    }[kind]
    path = tmp_path / "a file.csv"
    path.write_bytes(content)
    wanted = ingest(path, path.name)
    stream = io.BytesIO(content)
    for result in (ingest_apart(path, path.name), ingest_apart(stream, path.name)):
        assert result.report == wanted.report and result.step == wanted.step
        if wanted.frame is None:
            assert kind == "refused" and result.frame is None
        else:
            pd.testing.assert_frame_equal(result.frame, wanted.frame, check_freq=False)
            assert result.frame.index.dtype == wanted.frame.index.dtype
    assert not stream.closed and stream.tell() == 0


def test_variables_that_a_model_reads_stay():
    content = hourly(60).assign(load=1.0).to_csv().encode()
    assert list(ingest_apart(io.BytesIO(content), "a.csv").frame.columns) == ["temp"]
    assert list(ingest_apart(io.BytesIO(content), "a.csv", wanted=["load"]).frame.columns) == ["load", "temp"]


def test_a_path_that_names_no_file_is_one_sentence(tmp_path):
    assert "cannot be opened" in str(ingest_apart(tmp_path / "none.csv", "none.csv").report.reason)


def test_more_memory_than_the_limit_is_one_sentence(monkeypatch):
    table = pa.table({f"c{place}": pa.array(np.zeros(999_999)) for place in range(50)})  # 400 MB out of 100 kB
    monkeypatch.setattr(limits, "MOST_MEMORY", 350 * 1024**2)
    assert refused(parquet(table), "file.parquet") == str(limits.TOO_LARGE)


def test_more_time_than_the_limit_is_one_sentence(monkeypatch):
    sheet = b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    sheet += b"<row><c><v>1</v></c><c><v>2</v></c></row>" * 300_000 + b"</sheetData></worksheet>"
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook([["date", "load"]]))) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, sheet if name == "xl/worksheets/sheet1.xml" else old.read(name))
    monkeypatch.setattr(limits, "MOST_SECONDS", 1)
    assert "took more than 1 second " in refused(stream.getvalue(), "file.xlsx")


def test_a_file_that_keeps_silent_is_given_up(monkeypatch, tmp_path):
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    monkeypatch.setattr(limits, "LONGEST_WAIT", 2)
    assert "took more than 2 seconds" in str(ingest_apart(pipe, pipe.name).report.reason)


def test_more_output_than_the_limits_is_one_sentence(monkeypatch):
    content = hourly().to_csv().encode()
    monkeypatch.setattr(limits, "MOST_REPORT", 10)
    assert "report on the file" in refused(content)
    monkeypatch.setattr(limits, "MOST_ANSWER", 100)
    assert "broke off" in refused(content)


@pytest.mark.parametrize(
    "program, words",
    [
        ("import os; os.abort()", "broke off (SIGABRT)"),
        ("import os; os.kill(os.getpid(), 11)", "broke off (SIGSEGV)"),
        ("import os; os.kill(os.getpid(), 9)", "more than 2 GB of memory"),
        ("raise MemoryError", "more than 2 GB of memory"),
        ("print('secret'); raise KeyError('secret')", "broke off (KeyError)"),
        ("import sys; sys.exit(3)", "broke off (status 3)"),
    ],
)
def test_a_process_that_dies_is_one_sentence(monkeypatch, capfd, program, words):
    replaced(monkeypatch, program)
    reason = refused(hourly().to_csv().encode())
    assert words in reason and "secret" not in reason
    assert capfd.readouterr() == ("", "")


def test_a_full_disk_is_told_as_one(monkeypatch):
    replaced(monkeypatch, "import sys; sys.exit(74)")
    with pytest.raises(OSError, match="No space left"):
        ingest_apart(io.BytesIO(b"date,load"), "file.csv")


def test_a_process_taken_over_cannot_answer_with_more_than_a_file_may_hold(monkeypatch):
    answer = json.dumps({"report": {"accepted": True}, "step": None})
    replaced(
        monkeypatch,
        "import sys, pathlib, numpy, pyarrow, pyarrow.parquet as p; folder = pathlib.Path(sys.argv[1]); "
        f"(folder / 'answer.json').write_text({answer!r}); "
        "p.write_table(pyarrow.table({'a': numpy.zeros(1_000_001)}), folder / 'frame.parquet')",
    )
    assert "more than 1,000,000 rows" in refused(b"date,load")


def test_the_copy_is_private_and_gone_and_secrets_stay_behind(monkeypatch, tmp_path):
    seen = tmp_path / "seen"
    replaced(
        monkeypatch,
        "import sys, os, json, pathlib; folder = pathlib.Path(sys.argv[1]); "
        "modes = [oct(path.stat().st_mode)[-3:] for path in (folder, folder / 'file')]; "
        f"pathlib.Path({str(seen)!r}).write_text(json.dumps([sys.argv[1], modes, dict(os.environ)]))",
    )
    monkeypatch.setenv("SECRET_TOKEN", "abc")
    assert "broke off (status 0)" in refused(b"date,load")  # it leaves no answer
    folder, modes, environment = json.loads(seen.read_text())
    assert modes == ["700", "600"] and "SECRET_TOKEN" not in environment and not Path(folder).exists()


def test_pages_and_commands_read_no_file_in_their_own_process():
    for path in [*(ROOT / "core").rglob("*.py"), *(ROOT / "dashboard").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module == "core.data.ingest":
                assert "ingest" not in {alias.name for alias in node.names} or path.name == "child.py", path


def test_the_process_loads_neither_torch_nor_streamlit():
    modules = "sys, core.data.reading.files.child, core.data.ingest"
    program = f"import {modules}; print({{'torch', 'streamlit'}} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
