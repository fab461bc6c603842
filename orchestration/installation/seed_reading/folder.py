"""Which files lie in a folder of seeds: none that would be passed over because of its name.

Here: names. Not here: what is in a file.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from orchestration.installation.seed_reading.problems import Text, problem
from orchestration.installation.seed_reading.strict_csv import nearest

# What systems and spreadsheets leave beside the files of people, and what explains them.
PASSED_OVER = ("desktop.ini", "thumbs.db", "__macosx")
NOTES = ("readme", "readme.md", "readme.txt")


def stray_files(folder: Path, known: Collection[str], types: str) -> list[Text]:
    """Everything in `folder` that is none of the `known` files; `types` is the file of types, which is never a
    county's own."""
    return [
        _stray(path, known)
        for path in sorted(folder.iterdir())
        if not (path.name in known and path.is_file()) and path.name != types and not _is_passed_over(path.name)
    ]


def _is_passed_over(name: str) -> bool:
    return name.startswith((".", "~$")) or name.lower() in (*PASSED_OVER, *NOTES)


def _stray(path: Path, known: Collection[str]) -> Text:
    if path.is_dir():
        return problem("subfolder", path.name)
    # "targets.csv.txt" and "targets.xlsx" are targets; the end of a name says how it was saved, not what it is.
    stem = nearest(path.name.split(".")[0], {name.removesuffix(".csv") for name in known})
    if stem is None:
        return problem("unknown_file", path.name, known=", ".join(sorted(known)))
    what = "misspelt_file" if path.suffix.lower() in (".csv", ".txt") else "other_format"
    return problem(what, path.name, near=f"{stem}.csv")
