"""Write, audit, publish: a build that passed its checks becomes a new immutable edition, and `current` points to it.

Here: copying, stamping, swapping. Not here: computing anything that a page shows, or deciding whether a build is good.
"""

from orchestration.publishing.edition import current_edition_id, publish, read_edition

__all__ = ["current_edition_id", "publish", "read_edition"]
