"""Korean particles, whose form depends on the sound before them: of a syllable, a number, a unit or a Latin letter.

What counts is how the last sign is read aloud (Hangul Orthography of the National Institute of Korean Language).
"""

from __future__ import annotations

import re

# Pair as a catalogue writes it -> (after a final consonant, after a vowel, where nobody can tell).
PARTICLES = {
    "은/는": ("은", "는", "은(는)"),
    "이/가": ("이", "가", "이(가)"),
    "을/를": ("을", "를", "을(를)"),
    "과/와": ("과", "와", "과(와)"),
    "이나/나": ("이나", "나", "(이)나"),
    "이며/며": ("이며", "며", "(이)며"),
    "이고/고": ("이고", "고", "(이)고"),
    "이라/라": ("이라", "라", "(이)라"),
    "이다/다": ("이다", "다", "(이)다"),
    "으로/로": ("으로", "로", "(으)로"),
}
_OPEN, _RIEUL, _CLOSED = range(3)  # how the last sign ends: in a vowel, in ㄹ, in another consonant
_ENDS = {
    **dict.fromkeys("036²³", _CLOSED),  # 영, 삼, 육, 제곱, 세제곱
    **dict.fromkeys("178", _RIEUL),  # 일, 칠, 팔
    **dict.fromkeys("2459%°℃σβ", _OPEN),  # 이, 사, 오, 구, 퍼센트, 도, 시그마, 베타
}
_LETTERS = {"L": _RIEUL, "R": _RIEUL, "M": _CLOSED, "N": _CLOSED}  # the names of all others end in a vowel
_ASIDE = re.compile(r"\s*[(\[][^()\[\]]*[)\]]$")  # what stands in brackets is not read for the particle
_LATIN = re.compile(r"[A-Za-z]+$")
_SILENT = " \t\"'”’」』*`_.,;:!?…\N{POP DIRECTIONAL ISOLATE}"


def with_particle(words: str, pair: str) -> str:
    """Return words with the form of a particle that fits their end.

    Parameters
    ----------
    words : what stands before it.
    pair : one of PARTICLES.

    >>> [with_particle(word, "은/는") for word in ("커널", "게이트", "CNN", "GRU", "720", "OT (°C)", "load")]
    ['커널은', '게이트는', 'CNN은', 'GRU는', '720은', 'OT (°C)는', 'load은(는)']
    >>> [with_particle(word, "으로/로") for word in ("커널", "창", "경로", "7", "3", "5 %")]
    ['커널로', '창으로', '경로로', '7로', '3으로', '5 %로']
    """
    closed, opened, unread = PARTICLES[pair]
    end = _end(words)
    if end is None:
        return words + unread
    return words + (opened if end == _OPEN or (end == _RIEUL and closed == "으로") else closed)


def _end(words: str) -> int | None:
    """Return how the last sign that is read aloud ends; None for what is read in more than one way."""
    read = (_ASIDE.sub("", words.rstrip(_SILENT)) or words).rstrip(_SILENT)
    last = read[-1:]
    if "가" <= last <= "힣":
        final = (ord(last) - ord("가")) % 28
        return {0: _OPEN, 8: _RIEUL}.get(final, _CLOSED)
    if last in _ENDS:
        return _ENDS[last]
    latin = _LATIN.search(read)
    if latin is None or not (latin[0].isupper() or len(latin[0]) == 1):
        return None  # a word in small letters, or another script
    return _LETTERS.get(last.upper(), _OPEN)
