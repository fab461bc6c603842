"""What can go wrong with a document, said in both languages. No check is made here."""

from __future__ import annotations

from pathlib import Path

from orchestration.installation.messages import Messages

CATALOGUE = Messages(Path(__file__).with_name("messages.yml"))


class DocumentError(Exception):
    """A document that cannot be made, or not be put where it was wanted. `key` and `values` give the message."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key, self.values = key, values

    def said(self, language: str) -> str:
        return CATALOGUE(self.key, language, **self._in(language))

    def both(self) -> str:
        """Chinese, then English on the next line."""
        return f"{self.said('zh')}\n{self.said('en')}"

    def _in(self, language: str) -> dict[str, object]:
        """A value that differs by language is a mapping of both."""
        return {name: value[language] if isinstance(value, dict) else value for name, value in self.values.items()}
