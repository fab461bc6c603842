"""Texts for people, in Chinese and English, from a catalogue file: `key: {zh: ..., en: ...}` in YAML.

A key that is missing, or a text whose placeholders are not given, is an error of the program and raises.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml

LANGUAGES = ("zh", "en")
# libyaml's, where PyYAML was built with it: a catalogue of hundreds of texts in a tenth of the time.
Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Messages:
    """One catalogue file, read once."""

    def __init__(self, path: Path) -> None:
        self._texts: dict[str, dict[str, str]] = yaml.load(path.read_text(encoding="utf-8"), Loader)

    def __call__(self, key: str, language: str, **values: object) -> str:
        """The text of `key`; `values` fill its `{placeholders}`. Raises KeyError for an unknown or missing one."""
        return self._texts[key][language].format(**values)

    def both(self, key: str, **values: object) -> str:
        """Chinese, then English on the next line: for messages to an operator whose language is not known."""
        return "\n".join(self(key, language, **values) for language in LANGUAGES)

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(self._texts)


@cache
def command_line_messages() -> Messages:
    """The catalogue of the command line and of landing."""
    return Messages(Path(__file__).with_name("messages.yml"))
