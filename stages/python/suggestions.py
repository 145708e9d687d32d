"""Did you mean? Finds the known word that an unknown one is most likely to be."""


def suggestion_or_all(word, known):
    """Returns `; did you mean "drop"?`; names all words where none is near."""
    best = _nearest(word, known)
    if best is None:
        return f"; expected one of {', '.join(known)}"
    return f'; did you mean "{best}"?'


def _nearest(word, known):
    letters = _letters(word)
    # A third of the letters may be wrong, and always one; but not all of them.
    best = None
    best_steps = min(max(1, len(letters) // 3), len(letters) - 1) + 1
    for each in known:
        # At least so many are wrong, and a longer table would not fit into memory.
        if abs(len(_letters(each)) - len(letters)) >= best_steps:
            continue
        steps = _distance(letters, _letters(each))
        if steps < best_steps:
            best, best_steps = each, steps
    if best is None and len(letters) >= 3:
        # What was begun rightly was not finished.
        return next(
            (each for each in known if _letters(each).startswith(letters)), None
        )
    return best


def _distance(one, other):
    """How many letters must be put in, left out, replaced, or changed with their
    neighbour, to make one word of the other (Damerau's distance)."""
    before, last = [], list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        row = [i]
        for j, wanted in enumerate(other, 1):
            wrong = letter != wanted
            steps = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + wrong)
            swapped = i > 1 and j > 1 and (letter, one[i - 2]) == (other[j - 2], wanted)
            row.append(min(steps, before[j - 2] + wrong) if swapped else steps)
        before, last = last, row
    return last[-1]


def _letters(word):
    return word.lstrip("-").lower()
