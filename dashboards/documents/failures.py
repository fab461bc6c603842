"""What can go wrong with a document, said in both languages. No check is made here."""

from __future__ import annotations

from pathlib import Path

from orchestration.installation.errors import BilingualError
from orchestration.installation.messages import Messages

CATALOGUE = Messages(Path(__file__).with_name("messages.yml"))


class DocumentError(BilingualError):
    """A document that cannot be made, or not be put where it was wanted."""

    catalogue = staticmethod(lambda: CATALOGUE)
