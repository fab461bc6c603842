"""Which files land, in which order, how often; what is left when a process is killed; where identity may not be."""

from __future__ import annotations

import hashlib
import json
import os
import time
from datetime import date
from pathlib import Path

import pytest
from pydantic import ValidationError

from orchestration.contracts import Contract, load_contracts
from orchestration.landing import land, read_batches
from orchestration.landing.batch import BatchRecord, batch_id_of

from .conftest import GOOD_ROWS, Clerk, csv_text, id_number

HEADER = list(GOOD_ROWS["gpl_resident"])
GOOD = csv_text([HEADER, list(GOOD_ROWS["gpl_resident"].values())])


def age(path: Path, seconds: float) -> None:
    os.utime(path, (time.time() - seconds,) * 2)


def test_the_batch_record(clerk: Clerk) -> None:
    record = clerk.land_one(GOOD)
    sha256 = hashlib.sha256(GOOD.encode()).hexdigest()
    assert record.sha256 == sha256
    assert record.bytes == len(GOOD.encode())
    assert record.scope_code == "623021000000"
    assert record.as_of == date(2026, 10, 31)
    assert record.batch_id == batch_id_of("gpl_resident", "623021000000", date(2026, 10, 31), sha256)
    assert Path(record.parquet_path).is_relative_to(clerk.home.lake / "gpl_resident" / "as_of_month=2026-10")
    assert clerk.lake(record, "source_file, source_row, batch_id, as_of") == [
        (record.file_name, 2, record.batch_id, record.as_of)
    ]
    assert read_batches(clerk.home) == [record]
    assert str(clerk.home.root) not in Path(record.parquet_path).with_suffix(".json").read_text()


def test_files_land_by_name_and_the_sequence_goes_on(clerk: Clerk) -> None:
    clerk.put(GOOD, "gpl_resident__623021__2026-10-31.csv")
    clerk.put(GOOD, "gpl_resident__623021__2026-09-30.csv")
    assert [(r.sequence, r.as_of.month) for r in clerk.land().landed] == [(1, 9), (2, 10)]
    clerk.put(GOOD, "gpl_resident__623021__2026-08-31.csv")
    outcome = clerk.land()
    assert [(r.sequence, r.as_of.month) for r in outcome.landed] == [(3, 8)]
    assert outcome.repeated == ["gpl_resident__623021__2026-09-30.csv", "gpl_resident__623021__2026-10-31.csv"]
    assert [r.sequence for r in read_batches(clerk.home)] == [1, 2, 3]


def test_the_same_bytes_again_change_nothing_and_a_correction_is_kept_beside(clerk: Clerk) -> None:
    first = clerk.land_one(GOOD)
    before = {path: path.read_bytes() for path in clerk.home.root.rglob("*") if path.is_file()}
    assert clerk.land().repeated == [first.file_name]
    assert {path: path.read_bytes() for path in clerk.home.root.rglob("*") if path.is_file()} == before
    corrected = clerk.land_one(GOOD.replace("GPL0001", "GPL0002"))
    assert corrected.batch_id != first.batch_id
    assert read_batches(clerk.home) == [first, corrected]


def test_an_original_is_removed_only_from_the_landing_folder_and_once_landed(clerk: Clerk) -> None:
    clerk.put(GOOD)
    age(clerk.folder / "gpl_resident__623021__2026-10-31.csv", 60)
    age(clerk.put("x", "broken.csv"), 60)
    clerk.land(keep_originals=True)
    assert len(list(clerk.folder.iterdir())) == 2
    outcome = clerk.land(keep_originals=False)
    assert outcome.repeated == ["gpl_resident__623021__2026-10-31.csv"]
    assert [path.name for path in clerk.folder.iterdir()] == ["broken.csv"]


def test_a_file_still_being_copied_waits(clerk: Clerk) -> None:
    path = clerk.put(GOOD)
    age(path, 0)
    assert clerk.land(keep_originals=False).waiting == [path.name]
    age(path, 3)
    assert [record.file_name for record in clerk.land(keep_originals=False).landed] == [path.name]
    assert not path.exists()


def test_a_file_that_changes_while_it_is_read_waits(clerk: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    path = clerk.put(GOOD)
    looks = iter([(1, 1), (1, 1), (2, 2)])
    with monkeypatch.context() as patch:
        patch.setattr("orchestration.landing.look", lambda _: next(looks))
        assert clerk.land().waiting == [path.name]
    assert read_batches(clerk.home) == []
    assert len(clerk.land().landed) == 1


def test_progress_names_the_file_its_rows_and_the_per_cent_behind(clerk: Clerk) -> None:
    for month in ("08", "09"):
        clerk.put(GOOD, f"gpl_resident__623021__2026-{month}-01.csv")
    said: list[tuple[str, int, int]] = []
    land(clerk.home, clerk.folder, keep_originals=True, progress=lambda *step: said.append(step))
    august, september = "gpl_resident__623021__2026-08-01.csv", "gpl_resident__623021__2026-09-01.csv"
    assert said == [(august, 0, 0), (august, 1, 0), (september, 0, 50), (september, 1, 50)]


def test_what_is_no_delivery(clerk: Clerk) -> None:
    (clerk.folder / "truth").mkdir()
    (clerk.folder / "truth" / "cases.csv").write_text("x")
    for name in (".hidden.csv", "~$gpl_resident__623021__2026-10-31.xlsx", "a.csv.part", "a.tmp", "a.csv~"):
        clerk.put("x", name)
    outcome = clerk.land()
    assert (outcome.landed, outcome.refused, outcome.waiting) == ([], [], [])


@pytest.mark.parametrize("killed_at", ["orchestration.landing.loading.write_batch", "os.fsync"])
def test_killed_in_the_middle(clerk: Clerk, monkeypatch: pytest.MonkeyPatch, killed_at: str) -> None:
    clerk.land_one(GOOD.replace("GPL0001", "GPL0009"), "gpl_resident__623021__2026-08-31.csv")
    path = clerk.put(GOOD.replace("男", "?", 1) + GOOD.split("\n", 1)[1])

    age(path, 60)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(killed_at, killed)
        with pytest.raises(KeyboardInterrupt):
            clerk.land(keep_originals=False)
    assert path.exists()
    assert [record.sequence for record in read_batches(clerk.home)] == [1]
    (record,) = clerk.land().landed
    assert record.sequence == 2
    undisturbed = Clerk(clerk.home.root.parent / "again")
    undisturbed.home.person_key_secret.parent.mkdir()
    undisturbed.home.person_key_secret.write_bytes(clerk.home.person_key_secret.read_bytes())
    undisturbed.land_one(GOOD.replace("GPL0001", "GPL0009"), "gpl_resident__623021__2026-08-31.csv")
    same = undisturbed.land_one(path.read_bytes())
    assert Path(same.parquet_path).read_bytes() == Path(record.parquet_path).read_bytes()
    assert same.model_dump(exclude={"landed_at", "parquet_path"}) == record.model_dump(
        exclude={"landed_at", "parquet_path"}
    )


def test_a_record_that_does_not_account_for_every_row_is_no_record(clerk: Clerk) -> None:
    stored = json.loads(clerk.land_one(GOOD).model_dump_json())
    with pytest.raises(ValidationError):
        BatchRecord.model_validate({**stored, "rows_in": 2})
    with pytest.raises(ValidationError):
        BatchRecord.model_validate({**stored, "rows_in": 2, "quarantined": 1})


def test_no_name_number_or_phone_is_anywhere_in_the_installation(clerk: Clerk) -> None:
    names = [f"金丝雀{i}号" for i in range(6)]
    numbers = [id_number(serial=f"{700 + i}") for i in range(6)]
    phones = [f"1398765432{i}" for i in range(6)]
    accounts = [f"canary-operator-{i}" for i in range(6)]
    rows = []
    faults = [
        {},
        {"性别": "?"},
        {"现居住地代码": "999999999201"},
        {"更新时间": ""},
        {"服务联系卡": "?"},
        {"档案编号": ""},
    ]
    for i, fault in enumerate(faults):
        planted = {"姓名": names[i], "公民身份号码": numbers[i], "联系电话": phones[i], "更新人": accounts[i]}
        rows.append([{**GOOD_ROWS["gpl_resident"], "档案编号": f"G{i}", **planted, **fault}[h] for h in HEADER])
    shifted = [cell for i, cell in enumerate(rows[0]) if i != 1]
    clerk.put(csv_text([HEADER, *rows, rows[0], shifted, [*rows[1], "x"]]))
    clerk.put(csv_text([*rows]), "gpl_resident__623021__2026-09-30.csv")
    clerk.put(csv_text([["姓名", *names], ["公民身份号码", *numbers]]), "gpl_resident__623021__2026-08-31.csv")
    clerk.put(csv_text([HEADER, *rows]) + f'"{names[0]},{numbers[0]}', "gpl_resident__623021__2026-07-31.csv")
    outcome = clerk.land()
    assert (len(outcome.landed), len(outcome.refused)) == (1, 3)
    secrets = names + numbers + phones + accounts + [number[:17] for number in numbers]
    written = b"".join(
        path.read_bytes() for path in clerk.home.root.rglob("*") if path.is_file() and clerk.home.seeds != path.parent
    )
    said = repr(outcome)
    # Parquet is compressed, so what it holds is read as well as its bytes.
    (record,) = outcome.landed
    stored = repr(clerk.lake(record)) + repr(clerk.quarantine(record, "*"))
    for secret in secrets:
        assert secret.encode() not in written
        assert secret not in said
        assert secret not in stored


def test_civil_affairs_codes_are_translated_and_retired_ones_followed(
    clerk: Clerk, monkeypatch: pytest.MonkeyPatch
) -> None:
    contract = load_contracts()["gpl_resident"]
    civil = Contract.model_validate({**contract.model_dump(), "division_system": "mca"})
    monkeypatch.setattr("orchestration.landing.load_contracts", lambda: {"gpl_resident": civil})
    codes = [
        "623021101201",
        "623021100201",
        "623021105000",
        "623021210202",
        "623021205203",
        "623021106201",
        "623021206201",
    ]
    record = clerk.land_rows("gpl_resident", *({"现居住地代码": code} for code in codes))
    assert [code for (code,) in clerk.lake(record, "village_code")] == [
        "623021100201",
        "623021101201",  # in use again, so not followed
        "623021102000",
        "623021102202",  # retired twice
        "623021102203",
    ]
    assert clerk.quarantine(record) == [(7, "unknown_division:village_code"), (8, "unknown_division:village_code")]
