"""The demonstration: a synthetic county, made once, landed once.

Here: what `shuangbai demo` and `shuangbai synthesize` do around the generator. Not here: the county itself.
"""

from __future__ import annotations

import shutil
import sys
from datetime import date
from pathlib import Path

from orchestration.county_seeds import SeedsError, assemble_seeds
from orchestration.fingerprint import fingerprint
from orchestration.messages import command_line_messages
from orchestration.paths import CHECKOUT, CONTRACTS, Home, seeds_source
from orchestration.progress import Reporter

COUNTY = {
    "county": "623021",
    "persons": 20_000,
    "months": 24,
    "as_of": date(2026, 11, 15),
    "seed": 1,
    "defects": "usual",
}


def make_county(home: Home, out: Path, **settings: object) -> int:
    """Write a synthetic county's files to `out`, with progress; the exit code."""
    from orchestration.synthetic import UnknownCountyError, synthesize

    both = command_line_messages().both
    try:
        assemble_seeds(home)
        with Reporter() as reporter:
            reporter.step("synthesis")
            made = synthesize(out, seeds=home.seeds, progress=reporter.progress, **settings)
    except SeedsError as error:
        print(both(error.key, **error.values), file=sys.stderr)
    except (UnknownCountyError, ValueError) as error:
        print(error, file=sys.stderr)
    else:
        print(both("synthesis.done", files=made.files, rows=made.rows, townships=made.townships, out=out))
        return 0
    return 1


def prepare_demo(home: Home) -> int:
    """Land and publish the synthetic county, made again only if its generator changed; the exit code of the run.

    An installation that holds real data is left alone: invented townships' figures must never stand among them.
    """
    from orchestration.landing import read_batches
    from orchestration.running import run_pipeline

    if any(not batch.is_synthetic for batch in read_batches(home)):
        print(command_line_messages().both("demo.real_data", home=home.root), file=sys.stderr)
        return 1
    stamp = home.demo_files / ".made_by"
    maker = fingerprint([CHECKOUT / "orchestration" / "synthetic", CONTRACTS, seeds_source()], repr(COUNTY))
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != maker:
        for made_before in (home.demo_files, home.lake, home.quarantine, home.quality, home.audit_draws):
            shutil.rmtree(made_before, ignore_errors=True)
        home.warehouse.unlink(missing_ok=True)
        if code := make_county(home, home.demo_files, **COUNTY):
            return code
        stamp.write_text(maker, encoding="utf-8")
    # Nobody is assessed by invented figures: an upgrade of the shipped rules needs no one to accept it.
    return run_pipeline(home, home.demo_files, accepts_rules="demo").exit_code
