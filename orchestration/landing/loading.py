"""Loading one delivery: read, judge set-wise in DuckDB, write lake, quarantine and record.

Here: the order of these steps for one file. Not here: which files, and what becomes of the originals (__init__.py).
A file is read, judged and written block by block, so memory does not grow with it. DuckDB has no folder to spill to:
what it works on holds names, numbers and phones.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from duckdb.func import PythonUDFType
from pydantic import ValidationError

from orchestration.contracts import Contract
from orchestration.installation.durable import durable
from orchestration.installation.paths import Home
from orchestration.landing.ahead import ahead
from orchestration.landing.batch import BatchRecord, lake_path, quarantine_path, write_batch
from orchestration.landing.columnar import read_columnar
from orchestration.landing.delimited import read_delimited
from orchestration.landing.delivery import Delivery
from orchestration.landing.judging import Judge, Unreadable, blocks
from orchestration.landing.kinds import ENDINGS, Kind, kind_of
from orchestration.landing.markup import read_document, read_page, read_spreadsheetml
from orchestration.landing.persons import Persons
from orchestration.landing.places import Places
from orchestration.landing.refusal import Refused
from orchestration.landing.rows import TextTable
from orchestration.landing.secret import fingerprint_of, keyed_hash, read_or_create_secret
from orchestration.landing.workbook import read_old_workbook, read_workbook

READERS: dict[Kind, Callable[[Path, Contract], TextTable]] = {
    "csv": read_delimited,
    "xlsx": read_workbook,
    "xlsb": read_workbook,
    "xls": read_old_workbook,
    "ods": read_document,
    "html": read_page,
    "spreadsheetml": read_spreadsheetml,
    "parquet": read_columnar,
}
MACROS = ("forms.sql", "identity.sql")
SEEDS = ("divisions", "code_history", "township_crosswalk", "township_code_changes")
# DuckDB's own threads would mix up the rows of a block.
BLOCKS_AT_ONCE = min(os.cpu_count() or 1, 4)
# Several times what these blocks take.
MEMORY_LIMIT = "1GB"


class Loader:
    """The seeds, the secret and the connection that all deliveries of one run share."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._database = duckdb.connect(
            config={
                "memory_limit": MEMORY_LIMIT,
                "temp_directory": "",
                "threads": 1,
                "autoinstall_known_extensions": False,
            }
        )
        secret = read_or_create_secret(home.person_key_secret)
        self._key_fingerprint = fingerprint_of(secret)
        hashed = keyed_hash(secret)
        self._database.create_function("keyed_hash", hashed, ["varchar"], "varchar", type=PythonUDFType.ARROW)
        folder = Path(__file__).parent
        for name in MACROS:
            self._database.execute((folder / name).read_text(encoding="utf-8"))
        seeds = {name: str(home.seeds / f"{name}.csv") for name in SEEDS}
        for statement in self._database.extract_statements((folder / "divisions.sql").read_text(encoding="utf-8")):
            self._database.execute(statement, {name: seeds[name] for name in statement.named_parameters})
        self._places = {system: self._places_of(system) for system in ("nbs", "mca")}
        codes = {code for places in self._places.values() for code in places.codes.to_pylist()}
        self._persons = Persons(hashed, codes)

    def close(self) -> None:
        self._database.close()

    def _places_of(self, system: str) -> Places:
        found = self._database.execute(f"select code, township_code, county_code from township_{system}")
        return Places(*(column.combine_chunks() for column in found.to_arrow_table().columns))

    def scope_of(self, delivery: Delivery, contract: Contract) -> str:
        """The 12-digit NBS code of the county or township that a file covers. Raises Refused."""
        found = self._database.execute(
            f"""
            select division_code from division where division_code = $scope and level = 'county'
            union
            select township_code from township_{contract.division_system} where code || '000' = $scope
            """,
            {"scope": delivery.scope_code},
        ).fetchone()
        if found is None:
            raise Refused("unknown_scope", scope=delivery.scope_code)
        return found[0]

    def load(
        self,
        delivery: Delivery,
        contract: Contract,
        *,
        batch_id: str,
        scope_code: str,
        sha256: str,
        sequence: int,
        landed_at: datetime,
        before_commit: Callable[[], None],
        progress: Callable[[int], None],
    ) -> BatchRecord:
        """Land one file; the record, durable. `before_commit` may raise to leave no trace. Raises Refused."""
        kind = kind_of(delivery.path)
        if delivery.ending not in ENDINGS:
            raise Refused("unknown_format", formats=" ".join(ENDINGS))
        table = READERS[kind](delivery.path, contract)
        trace = {"source_file": delivery.file_name, "batch_id": batch_id, "as_of": delivery.as_of}
        places = self._places[contract.division_system]
        judge = Judge(self._database, contract, table, trace, places, self._persons, scope_code, BLOCKS_AT_ONCE)
        rows_in = accepted = 0
        reasons: Counter[str] = Counter()
        kinds: Counter[str] = Counter()
        unreadable = Unreadable()
        with ExitStack() as files:
            lake = Rows(files, lake_path(self._home, contract.source, delivery.as_of, batch_id))
            quarantine = Rows(files, quarantine_path(self._home, contract.source, batch_id))
            for judged in judge.judged(ahead(blocks(table))):
                lake.write(judged.accepted)
                if judged.quarantined is not None:
                    quarantine.write(judged.quarantined)
                rows_in += judged.rows
                accepted += len(judged.accepted)
                reasons += judged.reasons
                kinds += judged.kinds
                unreadable.add(judged.accepted)
                progress(rows_in)
            try:
                record = BatchRecord(
                    batch_id=batch_id,
                    sequence=sequence,
                    source=contract.source,
                    scope_code=scope_code,
                    as_of=delivery.as_of,
                    file_name=delivery.file_name,
                    sha256=sha256,
                    bytes=delivery.path.stat().st_size,
                    file_format=kind,
                    encoding=table.encoding,
                    delimiter=table.delimiter,
                    sheet_name=table.sheet_name,
                    contract_version=contract.version,
                    rows_in=rows_in,
                    accepted=accepted,
                    quarantined=reasons.total(),
                    non_data=kinds.total(),
                    quarantine_reasons=dict(sorted(reasons.items())),
                    non_data_kinds=dict(sorted(kinds.items())),
                    unreadable_cells=dict(sorted(unreadable.cells.items())),
                    unreadable_rows=dict(sorted(unreadable.first.items())),
                    unknown_columns=table.header.unknown,
                    is_synthetic=table.header.is_synthetic,
                    landed_at=landed_at,
                    key_fingerprint=self._key_fingerprint,
                )
            except ValidationError:
                accounted = accepted + reasons.total() + kinds.total()
                raise Refused("accounting", rows=rows_in, accounted=accounted) from None
            before_commit()
        return write_batch(self._home, record)


class Rows:
    """A Parquet file of rows, begun with the first of them; it is there, durably, when `files` are closed."""

    def __init__(self, files: ExitStack, path: Path) -> None:
        self._files = files
        self._path = path
        self._writer: pq.ParquetWriter | None = None

    def write(self, rows: pa.Table) -> None:
        if self._writer is None:
            temporary = self._files.enter_context(durable(self._path))
            self._writer = pq.ParquetWriter(temporary, rows.schema, compression="zstd")
            self._files.enter_context(self._writer)
        self._writer.write_table(rows)
