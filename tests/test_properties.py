"""Properties that hold for every input: a sound answer for sound input, else a clear error.

Hypothesis makes the input, the same in every run.
"""

import inspect
import linecache
import pkgutil
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import gdlib
from gdlib import (
    arguments,
    costs,
    curvature,
    descent,
    gradient,
    landscape,
    mnist,
    network,
    sgd,
    writing,
)

settings.register_profile("course", derandomize=True, database=None, deadline=None)
settings.load_profile("course")


# Every public function of the core, with one argument replaced by anything.


def small():
    """Return a small network in float64."""
    return network.Network([3, 4, 10], np.random.default_rng(0), np.float64)


def kept(value):
    """Mark an argument that is left as it is: a file, or an object that the course hands over."""
    return lambda: value


RNG = np.random.default_rng(1)
X, Y, LABELS = np.full((5, 3), 0.5), np.eye(10)[:5], np.arange(5)
V, POINT = np.linspace(-1, 1, 66), np.array([0.5, -0.25])
PATH = np.array([[1.0, 2.0], [0.5, 1.0], [0.0, -1.0], [3.0, 0.0]])
DIGITS = kept(mnist.Digits(np.full((5, 3), 100, np.uint8), LABELS))
VALLEY = kept(costs.valley)

# A sound call of each. `step` and `sigmoid` are one line of arithmetic each, and so fast that
# they check nothing: what does not fit is NumPy's to refuse.
CALLS = {
    "arguments.check_count": (arguments.check_count, {"name": kept("n"), "value": 3}),
    "arguments.check_eta": (arguments.check_eta, {"eta": 0.1}),
    "arguments.check_numbers": (arguments.check_numbers, {"name": kept("v"), "values": POINT}),
    "arguments.check_real": (arguments.check_real, {"name": kept("v"), "values": POINT}),
    "arguments.check_rng": (arguments.check_rng, {"rng": RNG}),
    "costs.Cost": (
        costs.Cost,
        {
            "name": kept("C"),
            "function": abs,
            "gradient": abs,
            "domain": ((-1, 1),),
            "formula": kept("|v|"),
        },
    ),
    "costs.quadratic": (costs.quadratic, {"curvatures": [1.0, 3.0]}),
    "costs.from_function": (costs.from_function, {"C": abs, "domain": ((-1, 1), (-1, 1))}),
    "costs.from_grid": (
        costs.from_grid,
        {"v1": [0, 1, 2], "v2": [0, 1], "C": [[1.0, 2.0], [3.0, 4.0], [5.0, 7.0]]},
    ),
    "gradient.numerical_gradient": (
        gradient.numerical_gradient,
        {"function": kept(lambda v: sum(v**2)), "v": POINT, "h": 1e-5},
    ),
    "gradient.gradient_error": (gradient.gradient_error, {"cost": VALLEY, "v": POINT}),
    "gradient.largest_curvature": (
        gradient.largest_curvature,
        {"cost": VALLEY, "v": POINT, "h": 1e-5},
    ),
    "descent.step": (descent.step, {"v": kept(POINT), "nabla_C": kept(POINT), "eta": kept(0.1)}),
    "descent.check_start": (descent.check_start, {"cost": costs.valley, "v0": POINT}),
    "descent.gradient_descent": (
        descent.gradient_descent,
        {"cost": costs.valley, "v0": POINT, "eta": 0.1, "steps": 3, "momentum": 0.5},
    ),
    "descent.descents": (
        descent.descents,
        {"cost": costs.valley, "v0": POINT, "etas": [0.1, 0.2], "steps": 3, "momentum": 0.5},
    ),
    "descent.destinations": (
        descent.destinations,
        {"cost": costs.valley, "v": POINT, "eta": 0.1, "steps": 3},
    ),
    "descent.decaying": (descent.decaying, {"eta": 0.1, "half_life": 3}),
    "descent.backtracking": (descent.backtracking, {"cost": costs.valley, "eta": 0.1}),
    "descent.regime": (
        descent.regime,
        {"cost": costs.valley, "v": PATH, "C": [4.0, 3.0, 2.0, 1.0], "diverged": kept(False)},
    ),
    "mnist.load_mnist": (mnist.load_mnist, {"folder": kept(mnist.DATA)}),
    "mnist.one_hot": (mnist.one_hot, {"labels": LABELS}),
    "mnist.read_idx": (mnist.read_idx, {"path": kept(mnist.DATA / "t10k-labels-idx1-ubyte.gz")}),
    "network.sigmoid": (network.sigmoid, {"z": kept(POINT)}),
    "network.Network": (network.Network, {"sizes": [3, 4, 10], "rng": RNG}),
    "network.Network.feedforward": (network.Network.feedforward, {"self": small, "x": X}),
    "network.Network.cost": (network.Network.cost, {"self": small, "x": X, "y": Y}),
    "network.Network.gradient": (network.Network.gradient, {"self": small, "x": X, "y": Y}),
    "network.Network.accuracy": (
        network.Network.accuracy,
        {"self": small, "x": X, "labels": LABELS},
    ),
    "network.Network.save": (network.Network.save, {"self": small, "path": kept("/dev/null/no")}),
    "network.Network.load": (network.Network.load, {"path": kept(mnist.DATA / "network.npz")}),
    "sgd.mini_batches": (sgd.mini_batches, {"n": 5, "mini_batch_size": 2, "rng": RNG}),
    "sgd.sgd": (
        sgd.sgd,
        {
            "network": small,
            "train": DIGITS,
            "eta": 0.1,
            "mini_batch_size": 2,
            "epochs": 2,
            "rng": RNG,
            "test": DIGITS,
        },
    ),
    "writing.ink": (writing.ink, {"strokes": [[(0, 0), (3, 4)], [(1, 1)]]}),
    "writing.as_mnist": (writing.as_mnist, {"picture": np.full((5, 3), 100)}),
    "landscape.outputs_on_line": (
        landscape.outputs_on_line,
        {"network": small, "v": V, "direction": V, "t": [0.0, 1.0], "x": X},
    ),
    "landscape.cost_on_line": (
        landscape.cost_on_line,
        {"network": small, "v": V, "direction": V, "t": [0.0, 1.0], "x": X, "y": Y},
    ),
    "landscape.cost_on_plane": (
        landscape.cost_on_plane,
        {"network": small, "origin": V, "d1": V, "d2": V, "a": [0.0], "b": [1.0], "x": X, "y": Y},
    ),
    "landscape.trajectory_plane": (landscape.trajectory_plane, {"path": PATH}),
    "landscape.plane_through": (
        landscape.plane_through,
        {"origin": PATH[0], "direction_1": PATH[1], "direction_2": PATH[2], "path": PATH},
    ),
    "curvature.hessian_times": (
        curvature.hessian_times,
        {"network": small, "v": V, "direction": V, "x": X, "y": Y},
    ),
    "curvature.sharpness": (
        curvature.sharpness,
        {"network": small, "v": V, "x": X, "y": Y, "rng": RNG, "tolerance": 0.1},
    ),
}
FREE = [
    (name, argument)
    for name, (_, sound) in CALLS.items()
    for argument, value in sound.items()
    if not inspect.isfunction(value)
]


def public():
    """Return the names of all public functions of the core, and of the methods of its classes."""
    for module in pkgutil.iter_modules(gdlib.__path__):
        if module.ispkg:
            continue
        for name, found in vars(import_module(f"gdlib.{module.name}")).items():
            ours = getattr(found, "__module__", None) == f"gdlib.{module.name}"
            is_record = inspect.isclass(found) and (issubclass(found, tuple | descent.Descent))
            if name.startswith("_") or not ours or not callable(found) or is_record:
                continue
            yield f"{module.name}.{name}"
            if inspect.isclass(found):
                for method in vars(found):
                    if not method.startswith("_") and callable(getattr(found, method)):
                        yield f"{module.name}.{name}.{method}"


def test_the_table_holds_every_public_function():
    assert set(CALLS) == set(public())


SPOILT = [
    lambda a: a[..., None],
    lambda a: a[None],
    lambda a: a[:-1],
    lambda a: a[:0],
    lambda a: a.T,
    lambda a: a.tolist(),
    lambda a: -a,
    lambda a: 0 * a,
    lambda a: 1e9 * a,
    lambda a: 1e300 * a,
    lambda a: a * np.where(np.arange(a.size).reshape(a.shape) == 1, np.nan, 1),
    lambda a: a + np.where(np.arange(a.size).reshape(a.shape) == 1, np.inf, 0),
    *(lambda a, kind=kind: a.astype(kind) for kind in (int, bool, complex, str, object, "f2")),
]
SCALARS = st.one_of(
    st.integers(-3, 12),
    st.floats(-1e3, 1e3),
    st.sampled_from([np.nan, np.inf, -np.inf, 1e300, 1e-300, 2**70, 1j, True, None, "", "a", b"a"]),
)
ARRAYS = hnp.arrays(
    st.sampled_from([np.int64, np.float64]),
    hnp.array_shapes(min_dims=0, max_side=5),
    elements=st.integers(-3, 12),
)
LISTS = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3), max_leaves=6)


def anything(sound):
    """Return a strategy for what may stand in the place of a sound argument."""
    others = st.one_of(SCALARS, ARRAYS, LISTS, st.sampled_from([costs.valley, {}, range(3)]))
    try:
        sound = np.array(sound, dtype=float)
    except (TypeError, ValueError):
        return others
    return others if sound.ndim == 0 else st.sampled_from(SPOILT).map(lambda f: f(sound)) | others


def refuses_clearly(error):
    """Tell whether gdlib itself raised this TypeError or ValueError, and said what came."""
    *_, (frame, line) = [*walk(error.__traceback__)]
    path = frame.f_code.co_filename
    return (
        isinstance(error, (TypeError, ValueError))
        and Path(path).parent == Path(gdlib.__file__).parent
        and linecache.getline(path, line).strip().startswith("raise ")
        and ("got" in str(error) or "but" in str(error))
    )


def walk(traceback):
    while traceback:
        yield traceback.tb_frame, traceback.tb_lineno
        traceback = traceback.tb_next


def numbers(result):
    """Yield all arrays of numbers in a result."""
    if isinstance(result, descent.Descent):
        result = list(vars(result).values())
    if isinstance(result, network.Network):
        result = result.v
    if isinstance(result, (list, tuple)) or inspect.isgenerator(result):
        for part in result:
            yield from numbers(part)
    elif isinstance(result, (float, int, np.ndarray)):
        yield np.asarray(result)


def is_finite(value):
    try:
        return np.isfinite(np.array(value, dtype=float)).all()
    except (TypeError, ValueError, OverflowError):
        return False


@pytest.mark.parametrize(("name", "argument"), FREE)
def test_anything_gives_a_result_that_makes_sense_or_a_clear_error(name, argument):
    function, sound = CALLS[name]

    @settings(max_examples=40)
    @given(anything(sound[argument]))
    def check(value):
        given_ = {a: v() if inspect.isfunction(v) else v for a, v in sound.items()}
        try:
            with np.errstate(all="ignore"):
                found = list(numbers(function(**given_ | {argument: value})))
        except Exception as error:
            if not refuses_clearly(error):
                raise
        else:
            assert all(array.dtype.kind in "iufb" for array in found)
            assert not is_finite(value) or not any(np.isnan(array).any() for array in found)

    check()
