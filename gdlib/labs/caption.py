"""The Python below a lab: pasted into a cell, it gives what the lab shows.

It calls things by the names that they have in the notebook, and imports what is lacking. Where it
has {start}, {step}, or the number of a slider in braces, the front end puts what is on show.
"""

import ast

from IPython import get_ipython

from gdlib.costs import COSTS, Cost, from_function
from gdlib.own_function import OwnFunction


def name_of(thing, default):
    """Return the name of the notebook's variable that holds this very thing, or the default."""
    names = [name for name, value in _variables().items() if value is thing and name[0] != "_"]
    return names[0] if names and default not in names else default


def name_of_cost(cost):
    """Return the Python for a Cost, and a list of what it needs from the library."""
    if COSTS.get(cost.name) is cost:
        return cost.name, [cost]
    own = isinstance(cost.function, OwnFunction)
    name = name_of(cost, "" if own else cost.name)
    return (name, []) if name else (f"from_function({cost.name}, {cost.domain})", [from_function])


def pasteable(code, *needed):
    """Return the code, and before it an import of each thing needed that the notebook lacks.

    What is needed are functions and named surfaces of the library. Returns "" for code that is no
    Python, because it is about a cost that has no name here: then there is nothing to paste.
    """
    try:
        ast.parse(code)
    except SyntaxError:
        return ""
    have, lines = _variables(), []
    for thing in needed:
        surface = isinstance(thing, Cost)
        name = thing.name if surface else thing.__name__
        if have.get(name) is not thing:
            module = "gdlib.costs" if surface else thing.__module__
            lines.append(f"from {module} import {name}")
    return "\n".join([*lines, code])


def _variables():
    shell = get_ipython()
    return shell.user_ns if shell else {}
