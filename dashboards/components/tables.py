"""Tables as HTML: type, alignment and links under our own control, readable on paper and by a screen reader."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

import streamlit as st


@dataclass(frozen=True)
class Cell:
    """One cell; `html` is markup already escaped and wins over `text`; `span` columns wide."""

    text: str = ""
    style: str = ""
    title: str = ""
    href: str = ""
    html: str = ""
    span: int = 1

    def render(self, tag: str = "td") -> str:
        inner = self.html or escape(self.text)
        if self.href:
            inner = f'<a href="{escape(self.href)}" target="_self">{inner}</a>'
        elif "heat" in self.style:
            inner = f"<span>{inner}</span>"
        title = f' title="{escape(self.title)}"' if self.title else ""
        span = f' colspan="{self.span}"' if self.span > 1 else ""
        if tag == "th":
            # A column without a name has no heading: an empty one would be read out.
            tag, title = ("th", f'{title} scope="col"') if inner else ("td", title)
        return f'<{tag} class="{self.style}"{title}{span}>{inner}</{tag}>'


def html_table(header: Iterable[Cell], rows: Iterable[tuple[str, Iterable[Cell]]], *, full: bool = True) -> None:
    """A table that scrolls by itself where it is wider than the page. A row is (its class, its cells)."""
    head = "".join(cell.render("th") for cell in header)
    body = "".join(f'<tr class="{style}">{"".join(cell.render() for cell in cells)}</tr>' for style, cells in rows)
    st.html(
        f'<div class="sb sb-scroll"><table class="{"full" if full else ""}">'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def title(sentence: str, note: str = "", *, anchor: str = "") -> None:
    """The finding of what follows, and below it, quietly, how to read it. An address with `#anchor` opens here."""
    place = f' id="{anchor}"' if anchor else ""
    quiet = f'<p class="sb-note">{escape(note)}</p>' if note else ""
    st.html(f'<h2 class="sb-title"{place}>{escape(sentence)}</h2>{quiet}')
