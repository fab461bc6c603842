"""Landing damaged files and judging what came of it: nothing raised, nothing lost, nobody's identity written.

Here: one round of landing, its figures, and what must hold. Not here: the damage (mutation.py).
"""

from __future__ import annotations

import faulthandler
import json
import os
import re
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import pyarrow.parquet as pq

from orchestration.contracts import load_contracts
from orchestration.installation.paths import Home
from orchestration.landing import BatchRecord, LandingOutcome, land
from orchestration.landing.batch import quarantine_path

from .memory import Taken
from .mutation import ACCOUNTS, NAMES, NUMBERS, PHONES, Mutant

ARTIFACTS = Path(__file__).resolve().parents[1] / "artifacts"
FILES_PER_ROUND = 50
SECONDS_PER_FILE = 20.0
# These say that landing is at fault, not the file.
OWN_FAULTS = {"landing.internal", "landing.accounting", "landing.no_memory"}
WORDS = re.compile("|".join([*NAMES, *ACCOUNTS]))
DIGITS = re.compile(rf"(?<!\d)(?:{'|'.join([*NUMBERS, *PHONES])})(?!\d)")


@dataclass
class Figures:
    """Of a campaign: files by (format, outcome), refusals by key, the slowest file, and every fault found."""

    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    rows: Counter[str] = field(default_factory=Counter)
    slowest: tuple[float, str] = (0.0, "")
    faults: list[str] = field(default_factory=list)

    taken: Taken = field(default_factory=Taken)

    @property
    def peak_mebibytes(self) -> int:
        return self.taken.mebibytes


class Campaign:
    """Lands mutants, many at a time, into one installation. A file at fault is kept in `tests/artifacts`."""

    def __init__(self, home: Home, folder: Path) -> None:
        self._home = home
        self._folder = folder
        self._contracts = load_contracts()
        self.figures = Figures()

    def run(self, mutants: Iterable[Mutant]) -> Figures:
        mutants = iter(mutants)
        while files := {mutant.name: mutant for mutant in islice(mutants, FILES_PER_ROUND)}:
            for mutant in files.values():
                (self._folder / mutant.name).write_bytes(mutant.content)
                os.utime(self._folder / mutant.name, (0, 0))  # nobody is writing it any more
            # A hang in native code can only be ended together with the process; where it hung is printed.
            faulthandler.dump_traceback_later(SECONDS_PER_FILE * FILES_PER_ROUND, exit=True)
            self._land(files)
            faulthandler.cancel_dump_traceback_later()
            for path in self._folder.iterdir():
                path.unlink()
        return self.figures

    def _land(self, files: dict[str, Mutant]) -> None:
        begun: dict[str, float] = {}
        try:
            outcome = land(
                self._home,
                self._folder,
                keep_originals=True,
                progress=lambda name, rows, _: begun.setdefault(name, time.monotonic()),
            )
        except Exception as error:  # Whatever it is, it is the finding.
            culprit = files[list(begun)[-1]]
            self._fault(culprit, f"raised {type(error).__name__}: {error}")
            (self._folder / culprit.name).unlink()
            self._land(files)
            return
        ends = [*list(begun.values())[1:], time.monotonic()]
        for (name, start), end in zip(begun.items(), ends, strict=True):
            self.figures.slowest = max(self.figures.slowest, (end - start, files[name].story))
            if end - start > SECONDS_PER_FILE:
                self._fault(files[name], f"took {end - start:.0f} s")
        self._judge(files, outcome)

    def _judge(self, files: dict[str, Mutant], outcome: LandingOutcome) -> None:
        for record in outcome.landed:
            mutant = files[record.file_name]
            self.figures.outcomes[mutant.file_format, "landed"] += 1
            self._require_accounted(mutant, record)
            self._require_discreet(mutant, record)
        for refusal in outcome.refused:
            mutant = files[refusal.file_name]
            self.figures.outcomes[mutant.file_format, "refused"] += 1
            self.figures.refusals[refusal.key] += 1
            said = refusal.message_zh + refusal.message_en
            if refusal.key in OWN_FAULTS:
                self._fault(mutant, said)
            if WORDS.search(said) or DIGITS.search(said):
                self._fault(mutant, "the refusal repeats an identity")
        for name in [*outcome.repeated, *outcome.waiting]:
            self.figures.outcomes[files[name].file_format, "repeated"] += 1

    def _require_accounted(self, mutant: Mutant, record: BatchRecord) -> None:
        self.figures.rows += Counter(
            rows_in=record.rows_in,
            accepted=record.accepted,
            quarantined=record.quarantined,
            non_data=record.non_data,
        )
        quarantine = quarantine_path(self._home, record.source, record.batch_id)
        accepted = pq.read_table(record.parquet_path, columns=["source_row"])["source_row"].to_pylist()
        rejected = pq.read_table(quarantine)["source_row"].to_pylist() if record.quarantined else []
        if (len(accepted), len(rejected)) != (record.accepted, record.quarantined):
            self._fault(mutant, "lake or quarantine holds another number of rows than the record says")
        if len({*accepted, *rejected}) != len(accepted) + len(rejected):
            self._fault(mutant, "two rows have the same place in the file")
        if record.rows_in != record.accepted + record.quarantined + record.non_data:
            self._fault(mutant, "rows in are not accounted for")

    def _require_discreet(self, mutant: Mutant, record: BatchRecord) -> None:
        """A name that a lost delimiter moved into a text column is a text like any other; a number never is."""
        columns = self._contracts[record.source].columns
        free = {column.name for column in columns if column.type == "text"}
        masked = {column.header for column in columns if column.is_masked}
        lake = pq.read_table(record.parquet_path)
        strict = str(lake.drop_columns([name for name in lake.column_names if name in free]).to_pylist())
        told = record.model_dump_json()
        if WORDS.search(told) or DIGITS.search(told):
            self._fault(mutant, "the batch record holds an identity")
        if WORDS.search(strict) or DIGITS.search(strict):
            self._fault(mutant, "the lake holds an identity")
        if DIGITS.search(str(lake.select(sorted(free)).to_pylist())):
            self._fault(mutant, "a text column of the lake holds a number")
        if not record.quarantined:
            return
        for row in pq.read_table(quarantine_path(self._home, record.source, record.batch_id))["cells"].to_pylist():
            cells = json.loads(row)
            if DIGITS.search(row) or any(cells[header] not in ("", "***") for header in masked):
                self._fault(mutant, "the quarantine holds an identity")

    def _fault(self, mutant: Mutant, text: str) -> None:
        ARTIFACTS.mkdir(exist_ok=True)
        (ARTIFACTS / mutant.name).write_bytes(mutant.content)
        self.figures.faults.append(f"{mutant.name}: {text} ({mutant.story})")
