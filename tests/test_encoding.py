"""Which characters a file's bytes mean: Korean by its Hangul, Western by the lack of it."""

import io

import pytest

from core.data.reading.files.encoding import encoding_of
from tests.support.files import accepted, hourly

KOREAN = [
    "발전량(㎿h)",
    "풍속(㎧)",
    "습도(%)",
    "기온(℃)",
    "일사량(W/m²)",
    "전력 사용량(kWh)",
    "CO농도(㎍/㎥)",
    "㎾,총 부하",
    "A동 전력(㎾h),B동 전력(㎾h)",
    "P(㎾)",
    "t(℃)",
]
WESTERN = [
    "Temperatur (°C)",
    "Énergie été",
    "Größe, Straße",
    "GERAÇÃO",
    "PRODUÇÕES",
    "PRECIPITAÇÃO TOTAL, HORÁRIO (mm)",
    "SÄÄ",
    "Señal 1½ ±5 µg/m³",
    "«Énergie»",
    "30 €",
    "¡Él!",
    "ESTAÇÃO SÃO JOSÉ",
    "LÅDA ÄÄ",
]


@pytest.mark.parametrize("name", KOREAN)
def test_korean_with_unit_signs(name):
    assert encoding_of(io.BytesIO(f"일시,{name}\n2024-01-01,5\n".encode("cp949"))) == "cp949"
    frame = hourly().rename(columns={"load": name})
    assert list(accepted(frame.to_csv(), encoding="cp949").frame.columns) == [name, "temp"]


@pytest.mark.parametrize("name", WESTERN)
def test_western_text_never_turns_korean(name):
    assert encoding_of(io.BytesIO(f"date;{name};load\n2024-01-01;5;6\n".encode("cp1252"))) == "cp1252"
    frame = hourly().rename(columns={"load": name})
    assert list(accepted(frame.to_csv(), encoding="cp1252").frame.columns) == [name, "temp"]


def test_chinese_is_not_taken_for_korean():
    assert encoding_of(io.BytesIO("日期,温度,湿度,风速,负荷\n".encode("gb18030"))) != "cp949"
