"""`access.yml` and the list of readers: how one signs in, for how long, and with which rights.

Here: what may be written in them, and errors that say where and what to do. Secrets are named (an environment variable
or a file), never held. Not here: a session (sessions.py), what rights mean (rights.py, scopes.py).
"""

from __future__ import annotations

import csv
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from dashboards.access.rights import ROLES, Rights
from orchestration.installation.errors import BilingualError
from orchestration.installation.paths import Home

LOOPBACK = ("127.0.0.1", "localhost", "::1")
COLUMNS = ["reader", "role", "division_code"]


class SettingsError(BilingualError):
    """Something in the settings cannot be used."""


def _address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/") or parts.query:
        raise ValueError("https://…")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise ValueError("https://…")
    return f"{parts.scheme}://{parts.netloc}"


def _provider(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise ValueError("https://…/.well-known/openid-configuration")
    return value


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Provider(Strict):
    """The OpenID Connect provider and what this installation is called there."""

    metadata: Annotated[str, AfterValidator(_provider)]
    client_id: str = Field(min_length=1)
    client_secret_variable: str | None = None
    client_secret_file: str | None = None
    scope: str = "openid email"


class Claims(Strict):
    """In which claims the provider says role and division; `roles` translates its names into ours."""

    role: str
    division: str | None = None
    roles: dict[str, str] = {}


class Certificate(Strict):
    certificate: str
    key: str


class Settings(Strict):
    """`access.yml`. Hours are of 60 minutes; a session ends that long after sign-in, whatever is done in it."""

    address: Annotated[str, AfterValidator(_address)]
    provider: Provider
    claims: Claims | None = None
    readers: str | None = None
    session_hours: float = Field(default=8, gt=0, le=24)
    disclosure_threshold: int = Field(default=5, ge=2, le=100)
    tls: Certificate | None = None
    folder: Path = Field(default=Path(), exclude=True)

    @property
    def host(self) -> str:
        return urlsplit(self.address).hostname or ""

    def client_secret(self) -> str:
        """Raises SettingsError where there is none."""
        provider = self.provider
        if provider.client_secret_variable and os.environ.get(provider.client_secret_variable):
            return os.environ[provider.client_secret_variable]
        if provider.client_secret_file and (file := self.folder / provider.client_secret_file).exists():
            return file.read_text(encoding="utf-8").strip()
        raise SettingsError("access.no_secret", file=self.folder / "access.yml")

    def streamlit_secrets(self, cookie_secret: str) -> dict[str, Any]:
        """What Streamlit's sign-in is to know, in its own words; handed over in memory."""
        return {
            "redirect_uri": f"{self.address}/oauth2callback",
            "cookie_secret": cookie_secret,
            "client_id": self.provider.client_id,
            "client_secret": self.client_secret(),
            "server_metadata_url": self.provider.metadata,
            "client_kwargs": {
                "scope": self.provider.scope,
                "prompt": "select_account",
                "code_challenge_method": "S256",
            },
        }

    def rights(self, claims: Mapping[str, Any]) -> Rights | None:
        """What somebody with these claims may see; None for somebody who is no reader. The list of readers comes first.

        An e-mail address counts only where the provider says that it verified it. Raises SettingsError for a list that
        cannot be used.
        """
        email = str(claims.get("email", "")).casefold() if claims.get("email_verified") is True else None
        for name, rights in self.listed_readers():
            if name == claims["sub"] or name.casefold() == email:
                return rights
        return self._claimed(claims)

    def listed_readers(self) -> list[tuple[str, Rights]]:
        """The readers of the list. Raises SettingsError naming file, row and column."""
        if self.readers is None:
            return []
        file = self.folder / self.readers
        try:
            rows = list(csv.reader(file.read_text(encoding="utf-8-sig").splitlines()))
        except (OSError, UnicodeDecodeError):
            raise SettingsError("access.no_readers", file=file) from None
        if not rows or rows[0] != COLUMNS:
            raise SettingsError("access.readers_header", file=file, columns=",".join(COLUMNS))
        found: dict[str, Rights] = {}
        for number, row in enumerate(rows[1:], 2):
            if not any(row):
                continue
            name, role, division = [*(cell.strip() for cell in row), "", ""][:3]
            if not name or name in found or len(row) > len(COLUMNS):
                raise SettingsError("access.readers_row", file=file, row=number, column="reader")
            if role not in ROLES:
                raise SettingsError("access.readers_role", file=file, row=number, role=role, roles=", ".join(ROLES))
            found[name] = self._rights(role, division, file, number)
        return list(found.items())

    def _rights(self, role: str, division: str, file: Path, number: int) -> Rights:
        try:
            return Rights.of_role(role, division.ljust(12, "0") if division else None, self.disclosure_threshold)
        except ValueError:
            raise SettingsError("access.readers_division", file=file, row=number) from None

    def _claimed(self, claims: Mapping[str, Any]) -> Rights | None:
        """A claim may hold one name or several; of several roles the first in the order of ROLES counts."""
        if self.claims is None:
            return None
        held = claims.get(self.claims.role)
        held = held if isinstance(held, list) else [held]
        meant = {self.claims.roles.get(str(name), str(name)) for name in held if name is not None}
        division = claims.get(self.claims.division) if self.claims.division else None
        for role in ROLES:
            if role in meant:
                try:
                    code = str(division).ljust(12, "0") if division else None
                    return Rights.of_role(role, code, self.disclosure_threshold)
                except ValueError:
                    return None
        return None


def read_settings(home: Home) -> Settings | None:
    """The settings of this home, or None where there are none. Raises SettingsError for what cannot be used."""
    file = home.access
    if not file.exists():
        return None
    try:
        given = yaml.safe_load(file.read_text(encoding="utf-8"))
        settings = Settings.model_validate({**given, "folder": home.root})
    except (yaml.YAMLError, UnicodeDecodeError, TypeError):
        raise SettingsError("access.unreadable", file=file) from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise SettingsError("access.wrong", file=file, field=where, problem=first["msg"]) from None
    if settings.claims is None and settings.readers is None:
        raise SettingsError("access.nobody", file=file)
    if settings.claims and (unknown := set(settings.claims.roles.values()) - set(ROLES)):
        raise SettingsError("access.wrong", file=file, field="claims.roles", problem=", ".join(sorted(unknown)))
    settings.client_secret()
    settings.listed_readers()
    return settings
