"""`python -m dashboards [Streamlit options]`: Streamlit on `app.py`. The options are those of `serving.py`."""

from __future__ import annotations

import sys
from pathlib import Path

from streamlit.runtime.pages_manager import PagesManager
from streamlit.web.cli import main

# Streamlit takes any folder `pages/` beside the main script for its own old convention and would answer the first
# visitor of /trends without running app.py.
PagesManager.uses_pages_directory = False
sys.argv = ["streamlit", "run", str(Path(__file__).with_name("app.py")), *sys.argv[1:]]
main()
