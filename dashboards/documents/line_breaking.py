"""Lines of mixed Chinese and Latin text: where they may break, and the thin gap between the two scripts.

Chinese breaks anywhere but before a closing and after an opening mark; figures, words and rates stay whole.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise

CLOSING = "，。；：、！？）”’》〉】〕％…—,.;:!?)%"
OPENING = "（“‘《〈【〔("
_CJK = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef〔〕（）“”‘’—…]")
_ATOM = re.compile(r"\s+|[^\s\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef〔〕（）“”‘’—…]+|.")

Width = Callable[[str], float]


def is_chinese(character: str) -> bool:
    return bool(_CJK.match(character))


def runs(line: str) -> list[str]:
    """`2026`, `年`, `9`, `月`: parts of one script each; a thin gap belongs between a figure and a character."""
    found: list[str] = []
    for atom in _ATOM.findall(line):
        if found and is_chinese(found[-1][-1]) == is_chinese(atom[0]):
            found[-1] += atom
        else:
            found.append(atom)
    return found


def needs_gap(before: str, after: str) -> bool:
    """Between a Chinese character and a Latin letter or figure; marks bring their own room."""
    one, other = before[-1], after[0]
    if is_chinese(one) == is_chinese(other) or one.isspace() or other.isspace():
        return False
    chinese, latin = (one, other) if is_chinese(one) else (other, one)
    return "\u3400" <= chinese <= "\u9fff" and (latin.isalnum() or latin in "%+−●▲◐○•–")


def lines(text: str, width: float, measure: Width, gap: float, indent: float = 0) -> Iterator[str]:
    """`text` in lines no wider than `width` (the first less `indent`), in the units of `measure`."""
    line, room = "", width - indent
    for atom in _whole(text, width, measure):
        if line and length(line + atom.rstrip(), measure, gap) > room:
            yield line.rstrip()
            line, room = "", width
        line += atom if line else atom.lstrip() if room == width and not _is_fullwidth_blank(atom) else atom
    yield line.rstrip()


def length(line: str, measure: Width, gap: float) -> float:
    parts = runs(line)
    return sum(measure(part) for part in parts) + gap * sum(needs_gap(one, other) for one, other in pairwise(parts))


def _is_fullwidth_blank(atom: str) -> bool:
    return atom.startswith("\u3000")


def _whole(text: str, width: float, measure: Width) -> Iterator[str]:
    """What must not be broken: an atom with the marks that hang on it; one wider than a line goes by characters."""
    kept = ""
    atoms = _ATOM.findall(text)
    for place, atom in enumerate(atoms):
        following = atoms[place + 1] if place + 1 < len(atoms) else ""
        kept += atom
        if (following and following[0] in CLOSING and following[0] not in "—") or atom[-1] in OPENING:
            continue
        yield from kept if measure(kept) > width else [kept]
        kept = ""
    if kept:
        yield kept
