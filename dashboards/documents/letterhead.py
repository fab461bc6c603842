"""What the office puts on its paper: issuer, number, addressee, copies, signature, who printed it and when, and to whom
and until when to report. All of it may be blank.

`<home>/bulletin.yml`, by language:

    zh:
      issuer: 某某办公室
      number: 某办〔2026〕　号
      addressee: 各乡镇人民政府：
      copies: 县委办公室
      signature: 某某办公室
      printed_by: 某某办公室
      printed_on: 2026-11-20
      report_to: 某某办公室
      report_by: 2026-12-10
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import yaml

from dashboards.documents.failures import DocumentError
from orchestration.installation.messages import LANGUAGES


@dataclass(frozen=True)
class Letterhead:
    issuer: str = ""
    number: str = ""
    addressee: str = ""
    copies: str = ""
    signature: str = ""
    printed_by: str = ""
    printed_on: dt.date | None = None
    report_to: str = ""
    report_by: dt.date | None = None


BLANK = Letterhead()
_FIELDS = {one.name: str if one.default == "" else dt.date for one in fields(Letterhead)}


def read(file: Path, language: str, number: str | None = None) -> Letterhead:
    """The letterhead set in `file` for `language`, blank without one; `number` replaces its reference number.

    Raises DocumentError if the file says something that is no setting.
    """
    letterhead = Letterhead(**_settings(file).get(language, {})) if file.exists() else BLANK
    return replace(letterhead, number=number) if number else letterhead


def _settings(file: Path) -> dict[str, dict[str, Any]]:
    try:
        said = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
    except (OSError, UnicodeError, yaml.YAMLError):
        raise _not_understood(file, file.name) from None
    if not isinstance(said, dict):
        raise _not_understood(file, said)
    for language, settings in said.items():
        if language not in LANGUAGES or not isinstance(settings, dict):
            raise _not_understood(file, language)
        for name, value in settings.items():
            # Not isinstance: a moment is a date, too.
            if type(value) is not _FIELDS.get(name):
                raise _not_understood(file, name)
    return said


def _not_understood(file: Path, what: object) -> DocumentError:
    return DocumentError("error.letterhead", file=str(file), what=what, known=" / ".join(_FIELDS))
