"""Who reads: the rights of the session that a script runs for.

Here: the process's sessions, once sign-in is configured, and the reader of the running script. Not here: the gate that
keeps everybody else out before a script runs (gate.py); this holds even without it.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from dashboards.access.files import Files
from dashboards.access.log import AccessLog
from dashboards.access.rights import EVERYTHING, Rights
from dashboards.access.sessions import Session, Sessions
from dashboards.access.settings import SettingsError


class NotAReader(Exception):
    """Nobody with rights is signed in; `reason` is `not_signed_in` (or no longer) or `no_role`, then with `who`."""

    def __init__(self, reason: str, who: str | None = None) -> None:
        super().__init__(reason)
        self.reason, self.who = reason, who


@dataclass(frozen=True)
class Reader:
    """`who` stands for a person in the log, `name` is what the provider calls that person, for what they sign in the
    workbench; both are None on the machine itself."""

    rights: Rights
    who: str | None = None
    name: str | None = None


@dataclass
class _Process:
    """Set once, before the first script runs. A file of settings that disappears later opens nothing."""

    sessions: Sessions | None = None
    files: Files | None = None
    log: AccessLog | None = None


_process = _Process()


def require_sign_in(sessions: Sessions, files: Files, log: AccessLog) -> None:
    """From now on this process answers nobody who is not signed in."""
    _process.sessions, _process.files, _process.log = sessions, files, log


def reader() -> Reader:
    """The reader of the running script. Raises NotAReader."""
    if _process.sessions is None:
        return Reader(EVERYTHING)
    session = _session(_process.sessions)
    try:
        rights = _process.sessions.settings.rights(session.claims)
    except SettingsError:
        rights = None
    who = _process.log.pseudonym(session.claims)
    if rights is None:
        raise NotAReader("no_role", who)
    names = (session.claims.get(name) for name in ("name", "preferred_username", "email", "sub"))
    return Reader(rights, who, next(str(name) for name in names if name))


def own_file(make: Callable[[], bytes], mime: str, name: str) -> Callable[[], bytes]:
    """`make`, for the session of the running script alone. Raises NotAReader."""
    if _process.sessions is None:
        return make
    return _process.files.owned(_session(_process.sessions).key, make, mime, name)


def reference_key(edition: str) -> bytes:
    """What an edition's codes of records are made with: theirs after a restart too, and known to no reader.

    A key for each edition, so that nobody learns from two of them which record is new in a list.
    """
    key = secrets.token_bytes(32) if _process.log is None else _process.log.key
    return hmac.digest(key, f"references of {edition}".encode(), "sha256")


def _session(sessions: Sessions) -> Session:
    session = sessions.read(st.context.cookies)
    if session is None:
        raise NotAReader("not_signed_in")
    return session


def note(event: str, page: str, who: str | None, role: str | None = None) -> None:
    """In the log of accesses, once for as long as this session stays at it. Without sign-in there is no log."""
    if _process.log is not None and st.session_state.get("access.noted") != (event, page):
        st.session_state["access.noted"] = (event, page)
        _process.log.write(event, who, role, page)
