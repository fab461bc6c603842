"""A workbook that somebody sent back, as cells: the guards of landing, for a file that never lands.

Here: what is no workbook, is damaged or would not fit in memory is None. Not here: what the cells mean.
"""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from orchestration.landing.panics import unheard
from orchestration.landing.refusal import Refused
from orchestration.landing.unpacking import require_modest_size


def first_sheet(content: bytes) -> list[list] | None:
    """The first sheet from its first line; None for what is no workbook, is damaged, or too large."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "answers.xlsx"
        path.write_bytes(content)
        try:
            require_modest_size(path)
            with unheard():
                workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
                return workbook.get_sheet_by_index(0).to_python(skip_empty_area=False)
        # The reader panics, as a BaseException of its own, on some damage that it does not foresee.
        except (Refused, CalamineError, OSError, ValueError, IndexError):
            return None
        except BaseException as error:
            if type(error).__name__ != "PanicException":
                raise
            return None
