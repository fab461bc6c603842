"""The rules of the last edition beside those in force: read as one long table each, and compared.

Here: opening both and laying out their rows. Not here: the comparison itself (`changes.sql`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import yaml
from pydantic import BaseModel

from orchestration.installation.county_seeds import TYPES
from orchestration.installation.messages import LANGUAGES, Loader, command_line_messages
from orchestration.installation.paths import DEFAULT_SEEDS, Home
from orchestration.installation.run_record import Text
from orchestration.installation.sql import only_row
from orchestration.publishing import current_edition_id
from orchestration.publishing.edition import DATABASE

CHANGES = Path(__file__).with_name("changes.sql").read_text(encoding="utf-8")
# The last day of the newest month of which the edition shows a result that is final.
CLOSED_UNTIL = """
    select last_day(max(period_start)) from edition.fct_indicator_result
    where period_kind = 'month' and not is_provisional and denominator > 0
"""
LONG = """
    (seed varchar, rule_ref varchar, first_day date, last_day date, column_name varchar, value varchar,
     indicator_code varchar, scope_code varchar, is_deciding boolean, is_free_to_add boolean)
"""


class RuleChange(BaseModel):
    """One row of `fct_rule_change`. `column_name` is `*` where a rule appears or disappears; without a `first_day` it
    is about all time before, without a `last_day` about all after."""

    seed: str
    rule_ref: str
    column_name: str
    first_day: date | None
    change: str
    indicator_code: str | None
    scope_code: str | None
    last_day: date | None
    was: str | None
    becomes: str | None
    touches_closed: bool
    blocks: bool

    def words(self) -> Text:
        """The change as a sentence."""
        said = command_line_messages()
        found = {}
        for language in LANGUAGES:
            none = said("seeds.blank", language)
            since = said("rules.since" if self.first_day else "rules.always", language, day=self.first_day)
            until = said("rules.until", language, day=self.last_day) if self.last_day else ""
            closed = said("rules.touches_closed", language) if self.touches_closed else ""
            values = {"was": self.was or none, "becomes": self.becomes or none, "days": since + until, "closed": closed}
            about = {"seed": self.seed, "rule": self.rule_ref, "column": self.column_name}
            found[language] = said(f"rules.{self.change}", language, **about, **values)
        return found


@dataclass(frozen=True)
class Found:
    """What differs from edition `edition_id`; nothing where there is none yet."""

    edition_id: str | None = None
    changes: list[RuleChange] = field(default_factory=list)

    @property
    def blocking(self) -> list[RuleChange]:
        return [change for change in self.changes if change.blocks]

    @property
    def digest(self) -> str:
        """Of exactly this list against exactly this edition."""
        listed = [self.edition_id, *(change.model_dump(mode="json") for change in self.changes)]
        return hashlib.sha256(json.dumps(listed, ensure_ascii=False).encode()).hexdigest()


def changes_of_seeds(home: Home) -> Found:
    """What the seeds in force say otherwise than the last edition."""
    return _changes(home, {seed["name"]: _csv(home.seeds / f"{seed['name']}.csv") for seed in _ruling_seeds()})


def changes_of_build(home: Home) -> Found:
    """What the tables that are about to be published say otherwise than the last edition."""
    published = {seed["name"]: f"builder.published.{_rules(seed)['published_as']}" for seed in _ruling_seeds()}
    return _changes(home, published, attach=home.warehouse)


def _changes(home: Home, after: dict[str, str], attach: Path | None = None) -> Found:
    edition_id = current_edition_id(home)
    if edition_id is None:
        return Found()
    files = {"edition": home.editions / edition_id / DATABASE} | ({"builder": attach} if attach else {})
    with _attached(files) as connection:
        for side in ("before_rule", "after_rule"):
            connection.execute(f"create temp table {side} {LONG}")
        for seed in _ruling_seeds():
            published = _rules(seed)["published_as"]
            kinds = _columns(connection, f"edition.{published}")
            # An edition of an older version may lack a table or a column: there is nothing to hold it against.
            if kinds:
                present = _columns(connection, after[seed["name"]])
                kinds = {name: kind for name, kind in kinds.items() if name in present}
                _lay_out(connection, seed, kinds, "before_rule", f"edition.{published}")
                _lay_out(connection, seed, kinds, "after_rule", after[seed["name"]])
        (closed_until,) = only_row(connection.execute(CLOSED_UNTIL))
        found = connection.execute(CHANGES, {"closed_until": closed_until})
        names = [column[0] for column in found.description]
        return Found(edition_id, [RuleChange(**dict(zip(names, row, strict=True))) for row in found.fetchall()])


@contextmanager
def _attached(files: dict[str, Path]) -> Generator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        for name, path in files.items():
            quoted = str(path).replace("'", "''")
            connection.execute(f"attach '{quoted}' as {name} (read_only)")
        yield connection


def _columns(connection: duckdb.DuckDBPyConnection, table: str) -> dict[str, str]:
    try:
        described = connection.execute(f"describe from {table}").fetchall()
    except duckdb.CatalogException:
        return {}
    return {name: kind for name, kind, *_ in described}


def _lay_out(
    connection: duckdb.DuckDBPyConnection, seed: dict[str, Any], kinds: dict[str, str], side: str, table: str
) -> None:
    """A table of rules, one row per rule and column, in the types of the edition: 0.98 and 0.980000 are one value."""
    rules = _rules(seed)
    cells = {name: f"cast(nullif(cast({name} as varchar), '') as {kind})" for name, kind in kinds.items()}
    shown = ", ".join(f"'{name} ' || cast({cells[name]} as varchar)" for name in rules["decides"] if name in cells)
    values = [name for name in kinds if name not in (*rules["key"], rules.get("from"), rules.get("to"))]
    columns = ", ".join(f"cast({cells[name]} as varchar) as value_{name}" for name in values)
    deciding = ", ".join(f"'{name}'" for name in ("*", *rules["decides"]) if rules["decides"])
    connection.execute(
        f"""
        insert into {side}
        select
            '{seed["name"]}', rule_ref, first_day, last_day,
            if(column_name = 'value_of_row', '*', substr(column_name, 7)), value, indicator_code, scope_code,
            if(column_name = 'value_of_row', '*', substr(column_name, 7)) in ({deciding or "''"}),
            {bool(rules.get("is_free_to_add"))}
        from (
            select
                concat_ws(' / ', {", ".join(f"coalesce(cast({cells[name]} as varchar), '')" for name in rules["key"])})
                    as rule_ref,
                {_of(rules, cells, "indicator_code")} as indicator_code,
                {_of(rules, cells, "scope_code")} as scope_code,
                {cells.get(rules.get("from"), "date '0001-01-01'")} as first_day,
                coalesce({cells.get(rules.get("to"), "null")}, date '9999-12-31') as last_day,
                concat_ws(', ', {shown or "''"}) as value_of_row, {columns}
            from {table}
            where {rules.get("where", "true")}
        ) unpivot include nulls (value for column_name in (columns('value_.*')))
        """
    )


def _of(rules: dict[str, Any], cells: dict[str, str], column: str) -> str:
    return f"cast({cells[column]} as varchar)" if column in rules["key"] else "null"


def _csv(file: Path) -> str:
    quoted = str(file).replace("'", "''")
    return f"read_csv('{quoted}', all_varchar = true, header = true, delim = ',', quote = '\"', escape = '\"')"


def _ruling_seeds() -> list[dict[str, Any]]:
    """The seeds whose rows are rules, as `_seeds.yml` declares them."""
    seeds = yaml.load((DEFAULT_SEEDS / TYPES).read_bytes(), Loader)["seeds"]
    return [seed for seed in seeds if "rules" in seed["config"].get("meta", {})]


def _rules(seed: dict[str, Any]) -> dict[str, Any]:
    return seed["config"]["meta"]["rules"]
