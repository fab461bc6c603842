"""The clerk files of the synthetic county: reproducible, in the contracts' shape, with valid invented identities."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from clerk_files import HEADERS, MARKER, SEEDS, clerk_files, data_rows, day_of, hashes, read, source_of
from stdnum.cn import ric

from orchestration.contracts import load_contracts
from orchestration.synthetic import UnknownCountyError, synthesize

SMALL = {"persons": 300, "months": 2, "seeds": SEEDS}


def test_same_seed_gives_the_same_bytes_and_another_seed_does_not(tmp_path: Path) -> None:
    for folder, seed in (("first", 7), ("second", 7), ("third", 8)):
        synthesize(tmp_path / folder, seed=seed, **SMALL)
    assert hashes(tmp_path / "first") == hashes(tmp_path / "second")
    filled = {path.name for path in clerk_files(tmp_path / "first") if data_rows(path)}  # empty exports may well agree
    first, third = hashes(tmp_path / "first"), hashes(tmp_path / "third")
    assert not {content for name, content in first.items() if name in filled} & set(third.values())


def test_a_second_county_replaces_the_first_and_leaves_other_files(tmp_path: Path) -> None:
    synthesize(tmp_path, **SMALL)
    (tmp_path / "survey_response__623021__2020-01-31.csv").write_text("somebody else's")
    synthesize(tmp_path, as_of=date(2025, 3, 31), **SMALL)
    stems = {path.stem.split("__")[2] for path in clerk_files(tmp_path)}
    assert "2020-01-31" in stems
    assert not [stem for stem in stems if stem > "2025-03-31"]


def test_every_file_has_its_headers_and_the_marker_in_every_row(heavy: Path) -> None:
    for path in clerk_files(heavy):
        headers, _ = read(path)
        assert headers[-1] == MARKER
        rows = data_rows(path)
        assert {row[MARKER] for row in rows} <= {"是"}, path.name


def test_headers_written_are_those_of_the_contracts() -> None:
    assert {
        source: [column.header for column in contract.columns] for source, contract in load_contracts().items()
    } == {source: headers.split() for source, headers in HEADERS.items()}


def test_all_forms_occur(heavy: Path) -> None:
    files = pd.read_parquet(heavy / "truth" / "files.parquet")
    assert set(files["file_format"]) == {"csv", "xlsx", "parquet"}
    csv_files = files[files["file_format"] == "csv"]
    assert {"utf-8", "utf-8-sig", "gb18030", "utf-16-le"} <= set(csv_files["encoding"])
    assert set(csv_files["delimiter"]) == {",", "\t", ";"}
    first_lines = [(heavy / name).read_bytes() for name in csv_files["file_name"]]
    assert {b"\r" in content for content in first_lines} == {True, False}
    spelled = {row["出生日期"] for path in clerk_files(heavy) if "gpl" in path.name for row in data_rows(path)}
    assert {True, False} == {"年" in text for text in spelled}
    assert any(len(text) == 5 for text in spelled), "no Excel serial"


def test_identity_numbers_are_valid_and_agree_with_the_row(clean: Path) -> None:
    areas = {row["code"] for row in csv.DictReader((SEEDS / "code_history.csv").open(encoding="utf-8"))}
    numbers = Counter()
    for path in clerk_files(clean):
        if source_of(path) == "gpl_resident":
            for row in data_rows(path):
                number = row["公民身份号码"]
                numbers[number] += 1
                assert number[17] == ric.calc_check_digit(number), "checksum"
                assert ric.get_birth_date(number) == day_of(row["出生日期"])
                assert (int(number[16]) % 2 == 1) == (row["性别"] == "男")
                assert number[:6] in areas
    assert len(numbers) > 200


def test_no_two_files_share_source_scope_and_day(heavy: Path) -> None:
    assert max(Counter(path.stem for path in clerk_files(heavy)).values()) == 1


def test_deliveries_are_corrected_late_own_and_missing(heavy: Path) -> None:
    names = {path.stem for path in clerk_files(heavy)}
    assert {"gpl_resident__623021__2026-10-28", "gpl_resident__623021__2026-10-31"} <= names, "a correction"
    late = pd.read_json(heavy / "truth" / "world.json", typ="series")["late_township"]
    assert f"exchange_message__{late[:9]}__2026-08-05" in names, "July's messages of one township come in August"
    assert "survey_response__623021__2026-08-03" in names, "July's answers come in August"
    assert "padis_resident__623021__2026-09-30" not in names
    assert sum(name.startswith("padis_resident__") and name.endswith("2026-09-30") for name in names) == 15


def test_another_county(tmp_path: Path) -> None:
    summary = synthesize(tmp_path, county="620102", **SMALL)
    with (SEEDS / "divisions.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    townships = {row["division_code"] for row in rows if row["parent_code"] == "620102000000"}
    assert summary.townships == len(townships)
    assert all(path.stem.split("__")[1].startswith("620102") for path in clerk_files(tmp_path))
    counts = pd.read_parquet(tmp_path / "truth" / "counts.parquet")
    assert set(counts["township_code"]) == townships


def test_unknown_county_is_refused_with_a_text_for_people(tmp_path: Path) -> None:
    with pytest.raises(UnknownCountyError, match="999999"):
        synthesize(tmp_path, county="999999", **SMALL)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("wrong", [{"persons": 10}, {"months": 0}, {"defects": "some"}])
def test_arguments_out_of_range_are_refused(tmp_path: Path, wrong: dict) -> None:
    with pytest.raises(ValueError):
        synthesize(tmp_path, **(SMALL | wrong))
