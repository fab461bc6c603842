"""The catalogue of the pages' texts."""

from __future__ import annotations

from pathlib import Path

from orchestration.installation.messages import Messages

CATALOGUE = Messages(Path(__file__).with_name("messages.yml"))
