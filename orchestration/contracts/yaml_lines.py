"""YAML that remembers on which line each part of it stands.

Here: reading a file strictly (a key twice is an error, not a silent replacement), and the line of a place in it. Not
here: what the file should say.
"""

from __future__ import annotations

from pathlib import Path

import yaml

from orchestration.installation.messages import Loader

Place = tuple[str | int, ...]


def read_yaml(path: Path) -> tuple[yaml.Node | None, object]:
    """The tree of a file, and its content. Raises yaml.YAMLError, ValueError."""
    text = path.read_text(encoding="utf-8")
    try:
        return _read(Loader(text))
    except yaml.YAMLError:
        # The parser in C is ten times as fast, and says less of what is wrong.
        return _read(yaml.SafeLoader(text))


def _read(loader: yaml.SafeLoader) -> tuple[yaml.Node | None, object]:
    try:
        tree = loader.get_single_node()
        _require_distinct_keys(tree)
        return tree, None if tree is None else loader.construct_document(tree)
    finally:
        loader.dispose()


def line_of(tree: yaml.Node | None, place: Place) -> int:
    """The line, from 1, of what `place` leads to, or of the nearest part above it that is there."""
    if tree is None:
        return 1
    below = _below(tree, place[0]) if place else None
    return tree.start_mark.line + 1 if below is None else line_of(below, place[1:])


def line_of_error(error: Exception) -> int:
    """The line where reading stopped; 1 if the error does not know."""
    mark = getattr(error, "problem_mark", None)
    return mark.line + 1 if mark else 1


def _below(tree: yaml.Node, step: str | int) -> yaml.Node | None:
    if isinstance(tree, yaml.SequenceNode) and isinstance(step, int) and step < len(tree.value):
        return tree.value[step]
    if isinstance(tree, yaml.MappingNode):
        return next((value for key, value in tree.value if key.value == step), None)
    return None


def _require_distinct_keys(tree: yaml.Node | None) -> None:
    if isinstance(tree, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in tree.value:
            if key.value in seen:
                raise yaml.MarkedYAMLError(problem=f"{key.value} occurs twice", problem_mark=key.start_mark)
            seen.add(key.value)
            _require_distinct_keys(value)
    elif isinstance(tree, yaml.SequenceNode):
        for item in tree.value:
            _require_distinct_keys(item)
