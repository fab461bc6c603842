"""The built warehouse against the synthetic county's own record of what it planted: every case, count and row."""

from __future__ import annotations

import re
from collections import Counter

import duckdb
import pytest
from scipy.stats import binom

from dashboards.access.rights import Rights
from dashboards.access.scopes import Scopes

# What the gaming township does; nobody does anything about a target, so nothing bunches there.
ARRANGED = {"backdated", "rewritten", "burst", "instant", "first_seen_late", "padding", "shrinking", "twins"}
LEDGERS = {"exchange_message": "message_no", "service_event": "event_no"}
RECORDS = LEDGERS | {"gpl_resident": "record_no", "audit_sample": "audit_no"}
REGISTRIES = {
    "gpl_resident": ("record_no", "record_state", "active"),
    "padis_resident": ("case_no", "case_state", "inflow_registered"),
}

# A village of the synthetic county: its township's nine digits, then 201 and so on.
VILLAGE = re.compile("623021[0-9]{3}2[0-9]{2}")
SUPPRESSED_MISSES = """
    select indicator_code, period_start, division_code from fct_indicator_result
    where level = 'village' and period_kind = 'month' and denominator is null
"""


@pytest.fixture(scope="module")
def county(installation, tmp_path_factory):
    """Fourteen months, so that twelve-month windows close, of a county with the usual defects, large enough for every
    signal of something arranged."""
    extracts = tmp_path_factory.mktemp("county")
    made = installation()
    synthesized = made.shuangbai("synthesize", extracts, "--persons", "5000", "--months", "14", "--seed", "7")
    assert synthesized.returncode == 0, synthesized.stdout + synthesized.stderr
    run = made.shuangbai("run", "--landing", extracts)
    assert run.returncode == 0, run.stdout + run.stderr
    with duckdb.connect() as both:
        for name in ("cases", "counts", "withheld", "quarantine", "files"):
            both.execute(f"create view true_{name} as select * from '{extracts}/truth/{name}.parquet'")
        both.execute(f"create view true_world as select * from read_json('{extracts}/truth/world.json')")
        edition = (made.home / "editions" / "current").resolve() / "shuangbai.duckdb"
        both.execute(f"attach '{edition}' as published (read_only)")
        both.execute(f"attach '{made.home}/warehouse.duckdb' as built (read_only)")
        yield both


def differences(both: duckdb.DuckDBPyConnection, planted: str, found: str) -> list[tuple]:
    """Rows of either query that the other lacks, at most twenty of each, marked with where they are."""
    return both.execute(f"""
        (select 'planted, not found', * from (({planted}) except all ({found})) limit 20)
        union all
        (select 'found, not planted', * from (({found}) except all ({planted})) limit 20)
    """).fetchall()


def test_every_numerator_denominator_and_pending(county):
    planted = "select indicator_code, period_month, township_code, numerator, denominator, pending from true_counts"
    found = """
        select indicator_code, period_start, division_code, numerator, denominator, pending
        from published.fct_indicator_result
        where period_kind = 'month' and level = 'township' and numerator is not null
    """
    assert county.execute(f"select count(distinct indicator_code) from ({planted})").fetchone() == (21,)
    assert differences(county, planted, found) == []


def test_every_silence_is_named_and_nothing_else(county):
    planted = "select indicator_code, period_month, township_code from true_withheld"
    found = """
        select indicator_code, period_start, division_code from published.fct_indicator_result
        where period_kind = 'month' and verdict = 'not_delivered'
    """
    assert county.execute(f"select count(*) > 0 from ({planted})").fetchone() == (True,)
    assert differences(county, planted, found) == []
    worth = """
        select * from published.fct_score_contribution
        inner join true_withheld using (indicator_code)
        where period_kind = 'month' and period_start = period_month and division_code = township_code
            and (attainment <> 0 or contribution <> 0 or lost <= 0)
    """
    assert county.execute(worth).fetchall() == []


def test_every_missed_case_and_its_reason(county):
    planted = """
        select indicator_code, period_month, division_code, case_ref, outcome from true_cases
        where outcome not in ('met', 'pending')
          and (indicator_code, period_month, township_code) in
              (select (indicator_code, period_month, township_code) from true_counts)
    """
    found = "select indicator_code, period_start, division_code, case_ref, reason from published.fct_missed_case"
    assert county.execute(f"select count(*) > 1000 from ({planted})").fetchone() == (True,)
    assert differences(county, planted, found) == []


def test_every_file_is_accounted_for_as_planted(county):
    columns = "file_name, rows_in, accepted, quarantined, non_data"
    assert differences(
        county, f"select {columns} from true_files", f"select {columns} from published.fct_batch"
    ) == []  # fmt: skip
    assert county.execute("select count(*) from published.fct_batch where not is_synthetic").fetchone() == (0,)


def test_every_quarantined_row_for_the_reason_planted(county):
    found = """
        select file_name, reason, cast(number as bigint)
        from (select file_name, unnest(json_keys(reasons)) as reason, reasons
              from (select file_name, cast(quarantine_reasons as json) as reasons from published.fct_batch)),
             lateral (select reasons ->> ('$."' || reason || '"') as number)
    """
    assert differences(county, "select file_name, reason, rows from true_quarantine", found) == []


def test_the_two_registries_are_reconciled_as_planted(county):
    """Persons by the planted outcomes; at every level the counts of the townships below."""
    fields = ("township", "sex", "birth_date", "origin_code", "inflow_date")
    counted = {"only_gpl": "only_in_gpl", "only_padis": "only_in_padis", "both_equal": "met"} | {
        f"different_{field.removesuffix('_code')}": f"differs:{field}" for field in fields
    }
    of_outcomes = ", ".join(f"count(*) filter (where outcome = '{outcome}')" for outcome in counted.values())
    planted = f"""
        select period_month, ancestor_code, {of_outcomes}
        from true_cases
        inner join built.core.dim_division_ancestor as above on above.division_code = township_code
        where indicator_code = 'registry_consistency'
            and (period_month, township_code) in
                (select (period_month, township_code) from true_counts where indicator_code = 'registry_consistency')
        group by all
    """
    found = f"select period_start, division_code, {', '.join(counted)} from published.fct_reconciliation"
    assert county.execute(f"select count(distinct ancestor_code) > 16 from ({planted})").fetchone() == (True,)
    assert differences(county, planted, found) == []


def test_rows_without_a_usable_identity_are_counted_where_they_lie(county):
    """Row by row over what landed: of a township's month the newest file governs, then the narrower, then the later."""
    townships = [code for (code,) in county.execute(
        "select division_code from published.dim_division where level = 'township' and division_code like '623021%'"
    ).fetchall()]  # fmt: skip
    counts: dict[tuple, dict[str, list[int]]] = {}
    for source, (key, state, active) in REGISTRIES.items():
        batches = county.execute(
            f"select batch_id, scope_code, as_of, sequence from built.lake.batch where source = '{source}'"
        ).fetchall()
        governing = {}
        for batch_id, scope, as_of, sequence in batches:
            for township in townships:
                if scope in (township, township[:6] + "000000"):
                    claim = (as_of, scope == township, sequence, batch_id)
                    month = as_of.replace(day=1)
                    governing[township, month] = max(governing.get((township, month), claim), claim)
        in_force = {(claim[3], township): (month, claim[0]) for (township, month), claim in governing.items()}
        rows = county.execute(
            f"""select batch_id, {key}, village_code, {state}, inflow_date, outflow_date, person_key
                from built.lake.{source} order by source_row"""
        ).fetchall()
        last = {(batch_id, number): row for batch_id, number, *row in rows}
        for township, month in governing:
            counts.setdefault((month, township), {})[source] = [0, 0]
        for (batch_id, _), (village, its_state, inflow, outflow, person_key) in last.items():
            month, as_of = in_force.get((batch_id, village[:9] + "000"), (None, None))
            if month and its_state == active and inflow <= as_of and (outflow is None or outflow > as_of):
                tally = counts[month, village[:9] + "000"][source]
                tally[0] += person_key is None
                tally[1] += 1
    expected = {
        place: tuple(map(sum, zip(*of_sources.values(), strict=True)))
        for place, of_sources in counts.items()
        if len(of_sources) == len(REGISTRIES)
    }
    found = county.execute(
        """select period_start, division_code, keyless, rows_total
           from published.fct_reconciliation where level = 'township'"""
    ).fetchall()
    assert {(month, township): (keyless, rows) for month, township, keyless, rows in found} == expected
    assert sum(keyless for keyless, _ in expected.values()) > 0


def test_the_estimate_follows_from_the_counts(county):
    wrong = """
        with counts as (
            select *, both_equal + both_different as m, m + only_gpl as n1, m + only_padis as n2
            from published.fct_reconciliation
        )
        from counts where
            (chapman_total is null) <> (m < 7)
            or abs(chapman_total - ((n1 + 1) * (n2 + 1) / (m + 1) - 1)) > 1e-6
            or abs(coverage_estimate - least(1, n1 / chapman_total)) > 1e-9
            or abs(keyless_share - keyless / rows_total) > 1e-12
    """
    assert county.execute(wrong).fetchall() == []


def test_the_gaming_township_is_found_by_everything_it_arranges(county):
    found = county.execute("""
        select distinct signal_kind from published.fct_integrity_signal, true_world
        where division_code = gaming_township
    """).fetchall()
    assert {kind for (kind,) in found} >= ARRANGED


def test_files_that_go_missing_are_noticed_even_where_the_register_hardly_shrinks(county):
    """A third is struck off in December, a twenty-fifth in June."""
    falls = dict(county.execute("""
        select month(period_start), max(cast(evidence ->> '$.fall' as double))
        from published.fct_integrity_signal, true_world
        where signal_kind = 'shrinking' and division_code = gaming_township
        group by all
    """).fetchall())  # fmt: skip
    assert falls[12] > 0.2
    assert falls[6] < 0.1


def test_honest_townships_are_named_no_more_often_than_chance_would(county):
    """What rests on record evidence, or on no model, never; the rest at most as often as dice at one in a thousand."""
    honest = dict(county.execute("""
        select signal_kind, count(*) from published.fct_integrity_signal, true_world
        where division_code <> gaming_township group by all
    """).fetchall())  # fmt: skip
    tests = dict(county.execute("""
        select signal_kind, count(*) from built.assessment.chance_test, true_world
        where township_code <> gaming_township group by all
    """).fetchall())  # fmt: skip
    assert set(tests) == {"instant", "bunching", "first_seen_late", "padding", "shrinking", "twins"}
    assert min(tests.values()) > 80
    assert set(honest) <= set(tests)
    assert {kind: fired for kind, fired in honest.items() if fired > binom.isf(0.001, tests[kind], 0.001)} == {}


def test_a_signal_is_as_good_as_the_rows_behind_it(county):
    """Each signal has its rows, and each row leads to the line of a file that says so."""
    counted = "select signal_kind, division_code, period_start, rows from published.fct_integrity_signal"
    rows = "select signal_kind, division_code, period_start, count(*) from published.fct_integrity_case group by all"
    assert differences(county, counted, rows) == []
    lines = " union all ".join(
        f"select '{source}', source_file, source_row, {number} from built.lake.{source}"
        for source, number in RECORDS.items()
    )
    cited = "select source, source_file, source_row, record_ref from published.fct_integrity_case"
    assert county.execute(f"({cited}) except ({lines})").fetchall() == []


def test_a_contradiction_stands_in_both_files(county):
    """The earlier line shows the step not done, the later one claims a day before the earlier export's date."""
    for ledger, number in LEDGERS.items():
        cases = f"""
            select
                record_ref, source_file, source_row, detail ->> 'field' as field,
                detail ->> 'earlier_file' as earlier_file, cast(detail ->> 'earlier_row' as bigint) as earlier_row,
                cast(detail ->> 'claimed_at' as timestamp) as claimed_at
            from published.fct_integrity_case where signal_kind = 'backdated' and source = '{ledger}'
        """
        steps = ("completed_at",) if ledger == "service_event" else ("received_at", "verified_at", "replied_at")
        versions = " union all ".join(
            f"select {number} as record_ref, source_file, source_row, as_of, '{step}' as field, {step} as at "
            f"from built.lake.{ledger}" for step in steps
        )  # fmt: skip
        confirmed = f"""
            select cases.* from ({cases}) as cases
            inner join ({versions}) as later using (record_ref, source_file, source_row, field)
            inner join ({versions}) as earlier
                on cases.record_ref = earlier.record_ref and cases.field = earlier.field
                and earlier_file = earlier.source_file and earlier_row = earlier.source_row
            where later.at = claimed_at and earlier.at is null and earlier.as_of <= later.as_of
                and cast(claimed_at as date) < earlier.as_of - 1
        """
        assert differences(county, cases, confirmed) == []


@pytest.mark.parametrize("role", ["leadership", "planner", "township"])
def test_no_suppressed_count_of_a_village_can_be_read_off_the_numbers_of_its_cases(county, role):
    """House and file numbers contain the village, as registries number; read by quality staff they do say its count."""
    edition = county.execute("select path from duckdb_databases() where database_name = 'published'").fetchone()[0]
    (township,) = county.execute(
        "select min(parent_code) from published.dim_division where level = 'village'"
    ).fetchone()
    scopes = Scopes(edition)
    rights = Rights.of_role(role, township if role == "township" else None, 5)
    suppressed = scopes.execute(rights, SUPPRESSED_MISSES, {}).fetchall()
    assert len(suppressed) > 20

    def read_off(rights: Rights) -> Counter:
        cases = scopes.execute(rights, "from fct_missed_case", {}).fetchall()
        return Counter((code, month, found[0]) for code, month, *rest in cases
                       if (found := VILLAGE.findall(repr(rest))))  # fmt: skip

    counted = read_off(Rights.of_role("quality", None, 5))
    assert any(counted[village_month] for village_month in suppressed), "the attack finds what there is to find"
    assert not read_off(rights)
    for table in ("fct_open_case", "fct_quality_failure", "fct_integrity_case"):
        rows = scopes.execute(rights, f"from {table}", {}).fetchall()
        assert not [row for row in rows if VILLAGE.search(repr(row))], table
    scopes.close()
