"""The demonstration: a synthetic county, made once, delivered in four parts, each of them published.

Here: what `shuangbai demo` and `shuangbai synthesize` do around the generator, and on which days the demonstration
delivers. Not here: the county itself, or what people do about its failures (`demo_triage`).
"""

from __future__ import annotations

import shutil
import sys
from contextlib import nullcontext
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from orchestration.installation.clock import telling
from orchestration.installation.county_seeds import SeedsError, assemble_seeds
from orchestration.installation.fingerprint import fingerprint
from orchestration.installation.messages import command_line_messages
from orchestration.installation.paths import CHECKOUT, CONTRACTS, Home, seeds_source
from orchestration.installation.progress import Reporter

COUNTY = {
    "county": "623021",
    "persons": 5_000,
    "months": 23,
    "as_of": date(2026, 11, 15),
    "seed": 1,
    "defects": "usual",
}
# The month's end, its corrections, what came late, and the month that is running.
DELIVERED_ON = (date(2026, 11, 2), date(2026, 11, 6), date(2026, 11, 9), date(2026, 11, 16))
AT = time(9)


def make_county(home: Home, out: Path, **settings: Any) -> int:
    """Write a synthetic county's files to `out`, with progress; the exit code."""
    from orchestration.synthetic import UnknownCountyError, synthesize

    both = command_line_messages().both
    try:
        assemble_seeds(home)
        with Reporter() as reporter:
            reporter.step("synthesis")
            made = synthesize(out, seeds=home.seeds, progress=reporter.progress, **settings)
    except SeedsError as error:
        print(str(error), file=sys.stderr)
    except (UnknownCountyError, ValueError) as error:
        print(error, file=sys.stderr)
    else:
        print(both("synthesis.done", files=made.files, rows=made.rows, townships=made.townships, out=out))
        return 0
    return 1


def prepare_demo(home: Home) -> int:
    """Land and publish the synthetic county, made again only if its generator changed; the exit code of the last run.

    An installation that holds real data is left alone: invented townships' figures must never stand among them.
    """
    from orchestration.landing import read_batches

    # Editions without a batch are of a lake that was lost, and all that is left of it.
    batches = read_batches(home)
    is_lost = not batches and home.editions.exists() and any(home.editions.iterdir())
    if is_lost or any(not batch.is_synthetic for batch in batches):
        print(command_line_messages().both("demo.real_data", home=home.root), file=sys.stderr)
        return 1
    stamp = home.demo_files / ".made_by"
    here = Path(__file__)
    generator = [CHECKOUT / "orchestration" / "synthetic", here, here.with_name("demo_triage.py")]
    maker = fingerprint([*generator, CONTRACTS, seeds_source()])
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != maker:
        forget(home)
        if code := make_county(home, home.demo_files, is_truth_wanted=False, **COUNTY):
            return code
        sort_by_delivery(home.demo_files)
        stamp.write_text(maker, encoding="utf-8")
    landed = {batch.file_name for batch in read_batches(home)}
    for day in DELIVERED_ON:
        folder = home.demo_files / f"{day}"
        is_delivered = {file.name for file in folder.iterdir()} <= landed
        if is_delivered and day != DELIVERED_ON[-1]:
            continue
        code = deliver(home, folder, None if is_delivered else day)
        if code not in (0, 3):
            break
    return code


def deliver(home: Home, folder: Path, day: date | None) -> int:
    """One run over `folder`, with what people do after it, as if it were `day`; the run's exit code."""
    from orchestration.commands.demo_triage import triage
    from orchestration.landing.bounds import CHINA
    from orchestration.runs.running import run_pipeline

    with telling(datetime.combine(day, AT, CHINA)) if day else nullcontext():
        if day:
            print(command_line_messages().both("demo.delivery", day=day, files=len(list(folder.iterdir()))))
        # Nobody is assessed by invented figures: an upgrade of the shipped rules needs no one to accept it.
        code = run_pipeline(home, folder, accepts_rules="demo").exit_code
        if day and code == 0:
            triage(home, DELIVERED_ON.index(day))
    return code


def forget(home: Home) -> None:
    """Everything of the synthetic county that was made before, its editions and what was written about them too.

    The lake goes last: as long as it is there, what is left is known to be synthetic.
    """
    for file in (home.warehouse, home.workbench):
        file.unlink(missing_ok=True)
    for folder in (home.demo_files, home.quarantine, home.quality, home.audit_draws, home.editions, home.lake):
        if folder.exists():
            shutil.rmtree(folder)


def sort_by_delivery(files: Path) -> None:
    """Each file into the folder of the first delivery after it was sent."""
    import pandas as pd

    sent = pd.read_parquet(files / "truth" / "files.parquet")
    for file_name, sent_on in zip(sent["file_name"], sent["sent_on"], strict=True):
        day = next(day for day in DELIVERED_ON if sent_on <= day)
        folder = files / f"{day}"
        folder.mkdir(exist_ok=True)
        (files / file_name).rename(folder / file_name)
