"""What a native library says on its own of a file it stumbles over: nothing that anybody sees.

Here: the process's standard error closed to it while it opens a file. Its panics are printed before Python hears of
them, and may quote a cell. Not here: what becomes of the file. Whatever another thread says meanwhile is lost too, so
only opening is done in here, which is where damage shows.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager
from threading import Lock

STANDARD_ERROR = 2
_one_at_a_time = Lock()


@contextmanager
def unheard() -> Generator[None]:
    """Standard error leads nowhere inside; not to be nested."""
    with _one_at_a_time:
        kept = os.dup(STANDARD_ERROR)
        nowhere = os.open(os.devnull, os.O_WRONLY)
        try:
            os.dup2(nowhere, STANDARD_ERROR)
            yield
        finally:
            os.dup2(kept, STANDARD_ERROR)
            os.close(nowhere)
            os.close(kept)
