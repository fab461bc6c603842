"""A process killed anywhere leaves a state from which the next run produces what it would have produced undisturbed.

Real SIGKILLs. Landing is cheap, so it is killed at every single change it makes to the disk; the rest of a run at the
moments where the state on disk is half of something.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

from orchestration.installation.paths import Home
from orchestration.landing import land, read_batches

from .conftest import files_below, inquiry, published, put, resident

KILLING = Path(__file__).with_name("killing.py")
EARLY_FILES = {
    "exchange_message__623021__2026-09-30.csv": [
        inquiry("M1", "623021100000", "2026-09-01 08:00:00", "2026-09-02 08:00:00"),
        inquiry("M2", "623021101000", "2026-09-29 08:00:00"),
        "M3,协查,?,否,620102,623021100000,2026-09-01,,,,",
    ],
    "gpl_resident__623021__2026-09-30.csv": [
        resident("G1", "623021100201", "2026-09-05 09:00:00"),
        resident("G2", "623021101201", "2026-08-05 09:00:00"),
        resident("G3", "623022100201", "2026-09-05 09:00:00"),
    ],
}
LATE_FILES = {
    "exchange_message__623021__2026-10-31.csv": [
        inquiry("M2", "623021101000", "2026-09-29 08:00:00", "2026-10-01 08:00:00"),
        inquiry("M4", "623021101000", "2026-10-20 08:00:00", "2026-10-30 08:00:00"),
    ],
    "gpl_resident__623021101__2026-09-30.csv": [resident("G2", "623021101201", "2026-09-28 09:00:00", card="否")],
}
# Moments in the order of a run; each run begins where the one before was killed.
FIRST_RUN = ["torn:open:target/.manifest.json.tmp$", "torn:open:target/inputs$", "at:node:70"]
LATER_RUN = [
    "at:node:200",
    "before:os.rename:quality/.*/.result.parquet.tmp$",
    "before:os.rename:quality/.ledger.parquet.tmp$",
    "before:os.rename:current.tmp$",
]


def live(*lives: tuple[Home, str]) -> list[int]:
    """Runs over the landing folder of an installation, each killed at its moment (`-`: not at all); the exit codes."""
    command = [sys.executable, str(KILLING), *(str(word) for home, moment in lives for word in (home.root, moment))]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=900, check=True)
    codes = [int(line.split()[1]) for line in ran.stderr.splitlines() if line.startswith("ended ")]
    assert len(codes) == len(lives) and 70 not in codes, ran.stderr
    return codes


def deliver(home: Home, files: dict[str, list[str]]) -> None:
    for name, rows in files.items():
        put(home.landing, name, rows)


def records(home: Home) -> list[dict]:
    """Every batch record without the stamp of its run."""
    return [record.model_dump(exclude={"landed_at", "parquet_path"}) for record in read_batches(home)]


def rows_on_disk(home: Home) -> dict[str, bytes]:
    """Every file of lake and quarantine but the records; what a killed process left behind would be among them."""
    found = {f"lake/{name}": content for name, content in files_below(home.lake).items()}
    found |= {f"quarantine/{name}": content for name, content in files_below(home.quarantine).items()}
    return {name: content for name, content in found.items() if not name.endswith(".json")}


def test_landing_killed_at_every_change_of_the_disk(new_home):
    undisturbed = new_home()
    deliver(undisturbed, EARLY_FILES)
    originals = files_below(undisturbed.landing)
    land(undisturbed, undisturbed.landing, keep_originals=False)
    assert [record["quarantined"] for record in records(undisturbed)] == [1, 1]

    homes = [new_home() for _ in range(40)]
    for home in homes:
        deliver(home, EARLY_FILES)
    codes = live(*((home, f"count:land:{number}") for number, home in enumerate(homes, start=1)))
    killed = [home for home, code in zip(homes, codes, strict=True) if code == -signal.SIGKILL]
    assert codes == [-signal.SIGKILL] * len(killed) + [0] * (len(homes) - len(killed)), "there are fewer changes"
    assert 20 < len(killed) < len(homes)
    for home in killed:
        # What is not in the lake yet is still where the clerk put it.
        committed = {record["file_name"] for record in records(home)}
        left = files_below(home.landing)
        assert {name: left.get(name) for name in originals.keys() - committed}.items() <= originals.items()
        land(home, home.landing, keep_originals=False)
        assert rows_on_disk(home) == rows_on_disk(undisturbed)
        assert records(home) == records(undisturbed)
        assert files_below(home.landing) == {}


def test_a_run_killed_again_and_again_publishes_what_an_undisturbed_one_does(new_home):
    undisturbed = new_home()
    for files in (EARLY_FILES, LATE_FILES):
        deliver(undisturbed, files)
        land(undisturbed, undisturbed.landing, keep_originals=False)
    home = new_home()
    deliver(home, EARLY_FILES)
    codes = live((undisturbed, "-"), *((home, moment) for moment in (*FIRST_RUN, "-")))
    assert codes == [0, *[-signal.SIGKILL] * len(FIRST_RUN), 0]

    edition = home.current_edition.resolve()
    deliver(home, LATE_FILES)
    assert live(*((home, moment) for moment in LATER_RUN)) == [-signal.SIGKILL] * len(LATER_RUN)
    assert home.current_edition.resolve() == edition, "the last good edition stands"
    assert live((home, "-"), (home, "-")) == [0, 3]

    assert published(home) == published(undisturbed)
    assert rows_on_disk(home) == rows_on_disk(undisturbed)
    assert records(home) == records(undisturbed)
    assert [path.name for path in home.editions.iterdir() if path.name.startswith(".")] == []
    stamp = json.loads((home.current_edition / "edition.json").read_text(encoding="utf-8"))
    assert stamp["batch_ids"] == sorted(record["batch_id"] for record in records(undisturbed))
