"""Reads the YAML of a rules file: YAML 1.2 with its core schema.

There `yes` and `on` are texts, 010 is ten, and 0o10 and 0x8 are eight. A text is wanted in many places; then the letters of the file count: a tag
of `1.10` is "1.10".
"""

import re

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import Reader
from ruamel.yaml.scanner import Scanner

from values import as_pairs, in_property_order, is_same, number_text

# More than a person writes; a file can stand for gigabytes by them.
_MAX_ALIASES = 100

_TAG = "tag:yaml.org,2002:"
# The core schema (YAML 1.2.2, section 10.3.2).
_CORE = (
    ("null", r"~|[Nn]ull|NULL|", lambda text: None),
    ("bool", r"[Tt]rue|TRUE|[Ff]alse|FALSE", lambda text: text[0] in "tT"),
    ("int", r"0o[0-7]+", lambda text: _integer(text[2:], 8)),
    ("int", r"[-+]?[0-9]+", float),
    ("int", r"0x[0-9a-fA-F]+", lambda text: _integer(text[2:], 16)),
    ("float", r"[-+]?\.(?:inf|Inf|INF)|\.nan|\.NaN|\.NAN", lambda text: _special(text)),
    ("float", r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)[eE][-+]?[0-9]+", float),
    ("float", r"[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*)", float),
)

# What YAML 1.1 has besides: none of it is a value of an event.
_OTHER_TAGS = {
    f"{_TAG}{name}" for name in ("binary", "omap", "pairs", "set", "timestamp")
}


class YamlProblem(Exception):
    """Why a text cannot be read."""


def read_yaml(text, is_text):
    """Returns what a document holds: dicts, lists and scalars as values.py has them.

    `is_text` says of the names and numbers that lead to a scalar whether that is a
    text whatever it looks like. Raises YamlProblem.
    """
    return _Document(text, is_text).value


class _AnyCharacter(Reader):
    """Takes control characters too, as the stage in TypeScript does."""

    def check_printable(self, data):
        pass


class _Tabs(Scanner):
    """Takes tabs where YAML 1.2 does: anywhere but before the first token of a line."""

    def scan_to_next_token(self):
        is_line_begun = self.reader.column > 0
        while is_line_begun and self.reader.peek() in " \t":
            self.reader.forward()
        super().scan_to_next_token()

    def scan_plain_spaces(self, indent, start_mark):
        length = 0
        while self.reader.peek(length) in " \t":
            length += 1
        spaces = self.reader.prefix(length)
        if self.reader.peek(length) in "\r\n":
            self.reader.forward(length)
        elif "\t" in spaces:
            self.reader.forward(length)
            return [spaces]
        return super().scan_plain_spaces(indent, start_mark)


class _Node:
    """A scalar, a list of nodes, a list of pairs of nodes, or an alias of one."""

    def __init__(self, event):
        self.kind = type(event)
        self.mark = event.start_mark
        self.anchor = getattr(event, "anchor", None)
        self.tag = str(getattr(event, "ctag", None) or "")
        self.is_plain = getattr(event, "style", None) is None
        self.content = []
        # What it stands for, once that is known.
        self.value = None
        self.is_known = False
        # How often it is used, and how many aliases each use stands for.
        self.uses = 0
        self.aliases = 0

    @property
    def is_merge(self):
        return self.kind is ScalarEvent and self.is_plain and self.content == "<<"


class _Document:
    def __init__(self, text, is_text):
        yaml = YAML(typ="safe", pure=True)
        yaml.Reader = _AnyCharacter
        yaml.Scanner = _Tabs
        try:
            nodes = self._compose(list(yaml.parse(text)))
            if len(nodes) > 1:
                raise YamlProblem("it holds several documents, and one is expected")
            for node in nodes:
                self._read_scalars(node, (), is_text)
            self.value = self._value_of(nodes[0]) if nodes else None
        except MarkedYAMLError as error:
            problem = error.problem or error.context
            raise _problem_at(problem, error.problem_mark) from None
        except YAMLError as error:
            raise YamlProblem(str(error).split("\n")[0]) from None
        except RecursionError:
            raise YamlProblem("it is nested too deeply") from None

    def _compose(self, events):
        """Makes nodes of the events of the parser."""
        documents = []
        anchors = {}
        stack = []
        for event in events:
            if isinstance(event, DocumentStartEvent):
                anchors = {}
                root = _Node(event)
                documents.append(root)
                stack = [root]
            elif isinstance(event, SequenceEndEvent | MappingEndEvent):
                stack.pop()
            elif isinstance(event, AliasEvent):
                node = _Node(event)
                node.content = anchors.get(event.anchor)
                if node.content is None:
                    raise YamlProblem(
                        "Unresolved alias (the anchor must be set before the alias): "
                        f"{event.anchor}"
                    )
                stack[-1].content.append(node)
            elif isinstance(
                event, ScalarEvent | SequenceStartEvent | MappingStartEvent
            ):
                node = _Node(event)
                if node.tag in _OTHER_TAGS:
                    raise _problem_at(f"Unresolved tag: {node.tag}", node.mark)
                stack[-1].content.append(node)
                # Given twice, an anchor is the last one.
                anchors[event.anchor] = node
                if node.kind is ScalarEvent:
                    node.content = as_pairs(event.value)
                else:
                    stack.append(node)
        return [document.content[0] for document in documents]

    def _read_scalars(self, node, path, is_text):
        """Reads all scalars where they stand: an alias is what its anchor is."""
        if node.kind is ScalarEvent:
            value = _resolve(node)
            is_other = value is not None and not isinstance(value, str)
            node.value = node.content if is_other and is_text(path) else value
        elif node.kind is SequenceStartEvent:
            for at, item in enumerate(node.content):
                self._read_scalars(item, (*path, at), is_text)
        elif node.kind is MappingStartEvent:
            pairs = iter(node.content)
            node.content = list(zip(pairs, pairs, strict=True))
            keys = []
            for key, value in node.content:
                self._read_scalars(key, (), lambda _: False)
                if any(is_same(key.value, each) for each in keys):
                    raise _problem_at("Map keys must be unique", key.mark)
                if key.kind is ScalarEvent and not key.is_merge:
                    keys.append(key.value)
                self._read_scalars(value, (*path, self._name_of(key)), is_text)

    def _name_of(self, key):
        value = self._value_of(key)
        if isinstance(value, dict | list):
            raise _problem_at("a map or a list cannot be a key", key.mark)
        if value is None:
            return ""
        if isinstance(value, bool):
            return "true" if value else "false"
        return value if isinstance(value, str) else number_text(value)

    def _value_of(self, node):
        if node.kind is AliasEvent:
            _count_use(node.content)
            if not node.content.is_known:
                raise YamlProblem("a part of it holds itself, by an alias")
            return node.content.value
        node.uses = 1
        if node.kind is SequenceStartEvent:
            node.value = [self._value_of(item) for item in node.content]
        elif node.kind is MappingStartEvent:
            node.value = self._mapping_of(node)
        node.is_known = True
        return node.value

    def _mapping_of(self, node):
        mapping = {}
        for key, value in node.content:
            if not key.is_merge:
                mapping[self._name_of(key)] = self._value_of(value)
                continue
            sources = self._value_of(value)
            for source in sources if isinstance(sources, list) else [sources]:
                if not isinstance(source, dict):
                    raise _problem_at(
                        "Merge sources must be maps or map aliases", value.mark
                    )
                for name, each in source.items():
                    mapping.setdefault(name, each)
        return in_property_order(mapping.items())


def _count_use(node):
    """Counts an alias of a node, as the package `yaml` does."""
    node.uses += 1
    if node.aliases == 0:
        node.aliases = _aliases_of(node)
    if node.uses * node.aliases > _MAX_ALIASES:
        raise YamlProblem(
            "Excessive alias count indicates a resource exhaustion attack"
        )


def _aliases_of(node):
    if node.kind is AliasEvent:
        return node.content.uses * node.content.aliases
    if node.kind is ScalarEvent:
        return 1
    if node.kind is SequenceStartEvent:
        return max(map(_aliases_of, node.content), default=0)
    return max((_aliases_of(each) for pair in node.content for each in pair), default=0)


def _problem_at(problem, mark):
    place = f" at line {mark.line + 1}, column {mark.column + 1}" if mark else ""
    return YamlProblem(f"{problem}{place}")


def _resolve(node):
    """Reads a scalar by its tag, or by what it looks like."""
    if not node.tag and not node.is_plain:
        return node.content
    for name, pattern, read in _CORE:
        is_asked = node.tag in ("", f"{_TAG}{name}")
        if is_asked and re.fullmatch(pattern, node.content):
            return read(node.content)
    return node.content


def _integer(digits, base):
    try:
        return float(int(digits, base))
    except OverflowError:
        return float("inf")


def _special(text):
    if text.lower().endswith("nan"):
        return float("nan")
    return float("-inf" if text.startswith("-") else "inf")
