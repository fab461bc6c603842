"""Where alerts go: `alerts.yml` in the installation; without it none are sent.

Here: reading it strictly, and saying in which line it is wrong. Not here: sending. No secret stands in the file: a
password or the address of a webhook is the value of an environment variable that the file names.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from orchestration.alerts.errors import AlertsError
from orchestration.contracts.yaml_lines import line_of, line_of_error, read_yaml
from orchestration.installation.paths import Home

Name = Annotated[str, Field(min_length=1, max_length=100)]
Address = Annotated[str, Field(pattern=r"^[^@\s,;<>]+@[^@\s,;<>]+$")]
# What pydantic calls a fault, and the text that says it; every other fault is a value that cannot be.
FAULTS = {"missing": "alerts.fault.missing", "extra_forbidden": "alerts.fault.unknown"}


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Email(_Part):
    """An SMTP server, and who is written to. `tls` from the first byte, `starttls`, or `plain` without a password."""

    kind: Literal["email"]
    name: Name
    host: Name
    port: Annotated[int, Field(ge=1, le=65535)]
    security: Literal["tls", "starttls", "plain"]
    username: Name | None = None
    password_variable: Name | None = None
    sender: Address
    recipients: Annotated[list[Address], Field(min_length=1)]
    ca_file: Path | None = None

    @model_validator(mode="after")
    def _keeps_its_password(self) -> Email:
        if (self.username is None) != (self.password_variable is None) or (self.username and self.security == "plain"):
            raise ValueError("password")
        return self


class WeCom(_Part):
    """A group robot of WeCom; `url_variable` holds its whole address, which is a secret."""

    kind: Literal["wecom"]
    name: Name
    url_variable: Name
    ca_file: Path | None = None


class DingTalk(_Part):
    """A group robot of DingTalk, signed if `secret_variable` is given."""

    kind: Literal["dingtalk"]
    name: Name
    url_variable: Name
    secret_variable: Name | None = None
    ca_file: Path | None = None


class Service(_Part):
    """Any service that apprise knows; `url_variable` holds its apprise address, which is a secret."""

    kind: Literal["apprise"]
    name: Name
    url_variable: Name


Channel = Email | WeCom | DingTalk | Service


class Settings(_Part):
    """All channels get the same digest. Hours are from the end of the newest landed day."""

    language: Literal["zh", "en"] = "zh"
    due_within_hours: Annotated[float, Field(gt=0)] = 24
    timeout_seconds: Annotated[float, Field(gt=0, le=120)] = 10
    channels: Annotated[list[Annotated[Channel, Field(discriminator="kind")]], Field(min_length=1)]

    @model_validator(mode="after")
    def _names_differ(self) -> Settings:
        if len({channel.name for channel in self.channels}) < len(self.channels):
            raise ValueError("names")
        return self


def read_settings(home: Home) -> Settings | None:
    """None if alerts are off. Raises AlertsError, naming file, line and place, but never a value."""
    file = home.alerts
    if not file.exists():
        return None
    try:
        tree, content = read_yaml(file)
        return Settings.model_validate(content if content is not None else {})
    except ValidationError as error:
        fault = error.errors()[0]
        place = tuple(step for step in fault["loc"] if step not in ("email", "wecom", "dingtalk", "apprise"))
        key = FAULTS.get(fault["type"], "alerts.fault.value")
        raise AlertsError(
            key, file=file.name, line=line_of(tree, place), place=".".join(map(str, place)) or "channels"
        ) from None
    except (yaml.YAMLError, ValueError, OSError) as error:
        raise AlertsError("alerts.fault.unreadable", file=file.name, line=line_of_error(error)) from None


def secret(variable: str) -> str:
    """The value of an environment variable. Raises AlertsError if it is not set."""
    if value := os.environ.get(variable, "").strip():
        return value
    raise AlertsError("alerts.no_variable", variable=variable)
