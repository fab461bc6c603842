"""The way in: who reads, what this reader may not open and why, and the way out.

A page that a reader may not open keeps its address and shows a state in its place. Which cases a page's queries reach
is decided at the connection, not here.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

import streamlit as st

from dashboards import queries
from dashboards.access import readers
from dashboards.access.readers import NotAReader, Reader
from dashboards.edition import current_edition
from dashboards.markup import fragments, macros
from dashboards.theme import STYLE
from dashboards.view import NAMES, choose, chosen, language, text

_HTML = macros("page_access")
SIGN_IN, SIGN_OUT = "/sign-in", "/auth/logout"


def reader() -> Reader | NotAReader:
    """The reader of this session, or why there is none."""
    try:
        return readers.reader()
    except NotAReader as reason:
        return reason


def may_open(who: Reader | NotAReader, page: str) -> bool:
    return isinstance(who, Reader) and who.rights.may_open(page)


def content(who: Reader | NotAReader, page: str, file: Path) -> Path | Callable[[], None]:
    """What stands at a page's address: its file, or what is shown instead of it."""
    if isinstance(who, NotAReader):
        return lambda: _nobody(who, page)
    if not who.rights.may_open(page):
        return lambda: _no_page(who, page)
    if who.rights.is_bound_to_own_township(page) and chosen("division") not in (None, who.rights.division_code):
        return lambda: _other_township(who, page)
    return file


def enter(who: Reader | NotAReader, page: str) -> None:
    """Before a page runs: who is signed in, and a township's reader is led to that township."""
    if not isinstance(who, Reader) or who.who is None:
        return
    rights = who.rights
    if rights.is_bound_to_own_township(page) and chosen("division") is None:
        choose("division", rights.division_code)
    if may_open(who, page):
        readers.note("page", page, who.who, rights.role)
    st.html(STYLE)
    st.html(_HTML.reader(_said_of(who), SIGN_OUT, text("access.sign_out")))


def _said_of(who: Reader) -> str:
    role = text(f"access.role.{who.rights.role}")
    if who.rights.division_code is None:
        return text("access.signed_in", role=role)
    return text("access.signed_in_for", role=role, division=_name(who.rights.division_code))


def _name(division_code: str) -> str:
    edition = current_edition()
    return queries.frame.division_name(edition, language(), division_code) if edition else division_code


def _nobody(reason: NotAReader, page: str) -> None:
    if reason.who:
        readers.note("no_role", page, reason.who)
    asked = {name: value for name in NAMES if (value := chosen(name))}
    # Somebody without a role signs out first: the provider would only bring the same account again.
    again = SIGN_OUT if reason.who else f"{SIGN_IN}?{urlencode({'next': f'/{page}?{urlencode(asked)}'})}"
    _state(f"access.{reason.reason}", f"access.{reason.reason}.do", again, text("access.sign_in_again"))


def _no_page(who: Reader, page: str) -> None:
    readers.note("no_permission", page, who.who, who.rights.role)
    names = {"role": text(f"access.role.{who.rights.role}"), "page": text(f"{page}.page")}
    _state("access.no_page", "access.no_page.do", f"/?lang={language()}", text("access.to_first"), **names)


def _other_township(who: Reader, page: str) -> None:
    readers.note("no_permission", page, who.who, who.rights.role)
    own = who.rights.division_code or ""
    there = f"/{page}?{urlencode({'division': own, 'lang': language()})}"
    _state("access.other_township", "access.other_township.do", there, text("access.to_own", division=_name(own)))


def _state(headline: str, advice: str, href: str, label: str, **values: object) -> None:
    """What there is to know, what to do, and the way on."""
    st.html(STYLE)
    st.html(fragments.state(text(headline, **values), text(advice, **values), fragments.link(href, label)))
