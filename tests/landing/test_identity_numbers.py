"""Identity numbers: status, upgrade, agreement and hash, against python-stdnum and Python's hmac."""

from __future__ import annotations

import csv
import hashlib
import hmac
import stat
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
import stdnum
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.cn import ric

import orchestration.landing as landing
from orchestration.installation.paths import DEFAULT_SEEDS
from orchestration.landing.secret import SecretError, keyed_hash, read_or_create_secret

from .conftest import GOOD_ROWS, Clerk, id_number


@pytest.fixture(scope="module")
def macros() -> duckdb.DuckDBPyConnection:
    database = duckdb.connect()
    for name in ("forms.sql", "identity.sql"):
        database.execute((Path(landing.__file__).parent / name).read_text(encoding="utf-8"))
    return database


def statuses(clerk: Clerk, *numbers: str) -> list[str]:
    rows = [{"公民身份号码": number, "档案编号": f"G{i}"} for i, number in enumerate(numbers)]
    return [status for (status,) in clerk.lake(clerk.land_rows("gpl_resident", *rows), "id_status")]


def hashed(clerk: Clerk, text: str) -> str:
    return hmac.new(clerk.home.person_key_secret.read_bytes(), text.encode(), hashlib.sha256).hexdigest()[:32]


def wrong_check(number: str) -> str:
    return number[:-1] + ("1" if number[-1] != "1" else "2")


@pytest.mark.parametrize(
    ("number", "status"),
    [
        ("", "missing"),
        (" \u3000\t", "missing"),
        ("000000000000000000", "filler"),
        ("111111111111111", "filler"),
        ("000000199003070000", "filler"),
        ("6.20102E+17", "bad_format"),
        ("62010219900307123", "bad_format"),
        ("X" + id_number()[1:], "bad_format"),
        (id_number(area="999999"), "bad_area"),
        (wrong_check(id_number(area="999999")), "bad_area"),
        (id_number(born="19900231"), "bad_birth_date"),
        (id_number(born="20261101"), "bad_birth_date"),
        (wrong_check(id_number(born="19901301")), "bad_birth_date"),
        (wrong_check(id_number()), "bad_checksum"),
        (id_number(), "ok"),
        (id_number(born="20261031"), "ok"),
        (id_number(area="110103"), "ok"),
        (id_number(area="620000"), "ok"),
        (id_number(area="962156"), "ok"),
        (wrong_check(id_number(area="962156")), "bad_checksum"),
        (id_number(area="962156", born="19900231"), "bad_birth_date"),
        ("962156900307123", "bad_area"),
        ("620102900307123", "ok"),
        ("620102900230123", "bad_birth_date"),
    ],
)
def test_status_is_the_first_that_applies(clerk: Clerk, number: str, status: str) -> None:
    assert statuses(clerk, number) == [status]


def validators_codes() -> list[str]:
    """Every area code in python-stdnum's table: provinces at the margin, what follows them indented."""
    lines = (Path(stdnum.__file__).parent / "cn" / "loc.dat").read_text(encoding="utf-8").splitlines()
    codes, province = [], ""
    for line in lines:
        if line[:2].isdigit():
            province = line[:2]
        elif line.startswith("  "):
            codes.append(province + line[2:6])
    return codes


def test_every_area_of_the_validators_is_known(clerk: Clerk) -> None:
    """With the shipped seeds. stdnum asks besides that a code was in use in the year of birth; numbers outlive codes
    and may be given long after birth, so here an old code is as good as a new one."""
    codes = validators_codes()
    assert len(codes) > 6_800
    shipped = (DEFAULT_SEEDS / "code_history.csv").read_text(encoding="utf-8")
    (clerk.home.seeds / "code_history.csv").write_text(shipped, encoding="utf-8")
    beyond = ["810000", "820000", "830000"]
    never = [f"{area:06d}" for area in range(100_000, 1_000_000, 37) if f"{area:06d}" not in codes]
    numbers = [id_number(area=area) for area in [*codes, *beyond, *never]]
    found = dict(zip([*codes, *beyond, *never], statuses(clerk, *numbers), strict=True))
    assert {found[code] for code in [*codes, *beyond]} == {"ok"}
    refused = [code for code in codes if not ric.is_valid(id_number(area=code))]
    assert all(any(ric.is_valid(id_number(area=code, born=f"{year}0307")) for year in range(1950, 2026))
               for code in refused), "stdnum knows each of them in some year"  # fmt: skip
    ours = {row["code"] for row in csv.DictReader(shipped.splitlines())}
    for code in never:
        is_foreigners = code[0] == "9" and f"{code[1:3]}0000" in ours
        assert (found[code] == "ok") == (code in ours or is_foreigners), code


def test_every_spelling_of_a_number_is_one_person(clerk: Clerk) -> None:
    number = next(n for n in (id_number(serial=f"{i:03d}") for i in range(999)) if n.endswith("X"))
    full_width = "".join(chr(ord(character) + 0xFEE0) for character in number)
    old = number[:6] + number[8:17]
    spellings = [number, number.lower(), full_width, full_width.lower(), f"\u3000{number} \t", old]
    rows = [{"公民身份号码": spelled, "档案编号": f"G{i}"} for i, spelled in enumerate(spellings)]
    keys = clerk.lake(clerk.land_rows("gpl_resident", *rows), "person_key")
    assert keys == [(hashed(clerk, number),)] * len(spellings)


def test_only_a_good_number_has_a_key(clerk: Clerk) -> None:
    record = clerk.land_rows("gpl_resident", {"公民身份号码": wrong_check(id_number())}, {"公民身份号码": ""})
    assert clerk.lake(record, "person_key, id_agrees") == [(None, None)] * 2


@pytest.mark.parametrize(
    ("change", "agrees"),
    [
        ({}, True),
        ({"性别": "女"}, False),
        ({"出生日期": "1990-03-08"}, False),
        ({"公民身份号码": id_number(serial="124"), "性别": "女"}, True),
    ],
)
def test_id_agrees_compares_birth_date_and_sex(clerk: Clerk, change: dict[str, str], agrees: bool) -> None:
    assert clerk.lake(clerk.land_rows("gpl_resident", change), "id_agrees") == [(agrees,)]


def test_operator_and_account_are_hashed_apart_from_persons_and_each_other(clerk: Clerk) -> None:
    files = clerk.land_rows("gpl_resident", {"更新人": "chengguan01"}, {"更新人": "", "档案编号": "G2"})
    logins = clerk.land_rows("system_login", {})
    (operator,), (nobody,) = clerk.lake(files, "operator_key")
    ((account,),) = clerk.lake(logins, "account_key")
    assert nobody is None
    assert operator == hashed(clerk, "operator_key:chengguan01")
    assert account == hashed(clerk, "account_key:chengguan01")
    assert len({operator, account, hashed(clerk, "chengguan01")}) == 3


@pytest.mark.parametrize(
    ("phone", "valid"),
    [
        ("13912345678", True),
        ("１３９１２３４５６７８", True),
        ("+86 139-1234-5678", True),
        ("0941-3121234", True),
        ("(0941)3121234", True),
        ("02988888888", True),
        ("12912345678", False),
        ("1391234567", False),
        ("3121234", False),
        ("无", False),
        ("", False),
    ],
)
def test_a_phone_leaves_only_whether_it_is_valid(clerk: Clerk, phone: str, valid: bool) -> None:
    assert clerk.lake(clerk.land_rows("gpl_resident", {"联系电话": phone}), "has_phone") == [(valid,)]


bodies = st.builds(
    lambda area, born, serial: f"{area:06d}{born:%Y%m%d}{serial:03d}",
    st.integers(110000, 659999),
    st.dates(date(1900, 1, 1), date(1999, 12, 31)),
    st.integers(0, 999),
)


@given(bodies)
@settings(deadline=None, max_examples=150)
def test_check_character_is_that_of_stdnum(macros: duckdb.DuckDBPyConnection, body: str) -> None:
    assert macros.execute("select check_character($v)", {"v": body}).fetchone() == (ric.calc_check_digit(body + "0"),)


@given(bodies)
@settings(deadline=None, max_examples=150)
def test_an_old_number_is_upgraded_to_the_valid_new_one(macros: duckdb.DuckDBPyConnection, body: str) -> None:
    modern = body[:6] + "19" + body[8:]
    old = body[:6] + body[8:]
    upgraded = macros.execute("select full_number($v)", {"v": old}).fetchone()[0]
    assert upgraded == modern + ric.calc_check_digit(modern + "0")


@given(st.lists(st.text()), st.binary(min_size=32, max_size=32))
@settings(deadline=None, max_examples=150)
def test_keyed_hash_is_hmac_sha_256(texts: list[str], secret: bytes) -> None:
    expected = [hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()[:32] for text in texts]
    assert keyed_hash(secret)(pa.array(texts, pa.string())).to_pylist() == expected


def test_the_secret_is_made_once_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "secret" / "person_key"
    secret = read_or_create_secret(path)
    assert len(secret) == 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_or_create_secret(path) == secret
    path.write_bytes(b"short")
    with pytest.raises(SecretError, match="person_key"):
        read_or_create_secret(path)


def test_a_tenancy_has_no_agreement(clerk: Clerk) -> None:
    good = GOOD_ROWS["gpl_resident"]["公民身份号码"]
    text = f"房屋编号,现居住地代码,姓名,公民身份号码,起租日期\nF1,623021100201,某人,{good},2026-01-01\n"
    record = clerk.land_one(text, "rental_tenancy__623021__2026-10-31.csv")
    assert clerk.lake(record, "person_key, id_status, end_date, checked_date") == [
        (hashed(clerk, good), "ok", None, None)
    ]


def test_a_number_used_as_a_file_number_gives_way_to_a_hash(clerk: Clerk) -> None:
    number, other, office = id_number(serial="124"), id_number(serial="126"), "623021202610310001"
    record = clerk.land_rows(
        "gpl_resident",
        {"档案编号": number, "户编号": office},
        {"档案编号": number.lower(), "房屋编号": number},
        {"档案编号": other},
    )
    rows = clerk.lake(record, "record_no, household_no, house_no")
    first, again, second = (row[0] for row in rows)
    assert first == again == rows[1][2] != second
    assert first.startswith("ID-")
    assert rows[0][1] == office, "county, day and count: its check character is wrong"
    assert number not in repr(rows[1:])
