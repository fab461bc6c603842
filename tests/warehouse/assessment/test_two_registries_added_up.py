"""The comparison of the registries at every level, worked out by hand from what core counted."""

from __future__ import annotations

from collections import defaultdict

from dice_county import OVERLAPS, TOWNSHIPS

DIFFERENCES = [name for name in OVERLAPS if name.startswith("different_")]


def added_up(county) -> dict[tuple, dict]:
    """Counts by month and division, with how many townships they are from and whether one is provisional."""
    sums: dict[tuple, dict] = defaultdict(lambda: defaultdict(int))
    for row in county.overlaps(county.landed):
        code = row["township_code"]
        while code:
            here = sums[row["period_month"], code]
            for name in OVERLAPS:
                here[name] += row[name]
            here["townships"] += 1
            here["is_provisional"] |= row["is_provisional"]
            code = county.divisions[code]
    return sums


def townships_below(county, division: str) -> int:
    def is_below(code: str | None) -> bool:
        return code == division or (code is not None and is_below(county.divisions[code]))

    return sum(map(is_below, TOWNSHIPS))


def test_every_level_is_the_sum_of_its_townships(assessed):
    columns = [*OVERLAPS, "both_different", "chapman_total", "coverage_estimate", "keyless_share", "is_provisional"]
    found = assessed.facts.rows(
        f"select period_start, division_code, {', '.join(columns)} from published.fct_reconciliation"
    )
    expected = added_up(assessed.county)
    assert {row[:2] for row in found} == expected.keys()
    too_few = 0
    for month, division, *values in found:
        counts, row = expected[month, division], dict(zip(columns, values, strict=True))
        assert {name: row[name] for name in OVERLAPS} == {name: counts[name] for name in OVERLAPS}
        assert row["both_different"] == sum(counts[name] for name in DIFFERENCES)
        is_complete = counts["townships"] == townships_below(assessed.county, division)
        assert row["is_provisional"] == (bool(counts["is_provisional"]) or not is_complete)
        both = counts["both_equal"] + row["both_different"]
        first, second = both + counts["only_gpl"], both + counts["only_padis"]
        if both < 7:
            too_few += 1
            assert row["chapman_total"] is row["coverage_estimate"] is None
        else:
            total = (first + 1) * (second + 1) / (both + 1) - 1
            assert row["chapman_total"] == total
            assert row["coverage_estimate"] == min(1, first / total)
        rows = counts["rows_total"]
        assert row["keyless_share"] == (counts["keyless"] / rows if rows else None)
    assert 0 < too_few < len(found)
