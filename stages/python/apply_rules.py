"""Applies rules to batches: drops the events that nobody wants, tags and scores
the others, and writes their keys.

Works on columns: a condition is tested for all rows at once, and on a field with
few distinct values for each of those. Conditions see an event as it came, never
what a rule has set.
"""

from dataclasses import dataclass, field

import numpy

from columns import read_doubles, read_indexes, write_doubles, write_indexes
from conditions import Condition
from fields import find_field, settable_keys
from rules_file import RulesError
from values import json_text, read_scalars
from work_items import score_all

# A tag column is one byte an event, and 0 means not set.
_MAX_TAG_VALUES = 255


@dataclass
class _Rule:
    """A rule; numbers of values count from 1."""

    # Each with where it looks: ("key", 0), ("value", 0) or ("column", 0).
    conditions: list[tuple[tuple[str, int], Condition]]
    drop: bool
    # Pairs of a tag's number, or a written key's, and the number of the value.
    tags: list[tuple[int, int]] = field(default_factory=list)
    writes: list[tuple[int, int]] = field(default_factory=list)


class Rules:
    """The rules of a run, ready for its events.

    `columns` are the fields besides the keys and the values that they read,
    `tags` maps each tag that they may set to all of its values.
    """

    def __init__(self, rules, schema):
        """Raises RulesError if the rules cannot be used with these events."""
        self._one_of = [list(key.one_of) for key in schema.keys]
        keys = {key.name: at for at, key in enumerate(settable_keys(schema))}
        settings = [
            (name, value)
            for rule in rules
            for name, value in rule.get("set", {}).items()
        ]
        self.tags = _distinct((n, v) for n, v in settings if n not in keys)
        for name, values in self.tags.items():
            if len(values) > _MAX_TAG_VALUES:
                raise RulesError(
                    f'Cannot use the rules: tag "{name}" has over '
                    f"{_MAX_TAG_VALUES} values"
                )
        # In the order of the keys, and not of the rules.
        written = _distinct(
            (keys[name], json_text(value)) for name, value in settings if name in keys
        )
        self._written = dict(sorted(written.items()))
        found = {
            name: find_field(name, schema) for rule in rules for name in rule["when"]
        }
        for rule in rules:
            self._check_settings(rule, keys)
        self.columns = [each for each in found.values() if each.source == "column"]
        self._rules = [self._compile(rule, found, keys) for rule in rules]
        # What the schema says a key can be is tested once for all batches.
        self._verdicts = {
            (condition, number): _verdicts(
                condition, read_scalars(self._one_of[number])
            )
            for rule in self._rules
            for (source, number), condition in rule.conditions
            if source == "key" and self._one_of[number]
        }

    def _check_settings(self, rule, keys):
        for name, value in rule.get("set", {}).items():
            one_of = self._one_of[keys[name]] if name in keys else []
            text = json_text(value)
            if one_of and text not in one_of:
                raise RulesError(
                    f'Cannot use rule "{rule["name"]}": it sets "{name}" to {text}, '
                    f"which can only be {', '.join(one_of)}"
                )

    def _compile(self, rule, found, keys):
        conditions = []
        for name, condition in rule["when"].items():
            each = found[name]
            is_column = each.source == "column"
            number = self.columns.index(each) if is_column else each.number
            try:
                test = Condition(condition, each.kind == "time")
            except ValueError as error:
                raise RulesError(
                    f'Cannot use rule "{rule["name"]}": {name}: {error}'
                ) from None
            conditions.append(((each.source, number), test))
        compiled = _Rule(conditions, drop=rule.get("drop", False))
        tags, written = list(self.tags), list(self._written)
        for name, value in rule.get("set", {}).items():
            if name in keys:
                values = self._written[keys[name]]
                at = written.index(keys[name])
                compiled.writes.append((at, values.index(json_text(value)) + 1))
            else:
                at = tags.index(name)
                compiled.tags.append((at, self.tags[name].index(value) + 1))
        return compiled

    def apply(self, batch):
        """Makes of a batch from parse the one for aggregate, in its place."""
        rows = batch.rows
        alive = numpy.ones(rows, bool)
        tags = [numpy.zeros(rows, numpy.uint8) for _ in self.tags]
        writes = [numpy.zeros(rows, numpy.uint32) for _ in self._written]
        columns = _Columns(batch)
        for rule in self._rules:
            met = self._rows_met(rule, columns)
            if rule.drop:
                _set(alive, met, False)
            for at, value in rule.tags:
                _set(tags[at], met, value)
            for at, value in rule.writes:
                _set(writes[at], met, value)
        # The rows that are kept; None for all.
        kept = None if alive.all() else numpy.flatnonzero(alive)
        _keep(batch, kept)
        for tag in tags:
            batch.tags.add(value=write_indexes(_kept(tag, kept)))
        for (key, values), numbers in zip(self._written.items(), writes, strict=True):
            column = batch.keys[key]
            _write_key(column, values, _kept(numbers, kept), self._one_of[key])

    def _rows_met(self, rule, columns):
        """The rows that meet all conditions of a rule; None for all rows."""
        met = None
        for (source, number), condition in rule.conditions:
            if source == "value":
                rows = condition.rows_met(columns.values(number))
            else:
                verdicts = self._verdicts.get((condition, number))
                if verdicts is None:
                    verdicts = _verdicts(condition, columns.scalars(source, number))
                rows = verdicts[columns.index(source, number)]
            met = rows if met is None else met & rows
        return met


class _Columns:
    """What conditions see of a batch; each column is read once."""

    def __init__(self, batch):
        self._batch = batch
        self._read = {}

    def values(self, number):
        def read():
            return read_doubles(self._batch.values[number].value)

        return self._once(("value", number), read)

    def index(self, source, number):
        def read():
            return read_indexes(self._column(source, number).index)

        return self._once((source, number), read)

    def scalars(self, source, number):
        def read():
            return read_scalars(self._column(source, number).dictionary)

        return self._once((source, number, "scalars"), read)

    def _column(self, source, number):
        return (self._batch.keys if source == "key" else self._batch.columns)[number]

    def _once(self, name, read):
        if name not in self._read:
            self._read[name] = read()
        return self._read[name]


def _distinct(pairs):
    """Maps each name to its distinct values, all in the order they come in."""
    values_of = {}
    for name, value in pairs:
        values = values_of.setdefault(name, [])
        if value not in values:
            values.append(value)
    return values_of


def _verdicts(condition, scalars):
    """Tests each of a few distinct values once, for all the rows that have it."""
    return numpy.array([condition.is_met(value) for value in scalars], bool)


def _set(column, met, value):
    if met is None:
        column.fill(value)
    else:
        numpy.putmask(column, met, value)


def _kept(column, kept):
    return column if kept is None else column.take(kept)


def _keep(batch, kept):
    """Leaves in a batch the rows that are kept, and scores its work items."""
    work = _keep_items(batch.work, kept)
    if work:
        batch.score_row = write_indexes(numpy.array([item.row for item in work]))
        batch.score = write_doubles(score_all(work))
    del batch.work[:]
    del batch.columns[:]
    if kept is None:
        return
    batch.filtered += batch.rows - len(kept)
    batch.rows = len(kept)
    for key in batch.keys:
        key.index = write_indexes(read_indexes(key.index).take(kept))
    for values in batch.values:
        values.value = write_doubles(read_doubles(values.value).take(kept))
        exact = _keep_items(values.exact, kept)
        del values.exact[:]
        values.exact.extend(exact)
    batch.time_ms = _keep_column(batch.time_ms, kept, read_doubles, write_doubles)
    batch.line = _keep_column(batch.line, kept, read_indexes, write_indexes)
    batch.line_offset = _keep_column(
        batch.line_offset, kept, read_indexes, write_indexes
    )


def _keep_column(packed, kept, read, write):
    """The same for a column that not each batch has."""
    return write(read(packed).take(kept)) if packed else packed


def _keep_items(items, kept):
    """What a batch has for few of its rows, with the rows that they become."""
    if kept is None or len(items) == 0:
        return list(items)
    chosen = []
    for item in items:
        row = int(kept.searchsorted(item.row))
        if row < len(kept) and kept[row] == item.row:
            item.row = row
            chosen.append(item)
    return chosen


def _write_key(column, values, numbers, one_of):
    """Writes what the rules have set into a key."""
    known = one_of or column.dictionary
    places = {text: place for place, text in enumerate(known)}
    for text in values:
        if text not in places:
            places[text] = len(known)
            known.append(text)
    index = read_indexes(column.index).astype(numpy.uint32)
    place_of = numpy.array([0, *(places[text] for text in values)], numpy.uint32)
    is_set = numbers > 0
    index[is_set] = place_of[numbers[is_set]]
    column.index = write_indexes(index)
