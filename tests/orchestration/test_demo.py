"""What the demonstration delivers when; the county itself is `tests/synthetic`'s."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from orchestration.commands.demo import COUNTY, DELIVERED_ON, prepare_demo, sort_by_delivery
from orchestration.installation.paths import CHECKOUT, Home
from orchestration.synthetic import synthesize


def test_each_file_is_in_the_first_delivery_after_it_was_sent(tmp_path: Path) -> None:
    made = synthesize(
        tmp_path, persons=300, months=2, as_of=COUNTY["as_of"], seeds=CHECKOUT / "seeds", is_truth_wanted=False
    )
    assert [path.name for path in (tmp_path / "truth").iterdir()] == ["files.parquet"]
    sort_by_delivery(tmp_path)
    delivered = {day: {path.name.split(".")[0] for path in (tmp_path / f"{day}").iterdir()} for day in DELIVERED_ON}
    assert sum(map(len, delivered.values())) == made.files
    for day, stems in delivered.items():
        assert all(date.fromisoformat(stem.split("__")[2]) < day for stem in stems)
    month_end, corrections, late, running = delivered.values()
    assert {stem.split("__")[2] for stem in month_end} == {"2026-10-31"}
    assert [stem for stem in corrections if stem.startswith("gpl_resident") and stem.endswith("2026-10-31")]
    assert [stem.split("__")[0] for stem in late] == ["exchange_message"]
    assert {stem.split("__")[2] for stem in running} <= {"2026-11-13", "2026-11-14", "2026-11-15"}


def test_what_is_left_of_a_lost_lake_is_not_taken_for_an_older_demonstration(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    edition = home.editions / "20260101T000000000000Z-00000000" / "shuangbai.duckdb"
    edition.parent.mkdir(parents=True)
    edition.write_bytes(b"all that is left")
    assert prepare_demo(home) == 1
    assert edition.read_bytes() == b"all that is left"
