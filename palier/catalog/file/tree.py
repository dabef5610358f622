"""YAML text in; plain mappings, lists and texts out, with the line on which each stands.

Every scalar stays the text that was written (`9.00` is "9.00", `no` is "no"): what it means is for its field
to say, and an amount never passes through a float. Nothing written (or `~`) is None. Anchors, aliases and merge
keys are refused, so that each entry says what it is where it stands.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import yaml

from palier.catalog.file.problems import InvalidCatalogue, Place, Problem, path_text

NOTHING = "tag:yaml.org,2002:null"


@dataclass
class Tree:
    """The file as it is written: `value` is its mapping, `lines` the line (from 1) of each place."""

    file: str
    value: Any = None
    lines: dict[Place, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def problem(self, place: Place, sentence: str) -> Problem:
        return Problem(self.file, line_of(self.lines, place), path_text(place), sentence)


def line_of(lines: Mapping[Place, int], place: Place) -> int:
    """The line of a place, or of the nearest thing around it that is in the file."""
    while place and place not in lines:
        place = place[:-1]
    return lines.get(place, 1)


def tree(text: str, file: str) -> Tree:
    """Read the text. Raises `InvalidCatalogue` where it is not YAML; doubled keys are collected in `problems`."""
    found = Tree(file)
    try:
        _refuse_anchors(text)
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        raise InvalidCatalogue([_syntax(file, error)]) from None
    except yaml.YAMLError as error:
        raise InvalidCatalogue([Problem(file, 1, "", f"this is not YAML: {error}")]) from None
    found.value = _value(node, (), found) if node else None
    return found


def _refuse_anchors(text: str) -> None:
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        if getattr(event, "anchor", None):
            raise yaml.MarkedYAMLError(
                problem="anchors (&) and aliases (*) are not read here: write it out, or put it in quotes",
                problem_mark=cast(Any, event.start_mark),
            )


def _syntax(file: str, error: yaml.MarkedYAMLError) -> Problem:
    mark = error.problem_mark or error.context_mark
    said = ", ".join(part for part in (error.context, error.problem) if part)
    return Problem(file, mark.line + 1 if mark else 1, "", f"this is not YAML: {said}")


def _value(node: yaml.Node, place: Place, found: Tree) -> Any:
    found.lines.setdefault(place, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, place, found)
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, (*place, number), found) for number, item in enumerate(node.value)]
    if "\x00" in node.value:
        found.problems.append(found.problem(place, "holds a character that no text may hold (NUL)"))
    return None if node.tag == NOTHING and node.value in ("", "~", "null", "Null", "NULL") else node.value


def _mapping(node: yaml.MappingNode, place: Place, found: Tree) -> dict[str, Any]:
    written: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            found.problems.append(Problem(found.file, line, path_text(place), "a key is a plain word"))
            continue
        key = str(key_node.value)
        inside = (*place, key)
        if key in written:
            first = found.lines[inside]
            sentence = f"written twice, the first time on line {first}: keep one of them"
            found.problems.append(Problem(found.file, line, path_text(inside), sentence))
            continue
        found.lines[inside] = line
        written[key] = _value(value_node, inside, found)
    return written
