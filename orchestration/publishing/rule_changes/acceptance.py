"""The mark by which a person accepts a list of changes to the rules: durable, and good for exactly that list.

Here: writing and reading it. Not here: who may (whoever may start a run). It holds against one edition, so that a list
that comes a second time after others were published is asked for again.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ValidationError

from orchestration.installation.clock import now
from orchestration.installation.durable import durable
from orchestration.installation.paths import Home
from orchestration.publishing.rule_changes.comparison import Found, RuleChange


class Acceptance(BaseModel):
    """`rules_accepted.json`: who accepted which changes, and when."""

    digest: str
    accepted_by: str
    accepted_at: datetime
    edition_id: str | None
    changes: list[RuleChange]


def accept(home: Home, found: Found, name: str) -> None:
    """Keep that `name` accepts what was found."""
    mark = Acceptance(
        digest=found.digest,
        accepted_by=name,
        accepted_at=now().replace(microsecond=0),
        edition_id=found.edition_id,
        changes=found.changes,
    )
    with durable(home.rules_accepted) as temporary:
        temporary.write_text(json.dumps(mark.model_dump(mode="json"), ensure_ascii=False, indent=1), encoding="utf-8")


def acceptance_of(home: Home, found: Found) -> Acceptance | None:
    """The mark for exactly this list, if somebody has made one."""
    if not home.rules_accepted.exists():
        return None
    try:
        mark = Acceptance.model_validate_json(home.rules_accepted.read_text(encoding="utf-8"))
    except ValidationError:
        # What cannot be read accepts nothing; the next acceptance replaces it.
        return None
    return mark if mark.digest == found.digest else None


def told(found: Found, acceptance: Acceptance | None) -> dict[str, Any]:
    """What `run.json` and `edition.json` keep: the edition that was compared, the changes with their words, and who
    accepted them when."""
    mark = acceptance.model_dump(mode="json", include={"accepted_by", "accepted_at"}) if acceptance else {}
    changes = [change.model_dump(mode="json") | change.words() for change in found.changes]
    return {"edition_id": found.edition_id, "accepted_by": None, "accepted_at": None} | mark | {"changes": changes}
