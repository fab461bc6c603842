"""Damaged files: nothing is raised, nothing hangs, every row is accounted for, nobody's identity is written.

Four hundred here; `tests/benchmarks/fuzz_landing.py` lands thousands.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.landing.encoding import encoding_of
from orchestration.landing.refusal import Refused

from .conftest import Clerk
from .fuzzing import Campaign
from .mutation import FORMATS, mutants

FILES = 400
MAX_MEBIBYTES = 1000


def test_damaged_files(clerk: Clerk) -> None:
    figures = Campaign(clerk.home, clerk.folder).run(mutants(seed=2026, count=FILES))
    assert figures.faults == []
    assert figures.outcomes.total() == FILES
    assert figures.peak_mebibytes < MAX_MEBIBYTES
    # Damage that nothing survives, or that all survive, would test nothing.
    for file_format in FORMATS:
        assert figures.outcomes[file_format, "landed"] >= 2
        assert figures.outcomes[file_format, "refused"] >= 10


def test_the_same_seed_gives_the_same_files() -> None:
    assert [m.content for m in mutants(7, 9) if m.file_format == "csv"] == [
        m.content for m in mutants(7, 9) if m.file_format == "csv"
    ]


@pytest.fixture(scope="module")
def lasting_clerk(new_clerk: Callable[[], Clerk]) -> Clerk:
    return new_clerk()


@given(st.binary(max_size=300), st.sampled_from(FORMATS))
@settings(deadline=None, max_examples=60)
def test_any_bytes_at_all_are_refused_or_accounted_for(lasting_clerk: Clerk, content: bytes, file_format: str) -> None:
    path = lasting_clerk.put(content, f"system_login__623021__2026-10-31.{file_format}")
    outcome = lasting_clerk.land()
    path.unlink()
    assert len(outcome.landed) + len(outcome.refused) + len(outcome.repeated) == 1


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1), st.data())
@settings(deadline=None)
def test_whatever_encoding_is_chosen_decodes_the_whole_file(
    tmp_path_factory: pytest.TempPathFactory, text: str, data: st.DataObject
) -> None:
    encoding = data.draw(st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]))
    path = tmp_path_factory.getbasetemp() / "text.csv"
    path.write_bytes(text.encode(encoding))
    try:
        found = encoding_of(path)
    except Refused as refused:
        # UTF-8 is decided for early where there is Chinese enough; nothing else that was written well is refused.
        assert refused.key == "landing.undecodable"
        assert encoding not in ("utf-8", "utf-8-sig", "utf-16")
    else:
        path.read_bytes().decode(found)
