"""A button that gives a file, made when it is asked for, to this reader only: the only way a file leaves a page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Any

import streamlit as st

from dashboards.access.readers import own_file

_OFFICE = "application/vnd.openxmlformats-officedocument"
MIMES = {
    ".csv": "text/csv",
    ".docx": f"{_OFFICE}.wordprocessingml.document",
    ".html": "text/html",
    ".pdf": "application/pdf",
    ".xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    ".zip": "application/zip",
}


def button(label: str, make: Callable[[], bytes], name: str, *, key: str, **look: Any) -> None:
    """`make` gives the contents of the file `name`, whose ending says what it is; `look` is how the button looks."""
    mime = MIMES[PurePosixPath(name).suffix]
    st.download_button(label, own_file(make, mime, name), name, mime, key=key, on_click="ignore", **look)
