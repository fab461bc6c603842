"""`python dashboards --port N --host H`: the process that serves (see serving.py)."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

# Started by its path: the checkout it stands in is the one it serves.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from streamlit.runtime.pages_manager import PagesManager

from dashboards.access.settings import SettingsError
from dashboards.serving import THIS_MACHINE, serve
from orchestration.installation.privacy import keep_private

keep_private()
# Streamlit takes any folder `pages/` beside the main script for its own old convention and would answer the first
# visitor of /trends without running app.py.
PagesManager.uses_pages_directory = False
arguments = argparse.ArgumentParser()
arguments.add_argument("--port", type=int, required=True)
arguments.add_argument("--host", default=THIS_MACHINE)
given = arguments.parse_args()
try:
    serve(given.port, given.host)
except SettingsError as error:
    sys.exit(str(error))
