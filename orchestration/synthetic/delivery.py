"""One file a clerk sends, before it is spelled and written: its name and the rows meant."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd


@dataclass
class Delivery:
    """`rows`: typed, one per data row of the file, with every value as it should be read (null where it cannot be).

    `quarantine` is the reason why a row cannot be used, or blank; `unreadable` lists optional columns spelled so that
    nobody can read them, as `,a,b,`; `source_row` is filled when the file is written. `township` is a position, -1
    outside the county. `spellings` (row, column, text) replace what the value would look like; `repeats` (row, earlier
    row) are spelled alike.
    """

    source: str
    scope: str
    as_of: np.datetime64
    rows: pd.DataFrame
    spellings: list[tuple[int, str, str]] = field(default_factory=list)
    repeats: list[tuple[int, int]] = field(default_factory=list)

    @property
    def stem(self) -> str:
        return f"{self.source}__{self.scope}__{self.as_of}"

    @property
    def accepted(self) -> pd.DataFrame:
        return self.rows[self.rows["quarantine"] == ""]

    def forget_text(self) -> None:
        """Once the file is written: drop what only its text needed."""
        self.rows = self.rows.drop(columns=["name", "id_number", "operator_key"], errors="ignore")
        self.spellings = []

    def covers(self, scope: str) -> bool:
        """Whether the 9-digit `scope` of a township lies in this file's scope."""
        return scope.startswith(self.scope)
