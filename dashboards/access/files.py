"""Whose a file is: a download is for the session whose page made it, whatever address somebody else was told.

Streamlit gives a file to whoever knows its address, which is a hash of the contents.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable
from functools import partial
from pathlib import PurePosixPath

# How Streamlit names a file it keeps; there is no public name for it.
from streamlit.runtime.memory_media_file_storage import _calculate_file_id as file_id

# So many sessions are known, the newest, and of each so many files: what is older is asked for anew.
SESSIONS, FILES = 1000, 200


class Files:
    """The files that each session has made, by the session's key."""

    def __init__(self) -> None:
        self._made: dict[str, deque[str]] = defaultdict(partial(deque, maxlen=FILES))

    def owned(self, key: str, make: Callable[[], bytes], mime: str, name: str) -> Callable[[], bytes]:
        """`make`, with its file noted as this session's before Streamlit tells its address."""

        def made() -> bytes:
            content = make()
            self._made[key].append(file_id(content, mime, name))
            while len(self._made) > SESSIONS:
                self.forget(next(iter(self._made)))
            return content

        return made

    def is_of(self, key: str, path: str) -> bool:
        """Whether the file at `path` (`/media/<id>.<ending>`) was made by this session."""
        return PurePosixPath(path).stem in self._made.get(key, ())

    def forget(self, key: str) -> None:
        self._made.pop(key, None)
