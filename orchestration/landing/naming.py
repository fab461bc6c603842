"""What may be said of a file's name: people name files after people.

Here: the name as it is printed and kept, whoever may stand in it masked. Not here: what a name means (delivery.py).
"""

from __future__ import annotations

import os
import re
from functools import cache
from pathlib import Path

from orchestration.contracts import load_contracts
from orchestration.landing.headers import MASK
from orchestration.landing.persons import HAN, HOLDS_MOBILE, holds_identity, squeezed
from orchestration.landing.tidying import visible

SOMEBODYS = (
    re.compile(r"[^\s@]+@[^\s@]+"),
    HOLDS_MOBILE,
    re.compile(r"\d{14,}[\dXx]"),
    re.compile(rf"[{HAN}]+(?:[·•・ ][{HAN}]+)*"),
    # Words with capitals, one after the other, are how names are written in other scripts.
    re.compile(r"(?<![^\W_])[^\W\d_a-z]\w+(?:[ -][^\W\d_a-z]\w+)+"),
)


def shown_name(path: Path) -> str:
    """A file's name as it may be printed and kept; one that follows the naming rule stays as it is. Bytes that are not
    UTF-8 come from an archive packed on Windows, so they are GB18030."""
    try:
        path.name.encode()
        name = path.name
    except UnicodeEncodeError:
        name = os.fsencode(path.name).decode("gb18030", errors="replace")
    stem, dot, extension = visible(name).rpartition(".")
    stem, extension = (stem, extension) if dot else (extension, "")
    for pattern in SOMEBODYS:
        stem = pattern.sub(_unless_known, stem)
    stem = re.sub(r"\*{4,}", MASK, stem)
    return (MASK if holds_identity(squeezed(stem)) else stem) + dot + extension


def _unless_known(found: re.Match[str]) -> str:
    return found[0] if found[0] in _names_of_extracts() else MASK


@cache
def _names_of_extracts() -> frozenset[str]:
    return frozenset(name for one in load_contracts().values() for name in (one.name_zh, one.name_en))
