"""Files of `gpl_resident` for the benchmark: one made-up county's register, in every format that landing reads.

Here: rows to files. Not here: timing (landing.py). Rows are a function of their number, made set-wise by DuckDB: most
are tidy, and of a few in a thousand each has one of the faults that clerks' files have. Nobody in them exists.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import duckdb
import xlsxwriter

from orchestration.installation.paths import CHECKOUT, DEFAULT_SEEDS

NAME = "gpl_resident__623021__2026-10-31"
BLOCK_CHARACTERS = 1 << 22

COUNTIES = """
    create view county as
    from read_csv('$seeds/code_history.csv', all_varchar = true)
    where level = '县级' and code like '62%'
"""
TOWNSHIPS = """
    create view township as
    from read_csv('$seeds/divisions.csv', all_varchar = true)
    where level = 'township' and parent_code = '623021000000'
"""
REGISTER = """
    create or replace view register as
    with
    drawn as (
        select
            n,
            hash(n, 'a') as a,
            hash(n, 'b') as b,
            hash(n, 'c') as c,
            hash(n, 'fault') % 997 as fault,
            date '1945-01-01' + cast(hash(n, 'born') % 25000 as integer) as born,
            date '2019-01-01' + cast(hash(n, 'in') % 2600 as integer) as arrived,
            timestamp '2026-10-01 08:00:00' + to_seconds(hash(n, 'updated') % 2500000) as updated,
        from (
            select case when hash(ordinal) % 1009 = 0 then greatest(ordinal - 1, 0) else ordinal end as n
            from range($rows) as numbers(ordinal)
        )
    ),

    identified as (
        select
            *,
            areas[1 + cast(a % len(areas) as bigint)]
                || strftime(born, '%Y%m%d') || lpad(cast(c % 1000 as varchar), 3, '0') as body,
        from drawn, (select list(code order by code) as areas from county)
    )

    select
        'GPL' || lpad(cast(case when fault = 1 then greatest(n - 1, 0) else n end as varchar), 9, '0') as 档案编号,
        'H' || lpad(cast(n // 3 as varchar), 9, '0') as 户编号,
        case when fault = 2 then '　' else '' end
            || '张王李赵马杨刘陈'[1 + cast(b % 8 as bigint)]
            || '小大春秋文国建'[1 + cast(c % 7 as bigint)]
            || '明英平华'[1 + cast(a % 4 as bigint)] as 姓名,
        case
            when fault = 3 then null
            when fault = 4 then left(body, 16)
            when fault = 5 then '６' || substr(body, 2) || check_character(body)
            else body || check_character(body)
        end as 公民身份号码,
        case when c % 2 = 1 then '男' else '女' end as 性别,
        case when fault = 6 then strftime(born, '%Y/%-m/%-d') else strftime(born, '%Y-%m-%d') end as 出生日期,
        areas[1 + cast(a % len(areas) as bigint)] as 户籍地代码,
        case when fault = 7 then '999999999201'
            else villages[1 + cast(b % len(villages) as bigint)] || '201' end as 现居住地代码,
        case when fault = 8 then strftime(arrived, '%Y年%-m月%-d日') else strftime(arrived, '%Y-%m-%d') end as 流入日期,
        case when c % 12 = 0 then strftime(arrived + 200, '%Y-%m-%d') end as 流出日期,
        case when fault = 9 then '帐篷'
            else ['租房', '单位宿舍', '自购房', '借住', '其他'][1 + cast(a % 5 as bigint)] end as 居住方式,
        case when a % 5 = 0 then 'F' || lpad(cast(b % 400000 as varchar), 7, '0') end as 房屋编号,
        case when fault = 10 then '无' else '13' || cast(100000000 + a % 900000000 as varchar) end as 联系电话,
        case when fault = 11 then null when c % 12 = 0 then '已流出' else '在管' end as 档案状态,
        strftime(arrived + interval 9 hour, '%Y-%m-%d %H:%M:%S') as 登记时间,
        case when fault = 12 then strftime(updated, '%Y/%m/%d %H:%M')
            else strftime(updated, '%Y-%m-%d %H:%M:%S') end as 更新时间,
        '经办员' || cast(b % 180 as varchar) as 更新人,
        case when a % 3 = 0 then '否' else '是' end as 服务联系卡,
        case when fault = 13 then ' 是 ' when b % 4 = 0 then '否' else '是' end as 宣传告知,
    from identified, (select list(left(division_code, 9) order by division_code) as villages from township)
    order by n
"""


def write_files(folder: Path, rows: int, workbook_rows: int, formats: list[str]) -> dict[str, tuple[Path, int]]:
    """Path and number of rows by format; UTF-8 always, the others if they are among `formats` or it is empty. Each
    file has a folder of its own, so that it can be landed alone."""
    written = {"utf-8": (_place(folder, "utf-8", "csv"), rows)}
    plain = written["utf-8"][0]
    with duckdb.connect() as database:
        database.execute((CHECKOUT / "orchestration/landing/identity.sql").read_text(encoding="utf-8"))
        database.execute(COUNTIES.replace("$seeds", str(DEFAULT_SEEDS)))
        database.execute(TOWNSHIPS.replace("$seeds", str(DEFAULT_SEEDS)))
        database.execute(REGISTER.replace("$rows", str(rows)))
        database.execute(f"copy register to '{plain}' (format csv, header)")
    for kind, (extension, write) in OTHER_FORMATS.items():
        if kind in formats or not formats:
            count = min(rows, workbook_rows) if kind == "xlsx" else rows
            written[kind] = (_place(folder, kind, extension), count)
            write(plain, written[kind][0], count)
    return written


def _place(folder: Path, kind: str, extension: str) -> Path:
    path = folder / kind.replace(", ", "-") / f"{NAME}.{extension}"
    path.parent.mkdir(parents=True)
    return path


def _transcode(encoding: str) -> Callable[[Path, Path, int], None]:
    def write(source: Path, target: Path, _: int) -> None:
        with source.open(encoding="utf-8", newline="") as text, target.open("w", encoding=encoding, newline="") as file:
            while block := text.read(BLOCK_CHARACTERS):
                file.write(block)

    return write


def _copy(options: str) -> Callable[[Path, Path, int], None]:
    def write(source: Path, target: Path, _: int) -> None:
        with duckdb.connect() as database:
            database.execute(f"copy (from read_csv('{source}', all_varchar = true)) to '{target}' ({options})")

    return write


def _write_workbook(source: Path, target: Path, rows: int) -> None:
    with xlsxwriter.Workbook(target, {"constant_memory": True}) as book, source.open(encoding="utf-8") as text:
        sheet = book.add_worksheet()
        for number, row in zip(range(rows + 1), csv.reader(text), strict=False):
            sheet.write_row(number, 0, row)


OTHER_FORMATS: dict[str, tuple[str, Callable[[Path, Path, int], None]]] = {
    "utf-8, quoted": ("csv", _copy("format csv, header, force_quote *")),
    "gb18030": ("csv", _transcode("gb18030")),
    "utf-16": ("csv", _transcode("utf-16")),
    "parquet": ("parquet", _copy("format parquet")),
    "xlsx": ("xlsx", _write_workbook),
}
