"""A button that gives a file, made when it is asked for, to this reader only: the only way a file leaves a page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from dashboards.access.readers import own_file


def button(label: str, make: Callable[[], bytes], name: str, mime: str, *, key: str, **look: Any) -> None:
    """`make` gives the contents of the file `name`; `look` is how the button looks."""
    st.download_button(label, own_file(make, mime, name), name, mime, key=key, on_click="ignore", **look)
