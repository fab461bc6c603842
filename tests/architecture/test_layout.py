"""Each rule is a query over the tracked tree that must return nothing."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
TOP_LEVEL = {
    "warehouse", "orchestration", "dashboards", "expectations", "seeds", "tests",
    "pyproject.toml", "README.md", "Makefile", "requirements.lock", "CHANGELOG.md",
}  # fmt: skip
VAGUE_NAMES = {"utils", "helpers", "common", "manager", "process_data", "misc"}


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns],
        cwd=CHECKOUT, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    return [CHECKOUT / line for line in listed.splitlines() if (CHECKOUT / line).is_file()]


def texts(*patterns: str) -> list[tuple[str, str]]:
    return [(str(p.relative_to(CHECKOUT)), p.read_text(encoding="utf-8")) for p in tracked(*patterns)]


def test_the_top_level_holds_only_what_was_agreed():
    tops = {p.relative_to(CHECKOUT).parts[0] for p in tracked()}
    assert {t for t in tops if not t.startswith(".")} <= TOP_LEVEL


def test_no_file_has_a_name_that_says_nothing():
    assert [p for p in tracked("*.py", "*.sql") if p.stem in VAGUE_NAMES] == []


def test_nothing_names_a_place_on_somebodys_machine():
    absolute = re.compile(r"(^|[^A-Za-z0-9_.])/(work|root|home|Users)/[A-Za-z0-9_.]")
    code = texts("*.py", "*.sql", "*.yml", "*.toml", "*.md", "Makefile", "*.lock", ".ci/*")
    assert [name for name, text in code if absolute.search(text)] == []


LOCKS = {"requirements.lock", "tests/requirements.lock"}


def pins(lock: str) -> set[tuple[str, str]]:
    """Package and version of each pin that has hashes."""
    return set(re.findall(r"^([a-z0-9-]+)==([^ \n]+)[^\\\n]*\\\n    --hash=", lock, flags=re.M))


def test_the_locks_name_hashes_and_no_host():
    locks = dict(texts("*.lock"))
    assert set(locks) == LOCKS
    for name, lock in locks.items():
        assert "://" not in lock, name
        assert len(pins(lock)) > 40, name
        assert set(re.findall(r"^([a-z0-9-]+)==([^ \n]+)", lock, flags=re.M)) == pins(lock), name


def test_nothing_to_develop_with_is_installed_with_the_product():
    product, development = (pins((CHECKOUT / name).read_text(encoding="utf-8")) for name in sorted(LOCKS))
    names = {package for package, _ in product}
    assert {"pytest", "ruff", "ty", "deptry", "import-linter", "statsmodels"} & names == set()
    # What both pin is one version, or the second installation would replace what the first installed.
    assert {pin for pin in development if pin[0] in names} <= product


def test_nothing_is_left_open_in_the_code():
    marker = re.compile(r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "XX" + "X"]) + r")\b|pytest\.mark\.(skip|xfail)")
    assert [name for name, text in texts("*.py", "*.sql", "*.yml") if marker.search(text)] == []


def test_no_error_is_caught_and_dropped():
    silent = []
    for path in tracked("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ExceptHandler) and all(isinstance(s, ast.Pass) for s in node.body):
                silent.append(f"{path.relative_to(CHECKOUT)}:{node.lineno}")
    assert silent == []
