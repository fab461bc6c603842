"""Small synthetic counties, made once."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from clerk_files import SEEDS

from orchestration.synthetic import synthesize


@pytest.fixture(scope="session")
def heavy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six months with many defects."""
    folder = tmp_path_factory.mktemp("heavy")
    synthesize(folder, persons=400, months=6, defects="heavy", seeds=SEEDS)
    return folder


@pytest.fixture(scope="session")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four months without a defect."""
    folder = tmp_path_factory.mktemp("clean")
    synthesize(folder, persons=400, months=4, defects="none", seeds=SEEDS)
    return folder
