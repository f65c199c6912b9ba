"""What a function does, and all that it reads, as a few digits: other digits, other results."""

import copyreg
import dis
import functools
import hashlib
import inspect
import sys
from types import CellType, CodeType, FunctionType, ModuleType

import numpy as np

READS = {"LOAD_GLOBAL", "LOAD_NAME", "LOAD_FROM_DICT_OR_GLOBALS"}  # instructions with a name
ATOMS = (type(None), type(...), bool, int, float, complex, str, bytes)
PARTS = {  # what a value of such a kind is made of
    CodeType: ("co_code", "co_names", "co_varnames", "co_consts"),
    property: ("fget", "fset", "fdel"),
    functools.cached_property: ("func",),
    staticmethod: ("__wrapped__",),
    classmethod: ("__wrapped__",),
    functools._lru_cache_wrapper: ("__wrapped__",),
}


def fingerprint(function, settings):
    """Return six hexadecimal digits for a function and the names of its settings.

    They change with its source, its defaults, and the values of all variables that it reads
    from outside; with what these hold; and likewise with the functions and classes among them,
    if they are of its own module or of a notebook. What another module offers counts by its
    name. Names that the function makes up while it runs, as for getattr, are not seen.

    Raises TypeError if it reads what has no content to compare, such as a lock or an open file.
    """
    reader = _Reader({function.__module__, "__main__"})
    try:
        return reader.digest([function, sorted(settings)]).hex()[:6]
    except RecursionError:
        raise TypeError(f"{function.__name__} reads something too deeply nested") from None


class _Reader:
    """Turns values into digests; functions and classes of the modules `own` by their content."""

    def __init__(self, own):
        self._own = own
        self._known = {}  # id of a value: its digest, or how deep it lies while it is being read
        self._kept = []  # so that no other value gets one of these ids
        self._depth = 0

    def digest(self, value):
        """Return the SHA-256 digest of a value and of all that it holds."""
        if type(value) in ATOMS:
            return _joined(self._parts(value))
        if id(value) not in self._known:
            self._kept.append(value)
            self._known[id(value)] = b"inside itself, %d" % self._depth
            self._depth += 1
            self._known[id(value)] = _joined(self._parts(value))
            self._depth -= 1
        return self._known[id(value)]

    def _parts(self, value):
        """Yield, as bytes, the kind of a value and all that tells it from others of its kind."""
        kind = type(value)
        yield kind.__qualname__.encode()
        if kind in ATOMS:  # the decimal digits of a large int would take too long
            yield (hex(value) if kind is int else repr(value)).encode()
        elif kind is ModuleType:
            yield value.__name__.encode()
        elif callable(value) and (name := self._imported_name(value)):
            yield name.encode()
        elif kind in (list, tuple):
            yield from map(self.digest, value)
        elif kind is dict:
            yield from (self.digest(part) for item in value.items() for part in item)
        elif kind in (set, frozenset):
            yield from sorted(map(self.digest, value))
        elif kind in (np.ndarray, np.memmap) and not value.dtype.hasobject:
            yield repr((value.dtype, value.shape)).encode()
            yield hashlib.sha256(np.ascontiguousarray(value).reshape(-1).view(np.uint8)).digest()
        elif kind is FunctionType:
            yield from self._function(value)
        elif isinstance(value, type):
            yield from self._class(value)
        elif kind in PARTS:
            yield from (self.digest(getattr(value, name)) for name in PARTS[kind])
        else:
            yield from self._object(value)

    def _imported_name(self, value):
        """Return the full name by which another module offers a value, "" if none does."""
        module, name = getattr(value, "__module__", None), getattr(value, "__qualname__", None)
        if not isinstance(module, str) or not isinstance(name, str) or module in self._own:
            return ""
        offered = sys.modules.get(module)
        for part in name.split("."):
            offered = getattr(offered, part, None)
        return f"{module}.{name}" if offered is value else ""

    def _function(self, function):
        """Yield a function's source, and the values of the variables that it reads."""
        code = function.__code__
        yield self.digest(_source(function) or code)
        yield from map(self.digest, (function.__defaults__, function.__kwdefaults__))
        yield self.digest(vars(function))
        for name, cell in zip(code.co_freevars, function.__closure__ or (), strict=True):
            yield name.encode()
            if cell != CellType():  # an empty one, for a variable that has no value yet
                yield self.digest(cell.cell_contents)
        if function.__module__ in self._own:
            for name in sorted(_globals_read(code) & function.__globals__.keys()):
                yield name.encode()
                yield self.digest(function.__globals__[name])

    def _class(self, cls):
        """Yield the bases and the members of a class, without what Python notes about it."""
        yield cls.__qualname__.encode()
        yield from map(self.digest, cls.__bases__)
        for name, member in sorted(vars(cls).items()):
            written = isinstance(member, FunctionType | property | staticmethod | classmethod)
            if written or not name.startswith(("__", "_abc_")):
                yield name.encode()
                yield self.digest(member)

    def _object(self, value):
        """Yield what the pickle protocol says a value is made of."""
        try:
            other_way = copyreg.dispatch_table.get(type(value))
            reduced = other_way(value) if other_way else value.__reduce_ex__(4)
        except Exception as error:
            raise TypeError(f"{value!r:.60} has no content to compare: {error}") from None
        if isinstance(reduced, str):  # a name of its module
            yield f"{value.__module__}.{reduced}".encode()
        else:
            yield from map(self.digest, reduced[:3])
            yield from (self.digest(list(items or ())) for items in reduced[3:5])


def _joined(parts):
    digest = hashlib.sha256()
    for part in parts:
        digest.update(b"%d:" % len(part))
        digest.update(part)
    return digest.digest()


def _source(function):
    """Return the source of a function; "" if there is none, or if it may be that of others too."""
    try:
        return "" if function.__name__ == "<lambda>" else inspect.getsource(function.__code__)
    except OSError:  # typed where Python keeps no source
        return ""


def _globals_read(code):
    """Return the names that code, and the functions and classes inside it, read from outside."""
    names = {line.argval for line in dis.get_instructions(code) if line.opname in READS}
    inside = (const for const in code.co_consts if isinstance(const, CodeType))
    return names.union(*map(_globals_read, inside))
