"""The answers of a township, read from its worklist: what can be kept, and what cannot, by row and column.

A clerk's slip is a `Problem` with a sentence, never an exception. What is kept of an answer is the workbench's
business; whether its row was ever on a list is asked of the edition (`queries.failing.known`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from dashboards.documents.worklist import ANSWERED, COLUMNS, answer_texts, heading
from orchestration.workbench import Answer, WorkbenchError
from orchestration.workbench.typed import comment as checked_comment
from orchestration.workbench.workbook import first_sheet

MAX_HEADER_ROWS = 12
DIVISION = re.compile(r"(?<!\d)\d{12}(?!\d)")
NEEDED = ("record", *ANSWERED, "rule_id", "source_id")
# What is not "corrected" has to be explained.
UNEXPLAINED = "corrected"
Key = tuple[str, str, str]


@dataclass(frozen=True)
class Problem:
    """A text key below `answers.problem.`, its values, and where: the line of the sheet and the column's heading.

    Values `zh` and `en` are the sentence itself, where somebody else has said it.
    """

    kind: str
    row: int | None = None
    column: str = ""
    values: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Reading:
    """What a file holds. `division_code` is the list's own; with a problem of the whole file there is nothing else."""

    division_code: str | None
    answers: list[Answer]
    problems: list[Problem]
    unanswered: int
    refused: Problem | None = None


def read(content: bytes, townships: Collection[str], known: Callable[[str], Collection[Key]]) -> Reading:
    """`townships`: whose lists may be read in; `known` gives the rows that a township's lists can hold."""
    cells = first_sheet(content)
    if cells is None:
        return _refused("damaged")
    places = _header(cells)
    if places is None:
        return _refused("no_list")
    at, columns = places
    if lacking := [heading(name) for name in NEEDED if name not in columns]:
        return _refused("lacks_column", columns="、".join(lacking))
    division = next((one for row in cells[:at] for cell in row for one in DIVISION.findall(str(cell))), None)
    if division is None:
        return _refused("no_mark")
    if division not in townships:
        return _refused("elsewhere", division=division)
    return _rows(cells, at, columns, division, known(division))


def _refused(kind: str, **values: str) -> Reading:
    return Reading(None, [], [], 0, Problem(kind, values=values))


def _header(cells: list[list]) -> tuple[int, dict[str, int]] | None:
    """The line with most of the list's headings, among the first few, and where each stands."""
    names = {heading(name): name for name in COLUMNS}
    best = None
    for at, row in enumerate(cells[:MAX_HEADER_ROWS]):
        found = {names[said]: place for place, cell in enumerate(row) if (said := str(cell).strip()) in names}
        if len(found) > len(best[1] if best else {}):
            best = (at, found)
    return best if best and len(best[1]) > 2 else None


def _rows(cells: list[list], at: int, columns: dict[str, int], division: str, known: Collection[Key]) -> Reading:
    answers: dict[Key, tuple[int, Answer]] = {}
    problems: list[Problem] = []
    unanswered = 0
    for line, row in enumerate(cells[at + 1 :], start=at + 2):
        said = {name: _text(row[place]) if place < len(row) else "" for name, place in columns.items()}
        if not any(said[name] for name in NEEDED):
            continue
        if not said["answer"] and not said["comment"]:
            unanswered += 1
            continue
        key = (said["rule_id"], said["source_id"], said["record"])
        judged = _judge(line, said, key, division, known)
        if isinstance(judged, Problem):
            problems.append(judged)
        elif key in answers and answers[key][1] != judged:
            problems.append(Problem("twice", line, heading("record"), {"other": str(answers[key][0])}))
        else:
            answers.setdefault(key, (line, judged))
    return Reading(division, [answer for _, answer in answers.values()], problems, unanswered)


def _judge(line: int, said: dict[str, str], key: Key, division: str, known: Collection[Key]) -> Answer | Problem:
    texts = answer_texts()
    if key not in known:
        return Problem("unknown_row", line, heading("record"), {"record": said["record"][:60]})
    if not said["answer"]:
        return Problem("no_answer", line, heading("answer"), {"choices": "、".join(texts)})
    if said["answer"] not in texts:
        return Problem(
            "unknown_answer", line, heading("answer"), {"given": said["answer"][:60], "choices": "、".join(texts)}
        )
    code = texts[said["answer"]]
    if code != UNEXPLAINED and not said["comment"]:
        return Problem("no_comment", line, heading("comment"), {"answer": said["answer"]})
    try:
        comment = checked_comment(said["comment"], is_required=False)
    except WorkbenchError as error:
        return Problem("bad_comment", line, heading("comment"), error.text)
    return Answer(*key, division, code, comment)


def _text(cell: object) -> str:
    """A cell as text: a number that a spreadsheet made of a record number loses its `.0` again."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell).strip()
