"""Reads a rules file and says all that is wrong with it, in the words of the
stage in TypeScript: stages/rules/rules_file.ts is the one definition of the
format, and the tests hold both together.
"""

import math
import re

from fields import find_field, is_field, settable_keys
from rules_yaml import YamlProblem, read_yaml
from suggestions import suggestion_or_all
from timestamps import parse_timestamp
from values import is_same, json_text, number_text, read_scalars, text_order

_RULE_KEYS = ["name", "when", "drop", "set"]
_FIELDS = ["type", "value", "user", "ts", "metadata.<name>"]
_TESTS = ["eq", "ne", "lt", "lte", "gt", "gte", "in", "not_in", "exists"]
_LISTS = ("in", "not_in")

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_NAME_EXPECTED = "expected a letter, then letters, digits, - or _"
_TIME_EXPECTED = "a date and time with zone, such as 2026-01-31T12:00:00Z"
# No mapping may have this key, which ECMAScript keeps for itself.
_HIDDEN_KEY = "__proto__"
_MAX_SAFE_INTEGER = 2**53 - 1
# Longest piece of the file that is shown, in UTF-16 units.
_MAX_SHOWN = 40


class RulesError(Exception):
    """Rules that no run can have, and why."""


def parse_rules(text, path, schema):
    """Returns the rules: dicts with `name`, `when`, and `drop` or `set`.

    `path` is used in messages only. Raises RulesError, naming every wrong place.
    """

    def is_text(place):
        if len(place) < 2:
            return False
        part, *names = place[1:]
        if part == "name":
            return True
        if part == "set" and len(names) == 1:
            keys = [key for key in settable_keys(schema) if key.name == names[0]]
            return not keys or _kind_of_key(keys[0], schema) == "text"
        if part == "when" and names and names[1:][-1:] != ["exists"]:
            return find_field(str(names[0]), schema).kind == "text"
        return False

    try:
        document = read_yaml(text, is_text)
    except YamlProblem as problem:
        raise RulesError(f'Cannot read rules "{path}": {problem}') from None
    checked = _Checked(document if document is not None else [], schema)
    if checked.problems:
        lines = "".join(f"\n  {problem}" for problem in checked.problems)
        raise RulesError(f'Cannot read rules "{path}":{lines}')
    return checked.rules


def _kind_of_key(key, schema):
    return find_field(".".join(key.path), schema).kind


class _Checked:
    """A document, checked."""

    def __init__(self, document, schema):
        self.problems = []
        self.rules = []
        self._schema = schema
        if not isinstance(document, list):
            self._add("", f"expected a list of rules, found {_show(document)}")
            return
        names = [self._check_rule(at, each) for at, each in enumerate(document)]
        if None in names:
            return
        for at, name in enumerate(names):
            if name in names[:at]:
                self._add(f"rule {at + 1}.name", f'rule "{name}" is already defined')

    def _add(self, place, problem):
        self.problems.append(f"{place}: {problem}" if place else problem)

    def _check_rule(self, at, rule):
        """Returns its name; None where what is wrong leaves other things unsaid."""
        place = f"rule {at + 1}"
        if not isinstance(rule, dict):
            self._add(place, f"expected a rule, found {_show(rule)}")
            return None
        before = len(self.problems)
        name = rule.get("name")
        is_named = isinstance(name, str)
        if not is_named:
            self._add(f"{place}.name", f"expected text, found {_show(name)}")
        elif not _NAME.fullmatch(name):
            self._add(f"{place}.name", f"{_NAME_EXPECTED}, found {_show(name)}")
            before += 1
        if is_named:
            place += f" ({name})"
        checked = {"name": name, "when": {}}
        if "when" in rule:
            checked["when"] = self._check_when(f"{place}.when", rule["when"])
        if "drop" in rule:
            checked["drop"] = rule["drop"]
            if rule["drop"] is not True:
                found = _show(rule["drop"])
                self._add(f"{place}.drop", f"expected true, found {found}")
        if "set" in rule:
            checked["set"] = self._check_set(f"{place}.set", rule["set"])
        is_clear = len(self.problems) == before
        unknown = [key for key in rule if key not in _RULE_KEYS]
        for key in unknown:
            self._unknown(place, key, _RULE_KEYS)
        if not is_clear:
            return None
        # What else is missing is likely what a misspelt key was meant for.
        if not unknown and ("drop" in rule) == ("set" in rule):
            self._add(place, "expected either drop: true or set:")
        self.rules.append(checked)
        return name

    def _unknown(self, place, key, known):
        self._add(place, f'unknown key "{key}"{suggestion_or_all(key, known)}')

    def _check_when(self, place, when):
        if not isinstance(when, dict):
            expected = "expected fields and what they must be"
            self._add(place, f"{expected}, found {_show(when)}")
            return {}
        conditions = {}
        for name, condition in when.items():
            if is_field(name, self._schema):
                kind = find_field(name, self._schema).kind
                check = _Operands(kind if kind in _OPERANDS else "any")
                conditions[name] = check.condition(condition)
                for inner, problem in check.problems:
                    self._add(f"{place}.{name}{inner}", problem)
            elif self._schema.built_in:
                word = re.sub("^metadata[^\n\r\u2028\u2029]*", "metadata.<name>", name)
                hint = suggestion_or_all(word, _FIELDS)
                self._add(place, f'unknown field "{name}"{hint}')
            else:
                expected = "expected a field, such as status or request.host"
                self._add(place, f"{expected}, found {_show(name)}")
        return conditions

    def _check_set(self, place, settings):
        if not isinstance(settings, dict):
            expected = "expected tags and their values"
            self._add(place, f"{expected}, found {_show(settings)}")
            return {}
        if _HIDDEN_KEY in settings:
            self._add(f"{place}.{_HIDDEN_KEY}", _NAME_EXPECTED)
            return {}
        if not settings:
            self._add(place, "expected at least one tag")
        keys = {key.name: key for key in settable_keys(self._schema)}
        for name, value in settings.items():
            if name in keys:
                problem = _key_problem(value, keys[name].one_of)
            elif not _NAME.fullmatch(name):
                problem = _NAME_EXPECTED
            elif not isinstance(value, str):
                problem = f"expected text, found {_show(value)}"
            else:
                problem = None if value else "expected text that is not empty"
            if problem:
                self._add(f"{place}.{name}", problem)
        return settings


def _key_problem(value, one_of):
    """Says why a rule cannot write a value to a key."""
    if one_of:
        if any(is_same(value, each) for each in read_scalars(one_of)):
            return None
        expected = f"expected {'one of ' if len(one_of) > 1 else ''}{', '.join(one_of)}"
        return f"{expected}, found {_show(value)}"
    if not _is_scalar(value):
        return f"expected text, a number, true or false, found {_show(value)}"
    # Longer integers would lose digits here, and keep them in the events.
    is_number = isinstance(value, float)
    if is_number and value.is_integer() and abs(value) > _MAX_SAFE_INTEGER:
        return "expected a number up to 2^53"
    return None


def _is_text(value):
    return isinstance(value, str)


def _is_number(value):
    return isinstance(value, float) and math.isfinite(value)


def _is_scalar(value):
    return isinstance(value, str | bool) or _is_number(value)


def _is_ordered(value):
    return _is_text(value) or _is_number(value)


def _is_time(value):
    if isinstance(value, str):
        return parse_timestamp(value) is not None
    return _is_number(value)


# By the kind of a field: what an operand must be, what a bound, each in words,
# and what both are as the value of a field.
_OPERANDS = {
    "text": (_is_text, "text", _is_text, "text", "text"),
    "number": (_is_number, "a number", _is_number, "a number", "a number"),
    "time": (_is_time, _TIME_EXPECTED, _is_time, _TIME_EXPECTED, _TIME_EXPECTED),
    "any": (
        _is_scalar,
        "text, a number, true or false",
        _is_ordered,
        "text or a number",
        "a value",
    ),
}


class _Operands:
    """Checks what a condition says of a field of some kind.

    Each problem is the place within the condition and what is wrong there.
    """

    def __init__(self, kind):
        self.problems = []
        self._kind = kind
        self._is_operand, self._operand, self._is_bound, self._bound, self._value = (
            _OPERANDS[kind]
        )

    def condition(self, condition):
        """Returns the condition, its tests in the order they are known in."""
        if isinstance(condition, list):
            self._check_list("", condition)
        elif isinstance(condition, dict):
            return self._check_tests(condition)
        elif not self._is_operand(condition):
            # Text that is no time is meant as one.
            is_time = self._kind == "time" and isinstance(condition, str)
            more = "" if is_time else ", a list of them, or a test such as {ne: ...}"
            self._expected("", f"{self._value}{more}", condition)
        return condition

    def _expected(self, place, expected, value):
        self.problems.append((place, f"expected {expected}, found {_show(value)}"))

    def _check_list(self, place, values):
        if not values:
            self.problems.append((place, "expected at least one value"))
        for at, value in enumerate(values):
            if not self._is_operand(value):
                self._expected(f"{place}[{at}]", self._operand, value)

    def _check_tests(self, tests):
        if _HIDDEN_KEY in tests:
            hint = suggestion_or_all(_HIDDEN_KEY, _TESTS)
            self.problems.append(("", f'unknown key "{_HIDDEN_KEY}"{hint}'))
            return tests
        if not tests:
            expected = f"expected at least one of {', '.join(_TESTS)}"
            self.problems.append(("", expected))
        for name in _TESTS:
            if name in tests:
                self._check_test(name, tests[name])
        for name in tests:
            if name not in _TESTS:
                hint = suggestion_or_all(name, _TESTS)
                self.problems.append(("", f'unknown key "{name}"{hint}'))
        return {name: tests[name] for name in _TESTS if name in tests}

    def _check_test(self, name, operand):
        if name in _LISTS:
            if isinstance(operand, list):
                self._check_list(f".{name}", operand)
            else:
                self._expected(f".{name}", "a list", operand)
        elif name == "exists":
            if not isinstance(operand, bool):
                self._expected(".exists", "true or false", operand)
        elif name in ("eq", "ne"):
            if not self._is_operand(operand):
                self._expected(f".{name}", self._operand, operand)
        elif not self._is_bound(operand):
            self._expected(f".{name}", self._bound, operand)


def _show(value):
    if value is None:
        return "nothing"
    shown = number_text(value) if isinstance(value, float) else json_text(value)
    units = text_order(shown)
    if len(units) <= 2 * _MAX_SHOWN:
        return shown
    return f"{units[: 2 * _MAX_SHOWN].decode('utf-16-be', 'surrogatepass')}…"
