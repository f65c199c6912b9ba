"""Which cells of a notebook must run to try the solutions of its exercises.

nbval runs every cell with the stubs in place. With the solutions in place a cell can only behave
differently if it is linked to one of them by a name. So these cells need another run, and no more:
the exercises, those that their answers reach, and those that any of these rest on.
"""

import symtable
from typing import NamedTuple


def with_solutions(cells, exercises, also=()):
    """Return the code cells to run, as pairs (id, source), with the solutions in place.

    `cells` are code cells in order, `exercises` is {cell id: Exercise}. A cell rests on an
    earlier one if it mentions what that one binds or may change: whoever mentions an object that
    is not imported may change it. What it mentions in a function, it may look up later, so there
    it rests on later cells too. The setup cell, which does nothing outside of Colab, is left out.
    Raises SyntaxError for any other cell that is not plain Python, since a magic command can
    hide names. `also` are ids of cells that run, too, with what they rest on.
    """
    sources = {cell.id: cell.source for cell in cells if cell.id != "setup"}
    for i, exercise in exercises.items():
        sources[i] = f"{exercise.solution}\ncheck.{exercise.name}({exercise.answer})"
    found = [(i, names(source)) for i, source in sources.items()]
    bound = set().union(*(cell.bound for _, cell in found))
    imported = set().union(*(cell.imported for _, cell in found))
    links = set()  # pairs: the second rests on the first
    for place, (i, giver) in enumerate(found):
        gives = giver.bound | giver.mentioned & bound - imported
        for other, (j, taker) in enumerate(found):
            if gives & (taker.mentioned if place < other else taker.inside):
                links.add((i, j))
    reached = closure(exercises, links).union(also)
    chosen = closure(reached, {(j, i) for i, j in links})
    return [(i, source) for i, source in sources.items() if i in chosen]


def closure(chosen, links):
    """Return the chosen and all that the links lead to from them, step by step."""
    chosen = set(chosen)
    while more := {j for i, j in links if i in chosen} - chosen:
        chosen |= more
    return chosen


class Names(NamedTuple):
    """The global names in a cell: mentioned anywhere, inside functions; bound; imported."""

    mentioned: set
    inside: set
    bound: set
    imported: set


def names(source):
    """Return the Names of a cell; raise SyntaxError if it is not Python."""
    found = Names(set(), set(), set(), set())
    tables = [symtable.symtable(source, "cell", "exec")]
    for table in tables:
        tables += table.get_children()
        for symbol in table.get_symbols():
            name = symbol.get_name()
            if table is tables[0] or symbol.is_global():
                found.mentioned.add(name)
                if table is not tables[0]:
                    found.inside.add(name)
                if symbol.is_assigned() or symbol.is_imported():
                    found.bound.add(name)
                if symbol.is_imported():
                    found.imported.add(name)
    return found
