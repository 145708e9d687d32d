"""What a rule can name: a field of the event, by its path."""

import re
from dataclasses import dataclass

from values import read_scalars

_BUILT_IN_FIELD = re.compile(r"(type|value|user|ts|metadata(\.[^.]+)+)")
_ANY_FIELD = re.compile(r"[^.]+(\.[^.]+)*")


@dataclass(frozen=True)
class Field:
    """A field that a rule names."""

    path: tuple[str, ...]
    # What its values are as far as the schema tells: time, text, number, boolean
    # or any.
    kind: str
    # Where a batch has it: key, value, or column.
    source: str
    # Which of the schema's keys or values it is; -1 for none of them.
    number: int


def is_field(name, schema):
    """True if a rule can name the field, such as `request.host`."""
    if schema.built_in:
        return _BUILT_IN_FIELD.fullmatch(name) is not None
    return _ANY_FIELD.fullmatch(name) is not None or _named(name, schema) is not None


def find_field(name, schema):
    """Finds a field by its path, written with dots.

    A name in its path can have a dot only where the schema names that field:
    otherwise each dot leads further in.
    """
    path = _named(name, schema) or tuple(name.split("."))
    if schema.HasField("time") and tuple(schema.time.path) == path:
        return Field(path, "time", "column", -1)
    key = _place(schema.keys, path)
    value = _place(schema.values, path)
    if value >= 0:
        kind = "number"
    elif key >= 0 and _is_text_only(schema.keys[key], schema):
        kind = "text"
    else:
        kind = _required_kind(path, schema)
    # Before the value, which may have lost its fraction.
    if key >= 0:
        return Field(path, kind, "key", key)
    return Field(path, kind, "value" if value >= 0 else "column", value)


def settable_keys(schema):
    """The keys that a rule can set; the built-in one stays what it is."""
    return [] if schema.built_in else list(schema.keys)


def _required_kind(path, schema):
    # `as` is a word of Python.
    kinds = [getattr(each, "as") for each in schema.required if each.path == list(path)]
    return next((kind for kind in kinds if kind), "any")


def _named(name, schema):
    """The path of a field that the schema names."""
    time = [schema.time] if schema.HasField("time") else []
    fields = [*time, *schema.keys, *schema.values, *schema.required]
    paths = [tuple(each.path) for each in fields]
    path = tuple(name.split("."))
    if path in paths:
        return path
    return next((each for each in paths if ".".join(each) == name), None)


def _place(fields, path):
    places = (at for at, each in enumerate(fields) if tuple(each.path) == path)
    return next(places, -1)


def _is_text_only(key, schema):
    """True for a key that can be nothing but text, where an event has it."""
    if schema.built_in:
        return True
    values = [value for value in read_scalars(key.one_of) if value is not None]
    return len(values) > 0 and all(isinstance(value, str) for value in values)
