"""How the dashboards are started: on this machine only, without telemetry, without a request to anybody else."""

from __future__ import annotations

import sys
from pathlib import Path

from dashboards.theme import STREAMLIT_THEME

STARTER = Path(__file__).with_name("__main__.py")


def serve_command(port: int) -> list[str]:
    """The command that serves the dashboards on the loopback address at `port`; reads SHUANGBAI_HOME when it runs."""
    options = {
        "server.address": "127.0.0.1",
        "server.port": port,
        "server.headless": "true",
        "server.fileWatcherType": "none",
        "server.showEmailPrompt": "false",
        "server.enableStaticServing": "false",
        "browser.serverAddress": "127.0.0.1",
        "browser.gatherUsageStats": "false",
        "client.toolbarMode": "minimal",
        "client.showErrorDetails": "none",
        "client.showErrorLinks": "false",
        **STREAMLIT_THEME,
    }
    return [sys.executable, str(STARTER), *(f"--{key}={value}" for key, value in options.items())]
