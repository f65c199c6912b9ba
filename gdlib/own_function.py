"""Your own function C(v), made into a function and a gradient such as a Cost has."""

import linecache
import re
import time

import numpy as np

from gdlib.derivatives import numerical_gradient
from gdlib.patience import Patience

# What Python's math says of a number outside of a function's domain, in all its versions.
OUTSIDE = re.compile("^math domain error|^expected a .*(input|number)")


class OwnFunctionError(ValueError):
    """What is wrong with a function of your own, and the line of it, in a few lines."""

    def _render_traceback_(self):
        """Return all that a notebook shows of this error: IPython looks for this method."""
        return [f"{type(self).__name__}: {self}"]


class OwnFunction:
    """Your function C, which takes v of shape (m,), made to take (m, ...) and return (...).

    Written with NumPy, C usually takes whole grids, shape (m, ...), too, and is then called with
    them. If it cannot (say, because of an `if` on v[0]), it is called point by point, and
    `one_at_a_time` says so. Once C has taken 5 seconds, a warning says so. Where C leaves its
    domain (the root of a negative number, a division by 0), it is nan, whether NumPy or Python's
    math computes it. A call raises OwnFunctionError if C fails, or returns anything but a real
    number per point.
    """

    def __init__(self, C):
        """Take your function C; raises TypeError unless it is one."""
        if not callable(C):
            raise TypeError(f"C must be a function of v, got {C!r:.60}")
        self._C = C
        self.name = getattr(C, "__name__", "C")
        self.one_at_a_time = False
        self._patience = Patience()

    def __call__(self, v):
        """Return C at v, shape (m, ...): a float for one point, else an array of shape (...)."""
        v = np.array(v, dtype=float)  # its own, whatever C does to it
        if v.ndim == 1:
            return self._at_a_point(v)
        C_v = None if self.one_at_a_time else self._on_a_grid(v)
        if C_v is None:
            C_v = self._point_by_point(v)
            self.one_at_a_time = True
        return C_v

    def gradient(self, v):
        """Return ∇C at v by central differences: the shape of v, (m, ...)."""
        return numerical_gradient(self, v)

    def _on_a_grid(self, v):
        """Return C of all points at once, or None if C is written for one point at a time."""
        begin = time.perf_counter()
        try:
            C_v = np.asarray(self._C(v.copy()))
        except Exception:  # what else is wrong shows at a single point
            return None
        if C_v.shape != v.shape[1:] or C_v.dtype.kind not in "fiu":
            return None
        self._patience.spend(time.perf_counter() - begin, f"{self.name}(v) has taken")
        return C_v

    def _point_by_point(self, v):
        """Return C of all points, one after the other."""
        what = (
            f"{self.name}(v) takes one point at a time. (Written with NumPy for a v of whole grids "
            "it is far faster.) That has taken"
        )
        C_v = np.empty(v.shape[1:])
        points = np.ascontiguousarray(v.reshape(len(v), -1).T)
        before = time.perf_counter()
        for i, point in enumerate(points):
            C_v.flat[i] = self._at_a_point(point)
            now = time.perf_counter()
            self._patience.spend(now - before, what)
            before = now
        return C_v

    def _at_a_point(self, v):
        """Return C at one point v (m,), as a float."""
        try:
            C_v = self._C(v)
        except OverflowError:  # math.exp and ** raise where NumPy gives infinity
            return np.inf
        except ZeroDivisionError:
            return np.nan
        except Exception as error:
            if isinstance(error, ValueError) and OUTSIDE.search(str(error)):
                return np.nan
            raise OwnFunctionError(self._what_failed(v, error)) from error
        if isinstance(C_v, float):
            return float(C_v)
        C_v = np.asarray(C_v)
        if C_v.shape != () or C_v.dtype.kind not in "fiub":
            raise OwnFunctionError(self._what_came(C_v))
        return float(C_v)

    def _what_failed(self, v, error):
        """Return what is to be said of an error that C raised at v (m,)."""
        point = ", ".join(f"{x:.6g}" for x in v[:4]) + ", …" * (len(v) > 4)
        what = f"{self.name}(v) failed at v = ({point}): {type(error).__name__}: {error}"
        if isinstance(error, IndexError):
            what += f". The variables are v[0] to v[{len(v) - 1}]; counting begins at 0"
        if isinstance(error, TypeError) and error.__traceback__.tb_next is None:  # C did not begin
            what += ". It must take one argument, v, which holds all variables: v[0], v[1], …"
        return f"{what}.{self._line(error)}"

    def _what_came(self, C_v):
        """Return what is to be said of an array that is no real number."""
        got = f"shape {C_v.shape}" if C_v.shape else f"{C_v.item()!r:.60}"
        hint = " Does it end with return?" if got == "None" else ""
        what = f"{self.name}(v) must return one real number for one point v, got {got}.{hint}"
        return what + self._line()

    def _line(self, error=None):
        """Return the line of C's file in which the error arose, or else C's first line."""
        code = getattr(self._C, "__code__", None)
        if code is None:
            return ""
        number, traceback = code.co_firstlineno, error and error.__traceback__
        while traceback:
            if traceback.tb_frame.f_code.co_filename == code.co_filename:
                number = traceback.tb_lineno
            traceback = traceback.tb_next
        line = linecache.getline(code.co_filename, number).strip()
        return f"\n  line {number}:  {line}" if line else ""
