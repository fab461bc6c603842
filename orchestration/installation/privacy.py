"""Whose eyes the installation's files are for: its owner's, folders and files alike.

Here: the mask that every process sets before it makes a file, and finding and closing what was made without it. Not
here: who may see a page (`dashboards/access`), or the secret, which closes itself.

Links are not followed: whoever lets another account put files into `landing/` makes it a link to a folder elsewhere.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

OTHERS = 0o077


def keep_private() -> None:
    """What this process and its children make from now on is for their owner only. For the doors: the command line,
    Dagster's definitions, the dashboards' server."""
    os.umask(OTHERS)


def open_to_others(root: Path) -> Iterator[Path]:
    """What at or below `root` somebody else may read, write or enter."""
    places = [root] if root.exists() else []
    while places:
        place = places.pop()
        try:
            state = place.lstat()
            is_folder = stat.S_ISDIR(state.st_mode)
            inside = sorted(place.iterdir()) if is_folder else []
        except (FileNotFoundError, PermissionError):
            # Gone meanwhile, or somebody else's: nothing that this installation has opened.
            continue
        if not stat.S_ISLNK(state.st_mode) and stat.S_IMODE(state.st_mode) & OTHERS:
            yield place
        places += inside


def close_to_others(root: Path) -> list[Path]:
    """Close what an older version, or somebody's copying, has left open; the places that belong to somebody else."""
    left = []
    for place in open_to_others(root):
        try:
            place.chmod(stat.S_IMODE(place.lstat().st_mode) & ~OTHERS)
        except PermissionError:
            left.append(place)
    return left
