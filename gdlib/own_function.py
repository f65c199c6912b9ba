"""Your own code in the place of the course's: a cost, a gradient, a rule, a step of training.

Each is called with copies, so it may do with its arguments what it likes; and what is wrong with
it is told in its own terms, with its own line.
"""

import linecache
import re
import time

import numpy as np

from gdlib.derivatives import numerical_gradient
from gdlib.doors import LARGEST
from gdlib.patience import Patience

# What Python's math says of a number outside of a function's domain, in all its versions.
OUTSIDE = re.compile("^math domain error|^expected a .*(input|number)")

COUNTS = ["no arguments", "one argument", "two arguments", "three arguments", "four arguments",
          "five arguments", "six arguments"]  # fmt: skip


class OwnFunctionError(ValueError):
    """What is wrong with a function of your own, and the line of it, in a few lines."""

    def _render_traceback_(self):
        """Return all that a notebook shows of this error: IPython looks for this method."""
        return [f"{type(self).__name__}: {self}"]


def what_failed(function, arguments, error, m=None):
    """Return what is to be said of an error that a function of your own raised, and its line.

    `arguments` names what the function is called with, such as ("v", "eta"); m is how many
    variables v has, if it has any.
    """
    what = f"{type(error).__name__}: {error}"
    if isinstance(error, IndexError):
        range_ = f"the variables are v[0] to v[{m - 1}]" if m else "the first entry is at index 0"
        what += f". Counting begins at 0: {range_}"
    if isinstance(error, TypeError) and re.search(r"bitwise_xor|for \^", str(error)):
        what += ". A power is written **, not ^"
    if isinstance(error, TypeError) and "can be converted to Python scalars" in str(error):
        what += ". On arrays use np.exp and its like, not those of math"
    if isinstance(error, TypeError) and error.__traceback__.tb_next is None:  # it did not begin
        what += f". It must take {COUNTS[len(arguments)]}, {', '.join(arguments)}"
        what += ", which holds all variables: v[0], v[1], …" if arguments == ("v",) else ""
    end = "" if what.endswith(("?", ".", "!")) else "."
    return f"{what}{end}{line_of(function, error)}"


def no_return(function):
    """Return what is to be said of a function that returned None."""
    code = getattr(function, "__code__", None)
    if code and "print" in code.co_names:
        return "print only shows a value. To hand it back, write return in the place of print."
    return "Does it end with return?"


def line_of(function, error=None):
    """Return the line of the function's file in which the error arose, or else its first line."""
    code = getattr(function, "__code__", None)
    if code is None:
        return ""
    number, traceback = code.co_firstlineno, error and error.__traceback__
    while traceback:
        if traceback.tb_frame.f_code.co_filename == code.co_filename:
            number = traceback.tb_lineno
        traceback = traceback.tb_next
    line = linecache.getline(code.co_filename, number).strip()
    return f"\n  line {number}:  {line}" if line else ""


def shown(value):
    """Return a value as text of at most 60 characters, whatever it is."""
    try:
        return f"{value!r:.60}"
    except Exception:  # a number of too many digits, or an object that cannot be shown
        return f"a {type(value).__name__}"


class Own:
    """Your function of a point v (m,), and maybe of more, made to take many points, (m, ...).

    Written with NumPy, it usually takes all points at once, and is then called with them. If it
    cannot (say, because of an `if` on v[0]), it is called point by point, and `one_at_a_time` says
    so. Once it has taken 5 seconds, a warning says so. A call raises OwnFunctionError if the
    function fails, or returns anything but what it must.
    """

    arguments = ("v",)
    role = must_return = ""  # what it is, and what it must return
    has_edge = True  # is it nan where it is not defined, or is that a mistake?

    def __init__(self, function):
        """Take your function; raises TypeError unless it is one."""
        call = ", ".join(self.arguments)
        if not callable(function):
            raise TypeError(f"{self.role} must be a function of {call}, got {shown(function)}")
        self._function = function
        name = getattr(function, "__name__", "")
        self.name = name if name.isidentifier() else self.role  # a lambda has none
        self.call = f"{self.name}({call})"
        self.one_at_a_time = False
        self._patience = Patience()

    def _values(self, *arguments):
        """Return the values at one point or at many: all arguments have the points' shape last."""
        if arguments[0].ndim == 1:
            return self._at_a_point(*arguments)
        values = None if self.one_at_a_time else self._on_a_grid(*arguments)
        if values is None:
            values = self._point_by_point(*arguments)
            self.one_at_a_time = True
        return values

    def _shape(self, v):
        """Return the shape of the values at v: that of v, (m, ...)."""
        return v.shape

    def _on_a_grid(self, *arguments):
        """Return the values of all points at once, or None if it takes one point at a time."""
        begin = time.perf_counter()
        try:
            values = np.asarray(self._function(*(part.copy() for part in arguments)))
        except Exception:  # what else is wrong shows at a single point
            return None
        if values.shape != self._shape(arguments[0]) or values.dtype.kind not in "fiu":
            return None
        self._patience.spend(time.perf_counter() - begin, f"{self.call} has taken")
        return values

    def _point_by_point(self, *arguments):
        """Return the values of all points, one after the other."""
        what = (
            f"{self.call} takes one point at a time. (Written with NumPy for a v of whole grids it "
            "is far faster.) That has taken"
        )
        points = arguments[0].shape[1:]
        values = np.empty(self._shape(arguments[0]))
        before = time.perf_counter()
        for i in np.ndindex(points):
            values[..., *i] = self._at_a_point(*(part[..., *i][()] for part in arguments))
            now = time.perf_counter()
            self._patience.spend(now - before, what)
            before = now
        return values

    def _at_a_point(self, *arguments):
        """Return the value at one point: a float, or an array of float64."""
        shape = self._shape(arguments[0])
        try:
            value = self._function(*(part.copy() for part in arguments))
        except OverflowError:  # math.exp and ** raise where NumPy gives infinity
            return np.full(shape, np.inf)[()]
        except Exception as error:
            if self.has_edge and _is_at_an_edge(error):
                return np.full(shape, np.nan)[()]
            raise OwnFunctionError(self._what_failed(arguments[0], error)) from error
        if isinstance(value, float) and shape == ():
            return float(value)
        try:
            array = np.asarray(value)
        except Exception:  # rows of different lengths, or an object that is no array
            array = np.asarray(None)
        if array.shape != shape or array.dtype.kind not in "fiub":
            raise OwnFunctionError(self._what_came(value, array))
        return array.astype(float)[()]

    def _what_failed(self, v, error):
        """Return what is to be said of an error at v (m,)."""
        point = ", ".join(f"{x:.6g}" for x in v[:4]) + ", …" * (len(v) > 4)
        what = what_failed(self._function, self.arguments, error, len(v))
        return f"{self.call} failed at v = ({point}): {what}"

    def _what_came(self, value, array):
        """Return what is to be said of a value that is not what it must be."""
        numbers = array.dtype.kind in "fiub" and array.shape
        got = f"shape {array.shape}" if numbers else shown(value)
        hint = f". {no_return(self._function)}" if value is None else ""
        what = f"{self.call} must return {self.must_return}, got {got}{hint}"
        return what + line_of(self._function)


def _is_at_an_edge(error):
    """Tell whether an error says that a number lies outside of a function's domain."""
    outside = isinstance(error, ValueError) and OUTSIDE.search(str(error))
    return bool(outside) or isinstance(error, ZeroDivisionError)


class OwnFunction(Own):
    """Your function C(v), made into what a Cost has for its `function`.

    Where C leaves its domain (the root of a negative number, a division by 0), it is nan, whether
    NumPy or Python's math computes it.
    """

    role = "C"
    must_return = "one real number for one point v"

    def __call__(self, v):
        """Return C at v, shape (m, ...): a float for one point, else an array of shape (...)."""
        return self._values(np.array(v, dtype=float))

    def _shape(self, v):
        return v.shape[1:]

    def gradient(self, v):
        """Return ∇C at v by central differences: the shape of v, (m, ...)."""
        return numerical_gradient(self, v)


class _OwnVector(Own):
    """Your function that returns one number for each variable, in an array, a list or a tuple.

    One written for a single point may return the right shape, and yet not the right numbers, for
    many points: one that divides by the length of ∇C, say. So what it returns for many is compared
    with what it returns for three of them.
    """

    must_return = "one real number for each variable of v"

    def _values(self, v, *others):
        """Return the values; those of a point that has left the finite numbers are nan."""
        finite = np.isfinite([v, *(np.broadcast_to(other, v.shape) for other in others)])
        finite = finite.all(axis=(0, 1))
        if v.ndim == 1 and finite:
            return super()._values(v, *others)
        values = np.full(v.shape, np.nan)
        if v.ndim > 1 and finite.any():
            parts = (part[..., finite] for part in (v, *others))
            values[:, finite] = super()._values(*parts)
        return values

    def _on_a_grid(self, *arguments):
        values = super()._on_a_grid(*arguments)
        if values is None:
            return None
        points = list(np.ndindex(values.shape[1:]))
        for i in {points[0], points[len(points) // 2], points[-1]}:
            alone = self._at_a_point(*(part[..., *i][()] for part in arguments))
            if not np.allclose(values[..., *i], alone, rtol=1e-12, atol=0, equal_nan=True):
                return None
        return values


class OwnGradient(_OwnVector):
    """Your function ∇C(v), made into what a Cost has for its `gradient`."""

    role = "gradient"

    def __call__(self, v):
        """Return ∇C at v, an array of the shape of v, (m, ...)."""
        return self._values(np.array(v, dtype=float))


class OwnRule(_OwnVector):
    """Your rule(v, nabla_C, eta), made into what walks: it has the signature of `step`."""

    role = "rule"
    arguments = ("v", "nabla_C", "eta")
    must_return = "the next v, one real number for each variable"
    has_edge = False

    def __call__(self, v, nabla_C, eta):
        """Return v′ (m, ...); v and nabla_C are (m, ...), eta a number or of shape (...)."""
        return self._values(v, nabla_C, np.broadcast_to(eta, np.shape(v)[1:]))

    def _at_a_point(self, v, nabla_C, eta):
        ahead = super()._at_a_point(v, nabla_C, eta)
        if np.isnan(ahead).any() and (np.abs([v, nabla_C]) < LARGEST).all():
            raise OwnFunctionError(self._what_came(ahead.tolist(), np.asarray(None)))
        return ahead


class OwnLearn(Own):
    """Your learn(network, x, y, eta), which takes one step of training on one mini-batch.

    A call that fails, or leaves the network as it was, or with numbers that are not finite, is
    undone, and raises OwnFunctionError.
    """

    role = "learn"
    arguments = ("network", "x", "y", "eta")

    def __call__(self, network, x, y, eta):
        """Take a step, in place, on x (n, n_in) and y (n, n_out)."""
        v, before, cause = network.v, network.v.copy(), None
        try:
            with np.errstate(all="ignore"):
                self._function(network, x.copy(), y.copy(), eta)
            wrong = self._what_is_wrong(network, v, before, x, y, eta)
        except Exception as error:
            wrong, cause = f"failed: {what_failed(self._function, self.arguments, error)}", error
        if wrong:
            v[:] = before
            network._use(v)  # whatever became of its weights and biases
            raise OwnFunctionError(f"{self.call} {wrong}") from cause

    def _what_is_wrong(self, network, v, before, x, y, eta):
        """Return what is to be said of a step that led from `before` to v, if anything."""
        parts = (*network.weights, *network.biases)
        if network.v is not v or not all(np.may_share_memory(part, v) for part in parts):
            what = "put a new array in the place of an old one. Write network.v[:] = … to change "
            what += "the entries of the old one"
        elif not np.isfinite(v).all():
            what = f"made entries of network.v {v[~np.isfinite(v)][0]}"
        elif np.array_equal(v, before) and self._would_move(v, eta * network.backpropagate(x, y)):
            what = "left network.v as it was. network.v[:] = … changes it; what a function "
            what += "returns, or calls v, does not"
        else:
            return ""
        return f"{what}.{line_of(self._function)}"

    def _would_move(self, v, delta_v):
        """Tell whether v + delta_v differs from v: a tiny change may be lost in rounding."""
        return (np.abs(delta_v) > np.spacing(np.abs(v))).any()
