"""Properties that hold for every input: a sound answer for sound input, else a clear error.

Hypothesis makes the input, the same in every run.
"""

import gzip
import inspect
import io
import itertools
import pkgutil
import re
import tracemalloc
import zipfile
from importlib import import_module
from pathlib import Path
from traceback import walk_tb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import gdlib
from gdlib import (
    activation,
    costs,
    derivatives,
    descent,
    doors,
    handwriting,
    labs,
    landscape,
    mnist,
    network,
    own_function,
    rates,
    regime,
    sgd,
)

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


def on_data():
    """Return the cost of the small network on five inputs."""
    return small().cost_on(X, Y)


DIGITS = kept(mnist.Digits(np.full((5, 3), 100, np.uint8), LABELS))

# A sound call of each. `step`, `sigmoid` and the small helpers of `network` are a line of
# arithmetic each, and so fast that they check nothing: what does not fit is NumPy's to refuse.
# `regime` judges what `gradient_descent` made.
CALLS = {
    "activation.sigmoid": (activation.sigmoid, {"z": kept(POINT)}),
    "activation.sigmoid_in_place": (
        activation.sigmoid_in_place,
        {"z": lambda: np.array(POINT, dtype=float)},
    ),
    "doors.check_cost": (doors.check_cost, {"cost": costs.valley}),
    "doors.check_count": (doors.check_count, {"name": kept("n"), "value": 3}),
    "doors.check_eta": (doors.check_eta, {"eta": 0.1}),
    "doors.check_momentum": (doors.check_momentum, {"momentum": 0.5}),
    "doors.check_numbers": (doors.check_numbers, {"name": kept("v"), "values": POINT}),
    "doors.check_positive": (
        doors.check_positive,
        {"name": kept("h"), "value": 0.1},
    ),
    "doors.check_real": (doors.check_real, {"name": kept("v"), "values": POINT}),
    "doors.check_rng": (doors.check_rng, {"rng": RNG}),
    "doors.check_start": (doors.check_start, {"cost": costs.valley, "v0": POINT}),
    "doors.check_vectors": (doors.check_vectors, {"shape": kept((2,)), "v": POINT}),
    "doors.check_whole": (doors.check_whole, {"name": kept("n"), "values": [3, 4]}),
    "doors.check_that": (
        doors.check_that,
        {"sound": kept(True), "expected": kept("it must be true"), "came": kept(0)},
    ),
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
    "costs.neuron": (costs.neuron, {"x": [0.5, -0.25, 1.0], "y": [1.0, 0.0, 1.0]}),
    "costs.quadratic": (costs.quadratic, {"curvatures": [1.0, 3.0]}),
    "costs.from_function": (
        costs.from_function,
        {"C": abs, "domain": ((-1, 1), (-1, 1)), "gradient": abs},
    ),
    "costs.from_grid": (
        costs.from_grid,
        {"v1": [0, 1, 2], "v2": [0, 1], "C": [[1.0, 2.0], [3.0, 4.0], [5.0, 7.0]]},
    ),
    "derivatives.numerical_gradient": (
        derivatives.numerical_gradient,
        {"function": kept(lambda v: sum(v**2)), "v": POINT, "h": 1e-5},
    ),
    "derivatives.gradient_error": (derivatives.gradient_error, {"cost": costs.valley, "v": POINT}),
    "derivatives.largest_curvature": (
        derivatives.largest_curvature,
        {"cost": costs.valley, "v": POINT, "h": 1e-5},
    ),
    "descent.step": (descent.step, {"v": kept(POINT), "nabla_C": kept(POINT), "eta": kept(0.1)}),
    "descent.gradient_descent": (
        descent.gradient_descent,
        {
            "cost": costs.valley,
            "v0": POINT,
            "eta": 0.1,
            "steps": 3,
            "momentum": 0.5,
            "rule": kept(descent.step),
        },
    ),
    "descent.descents": (
        descent.descents,
        {
            "cost": costs.valley,
            "v0": POINT,
            "etas": [0.1, 0.2],
            "steps": 3,
            "momentum": 0.5,
            "rule": kept(descent.step),
        },
    ),
    "descent.destinations": (
        descent.destinations,
        {"cost": costs.valley, "v": POINT, "eta": 0.1, "steps": 3},
    ),
    "descent.followed": (descent.followed, {"cost": costs.valley, "v": PATH, "eta": 0.1}),
    "own_function.Own": (own_function.Own, {"function": abs}),
    "own_function.OwnFunction": (own_function.OwnFunction, {"function": abs}),
    "own_function.OwnGradient": (own_function.OwnGradient, {"function": abs}),
    "own_function.OwnRule": (own_function.OwnRule, {"function": abs}),
    "own_function.OwnLearn": (own_function.OwnLearn, {"function": abs}),
    "own_function.what_failed": (
        own_function.what_failed,
        {"function": abs, "arguments": kept(("v",)), "error": kept(ValueError())},
    ),
    "own_function.no_return": (own_function.no_return, {"function": abs}),
    "own_function.line_of": (own_function.line_of, {"function": abs}),
    "own_function.shown": (own_function.shown, {"value": 0.1}),
    "own_function.OwnFunction.gradient": (
        own_function.OwnFunction.gradient,
        {"self": kept(own_function.OwnFunction(lambda v: v[0] ** 2)), "v": POINT},
    ),
    "own_function.OwnFunctionError": (own_function.OwnFunctionError, {}),
    "rates.decaying": (rates.decaying, {"eta": 0.1, "half_life": 3}),
    "rates.backtracking": (rates.backtracking, {"cost": costs.valley, "eta": 0.1}),
    "regime.regime": (
        regime.regime,
        {"cost": costs.valley, "v": PATH, "C": [4.0, 3.0, 2.0, 1.0], "diverged": kept(False)},
    ),
    "mnist.load_mnist": (mnist.load_mnist, {"folder": kept(mnist.DATA)}),
    "mnist.one_hot": (mnist.one_hot, {"labels": LABELS}),
    "mnist.read_idx": (mnist.read_idx, {"path": kept(mnist.DATA / "t10k-labels-idx1-ubyte.gz")}),
    "network.as_floats": (network.as_floats, {"x": kept(X), "dtype": kept(float)}),
    "network.chunks": (network.chunks, {"n": kept(2500)}),
    "network.Network": (network.Network, {"sizes": [3, 4, 10], "rng": RNG}),
    "network.Network.layers": (network.Network.layers, {"self": small, "v": kept(V)}),
    "network.Network.at": (network.Network.at, {"self": small, "v": V}),
    "network.Network.cost_on": (network.Network.cost_on, {"self": small, "x": X, "y": Y}),
    "network.NetworkCost": (network.NetworkCost, {"network": small, "x": X, "y": Y}),
    "network.Network.feedforward": (network.Network.feedforward, {"self": small, "x": X}),
    "network.Network.cost": (network.Network.cost, {"self": small, "x": X, "y": Y}),
    "network.Network.gradient": (network.Network.gradient, {"self": small, "x": X, "y": Y}),
    "network.Network.backpropagate": (
        network.Network.backpropagate,
        {"self": small, "x": kept(X), "y": kept(Y)},
    ),
    "network.Network.accuracy": (
        network.Network.accuracy,
        {"self": small, "x": X, "labels": LABELS},
    ),
    "network.Network.save": (network.Network.save, {"self": small, "path": kept("/dev/null/no")}),
    "network.Network.load": (network.Network.load, {"path": kept(mnist.DATA / "network.npz")}),
    "sgd.mini_batches": (sgd.mini_batches, {"n": 5, "mini_batch_size": 2, "rng": RNG}),
    "sgd.learn": (
        sgd.learn,
        {"network": small, "x": kept(X), "y": kept(Y), "eta": kept(0.1)},
    ),
    "sgd.steps": (
        sgd.steps,
        {"network": small, "train": DIGITS, "eta": 0.1, "mini_batch_size": 2, "rng": RNG},
    ),
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
    "handwriting.ink": (handwriting.ink, {"strokes": [[(0, 0), (3, 4)], [(1, 1)]]}),
    "handwriting.as_mnist": (handwriting.as_mnist, {"picture": np.full((5, 3), 100)}),
    "landscape.check_network_cost": (landscape.check_network_cost, {"cost": on_data}),
    "landscape.outputs_on_line": (
        landscape.outputs_on_line,
        {"cost": on_data, "v": V, "direction": V, "t": [0.0, 1.0]},
    ),
    "landscape.cost_on_line": (
        landscape.cost_on_line,
        {"cost": on_data, "v": V, "direction": V, "t": [0.0, 1.0]},
    ),
    "landscape.cost_on_plane": (
        landscape.cost_on_plane,
        {"cost": on_data, "origin": V, "d1": V, "d2": V, "a": [0.0], "b": [1.0]},
    ),
    "landscape.trajectory_plane": (landscape.trajectory_plane, {"path": PATH}),
    "landscape.plane_through": (
        landscape.plane_through,
        {"origin": PATH[0], "direction_1": PATH[1], "direction_2": PATH[2], "path": PATH},
    ),
    "derivatives.hessian_times": (
        derivatives.hessian_times,
        {"cost": on_data, "v": V, "direction": V},
    ),
    "derivatives.sharpness": (
        derivatives.sharpness,
        {"cost": on_data, "v": V, "rng": RNG, "tolerance": 0.1},
    ),
}
FREE = [
    (name, argument)
    for name, (_, sound) in CALLS.items()
    for argument, value in sound.items()
    if not inspect.isfunction(value)
]


# Experiments, their files, and the words of the labs: tests of their own. Nobody but the core
# itself asks for patience.
BESIDE = ("choices", "files", "fingerprint", "patience", "records", "sweep", "words")


def public():
    """Return the names of all public functions of the core, and of the methods of its classes."""
    for module in pkgutil.iter_modules(gdlib.__path__):
        if module.ispkg or module.name in BESIDE:
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


EXPECTED = re.compile(r"\b(must|should|expected|needs?|only)\b")
CAME = re.compile(r"\b(got|but|has)\b")


def refuses_clearly(error):
    """Tell whether gdlib itself says, in a TypeError or ValueError, what it expected and got."""
    *_, (frame, _) = walk_tb(error.__traceback__)
    return (
        isinstance(error, (TypeError, ValueError))
        and Path(gdlib.__file__).parent in Path(frame.f_code.co_filename).parents
        and EXPECTED.search(str(error))
        and CAME.search(str(error))
    )


def numbers(result):
    """Yield all arrays of numbers in a result."""
    if isinstance(result, descent.Descent):
        result = list(vars(result).values())
    if isinstance(result, network.Network):
        result = result.v
    if isinstance(result, (list, tuple)) or inspect.isgenerator(result):
        for part in itertools.islice(result, 100):  # some generators never end
            yield from numbers(part)
    elif isinstance(result, (float, int, np.ndarray)):
        yield np.asarray(result)


def is_moderate(value):
    """Tell whether a value is numbers whose squares do not overflow."""
    try:
        return (np.abs(np.array(value, dtype=float)) < 1e100).all()
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
            assert not is_moderate(value) or not any(np.isnan(array).any() for array in found)

    check()


# The doors of the labs, and what they must not let in.

RUN = {"eta": 1.0, "mini_batch_size": 10, "seed": 0, "accuracy": 0.5, "costs": [1.0, 0.5]}


def reader():
    return network.Network([784, 5, 10], np.random.default_rng(0))


def reads():
    return reader().cost_on(digits().images, mnist.one_hot(digits().labels))


def digits():
    grey = np.random.default_rng(0).integers(0, 256, (20, 784), dtype=np.uint8)
    return mnist.Digits(grey, np.arange(20) % 10)


# name: how the lab is called soundly, and which arguments are then spoilt by what
DOORS = {
    "train": (
        lambda: {"network": reader(), "train": digits(), "test": digits(), "rng": RNG},
        {"network": [3], "train": [3, (digits(),)], "test": [None], "rng": [0, None],
         "eta": ["a", 0, np.nan], "mini_batch_size": ["a", 0, 2.5], "learn": [3, "v"]},
    ),
    "nudge": (
        lambda: {"cost": reads(), "v": reader().v},
        {"cost": [3, reader(), costs.valley], "v": ["a", 3, POINT, reader().v * np.nan],
         "variable": [3, "v", "v[-1]", "v[9999]"]},
    ),
    "line": (
        lambda: {"cost": reads(), "points": reader().v},
        {"cost": [3, reader()], "points": ["a", 3, POINT, reader().v * np.nan],
         "eta": ["a", 0, np.inf], "largest": ["a", 0, np.inf]},
    ),
    "ball": (
        lambda: {"cost": costs.valley, "steps": 5},
        {"cost": [3, "valley", costs], "start": ["a", (1, 2, 3), (np.nan, 0)],
         "eta": ["a", 0, np.inf, 1j], "steps": ["a", 0, 2.5, 10**6], "rule": [3, "v"]},
    ),
    "duel": (
        lambda: {"cost": costs.valley, "steps": 5},
        {"etas": [(0.1,), (0.1, 0.2, 0.3), 0.1, "ab", (0.1, "a"), (0.1, -1)], "start": ["a"]},
    ),
    "ghost": (
        lambda: {"cost": costs.valley, "steps": 5},
        {"momentum": ["a", 1, -0.1, np.nan, None, 1j], "eta": ["a"]},
    ),
    "basins": (lambda: {"cost": costs.valley}, {"cost": [3], "start": ["a"], "eta": ["a", 0]}),
    "small_move": (
        lambda: {"cost": costs.valley, "v": POINT},
        {"v": ["a", 3, (1, 2, 3)], "length": ["a", 0, np.inf, None], "angle": ["a", np.nan, None]},
    ),
    "epsilon_circle": (
        lambda: {"cost": costs.valley, "v": POINT},
        {"v": ["a"], "epsilon": ["a", 0], "angle": ["a", np.nan]},
    ),
    "factors": (
        lambda: {},
        {"curvatures": ["a", 3, (1, 2, 3), (2, 0), (-1, 2), (np.nan, 1)], "eta": ["a", 0],
         "steps": ["a", 0, 61]},
    ),
    "rates": (
        lambda: {"cost": costs.valley, "start": POINT, "rates": {"constant": 0.1}, "steps": 5},
        {"cost": [3], "start": ["a", (1, 2, 3)], "steps": ["a", 0, 501],
         "rates": [3, {}, {"a": 0}, {"a": "b"}, {i: 1 for i in range(6)}]},
    ),
    "runs": (
        lambda: {"records": [RUN], "epochs": 1},
        {"epochs": [0, "a", None, 1.5], "eta": ["a", 0], "mini_batch_size": ["a", 0],
         "records": [
             3, [3], [],
             *([RUN | {key: value}] for key, values in {
                 "eta": ["a", 0.0, np.nan], "mini_batch_size": ["a", 0], "seed": ["a", [1]],
                 "accuracy": ["a", np.nan], "costs": [3, [1.0, np.nan], [1.0, 0.0], [1.0], "ab"],
             }.items() for value in values),
         ]},
    ),
}  # fmt: skip
SPOILT_DOORS = [
    (lab, argument, value)
    for lab, (_, spoilt) in DOORS.items()
    for argument, values in spoilt.items()
    for value in values
]


@pytest.mark.parametrize("lab", DOORS)
def test_the_doors_of_the_labs_let_in_what_is_sound(lab):
    assert getattr(labs, lab)(**DOORS[lab][0]()).summary()


@pytest.mark.parametrize(("lab", "argument", "value"), SPOILT_DOORS)
def test_the_doors_of_the_labs_say_what_they_expected_and_what_came(lab, argument, value):
    with pytest.raises((TypeError, ValueError)) as caught:
        getattr(labs, lab)(**DOORS[lab][0]() | {argument: value})
    assert refuses_clearly(caught.value), caught.value


@pytest.mark.parametrize("argument", ["network", "train", "test", "rng"])
@pytest.mark.parametrize("value", [3, (DIGITS(), DIGITS())])
def test_training_says_what_it_expected(argument, value):
    sound = {"network": small(), "train": DIGITS(), "test": DIGITS(), "rng": RNG}
    with pytest.raises(TypeError) as caught:
        next(sgd.sgd(**sound | {"eta": 1, "mini_batch_size": 2, "epochs": 1, argument: value}))
    assert refuses_clearly(caught.value)


# Files.

WHOLE = bytes([0, 0, 8, 2, 0, 0, 0, 3, 0, 0, 0, 4, *range(12)])  # IDX, 3 × 4


@st.composite
def damaged(draw, whole):
    """Return bytes like these: some replaced, some put in, the end perhaps cut off."""
    content = bytearray(whole)
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(content)))
        length = draw(st.integers(0, 4))
        content[start : start + length] = draw(st.binary(max_size=4))
    return bytes(content[: draw(st.integers(0, len(content))) or None])


def gzipped(content):
    return gzip.compress(content, mtime=0)


@settings(max_examples=150)
@given(
    st.binary(max_size=60)
    | st.binary(max_size=60).map(gzipped)
    | damaged(WHOLE).map(gzipped)
    | damaged(gzipped(WHOLE))
)
def test_any_bytes_are_an_idx_file_or_are_refused(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "any.gz"
    path.write_bytes(content)
    try:
        array = mnist.read_idx(path)
    except ValueError as error:
        assert "any.gz" in str(error)  # noqa: PT017
    else:
        sizes = b"".join(n.to_bytes(4) for n in array.shape)
        again = bytes([0, 0, 8, array.ndim]) + sizes + array.tobytes()
        assert gzip.decompress(content) == again


@pytest.fixture
def memory():
    """Return a function that tells the largest memory since the test began, in bytes."""
    tracemalloc.start()
    yield lambda: tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()


@pytest.mark.parametrize("n", [3, 2**20, 2**32 - 1])
def test_a_file_that_unpacks_without_end_takes_little_memory(tmp_path, memory, n):
    bomb = tmp_path / "bomb.gz"
    header = bytes([0, 0, 8, 3]) + n.to_bytes(4) + (28).to_bytes(4) * 2
    with gzip.open(bomb, "wb", compresslevel=1) as file:
        file.write(header)
        for _ in range(200):
            file.write(bytes(1_000_000))
    before = memory()
    with pytest.raises(ValueError, match=r"cannot reshape|at most 100,000,000 values"):
        mnist.read_idx(bomb)
    assert bomb.stat().st_size < 1e6
    assert memory() < before + 2.1e6  # bytes, of 200 million


def saved(compression=zipfile.ZIP_STORED, **arrays):
    """Return an npz archive of arrays, or of what stands in their place."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, array in arrays.items():
            part = io.BytesIO()
            np.save(part, array)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), part.getvalue(), compression)
    return file.getvalue()


SIZES = np.array([2, 1])
NETWORK = saved(sizes=SIZES, v=np.ones(3))


@pytest.mark.filterwarnings("ignore")  # zipfile and NumPy warn of some files before they give up
@settings(max_examples=150)
@given(
    st.binary(max_size=60)
    | damaged(NETWORK)
    | st.builds(
        saved,
        st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED]),
        sizes=ARRAYS | st.just(SIZES) | st.just(np.array([2**40, 2**40])),
        v=hnp.arrays(hnp.scalar_dtypes() | st.just(np.dtype(float)), st.integers(0, 6)),
    )
)
def test_any_bytes_are_a_network_or_are_refused(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "any.npz"
    path.write_bytes(content)
    try:
        loaded = network.Network.load(path)
    except ValueError as error:
        assert "any.npz should be a network" in str(error)  # noqa: PT017
    else:
        assert np.isfinite(loaded.feedforward(np.ones(loaded.sizes[0]))).all()


@pytest.mark.slow
def test_a_network_that_unpacks_without_end_takes_little_memory(tmp_path, memory):
    path = tmp_path / "bomb.npz"
    path.write_bytes(saved(zipfile.ZIP_DEFLATED, sizes=SIZES, v=np.zeros(2 * 10**7)))
    before = memory()
    size = path.stat().st_size
    with pytest.raises(ValueError, match="at most 100,000,000 bytes, got 160"):
        network.Network.load(path)
    assert size < 1e6
    assert memory() <= max(before, 3 * size + 1e6)


# What is true of every sound input.

FINITE = st.floats(-10, 10)
SEEDS = st.integers(0, 2**32 - 1)


@st.composite
def quadratics(draw):
    """Return curvatures and a point, both (m,), m from 1 to 6."""
    m = draw(st.integers(1, 6))
    return draw(hnp.arrays(float, m, elements=FINITE)), draw(hnp.arrays(float, m, elements=FINITE))


@given(quadratics())
def test_the_gradient_of_a_quadratic_is_that_of_differences(problem):
    curvatures, v = problem
    cost = costs.quadratic(curvatures)
    measured = derivatives.numerical_gradient(cost.function, v)
    np.testing.assert_allclose(cost.gradient(v), measured, rtol=1e-6, atol=1e-5)
    assert derivatives.largest_curvature(cost, v) == pytest.approx(curvatures.max(), abs=1e-6)


@given(quadratics(), st.floats(1e-3, 1), st.floats(1e-3, 1))
def test_a_step_is_linear_in_the_learning_rate(problem, eta, other):
    v, nabla_C = problem
    once, then = descent.step(v, nabla_C, eta) - v, descent.step(v, nabla_C, other) - v
    both = descent.step(v, nabla_C, eta + other) - v
    np.testing.assert_allclose(once + then, both, atol=1e-12)


@given(
    quadratics(),
    st.lists(st.floats(1e-3, 2), min_size=1, max_size=4),
    st.integers(1, 30),
    st.floats(0, 0.95),
)
def test_descents_are_repeated_gradient_descent(problem, etas, steps, momentum):
    curvatures, v0 = problem
    cost = costs.quadratic(curvatures)
    for eta, one in zip(etas, descent.descents(cost, v0, etas, steps, momentum), strict=True):
        alone = descent.gradient_descent(cost, v0, eta, steps, momentum)
        np.testing.assert_array_equal(one.v, alone.v)
        assert (one.regime, one.diverged) == (alone.regime, alone.diverged)
        if not momentum:
            end = descent.destinations(cost, v0, eta, steps)
            assert np.isnan(end).all() if alone.diverged else np.array_equal(end, alone.v[-1])


@given(st.integers(1, 200), st.data(), SEEDS)
def test_mini_batches_are_a_partition(n, data, seed):
    size = data.draw(st.integers(1, n))
    batches = sgd.mini_batches(n, size, np.random.default_rng(seed))
    assert sorted(np.concatenate(batches)) == list(range(n))
    assert [len(batch) for batch in batches] == [size] * (n // size) + [n % size] * (n % size > 0)


@st.composite
def problems(draw):
    """Return a network in float64, and inputs and desired outputs for it."""
    rng = np.random.default_rng(draw(SEEDS))
    sizes = draw(st.lists(st.integers(1, 5), min_size=2, max_size=4))
    n = draw(st.integers(1, 12))
    net = network.Network(sizes, rng, np.float64, draw(st.booleans()))
    return net, rng.standard_normal((n, sizes[0])), rng.random((n, sizes[-1]))


@given(problems(), st.integers(1, 11))
def test_the_cost_and_the_gradient_are_averages_over_the_data(problem, cut):
    net, x, y = problem
    parts = [(x[:cut], y[:cut]), (x[cut:], y[cut:])] if cut < len(x) else [(x, y)]
    for average in (net.cost, net.gradient):
        total = sum(len(a) * average(a, b) for a, b in parts)
        np.testing.assert_allclose(total / len(x), average(x, y), rtol=1e-10, atol=1e-14)


@given(problems())
def test_the_network_s_gradient_is_that_of_differences(problem):
    net, x, y = problem
    measured = derivatives.numerical_gradient(net.cost_on(x, y).function, net.v)
    np.testing.assert_allclose(net.gradient(x, y), measured, atol=1e-8)


@given(problems())
def test_a_network_comes_back_as_it_was_saved(tmp_path_factory, problem):
    net, x, _ = problem
    path = tmp_path_factory.getbasetemp() / "saved.npz"
    net.save(path)
    loaded = network.Network.load(path)
    assert loaded.sizes == net.sizes
    np.testing.assert_array_equal(loaded.feedforward(x), net.feedforward(x))


@given(problems(), SEEDS)
def test_lines_and_planes_hold_the_network_s_own_cost(problem, seed):
    net, x, y = problem
    v, d1, d2 = np.random.default_rng(seed).standard_normal((3, net.v.size))
    a, b = np.array([-1.0, 0.0, 2.0]), np.array([0.5, 3.0])
    cost = net.cost_on(x, y)
    plane = landscape.cost_on_plane(cost, v, d1, d2, a, b)
    line = landscape.cost_on_line(cost, v + b[1] * d2, d1, a)
    np.testing.assert_allclose(plane[:, 1], line, rtol=1e-9)
    for i, j in np.ndindex(plane.shape):
        assert plane[i, j] == pytest.approx(cost.function(v + a[i] * d1 + b[j] * d2), rel=1e-9)


@given(hnp.arrays(np.uint8, st.integers(0, 20), elements=st.integers(0, 9)))
def test_the_largest_entry_of_one_hot_is_the_label(labels):
    y = mnist.one_hot(labels)
    np.testing.assert_array_equal(y.argmax(axis=1), labels)
    np.testing.assert_array_equal(y.sum(axis=1), 1)


@settings(max_examples=50)
@given(
    hnp.arrays(np.uint8, hnp.array_shapes(min_dims=2, max_dims=2, max_side=20)),
    st.tuples(*[st.integers(0, 9)] * 4),
    st.integers(1, 4),
)
def test_an_image_depends_on_neither_the_place_nor_the_size_of_the_ink(picture, paper, larger):
    image = handwriting.as_mnist(picture)
    moved = np.pad(picture, (paper[:2], paper[2:]))
    np.testing.assert_array_equal(handwriting.as_mnist(moved), image)
    assert image.any() or picture.max() < 20
    enlarged = handwriting.as_mnist(np.kron(picture, np.ones((larger, larger), np.uint8)))
    # All but rounding: of grey values, and of a centre that lies half way between two pixels.
    shifts = [(i, j) for i in (-1, 0, 1) for j in (-1, 0, 1)]
    near = [np.abs(np.roll(image, shift, (0, 1)) - enlarged.astype(int)).max() for shift in shifts]
    assert min(near) <= 1
