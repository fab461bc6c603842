"""What is said of one node that was built or tested, whoever did it."""

from __future__ import annotations

from dataclasses import dataclass

from orchestration.warehouse_build.audit import ExecutedCheck


@dataclass(frozen=True)
class NodeResult:
    """What became of one seed, model or test. `failures` counts a test's failing rows, which `query` returns."""

    unique_id: str
    name: str
    kind: str
    status: str
    seconds: float
    failures: int
    message: str
    severity: str
    tested: str | None
    query: str = ""

    @property
    def is_error(self) -> bool:
        """The node itself broke; a test that found failing rows did not."""
        return self.status in ("error", "runtime error")

    @property
    def is_blocking(self) -> bool:
        return self.kind == "test" and self.status == "fail"

    @property
    def is_built(self) -> bool:
        return self.kind != "test" and self.status == "success"

    def as_check(self) -> ExecutedCheck:
        """How this test ended, for the audit."""
        tested = (self.tested or "").rpartition(".")[2]
        return ExecutedCheck("dbt", self.name, tested, self.status, self.failures, self.query)
