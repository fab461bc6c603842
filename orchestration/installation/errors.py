"""What somebody can do something about, said in Chinese and English.

Here: the one shape of such errors. Not here: the texts (the catalogues), or what is done when one is raised. An error
of the program is no such error: it has a traceback, and a place in the log.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from orchestration.installation.messages import LANGUAGES, Messages, command_line_messages


class BilingualError(Exception):
    """`key` of a catalogue's text and the `values` of its placeholders; a value that differs by language is a mapping
    of both. `str()` says Chinese, then English on the next line."""

    catalogue: ClassVar[Callable[[], Messages]] = staticmethod(command_line_messages)

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key, self.values = key, values

    def said(self, language: str) -> str:
        """The message. Raises KeyError if the catalogue does not have it, or a value is missing."""
        values = {name: value[language] if isinstance(value, dict) else value for name, value in self.values.items()}
        return self.catalogue()(self.key, language, **values)

    @property
    def text(self) -> dict[str, str]:
        """By language."""
        return {language: self.said(language) for language in LANGUAGES}

    def __str__(self) -> str:
        return "\n".join(self.text.values())
