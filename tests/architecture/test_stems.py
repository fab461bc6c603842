"""The stem is the address: one extract, the same stem in every folder; one indicator, the same code in catalogue,
outcome column and target."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
import yaml

CHECKOUT = Path(__file__).resolve().parents[2]
MODELS = CHECKOUT / "warehouse" / "models"
EXTRACTS = {
    "gpl_resident", "padis_resident", "rental_tenancy", "exchange_message",
    "system_login", "service_event", "survey_response", "audit_sample",
}  # fmt: skip
# What every fact has beside its outcome columns, and the attributes that a later model needs of a case.
SPINE = {"period_month", "division_code", "township_code", "case_ref", "due_at", "source", "source_file", "source_row"}
OPEN = {"open_state", "due_indicator_code"}
COMPARED = {"compared_file", "compared_row"}
ATTRIBUTES = {"fct_message": OPEN, "fct_service_event": OPEN, "fct_registry_person": COMPARED}


def stems(folder: Path, pattern: str, prefix: str = "") -> set[str]:
    return {p.stem.removeprefix(prefix) for p in folder.glob(pattern)}


def seed(name: str) -> list[dict[str, str]]:
    with (CHECKOUT / "seeds" / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_contract_suite_and_staging_model_share_their_stem():
    assert stems(CHECKOUT / "orchestration" / "contracts", "*.yml") == EXTRACTS
    assert stems(CHECKOUT / "expectations" / "suites", "*.yml") == EXTRACTS
    assert stems(MODELS / "staging", "stg_*.sql", "stg_") == EXTRACTS


def test_every_model_has_its_description_beside_it_and_opens_with_its_grain():
    for sql in [*MODELS.rglob("*.sql"), *MODELS.rglob("*.py")]:
        beside = sql.with_suffix(".yml")
        assert beside.exists(), f"{sql.name} has no {beside.name}"
        described = yaml.safe_load(beside.read_text(encoding="utf-8"))["models"][0]
        assert described["name"] == sql.stem
        assert re.match(r"(One row|At most one row)", described["description"]), (
            f"{beside.name} does not open with its grain"
        )
        assert all(column.get("description") for column in described["columns"]), (
            f"{beside.name} has an undescribed column"
        )


def outcome_columns(fact: str) -> set[str]:
    described = yaml.safe_load((MODELS / "core" / f"{fact}.yml").read_text(encoding="utf-8"))["models"][0]
    return {c["name"] for c in described["columns"]} - SPINE - ATTRIBUTES.get(fact, set())


def test_catalogue_and_outcome_columns_face_each_other():
    catalogued: dict[str, set[str]] = {}
    for row in seed("indicators"):
        catalogued.setdefault(row["fact"], set()).add(row["indicator_code"])
    assert {fact: outcome_columns(fact) for fact in stems(MODELS / "core", "fct_*.sql")} == catalogued


def test_every_target_and_deadline_names_an_indicator_and_every_source_an_extract():
    codes = {row["indicator_code"] for row in seed("indicators")}
    assert {row["indicator_code"] for row in seed("targets")} <= codes
    assert {row["indicator_code"] for row in seed("deadlines")} <= codes
    assert {source for row in seed("indicators") for source in row["sources"].split()} == EXTRACTS


def test_assessment_and_published_name_no_indicator():
    codes = {row["indicator_code"] for row in seed("indicators")}
    named = [
        f"{path.name}: {code}"
        for layer in ("assessment", "published")
        for path in [*(MODELS / layer).rglob("*.sql"), *(MODELS / layer).rglob("*.py")]
        for code in codes
        if re.search(rf"\b{code}\b", path.read_text(encoding="utf-8"))
    ]
    assert named == []


@pytest.mark.parametrize("extract", sorted(EXTRACTS))
def test_staging_reads_one_extract(extract: str):
    text = (MODELS / "staging" / f"stg_{extract}.sql").read_text(encoding="utf-8")
    others = {other for other in EXTRACTS - {extract} if re.search(rf"\b(stg_)?{other}\b", text)}
    assert others == set()


ENGINE_ONLY = re.compile(
    r"\bqualify\b|\bunnest\b|\blist_\w+|columns\s*\(\s*\*|\bregexp_\w+|\bepoch\w*\s*\(|->", flags=re.IGNORECASE
)


def without_comments(path: Path) -> str:
    return re.sub(r"\{#.*?#\}|--[^\n]*", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)


def test_staging_and_core_keep_to_what_both_engines_share():
    found = [
        f"{path.name}: {match.group()}"
        for layer in ("staging", "core")
        for path in (MODELS / layer).rglob("*.sql")
        if (match := ENGINE_ONLY.search(without_comments(path)))
    ]
    assert found == []


def test_published_models_only_select():
    wrong = []
    for path in (MODELS / "published").glob("*.sql"):
        if re.search(r"\bgroup by\b|\bsum\s*\(|\bover\s*\(|\bcase\b", without_comments(path).lower()):
            wrong.append(path.name)
    assert wrong == []
