"""One digest in the forms that channels take: plain text, HTML, markdown.

Here: the forms. Not here: the words (`digest`), or sending.
"""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from orchestration.alerts.digest import Digest

ITEM = "· "
_TEMPLATES = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined)


def plain(digest: Digest) -> str:
    return "\n".join([digest.title, "", *_body(digest)]) + "\n"


def body(digest: Digest, max_bytes: int, cut: str) -> str:
    """Plain text for whoever shows the title above it. Cut like markdown."""
    return _within(_body(digest), max_bytes, cut)


def html(digest: Digest) -> str:
    return _TEMPLATES.get_template("mail.html").render(digest=digest)


def markdown(digest: Digest, max_bytes: int, cut: str) -> str:
    """At most `max_bytes` of UTF-8, whole lines; `cut` says that lines are missing."""
    lines = [f"### {digest.title}"]
    for section in digest.sections:
        lines += ["", f"**{section.heading}**", *(f"- {line}" for line in section.lines)]
    lines += ["", digest.closing]
    return _within(lines, max_bytes, cut)


def _body(digest: Digest) -> list[str]:
    lines = []
    for section in digest.sections:
        lines += [section.heading, *(ITEM + line for line in section.lines), ""]
    return [*lines, digest.closing]


def _within(lines: list[str], max_bytes: int, cut: str) -> str:
    if len("\n".join(lines).encode()) <= max_bytes:
        return "\n".join(lines)
    room = max_bytes - len(f"\n{cut}".encode())
    while lines and len("\n".join(lines).encode()) > room:
        lines.pop()
    return "\n".join([*lines, cut])
