"""What people type, before it is kept: trimmed, of a bounded length, and without a person in it.

Here: the checks of text, codes and days. Not here: who may type what. A comment must carry no identity (PIPL): whatever
looks like the number of a person or a mobile phone is refused: all that landing's rule finds in a cell
(`landing/persons.py`; a test asks both) and what people do to numbers in a sentence.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

from orchestration.workbench.errors import WorkbenchError
from orchestration.workbench.records import SYSTEM

LONGEST_COMMENT = 1000
LONGEST_NAME = 60
LONGEST_REASON = 200
KEPT_CONTROLS = "\n\t"
# Numbers may be written in groups. A mobile number ends where its own digits end, whatever number comes next.
GAP = r"[-_./#()\s]*"
MOBILE = rf"(?<![0-9])(?:8{GAP}6|0)?{GAP}1{GAP}[3-9](?:{GAP}[0-9]){{9}}(?![0-9])"
PERSONAL = re.compile(rf"{MOBILE}|[0-9](?:{GAP}[0-9]){{14}}")


def looks_personal(text: str) -> bool:
    """Whether it holds what could be the number of a person or of a mobile phone."""
    return PERSONAL.search(unicodedata.normalize("NFKC", text)) is not None


def comment(text: str, *, is_required: bool = True) -> str:
    """At most 1,000 characters. Raises WorkbenchError if blank (and required), too long, or naming a person."""
    return _text("workbench.field.comment", text, LONGEST_COMMENT, is_required)


def name(text: str, field: str = "actor") -> str:
    """Of the person who acts, or the assignee: at most 60 characters, and not the name the system goes by."""
    given = " ".join(_text(f"workbench.field.{field}", text, LONGEST_NAME, True).split())
    if given.lower() == SYSTEM:
        raise WorkbenchError("workbench.reserved_name", name=SYSTEM)
    return given


def reason(text: str) -> str:
    """Why something was done, in one line of at most 200 characters."""
    return " ".join(_text("workbench.field.reason", text, LONGEST_REASON, True).split())


def file_name(text: str) -> str:
    """The last part of a path as browsers send it; refused like any other text."""
    return _text("workbench.field.file_name", re.split(r"[\\/]", text or "")[-1], 200, True)


def code(given: str, allowed: Collection[str]) -> str:
    """One of a list. Raises WorkbenchError otherwise."""
    if given not in allowed:
        raise WorkbenchError("workbench.unknown_code", given=str(given)[:LONGEST_NAME], allowed=", ".join(allowed))
    return given


def _text(field: str, text: str, longest: int, is_required: bool) -> str:
    kept = "".join(c for c in text or "" if c in KEPT_CONTROLS or unicodedata.category(c) not in ("Cc", "Cs", "Co"))
    kept = kept.strip()
    if is_required and not kept:
        raise WorkbenchError("workbench.blank", **_label(field))
    if len(kept) > longest:
        raise WorkbenchError("workbench.too_long", longest=longest, length=len(kept), **_label(field))
    if looks_personal(kept):
        raise WorkbenchError("workbench.looks_personal", **_label(field))
    return kept


def _label(field: str) -> dict[str, str]:
    from orchestration.installation.messages import command_line_messages

    return {f"field_{language}": command_line_messages()(field, language) for language in ("zh", "en")}
