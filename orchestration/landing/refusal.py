"""A file that cannot be landed, said so that a clerk can act on it.

Here: the exception and the texts. Not here: the checks that raise it. A refusal names the file, the cause and what
to do; it never repeats the content of a cell.
"""

from __future__ import annotations

from dataclasses import dataclass

from orchestration.installation.errors import BilingualError
from orchestration.installation.messages import command_line_messages


@dataclass(frozen=True)
class Refusal:
    """One file refused whole: the catalogue key of the cause, and its text in both languages."""

    file_name: str
    key: str
    message_zh: str
    message_en: str


class Refused(BilingualError):
    """Raised by a check with a message key without its `landing.` prefix; which file it is of, `of` is told."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(f"landing.{key}", **values)

    def __str__(self) -> str:
        return self.key

    def of(self, file_name: str) -> Refusal:
        """The refusal of the file called `file_name`."""
        text = command_line_messages()
        zh, en = (text(self.key, language, file=file_name, **self.values) for language in ("zh", "en"))
        return Refusal(file_name=file_name, key=self.key, message_zh=zh, message_en=en)
