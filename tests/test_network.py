import io
import math
import subprocess
import sys
import tracemalloc
import zipfile

import numpy as np
import pytest

from gdlib.activation import sigmoid, sigmoid_in_place
from gdlib.derivatives import gradient_error, numerical_gradient
from gdlib.descent import gradient_descent, step
from gdlib.mnist import load_mnist, one_hot
from gdlib.network import Network


@pytest.fixture
def small(rng):
    """A small network in float64 with 7 inputs and their desired outputs."""
    return Network([5, 4, 3], rng, np.float64), rng.random((7, 5)), np.eye(3)[rng.integers(0, 3, 7)]


def cost_at(network, x, y, where):
    """Return C as a function of the entries `where` of v."""
    v = network.v.copy()

    def C(values):
        network.v[:] = v
        network.v[where] = values
        return network.cost(x, y)

    return C


def relative_error(found, expected):
    return np.linalg.norm(found - expected) / np.linalg.norm(expected)


@pytest.mark.parametrize("sizes", [[5, 3], [5, 4, 3], [5, 6, 4, 3]])
def test_backpropagation_agrees_with_differences_everywhere(rng, sizes):
    network, x, y = Network(sizes, rng, np.float64), rng.random((7, 5)), rng.random((7, 3))
    backpropagated = network.gradient(x, y)
    measured = numerical_gradient(cost_at(network, x, y, slice(None)), network.v.copy())
    assert relative_error(backpropagated, measured) < 1e-7


def test_backpropagation_agrees_with_differences_on_the_real_network(rng):
    network = Network([784, 30, 10], rng, np.float64)
    x = rng.integers(0, 256, (10, 784), dtype=np.uint8)
    y = one_hot(np.arange(10), np.float64)
    some = rng.choice(network.v.size, 300, replace=False)
    backpropagated = network.gradient(x, y)[some]
    measured = numerical_gradient(cost_at(network, x, y, some), network.v[some])
    assert relative_error(backpropagated, measured) < 1e-7


def test_cost_is_equation_6_by_the_letter(small):
    network, x, y = small
    total = 0
    for x_i, y_i in zip(x, y, strict=True):
        a = x_i
        for w, b in zip(network.weights, network.biases, strict=True):
            a = 1 / (1 + np.exp(-(w @ a + b)))
        assert network.feedforward(x_i) == pytest.approx(a, rel=1e-13)
        total += sum((y_i - a) ** 2)
    assert network.cost(x, y) == pytest.approx(total / (2 * 7), rel=1e-13)


def test_all_parameters_are_one_vector(small):
    network, x, _ = small
    assert network.v.shape == (5 * 4 + 4 + 4 * 3 + 3,)
    assert [w.shape for w in network.weights] == [(4, 5), (3, 4)]
    before = network.feedforward(x[0])
    network.v[20] += 1  # the first bias of the hidden layer
    assert network.biases[0][0] == network.v[20]
    assert not np.array_equal(network.feedforward(x[0]), before)


def test_grey_values_are_scaled_and_floats_are_not(rng):
    network = Network([784, 30, 10], rng)
    grey = rng.integers(0, 256, (3, 784), dtype=np.uint8)
    np.testing.assert_allclose(
        network.feedforward(grey), network.feedforward(grey / 255), rtol=1e-5
    )
    assert network.feedforward(grey).dtype == np.float32


def test_many_images_give_what_few_give(rng):
    network = Network([784, 30, 10], rng, np.float64)
    x, y = rng.integers(0, 256, (2345, 784), dtype=np.uint8), np.eye(10)[rng.integers(0, 10, 2345)]
    squares = [2 * network.cost(x[i], y[i]) for i in range(2345)]
    assert network.cost(x, y) == pytest.approx(np.mean(squares) / 2, rel=1e-12)
    right = [
        network.feedforward(x_i).argmax() == y_i.argmax() for x_i, y_i in zip(x, y, strict=True)
    ]
    assert network.accuracy(x, y.argmax(axis=1)) == np.mean(right)


@pytest.mark.parametrize(
    ("dtype", "error"), [(np.float64, 4e-16), (np.float32, 2e-7), (np.float16, 2e-3)]
)
def test_sigmoid_in_place_is_sigmoid_and_overflows_nowhere(dtype, error):
    z = np.concatenate([np.linspace(-40, 40, 1001), [-6e4, -1e3, 1e3, 6e4]]).astype(dtype)
    expected = sigmoid(z)
    a = sigmoid_in_place(z)
    assert a is z
    np.testing.assert_allclose(a, expected, rtol=0, atol=error)


def test_sigmoid_far_out_neither_overflows_nor_leaves_0_to_1():
    z = np.array([-1e5, -30, -1, 0, 1, 30, 1e5], dtype=np.float32)
    assert sigmoid(z) == pytest.approx([0, 0, 0.26894142, 0.5, 0.73105858, 1, 1], abs=1e-7)


@pytest.mark.parametrize(
    ("sizes", "error", "message"),
    [
        ([784], ValueError, "an input and an output layer"),
        ([784, 0, 10], ValueError, "sizes must be whole numbers .* from 1 .* got 0"),
        ([784, 30.0, 10], TypeError, r"sizes must be whole numbers .* got \[784, 30.0, 10\]"),
    ],
)
def test_sizes_that_make_no_sense(rng, sizes, error, message):
    with pytest.raises(error, match=message):
        Network(sizes, rng)


def test_shapes_that_make_no_sense(small):
    network, x, y = small
    with pytest.raises(
        ValueError, match=r"x must be numbers of shape \(n, 5\), got shape \(7, 4\)"
    ):
        network.feedforward(x[:, :4])
    with pytest.raises(ValueError, match=r"y must be .* of shape \(7, 3\), got shape \(7, 2\)"):
        network.gradient(x, y[:, :2])
    with pytest.raises(ValueError, match=r"y must be .* of shape \(7, 3\), got shape \(6, 3\)"):
        network.cost(x, y[:6])
    with pytest.raises(ValueError, match=r"labels must be .* of shape \(7,\), got shape \(6,\)"):
        network.accuracy(x, np.zeros(6, int))
    with pytest.raises(ValueError, match="x must hold one input or more, got 0"):
        network.cost_on(x[:0], y[:0])
    with pytest.raises(ValueError, match=r"v must be numbers of shape \(39,\), got shape \(38,\)"):
        network.at(network.v[1:])


def test_many_inputs_have_the_gradient_of_few(rng):
    network = Network([20, 6, 10], rng, np.float64)
    x, y = rng.random((2345, 20)), np.eye(10)[rng.integers(0, 10, 2345)]
    one_by_one = np.mean([network.gradient(x[i], y[i]) for i in range(2345)], axis=0)
    assert relative_error(network.gradient(x, y), one_by_one) < 1e-12


def test_a_scaled_start_divides_the_weights_of_each_layer_and_nothing_else():
    plain = Network([784, 30, 10], np.random.default_rng(1), np.float64)
    scaled = Network([784, 30, 10], np.random.default_rng(1), np.float64, scaled=True)
    for layer, n_in in enumerate([784, 30]):
        np.testing.assert_allclose(
            scaled.weights[layer], plain.weights[layer] / np.sqrt(n_in), rtol=1e-14
        )
        np.testing.assert_array_equal(scaled.biases[layer], plain.biases[layer])
    assert np.shares_memory(scaled.v, scaled.weights[0])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_saved_network_comes_back_the_same(rng, tmp_path, dtype):
    network = Network([5, 4, 3], rng, dtype)
    path = tmp_path / "network"  # no suffix: the file is called what the caller said
    network.save(path)
    assert [file.name for file in tmp_path.iterdir()] == ["network"]
    loaded = Network.load(path)
    assert loaded.sizes == [5, 4, 3]
    assert loaded.v.dtype == dtype
    np.testing.assert_array_equal(loaded.v, network.v)
    loaded.v[20] += 1  # it can go on learning: v is writable, and the views look at it
    assert loaded.biases[0][0] == loaded.v[20] != network.v[20]


def test_a_save_that_fails_leaves_the_file_that_was_there(rng, tmp_path, monkeypatch):
    network, path = Network([5, 4, 3], rng), tmp_path / "network.npz"
    network.save(path)
    before = path.read_bytes()

    def full_disk(file, **arrays):
        file.write(b"PK half a file")
        raise OSError("no space left on device")

    monkeypatch.setattr(np, "savez", full_disk)
    with pytest.raises(OSError, match="no space left"):
        network.save(path)
    network.v[0] = np.nan
    with pytest.raises(ValueError, match="must be finite"):
        network.save(path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def archive_of(path, **arrays):
    """Write arrays, or the bytes of an npy file, into an npz archive."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in arrays.items():
            if not isinstance(content, bytes):
                file = io.BytesIO()
                np.save(file, content)
                content = file.getvalue()
            archive.writestr(f"{name}.npy", content)


def npy(header, values=b""):
    header = header.ljust(117) + "\n"
    return b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header.encode() + values


SIZES, V = np.array([5, 4, 3]), np.ones(39, np.float32)
LIE = "{'descr': '<f4', 'fortran_order': False, 'shape': (1099511627776,), }"


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({}, r"it must hold sizes and v, got \[\]"),
        ({"v": V}, r"it must hold sizes and v, got \['v'\]"),
        ({"sizes": SIZES, "v": V, "w": V}, "it must hold sizes and v, got .*'w'"),
        ({"sizes": SIZES, "v": V[:38]}, r"v of sizes \[5, 4, 3\] must be .* of shape \(39,\), got"),
        ({"sizes": SIZES, "v": V.reshape(3, 13)}, r"got shape \(3, 13\)"),
        (
            {"sizes": SIZES, "v": V.astype(int)},
            "v must be float16, float32 or float64, got .*int64",
        ),
        ({"sizes": SIZES, "v": V.astype(">f4")}, "got .*>f4"),
        ({"sizes": SIZES, "v": V * np.inf}, "must be finite"),
        ({"sizes": SIZES, "v": V * np.nan}, "must be finite"),
        ({"sizes": SIZES * 1.0, "v": V}, "sizes must be whole numbers .* got .*5., 4., 3."),
        ({"sizes": np.array([5]), "v": V}, "an input and an output layer"),
        (
            {"sizes": np.array([5, -4, 3]), "v": V},
            "sizes must be whole numbers .* from 1 .* got -4",
        ),
        (
            {"sizes": np.array([2**40, 2**40]), "v": V},
            "sizes must be whole numbers .* to 100000000, got 1099511",
        ),
        ({"sizes": SIZES, "v": npy(LIE, V.tobytes())}, "1099511627776"),
        ({"sizes": npy(LIE), "v": V}, "1099511627776"),
        ({"sizes": SIZES, "v": npy(LIE.replace("<f4", "|O"))}, "[Oo]bject"),
        ({"sizes": SIZES, "v": b"not npy"}, "got b'not npy'"),
    ],
)
def test_archives_that_are_not_networks(tmp_path, arrays, message):
    path = tmp_path / "other.npz"
    archive_of(path, **arrays)
    with pytest.raises(ValueError, match=f"other.npz should be a network(.|\n)*{message}"):
        Network.load(path)


def test_files_that_are_not_archives(rng, tmp_path):
    network, path = Network([5, 4, 3], rng), tmp_path / "network.npz"
    network.save(path)
    whole = path.read_bytes()
    for content in [b"", b"Dear reader,\n", b"\0" * 5000, *(whole[:i] for i in range(len(whole)))]:
        path.write_bytes(content)
        with pytest.raises(ValueError, match=r"network.npz should be a network"):
            Network.load(path)
    np.savez_compressed(path, sizes=SIZES, v=V)  # packed, but a network all the same
    np.testing.assert_array_equal(Network.load(path).v, V)
    with pytest.raises(FileNotFoundError):
        Network.load(tmp_path / "absent.npz")


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # NumPy warns of some damaged headers before it gives up
@pytest.mark.parametrize("change", [b"\x01", b"\xff\xff\xff\x7f", (2**40).to_bytes(8, "little")])
def test_a_file_with_changed_bytes_is_refused_or_means_the_same(rng, tmp_path, change):
    network, path = Network([5, 4, 3], rng), tmp_path / "network.npz"
    network.save(path)
    whole, refused = path.read_bytes(), 0
    tracemalloc.start()
    for place in range(len(whole)):
        changed = bytearray(whole)
        changed[place : place + len(change)] = change
        path.write_bytes(changed)
        try:
            loaded = Network.load(path)
        except ValueError as error:
            assert "network.npz should be a network" in str(error)  # noqa: PT017
            refused += 1
        else:  # dates and the like
            assert loaded.sizes == [5, 4, 3]
            np.testing.assert_array_equal(loaded.v, network.v)
    assert refused > len(whole) / 2
    assert tracemalloc.get_traced_memory()[1] < 10e6  # bytes; the file claims up to 2**40
    tracemalloc.stop()


@pytest.mark.parametrize("kind", [int, np.int8, np.int32, np.uint16, np.uint64])
def test_whole_numbers_that_could_be_grey_values_or_not_are_refused(rng, kind):
    network = Network([784, 30, 10], rng)
    x = rng.integers(0, 128, (3, 784)).astype(kind)
    calls = [
        lambda: network.feedforward(x),
        lambda: network.feedforward(x[0].tolist() if kind is int else x[0]),
        lambda: network.cost(x, np.eye(10)[:3]),
        lambda: network.gradient(x, np.eye(10)[:3]),
        lambda: network.accuracy(x, [1, 2, 3]),
    ]
    for call in calls:
        with pytest.raises(TypeError, match=f"0 to 255 as uint8, .* got .*{np.dtype(kind)}"):
            call()


@pytest.mark.parametrize("labels", [[0, 1, 10], [0, -1, 3], np.array([255, 0, 1], np.uint8)])
def test_labels_of_no_output_are_refused(rng, labels):
    network = Network([784, 30, 10], rng)
    with pytest.raises(ValueError, match=r"labels must be whole numbers .* from 0 to 9, got"):
        network.accuracy(np.zeros((3, 784)), labels)


@pytest.mark.parametrize("n", [1, 2, 999, 1000, 1001, 2000])
def test_many_inputs_have_as_many_outputs_even_if_they_are_one(rng, n):
    network, x = Network([5, 4, 3], rng), rng.random((n, 5))
    assert network.feedforward(x).shape == (n, 3)
    assert network.feedforward(x[0]).shape == (3,)


def test_the_cost_of_many_images_is_summed_in_double_precision(rng):
    network = Network([784, 30, 10], rng)
    for n in range(2000, 2005):  # single precision may be right by chance, but not five times
        x, y = rng.integers(0, 256, (n, 784), dtype=np.uint8), one_hot(rng.integers(0, 10, n))
        errors = (y.astype(float) - network.feedforward(x)).ravel()
        assert network.cost(x, y) == pytest.approx(math.fsum(errors**2) / (2 * n), rel=5e-9)


FULL_DISK = """
import resource, signal, sys
import numpy as np
from gdlib.network import Network

network = Network([784, 30, 10], np.random.default_rng(1))
resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))  # half of what it takes
signal.signal(signal.SIGXFSZ, getattr(signal, sys.argv[2]))
try:
    network.save(sys.argv[1])
except OSError:
    print("refused")
"""


@pytest.mark.parametrize(("response", "output"), [("SIG_IGN", "refused\n"), ("SIG_DFL", "")])
def test_a_save_that_ends_in_the_middle_leaves_the_old_file_whole(rng, tmp_path, response, output):
    """Half of the new file is written when the disk is full, or when the process is killed."""
    pytest.importorskip("resource", reason="this system limits no file sizes")
    path = tmp_path / "network.npz"
    network = Network([784, 30, 10], rng)
    network.save(path)
    run = subprocess.run(
        [sys.executable, "-c", FULL_DISK, path, response],
        stdout=subprocess.PIPE,
        text=True,
        timeout=120,
    )
    assert (run.stdout, run.returncode == 0) == (output, bool(output))
    np.testing.assert_array_equal(Network.load(path).v, network.v)


def test_one_output_that_is_nan_is_enough_to_refuse_an_accuracy(rng):
    network = Network([3, 2], rng)
    network.biases[-1][0] = np.nan
    with pytest.raises(ValueError, match="so that no a is nan"):
        network.accuracy(np.zeros((4, 3)), [0, 1, 0, 1])


def test_outputs_have_the_precision_of_the_network(rng):
    network = Network([3, 2], rng, np.float32)
    assert network.feedforward(np.ones((4, 3))).dtype == np.float32


def test_a_file_with_too_many_numbers_is_no_network(rng, tmp_path):
    v = np.append(Network([3, 2], rng).v, np.float32(0))
    np.savez(tmp_path / "network.npz", sizes=np.array([3, 2]), v=v)
    with pytest.raises(
        ValueError, match=r"v of sizes \[3, 2\] must be .* \(8,\), got shape \(9,\)"
    ):
        Network.load(tmp_path / "network.npz")


def test_the_cost_on_data_is_a_function_of_v_and_leaves_the_network_alone(small, rng):
    network, x, y = small
    before, elsewhere = network.v.copy(), rng.standard_normal(39)
    cost = network.cost_on(x, y)
    assert cost.m == 39
    assert cost.function(network.v) == network.cost(x, y)
    np.testing.assert_array_equal(cost.gradient(network.v), network.gradient(x, y))
    C, nabla_C = cost.function(elsewhere), cost.gradient(elsewhere)
    np.testing.assert_array_equal(network.v, before)
    network.v[:] = elsewhere
    assert network.cost(x, y) == C
    np.testing.assert_array_equal(network.gradient(x, y), nabla_C)
    assert gradient_error(cost, before) < 1e-7


def test_the_cost_on_data_takes_a_path_or_a_grid_as_every_cost_does(small, rng):
    network, x, y = small
    cost, v = network.cost_on(x, y), rng.standard_normal((39, 3, 2))
    C, nabla_C = cost.function(v), cost.gradient(v)
    assert (C.shape, nabla_C.shape) == ((3, 2), (39, 3, 2))
    for i, j in np.ndindex(3, 2):
        assert C[i, j] == cost.function(v[:, i, j])
        np.testing.assert_array_equal(nabla_C[:, i, j], cost.gradient(v[:, i, j]))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_cost_on_data_is_computed_in_the_type_of_v(rng, dtype):
    network = Network([784, 30, 10], rng, np.float32)
    x, y = rng.integers(0, 256, (20, 784), dtype=np.uint8), one_hot(rng.integers(0, 10, 20))
    same = Network([784, 30, 10], rng, dtype)
    same.v[:] = network.v
    cost, v = network.cost_on(x, y), network.v.astype(dtype)
    assert cost.function(v) == same.cost(x, y)
    assert cost.gradient(v).dtype == dtype
    np.testing.assert_array_equal(cost.gradient(v), same.gradient(x, y))
    assert cost.function(v.round().astype(int)) == cost.function(v.round().astype(float))


def test_the_call_that_rolled_the_ball_trains_a_network():
    """To the bit: by `gradient_descent` and by hand, on v and on a network in float64."""
    train, _ = load_mnist()
    x, y = train.images[:200], one_hot(train.labels[:200])
    network = Network([784, 30, 10], np.random.default_rng(2))
    start = network.v.copy()
    descent = gradient_descent(network.cost_on(x, y), network.v, 0.5, 5)
    np.testing.assert_array_equal(network.v, start)
    exact = Network([784, 30, 10], np.random.default_rng(2), np.float64)
    exact.v[:] = start
    for v, C, nabla_C in zip(descent.v, descent.C, descent.nabla_C, strict=True):
        np.testing.assert_array_equal(v, exact.v)
        assert exact.cost(x, y) == C
        np.testing.assert_array_equal(exact.gradient(x, y), nabla_C)
        exact.v[:] = step(exact.v, exact.gradient(x, y), 0.5)
    assert descent.C[-1] < descent.C[0]
    assert not descent.diverged


def test_a_network_at_another_v_looks_at_that_v(small):
    network, _, _ = small
    v = np.zeros(39)
    other = network.at(v)
    v[20] = 3.0  # the first bias of the hidden layer
    assert other.biases[0][0] == 3 != network.biases[0][0]
    assert np.shares_memory(other.v, v)
    assert network.at(np.ones(39, int)).v.dtype == np.float64


@pytest.mark.parametrize("n", [7, 2345])
def test_each_gradient_is_an_array_of_its_own(rng, n):
    network = Network([5, 4, 3], rng, np.float64)
    x, y = rng.random((n, 5)), rng.random((n, 3))
    first = network.gradient(x, y)
    kept = first.copy()
    network.gradient(x[::-1] + 1, y)
    np.testing.assert_array_equal(network.backpropagate(x, y), first)
    np.testing.assert_array_equal(first, kept)


def test_a_large_file_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "network.npz"
    with path.open("wb") as file:  # with a hole in it, so that it takes no room on the disk
        file.truncate(10**8 + 1)
    tracemalloc.start()
    with pytest.raises(ValueError, match="at most 100,000,000 bytes, got 100000001"):
        Network.load(path)
    assert tracemalloc.get_traced_memory()[1] < 1e6
    tracemalloc.stop()
