"""Loading one delivery: read, judge set-wise in DuckDB, write lake, quarantine and record.

Here: the order of these steps for one file. Not here: which files, and what becomes of the originals (__init__.py).
Everything happens in memory; what DuckDB may spill to disk holds no name, number or phone, because
the only table that grows (`cells`) is filled after they are gone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow as pa
from pydantic import ValidationError

from orchestration.contracts import Contract
from orchestration.landing import cells, judgement
from orchestration.landing.batch import BatchRecord, lake_path, quarantine_path, write_batch
from orchestration.landing.columnar import read_columnar
from orchestration.landing.delimited import read_delimited
from orchestration.landing.delivery import Delivery
from orchestration.landing.durable import durable
from orchestration.landing.refusal import Refused
from orchestration.landing.rows import SCHEMA
from orchestration.landing.secret import hmac_pads, read_or_create_secret
from orchestration.landing.workbook import read_workbook
from orchestration.paths import Home

READERS = {"csv": read_delimited, "xlsx": read_workbook, "parquet": read_columnar}
MACROS = ("forms.sql", "identity.sql")
SEEDS = ("divisions", "code_history", "township_crosswalk", "township_code_changes")
# Enough for half a million rows; beyond that DuckDB spills.
MEMORY_LIMIT = "2GB"
ROWS_PER_SLICE = 8192


class Loader:
    """The seeds, the secret and the connection that all deliveries of one run share."""

    def __init__(self, home: Home) -> None:
        home.scratch.mkdir(parents=True, exist_ok=True)
        self._home = home
        self._pads = hmac_pads(read_or_create_secret(home.person_key_secret))
        self._database = duckdb.connect(
            config={
                "memory_limit": MEMORY_LIMIT,
                "temp_directory": str(home.scratch),
                "autoinstall_known_extensions": False,
            }
        )
        folder = Path(__file__).parent
        for name in MACROS:
            self._database.execute((folder / name).read_text(encoding="utf-8"))
        seeds = {name: str(home.seeds / f"{name}.csv") for name in SEEDS}
        for statement in self._database.extract_statements((folder / "divisions.sql").read_text(encoding="utf-8")):
            self._database.execute(statement, {name: seeds[name] for name in statement.named_parameters})

    def close(self) -> None:
        self._database.close()

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
        table = READERS[delivery.file_format](delivery.path, contract)
        rows_in = 0
        self._database.execute(cells.create_cells(contract))
        insert = cells.insert_cells(contract, table.header)
        for batch in table.batches:
            self._database.register("incoming", _sliced(batch))
            self._database.execute(insert, _used(insert, {"as_of": delivery.as_of, **self._pads}))
            self._database.unregister("incoming")
            rows_in += batch.num_rows
            progress(rows_in)
        typed = judgement.create_typed(contract)
        self._database.execute(typed, _used(typed, {"scope": scope_code}))
        reasons = self._count("select row_reason, count(*) from typed group by row_reason")
        kinds = self._count("select row_kind, count(*) from cells where row_kind is not null group by row_kind")
        accepted = reasons.pop(None, 0)
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
                file_format=delivery.file_format,
                encoding=table.encoding,
                delimiter=table.delimiter,
                contract_version=contract.version,
                rows_in=rows_in,
                accepted=accepted,
                quarantined=reasons.total(),
                non_data=kinds.total(),
                quarantine_reasons=dict(sorted(reasons.items())),
                non_data_kinds=dict(sorted(kinds.items())),
                unknown_columns=table.header.unknown,
                is_synthetic=table.header.is_synthetic,
                landed_at=landed_at,
            )
        except ValidationError:
            raise Refused("accounting", rows=rows_in, accounted=accepted + reasons.total() + kinds.total()) from None
        before_commit()
        self._write(record, contract)
        return write_batch(self._home, record)

    def _write(self, record: BatchRecord, contract: Contract) -> None:
        trace = {
            "source_file": record.file_name,
            "batch_id": record.batch_id,
            "as_of": record.as_of.isoformat(),
        }
        with durable(lake_path(self._home, record.source, record.as_of, record.batch_id)) as path:
            self._database.execute(judgement.copy_accepted(contract, trace, str(path)))
        if record.quarantined:
            with durable(quarantine_path(self._home, record.source, record.batch_id)) as path:
                self._database.execute(judgement.copy_quarantined(contract, trace, str(path)))
        self._database.execute("drop table typed; drop table cells")

    def _count(self, query: str) -> Counter[str | None]:
        return Counter(dict(self._database.execute(query).fetchall()))


def _sliced(batch: pa.RecordBatch) -> pa.Table:
    """The batch in pieces that DuckDB's threads can share."""
    return pa.Table.from_batches(
        [batch.slice(at, ROWS_PER_SLICE) for at in range(0, batch.num_rows, ROWS_PER_SLICE)], SCHEMA
    )


def _used(statement: str, parameters: dict[str, object]) -> dict[str, object]:
    """DuckDB refuses a parameter that the statement does not name."""
    return {name: value for name, value in parameters.items() if f"${name}" in statement}
