"""What rules compare and write, as the stage in TypeScript has it.

A value is None, a bool, a float or a str: every number is a double, so that 1
and 1.0 are one, and True is no number. Texts are compared by their UTF-16 units,
and numbers are written as ECMAScript writes them.
"""

import json
import math
import re
from decimal import Decimal

# ECMAScript writes more digits than these before the point, or zeros after it,
# with an exponent.
_MOST_DIGITS = 21
_MOST_ZEROS = 6

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def read_scalars(texts):
    """Reads the distinct values of a key or a column, each as JSON."""
    return json.loads(f"[{','.join(texts)}]", parse_int=float)


def is_same(one, other):
    """True for the same value of the same kind."""
    return type(one) is type(other) and one == other


def text_order(text):
    """Returns what puts texts into the order of their UTF-16 units."""
    return text.encode("utf-16-be", "surrogatepass")


def as_pairs(text):
    """Joins halves of a surrogate pair that were written one by one."""
    units = text.encode("utf-16-le", "surrogatepass")
    return units.decode("utf-16-le", "surrogatepass")


def in_property_order(pairs):
    """Makes a dict in the order in which an object of ECMAScript has its keys."""
    mapping = dict(pairs)
    indexes = [
        key
        for key in mapping
        if re.fullmatch(r"0|[1-9][0-9]{0,9}", key) and int(key) < 2**32 - 1
    ]
    ordered = {key: mapping[key] for key in sorted(indexes, key=int)}
    return ordered | mapping


def number_text(number):
    """Writes a number as `String()` does."""
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    if number == 0:
        return "0"
    sign, digits, exponent = Decimal(repr(float(number))).normalize().as_tuple()
    minus = "-" if sign else ""
    digits = "".join(map(str, digits))
    point = len(digits) + exponent
    if len(digits) <= point <= _MOST_DIGITS:
        return f"{minus}{digits}{'0' * exponent}"
    if 0 < point <= _MOST_DIGITS:
        return f"{minus}{digits[:point]}.{digits[point:]}"
    if -_MOST_ZEROS < point <= 0:
        return f"{minus}0.{'0' * -point}{digits}"
    fraction = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{minus}{digits[0]}{fraction}e{point - 1:+d}"


def json_text(value):
    """Writes JSON as `JSON.stringify()` does."""
    if isinstance(value, dict):
        inner = (f"{json_text(key)}:{json_text(each)}" for key, each in value.items())
        return f"{{{','.join(inner)}}}"
    if isinstance(value, list):
        return f"[{','.join(map(json_text, value))}]"
    if isinstance(value, float):
        return number_text(value) if math.isfinite(value) else "null"
    text = json.dumps(value, ensure_ascii=False)
    return _LONE_SURROGATE.sub(lambda half: f"\\u{ord(half[0]):04x}", text)
