"""Whom a text gives away. A number, a key or a reference is typed by hand, and people type a person into it: an
identity number, a mobile number, an e-mail address, a name. Such a text is replaced, before anything is written, by a
keyed hash.

Here: what counts as somebody's, and what takes its place: one reference for one person, however spelled. Not here:
columns that hold persons by contract (cells.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Set

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from orchestration.landing.bounds import bounds
from orchestration.landing.tidying import cell_edges, cell_text

REFERENCE = "ID-{}"
REFERENCE_DIGITS = 16
# What has the form of a reference is replaced too: nobody can type somebody's.
IS_REFERENCE = re.compile(r"ID-[0-9A-F]{16}", re.IGNORECASE)
# What people set the digits of a number apart by.
APART = r"[-_./#:,·+() ]"
# Nothing shorter holds a mobile number, unless it has no digit at the end.
SHORTEST_MOBILE = 11
# People set the digits of a mobile number apart after the third, never after the second: 13-2026-00012 is an office's.
MOBILE = r"1[3-9]\d(?:[-_./# ]{0,2}\d){8}"
HOLDS_MOBILE = re.compile(rf"(?<!\d)(?:(?:\+|00)?86[-_./# ]?|0)?{MOBILE}(?!\d)")
IS_MOBILE = re.compile(r"(?:(?:00)?86|0)?(1[3-9]\d{9})")
PROVINCE = "(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3])"
MONTH_AND_DAY = "(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
# The old numbers of 15 digits: those of people born from 1930 on. The years before would take in the numbers that begin
# with a township's code.
OLD_IDENTITY = re.compile(rf"(?<!\d)({PROVINCE}\d{{4}}[3-9]\d{MONTH_AND_DAY}\d{{3}})(?!\d)")
# With a slip in its last digits it is still somebody's.
IDENTITY_OF_LAST_CENTURY = re.compile(rf"(?<!\d){PROVINCE}\d{{4}}19\d\d{MONTH_AND_DAY}\d{{2,3}}[\dX]?(?!\d)")
# Of this century only with its check character: offices number their papers by county, day and count.
IDENTITY_ANYWHERE = re.compile(rf"(?=([1-9]\d{{5}}(?:19|20)\d\d{MONTH_AND_DAY}\d{{3}}[\dX]))")
EMAIL = re.compile(r"[^ @]@[^ @]")
# Chinese characters, the rare ones too.
HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
TWO_LETTERS = re.compile(r"[^\W\d_].*[^\W\d_]")


def _spread(*digits: str) -> str:
    return f"{APART}*".join(digits)


# For the machine that looks at every text: what may be somebody's. The patterns above decide.
_BIRTHDAY = _spread("(?:0" + APART + "*[1-9]|1" + APART + "*[0-2])", "[0-3]", r"\d")
MAY_BE_PERSONAL = "|".join(
    (
        "@",
        r"^\D+$",
        MOBILE,
        "^(?i:id-)",
        f"^.{{{bounds().longest_text + 1}}}",
        _spread("[1-8]", *[r"\d"] * 5, f"(?:1{APART}*9|2{APART}*0)", *[r"\d"] * 2, _BIRTHDAY, r"\d", r"\d"),
        _spread("[1-8]", *[r"\d"] * 5, "[3-9]", r"\d", _BIRTHDAY, *[r"\d"] * 3),
    )
)


class Persons:
    """Replaces the texts that are somebody's; `hashed` makes the keyed hashes, `places` are the codes of townships."""

    def __init__(self, hashed: Callable[[pa.StringArray], pa.StringArray], places: Set[str]) -> None:
        self._hashed = hashed
        self._places = places

    def kept(self, texts: pa.StringArray) -> pa.StringArray:
        """Each text as it may be kept."""
        at = _looked_at(texts)
        if len(at):
            suspect = pc.match_substring_regex(texts.take(pa.array(at)), MAY_BE_PERSONAL).to_numpy(zero_copy_only=False)
            at = at[suspect]
        cells = texts.take(pa.array(at)).to_pylist()
        personal = np.fromiter(map(self._is_personal, cells), bool, len(cells))
        if not personal.any():
            return texts
        persons = pa.array([f"text:{person_in(cell)}" for cell, found in zip(cells, personal, strict=True) if found])
        references = [REFERENCE.format(key[:REFERENCE_DIGITS]) for key in self._hashed(persons).to_pylist()]
        is_replaced = np.zeros(len(texts), bool)
        is_replaced[at[personal]] = True
        return pc.replace_with_mask(texts, pa.array(is_replaced), pa.array(references, pa.string()))

    def _is_personal(self, text: str) -> bool:
        return (
            len(text) > bounds().longest_text
            or _is_name(text)
            or any(pattern.search(text) for pattern in (EMAIL, HOLDS_MOBILE))
            or IS_REFERENCE.fullmatch(text) is not None
            or holds_identity(squeezed(text), self._places)
            or holds_identity(text.upper(), self._places)
        )


def holds_identity(text: str, places: Set[str] = frozenset()) -> bool:
    """Whether an identity number is in a text; one that begins with one of the `places` is a township's."""
    old = OLD_IDENTITY.search(text)
    return (
        (old is not None and old[1][:9] not in places)
        or IDENTITY_OF_LAST_CENTURY.search(text) is not None
        or any(_is_checked(found[1], text, places) for found in IDENTITY_ANYWHERE.finditer(text))
    )


def _is_checked(number: str, text: str, places: Set[str]) -> bool:
    """Whether 18 characters have their check character. Inside a longer text they may be a village and a count, which
    read like a birthday where the township's code begins with 20."""
    return number[17] == check_character(number[:17]) and (number == text or number[:9] not in places)


def squeezed(text: str) -> str:
    """Without what sets digits apart, so that every spelling of a number is one."""
    return re.sub(APART, "", text).upper()


def person_in(text: str) -> str:
    """The person that a text stands for, in one spelling."""
    bare = squeezed(text)
    if len(bare) == 15 and bare.isdigit():
        body = f"{bare[:6]}19{bare[6:]}"
        return body + check_character(body)
    mobile = IS_MOBILE.fullmatch(bare)
    return mobile[1] if mobile else bare


def check_character(body: str) -> str:
    """ISO 7064 MOD 11-2 over 17 digits, as identity.sql has it for columns."""
    return "10X98765432"[sum(int(digit) << (17 - i) for i, digit in enumerate(body)) % 11]


def _is_name(text: str) -> bool:
    """Words without a digit: a name in whatever script, of however many characters. No office numbers by words."""
    return not any(map(str.isdigit, text)) and TWO_LETTERS.search(text) is not None


def _looked_at(texts: pa.StringArray) -> np.ndarray:
    """Where a text may be more than a short number."""
    edges, text = cell_edges(texts), cell_text(texts)
    if not len(text):
        return np.zeros(0, np.int64)
    lengths = np.diff(edges)
    if not (text == ord("@")).any():
        last = text[np.maximum(edges[1:], 1) - 1]
        lengths[(lengths < SHORTEST_MOBILE) & (last >= ord("0")) & (last <= ord("9"))] = 0
    return np.flatnonzero(lengths)
