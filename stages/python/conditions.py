"""Turns one condition of a rule into tests.

Values of different kinds are never equal, and never less or greater; a field
that is not there meets only `ne`, `not_in` and `exists: false`.
"""

import operator

import numpy

from timestamps import NO_TIMESTAMP, parse_timestamp
from values import is_same, text_order

_BOUNDS = {
    "lt": operator.lt,
    "lte": operator.le,
    "gt": operator.gt,
    "gte": operator.ge,
}


class Condition:
    """What one field must be."""

    def __init__(self, condition, is_time=False):
        """Takes a value, a list of values, or a dict of tests.

        `is_time` is True for a time in milliseconds since 1970: what it is
        compared with may be text. Raises ValueError if that is no time.
        """
        if isinstance(condition, list):
            condition = {"in": condition}
        elif not isinstance(condition, dict):
            condition = {"eq": condition}
        self._tests = {
            name: _read_operand(operand, is_time) if name != "exists" else operand
            for name, operand in condition.items()
        }

    def is_met(self, value):
        """Tests one value of a key or a column."""
        return all(
            _meets(name, operand, value) for name, operand in self._tests.items()
        )

    def rows_met(self, column):
        """Tests a column of numbers, NaN where an event has none."""
        met = None
        for name, operand in self._tests.items():
            rows = _rows_met(name, operand, column)
            met = rows if met is None else met & rows
        return met


def _meets(name, operand, value):
    match name:
        case "eq":
            return is_same(value, operand)
        case "ne":
            return not is_same(value, operand)
        case "in":
            return any(is_same(value, each) for each in operand)
        case "not_in":
            return not any(is_same(value, each) for each in operand)
        case "exists":
            return (value is not None) == operand
    if type(value) is not type(operand):
        return False
    if isinstance(value, str):
        return _BOUNDS[name](text_order(value), text_order(operand))
    return _BOUNDS[name](value, operand)


def _rows_met(name, operand, column):
    # The schema has seen to it that the operand is a number. NaN is equal to
    # nothing, and neither less nor greater.
    match name:
        case "eq":
            return column == operand
        case "ne":
            return column != operand
        case "in":
            return numpy.isin(column, operand)
        case "not_in":
            return ~numpy.isin(column, operand)
        case "exists":
            return numpy.isnan(column) != operand
    return _BOUNDS[name](column, operand)


def _read_operand(operand, is_time):
    if isinstance(operand, list):
        return [_read_operand(each, is_time) for each in operand]
    if not is_time or isinstance(operand, float):
        return operand
    time = parse_timestamp(operand)
    if time is None:
        raise ValueError(f'"{operand}" {NO_TIMESTAMP}')
    return time
