"""Scores work items: events that carry numbers to work on."""

import numpy


def score_all(items):
    """Returns the score of each item, a double.

    The score is the dominant eigenvalue of the item's matrix by power iteration
    (see Golub and Van Loan, "Matrix Computations", section 7.3), starting from
    the sum of its vectors. Items of one size are worked on together, but each
    number is computed as the stage in TypeScript does it, with sums from left to
    right, so that the last bit is the same.
    """
    scores = numpy.zeros(len(items))
    alike = {}
    for at, item in enumerate(items):
        alike.setdefault((item.size, item.iterations), []).append(at)
    # Numbers that are too large, or too small, become infinite, or none.
    with numpy.errstate(all="ignore"):
        for (size, iterations), places in alike.items():
            chosen = [items[at] for at in places]
            scores[places] = _score(chosen, size, iterations)
    return scores


def _score(items, size, iterations):
    vector = numpy.array([_vector_sum(item, size) for item in items])
    matrices = numpy.array(
        [numpy.frombuffer(item.matrix, "<f8").reshape(size, size) for item in items]
    )
    columns = numpy.ascontiguousarray(matrices.transpose(2, 0, 1))
    _scale_to_one(vector, of_zero=1 / numpy.sqrt(size))
    eigenvalue = numpy.zeros(len(items))
    is_zero = numpy.zeros(len(items), bool)
    for _ in range(iterations):
        product = numpy.zeros_like(vector)
        for column in range(size):
            product += columns[column] * vector[:, column, numpy.newaxis]
        eigenvalue = _row_sums(product * vector)
        is_zero |= _scale_to_one(product)
        vector = product
    return numpy.where(is_zero, 0.0, eigenvalue)


def _vector_sum(item, size):
    total = numpy.zeros(size)
    for vector in numpy.frombuffer(item.vectors, "<f8").reshape(-1, size):
        total += vector
    return total


def _row_sums(table):
    """Sums each row from left to right; numpy's own sum() adds in pairs."""
    return numpy.add.accumulate(table, axis=1)[:, -1] + 0.0


def _scale_to_one(vectors, of_zero=0.0):
    """Scales each row to length 1 in place; returns which have no length."""
    length = numpy.sqrt(_row_sums(vectors * vectors))
    is_zero = length == 0
    vectors /= length[:, numpy.newaxis]
    vectors[is_zero] = of_zero
    return is_zero
