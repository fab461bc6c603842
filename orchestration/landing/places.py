"""Which township the codes of a column mean.

Here: the lookup, by Arrow, because the rows keep their order (those of a join do not). Not here: which code means what
(divisions.sql).
"""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

TOWNSHIP_DIGITS = 9


@dataclass(frozen=True)
class Places:
    """The townships of one code system, by `code` of nine digits."""

    codes: pa.Array
    townships: pa.Array
    counties: pa.Array

    def located(self, rows: pa.Table, columns: list[str]) -> pa.Table:
        """The rows with `township_...` and `county_...` for each of these columns (12 digits; null: not known)."""
        for name in columns:
            place = pc.utf8_slice_codeunits(rows[f"text_{name}"], 0, TOWNSHIP_DIGITS)
            at = pc.index_in(place, self.codes)
            rows = rows.append_column(f"township_{name}", pc.take(self.townships, at))
            rows = rows.append_column(f"county_{name}", pc.take(self.counties, at))
        return rows
