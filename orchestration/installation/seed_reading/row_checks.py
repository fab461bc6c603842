"""What the rows of the seeds must hold, checked with the line that each stands in.

Here: running what `_seeds.yml` declares of a column (its type, dbt's own tests, the range and the pattern in its meta)
and what `relations.yml` asks of rows that belong together. Not here: any rule of a seed; dbt runs its tests once more,
on the tables that are built.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import yaml

from orchestration.installation.messages import Loader
from orchestration.installation.seed_reading.problems import Text, problem
from orchestration.installation.seed_reading.strict_csv import Sheet
from orchestration.installation.sql import only_row

RELATIONS = Path(__file__).with_name("relations.yml")
EXAMPLES = {"date": "2026-11-01", "boolean": "true", "integer": "5", "bigint": "5", "decimal": "0.98", "double": "0.98"}
Seed = dict[str, Any]
Found = Iterator[Text]


@dataclass(frozen=True)
class Question:
    """The cells of `column` for which `wrong` holds; what is said of each."""

    column: str
    wrong: str
    what: str
    values: dict[str, object]


Answers = Iterator[Question | Text]


def row_problems(seeds: list[Seed], sheets: Mapping[str, Sheet]) -> tuple[list[Text], list[Text]]:
    """What is wrong with the rows of `sheets`, by seed; and what is worth saying though nothing is wrong.

    Values come first: rows are held against each other only where every value is one.
    """
    with duckdb.connect() as connection:
        for seed, sheet in sheets.items():
            columns = zip(*sheet.rows, strict=True) if sheet.rows else [()] * len(sheet.columns)
            cells = {name: pa.array(values, pa.string()) for name, values in zip(sheet.columns, columns, strict=True)}
            loaded = pa.table({"line": pa.array(sheet.lines, pa.int64())} | cells)
            connection.register("loaded", loaded)
            connection.execute(f"create table {seed}_text as from loaded")
            connection.unregister("loaded")
        found = [text for seed in seeds for text in _values(connection, seed)]
        if found:
            return found, []
        for seed in seeds:
            _write_typed(connection, seed)
        found = [text for seed in seeds for text in _declared(connection, seed)]
        related = [(rule, text) for rule in _relations() for text in _related(connection, rule)]
        found += [text for rule, text in related if not rule.get("is_notice")]
        return found, [text for rule, text in related if rule.get("is_notice")]


def _values(connection: duckdb.DuckDBPyConnection, seed: Seed) -> Found:
    """The file is not empty, and every value can be read as what its column holds."""
    yield from _answered(connection, seed["name"], f"{seed['name']}_text", _values_asked(connection, seed))


def _values_asked(connection: duckdb.DuckDBPyConnection, seed: Seed) -> Answers:
    name = seed["name"]
    (rows,) = only_row(connection.execute(f"select count(*) from {name}_text"))
    if not rows and not seed["config"].get("meta", {}).get("may_be_empty"):
        yield problem("no_rows", f"{name}.csv")
    for column, kind in seed["config"]["column_types"].items():
        if kind == "varchar":
            continue
        base = kind.partition("(")[0]
        wrong = f"try_cast({column} as {kind}) is null"
        if base not in ("date", "boolean"):
            # What the cast would round is another number than the one that was written.
            wrong += f" or try_cast({column} as double) <> cast(try_cast({column} as {kind}) as double)"
        wrong = f"{column} <> '' and ({wrong})"
        yield Question(column, wrong, "wrong_value", {"example": EXAMPLES[base]})


def _write_typed(connection: duckdb.DuckDBPyConnection, seed: Seed) -> None:
    typed = ", ".join(
        f"cast(nullif({column}, '') as {kind}) as {column}" for column, kind in seed["config"]["column_types"].items()
    )
    connection.execute(f"create table {seed['name']} as select line, {typed} from {seed['name']}_text")


def _declared(connection: duckdb.DuckDBPyConnection, seed: Seed) -> Found:
    yield from _answered(connection, seed["name"], seed["name"], _declared_asked(connection, seed))


def _declared_asked(connection: duckdb.DuckDBPyConnection, seed: Seed) -> Answers:
    for test, arguments in _tests(seed):
        yield from TABLE_TESTS[test](connection, seed["name"], **arguments)
    for column in seed.get("columns", []):
        meta = column.get("config", {}).get("meta", {})
        if meta:
            yield from _bounds(column["name"], meta)
        for test, arguments in _tests(column):
            yield from COLUMN_TESTS[test](connection, seed["name"], column["name"], **arguments)
        if meta.get("is_complete"):
            yield from _absent(connection, seed["name"], column)


def _tests(declared: Seed) -> Iterator[tuple[str, dict[str, Any]]]:
    """The data tests of a seed or a column, as dbt writes them: a name, or a name with arguments."""
    for test in declared.get("data_tests", []):
        if isinstance(test, str):
            yield test, {}
        else:
            ((name, settings),) = test.items()
            yield name, settings.get("arguments", {})


def _bounds(column: str, meta: Seed) -> Answers:
    if meta.get("is_required"):
        yield _blank(column)
    if "least" in meta:
        least, most = meta["least"], meta["most"]
        wrong = f"{column} not between '{least}' and '{most}'"
        yield Question(column, wrong, "out_of_range", {"least": least, "most": most})
    if "pattern" in meta:
        wrong = f"not regexp_full_match({column}, '{meta['pattern']}')"
        yield Question(column, wrong, "wrong_form", {"example": meta["example"]})


def _answered(connection: duckdb.DuckDBPyConnection, seed: str, table: str, asked: Answers) -> Found:
    """The cells that the questions about `table` find, shown as they were written, and what was found already. A seed
    that is right is looked at once for all its questions."""
    everything = list(asked)
    questions = [one for one in everything if isinstance(one, Question)]
    wrong = ", ".join(f"bool_or({one.wrong})" for one in questions)
    answers = only_row(connection.execute(f"select {wrong} from {table}")) if questions else ()
    found = {id(question) for question, answer in zip(questions, answers, strict=True) if answer}
    for one in everything:
        if not isinstance(one, Question):
            yield one
        elif id(one) in found:
            yield from _cells(connection, seed, table, one)


def _cells(connection: duckdb.DuckDBPyConnection, seed: str, table: str, question: Question) -> Found:
    found = connection.execute(
        f"""select text.line, text.{question.column} from {seed}_text as text
            where text.line in (select line from {table} where {question.wrong}) order by text.line"""
    )
    for line, value in found.fetchall():
        yield problem(question.what, f"{seed}.csv", line, question.column, value=value, **question.values)


def _blank(column: str) -> Question:
    return Question(column, f"{column} is null", "blank", {})


def _not_null(connection: duckdb.DuckDBPyConnection, seed: str, column: str) -> Answers:
    yield _blank(column)


def _unique(connection: duckdb.DuckDBPyConnection, seed: str, column: str) -> Found:
    yield from _one_row_per(connection, seed, [column])


def _accepted_values(connection: duckdb.DuckDBPyConnection, seed: str, column: str, values: list[str]) -> Answers:
    listed = ", ".join(f"'{value}'" for value in values)
    wrong = f"{column} not in ({listed})"
    yield Question(column, wrong, "not_listed", {"values": ", ".join(values)})


def _relationships(connection: duckdb.DuckDBPyConnection, seed: str, column: str, to: str, field: str) -> Answers:
    other = to.removeprefix("ref('").removesuffix("')")
    wrong = f"{column} not in (select {field} from {other} where {field} is not null)"
    yield Question(column, wrong, "not_in_other_seed", {"other": f"{other}.csv", "field": field})


def _is_first_of_month(connection: duckdb.DuckDBPyConnection, seed: str, column: str) -> Answers:
    yield Question(column, f"day({column}) <> 1", "not_first_of_month", {})


def _one_row_per(connection: duckdb.DuckDBPyConnection, seed: str, columns: list[str]) -> Found:
    key = ", ".join(columns)
    found = connection.execute(
        f"""select line, first_line, concat_ws(' / ', {key})
            from (select *, min(line) over (partition by {key}) as first_line from {seed})
            where line > first_line and ({key}) is not null order by line"""
    )
    for line, first_line, value in found.fetchall():
        yield problem("repeated_key", f"{seed}.csv", line, ", ".join(columns), value=value, other_line=first_line)


def _absent(connection: duckdb.DuckDBPyConnection, seed: str, column: Seed) -> Found:
    """Every value that the column may have is had by some row."""
    listed = next(arguments["values"] for test, arguments in _tests(column) if test == "accepted_values")
    found = connection.execute(
        f"select unnest($1) as value except select {column['name']} from {seed} order by value", [listed]
    )
    for (value,) in found.fetchall():
        yield problem("absent", f"{seed}.csv", column=column["name"], name=value)


Check = Callable[..., Answers]
COLUMN_TESTS: dict[str, Check] = {
    "not_null": _not_null,
    "unique": _unique,
    "accepted_values": _accepted_values,
    "relationships": _relationships,
    "is_first_of_month": _is_first_of_month,
}
TABLE_TESTS: dict[str, Check] = {"one_row_per": _one_row_per}


def _relations() -> list[dict[str, Any]]:
    return yaml.load(RELATIONS.read_text(encoding="utf-8"), Loader)


def _related(connection: duckdb.DuckDBPyConnection, rule: dict[str, Any]) -> Found:
    """The rows that a query of `relations.yml` finds: `line` and `value` say where, the rest fills the sentence."""
    result = connection.execute(rule["query"])
    names = [column[0] for column in result.description]
    for row in result.fetchall():
        values = dict(zip(names, row, strict=True))
        yield problem(rule["what"], f"{rule['seed']}.csv", values.pop("line", None), rule.get("column"), **values)
