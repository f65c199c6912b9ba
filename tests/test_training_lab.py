import asyncio
import io
import time

import numpy as np
import pytest
from PIL import Image

from gdlib import labs
from gdlib.activation import sigmoid
from gdlib.labs.training import ETAS
from gdlib.landscape import trajectory_plane
from gdlib.mnist import DATA, Digits
from gdlib.network import Network
from gdlib.sgd import sgd


def digits(n, seed=0):
    rng = np.random.default_rng(seed)
    return Digits(rng.integers(0, 256, (n, 784), np.uint8), rng.integers(0, 10, n).astype(np.uint8))


def rng():
    return np.random.default_rng(3)


@pytest.fixture
def network():
    return Network([784, 5, 10], np.random.default_rng(1))


@pytest.fixture
def lab(network):
    return labs.train(network, digits(60), digits(40, 1), rng())


def numbers(lab):
    """What the lab shows: the last moment of its curves, the steps, and the step it measured."""
    shown = lab.shown
    rows = np.frombuffer(shown["curves"], np.float32).reshape(-1, len(lab.scene["columns"]))
    moment = dict(zip(lab.scene["columns"], rows[-1].tolist(), strict=True))
    return moment | {name: shown[name] for name in ("steps", "promised", "actual")}


def run(lab, *requests, until=lambda lab: not lab.running):
    """Send requests as the front end does, and let the lab work until it is done."""

    async def work():
        for request in requests:
            lab.respond({"do": request})
            for _ in range(1000):
                await asyncio.sleep(0)
                if until(lab):
                    break

    asyncio.run(work())


def test_one_epoch_is_one_epoch_of_sgd(lab, network):
    other = Network([784, 5, 10], np.random.default_rng(1))
    (epoch,) = sgd(other, digits(60), 3.0, 10, 1, rng())
    run(lab, "epoch")
    np.testing.assert_array_equal(network.v, other.v)
    assert numbers(lab)["epoch"] == 1
    assert numbers(lab)["steps"] == 6
    assert numbers(lab)["cost"] == pytest.approx(epoch.cost, rel=1e-5)
    assert lab.history[-1].cost == pytest.approx(numbers(lab)["cost"])
    run(lab, "batch", "epoch")  # to the end of the epoch that one mini-batch began
    assert numbers(lab)["epoch"] == 2


def test_one_mini_batch_is_promised_and_measured(lab, network):
    before = network.v.copy()
    run(lab, "batch")
    batch = rng().permutation(60)[:10]
    x, y = digits(60).images[batch], np.eye(10)[digits(60).labels[batch]]
    moved, network.v[:] = network.v.copy(), before
    nabla_C, C = network.gradient(x, y), network.cost(x, y)
    np.testing.assert_allclose(moved, before - 3 * nabla_C, atol=1e-6)
    network.v[:] = moved
    assert lab.shown["promised"] == pytest.approx(-3 * float(nabla_C @ nabla_C), rel=1e-5)
    assert lab.shown["actual"] == pytest.approx(network.cost(x, y) - C, rel=1e-4)


def test_it_runs_until_paused_and_keeps_what_it_learned(lab, network):
    run(lab, "start", "pause", until=lambda lab: lab._steps > 20)
    assert not lab.running
    steps, v = lab._steps, network.v.copy()
    run(lab, "pause")
    assert lab._steps == steps == numbers(lab)["steps"]
    np.testing.assert_array_equal(network.v, v)


def test_reset_goes_back_to_the_same_start_and_the_same_images(lab, network):
    start = network.v.copy()
    run(lab, "epoch")
    first = network.v.copy()
    run(lab, "reset")
    np.testing.assert_array_equal(network.v, start)
    assert numbers(lab)["steps"] == 0
    assert len(lab.history) == 1
    run(lab, "epoch")
    np.testing.assert_array_equal(network.v, first)


def test_settings_may_change_while_it_runs(lab):
    run(lab, "batch")
    lab.size, lab.rate = 1, 0  # mini-batches of 2, η = 0.001
    assert (lab.mini_batch_size, lab.eta) == (2, 0.001)
    run(lab, "batch")
    assert numbers(lab)["epoch"] == pytest.approx(12 / 60)
    run(lab, "epoch")
    assert (numbers(lab)["steps"], numbers(lab)["epoch"]) == (26, 1)


def test_an_error_or_an_interrupt_stops_it_and_is_told(lab, network, monkeypatch):
    run(lab, "batch")
    v = network.v.copy()
    for error in (KeyboardInterrupt(), MemoryError("too little")):
        monkeypatch.setattr(
            network, "backpropagate", lambda x, y, error=error: (_ for _ in ()).throw(error)
        )
        run(lab, "start")
        assert not lab.running
        assert f"Stopped by {type(error).__name__}" in lab.shown["message"]
        np.testing.assert_array_equal(network.v, v)


def test_training_goes_on_after_an_error(lab, network, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(network, "backpropagate", lambda x, y: 1 / 0)
        run(lab, "batch")
    assert "Stopped by ZeroDivisionError" in lab.shown["message"]
    before = network.v.copy()
    run(lab, "epoch")
    assert lab.shown["message"] == ""
    assert numbers(lab)["steps"] == 6
    assert np.any(network.v != before)


def test_a_failing_measurement_does_not_leave_the_lab_looking_alive(lab, network, monkeypatch):
    run(lab, "batch")

    def fails(epoch):
        raise MemoryError("too little")

    monkeypatch.setattr(lab._gauge, "measure", fails)
    run(lab, "batch")
    assert not lab.running
    assert lab.shown["running"] is False
    assert "Stopped by MemoryError too little" in lab.shown["message"]


def test_an_epoch_ends_with_the_data_though_the_size_changes(network):
    lab = labs.train(network, digits(2000), digits(40, 1), rng(), mini_batch_size=1)

    async def work():
        lab.respond({"do": "epoch"})
        while lab._steps < 5:
            await asyncio.sleep(0)
        lab.size = 4  # mini-batches of 20, while it runs
        while lab.running:
            await asyncio.sleep(0)

    asyncio.run(work())
    assert numbers(lab)["epoch"] == 1
    assert lab.shown["steps"] < 2000


def test_weights_that_are_all_zero_are_shown_as_zero(network):
    network.v[:] = 0
    lab = labs.train(network, digits(60), digits(40, 1), rng())
    assert set(lab.shown["weights"]) == {0}


def test_two_labs_do_not_disturb_each_other_but_one_network_has_one_teacher(lab, network):
    other = labs.train(
        Network([784, 5, 10], np.random.default_rng(2)), digits(60), digits(40, 1), rng()
    )

    async def work():
        lab.start()
        other.start()
        while lab._steps < 20 or other._steps < 20:
            await asyncio.sleep(0)
        assert lab.running
        assert other.running
        again = labs.train(network, digits(60), digits(40, 1), rng())
        assert not lab.running  # its network got a new lab
        assert other.running
        other.pause()
        assert not again.running

    asyncio.run(work())


def test_the_picture_holds_weights_and_mistakes(lab, network):
    shown = lab.shown
    weights = np.frombuffer(shown["weights"], np.int8).astype(float)
    for w, those in zip(network.weights, np.split(weights, [5 * 784]), strict=True):
        expected = w.ravel() / np.abs(w).max()
        np.testing.assert_allclose(those / 127, expected, atol=0.5 / 127 + 1e-6)
    answers = network.feedforward(digits(40, 1).images).argmax(axis=1)
    wrong = np.flatnonzero(answers != digits(40, 1).labels)[:10]
    np.testing.assert_array_equal(
        np.frombuffer(shown["mistakes"], np.uint8).reshape(-1, 784), digits(40, 1).images[wrong]
    )
    assert shown["captions"][0] == f"{answers[wrong[0]]}, is {digits(40, 1).labels[wrong[0]]}"
    assert numbers(lab)["test_accuracy"] == pytest.approx(network.accuracy(*digits(40, 1)))


def test_it_measures_what_it_says(lab, network):
    run(lab, "batch")
    train, y = digits(60), np.eye(10)[digits(60).labels]
    hidden = sigmoid(train.images / 255 @ network.weights[0].T + network.biases[0])
    a = network.feedforward(train.images)
    now = lab.history[-1]
    assert now.cost == pytest.approx(network.cost(train.images, y), rel=1e-5)
    assert now.train_accuracy == pytest.approx(network.accuracy(*train))
    assert now.hidden_flat == pytest.approx(np.mean(hidden * (1 - hidden) < 0.01))
    assert now.output_flat == pytest.approx(np.mean(a * (1 - a) < 0.01))
    assert np.isnan([now.v1, now.v2, now.distance]).all()  # the plane is of larger networks
    assert lab.scene["plane"] is None
    assert lab.shown["place"].startswith("No plane: ")
    first = network.feedforward(digits(40, 1).images[0])
    shown = np.frombuffer(lab.shown["a"], np.float32)
    np.testing.assert_allclose(shown[-10:], first, rtol=1e-4)
    assert len(shown) == 15


@pytest.mark.parametrize(
    ("bias", "begins"), [(0, "It can learn"), (-6, "Nearly frozen"), (-20, "Frozen")]
)
def test_it_says_when_the_network_freezes(network, bias, begins):
    network.v[:] = 0
    network.biases[-1][:] = bias  # all outputs are σ(bias), and one of ten should be 1
    lab = labs.train(network, digits(60), digits(40, 1), rng())
    assert lab.shown["words"].startswith(f"{begins}: where outputs are wrong, σ")


def test_outputs_that_are_flat_and_right_are_not_called_frozen(network):
    network.v[:] = 0
    network.biases[-1][:] = np.where(np.arange(10) == 4, 20, -20)
    fours = Digits(digits(60).images, np.full(60, 4, np.uint8))
    fours.labels[:20] = 5  # these are wrong where σ is flat
    network.biases[-1][5] = 1  # but for this output
    lab = labs.train(network, fours, fours, rng())
    assert lab.history[-1].output_flat == 0.9
    assert lab.shown["words"].startswith("It can learn")


def test_earlier_runs_stay_up_to_three(lab):
    lab.respond({"do": "reset"})
    assert lab.earlier == []  # nothing was learned
    lab.rate, lab.size = 17, 2
    run(lab, "epoch", "reset")
    run(lab, "batch")
    lab.rate = 12
    run(lab, "batch", "reset")
    lab.size = 3
    run(lab, "batch")
    lab.size = 2
    run(lab, "batch", "reset")
    labels = [f"η {ETAS[17]:g}, size 5", "η varied, size 5", "η 0.3, size varied"]
    assert [earlier["label"] for earlier in lab.earlier] == labels
    curves = np.frombuffer(lab.earlier[0]["curves"], np.float32).reshape(-1, 9)
    assert curves[[0, -1], 0].tolist() == [0, 1]  # from the start to the end of its epoch
    run(lab, "batch", "reset")
    assert [earlier["label"] for earlier in lab.earlier] == [*labels[1:], "η 0.3, size 5"]


def test_it_tells_the_steps_per_second(lab):
    assert lab.shown["speed"] is None

    async def work():
        start = time.perf_counter()
        lab.start()
        while lab.shown["speed"] is None:
            await asyncio.sleep(0)
        lab.pause()
        return time.perf_counter() - start

    seconds = asyncio.run(work())
    assert lab.shown["speed"] > lab.shown["steps"] / seconds / 10


def test_a_large_network_is_trained_though_it_has_no_picture():
    lab = labs.train(Network([784, 50, 10], rng()), digits(60), digits(40, 1), rng())
    run(lab, "epoch")
    assert not lab.scene["seen"]
    assert len(lab.shown["weights"]) == 30 * 784


def test_a_network_without_hidden_neurons_is_trained_too():
    lab = labs.train(Network([784, 10], rng()), digits(60), digits(40, 1), rng())
    run(lab, "epoch")
    assert np.isnan(lab.history[-1].hidden_flat)
    assert len(np.frombuffer(lab.shown["a"], np.float32)) == 10


def test_the_ball_is_where_the_run_of_notebook_08_was():
    with np.load(DATA / "path.npz") as file:
        path = file["v"]
    plane = trajectory_plane(path.astype(float))
    network = Network([784, 30, 10], np.random.default_rng(2))
    for moment in (0, 7, -1):
        network.v[:] = path[moment]
        now = labs.train(network, digits(20), digits(20), rng()).history[-1]
        np.testing.assert_allclose((now.v1, now.v2), plane.coordinates[moment], atol=1e-3)
        assert now.distance == pytest.approx(plane.residual[moment], abs=1e-2)
    lab = labs.train(Network([784, 30, 10], rng()), digits(20), digits(20), rng())
    assert lab.history[-1].distance > 100
    assert "the ground below need not be its own" in lab.shown["place"]


def test_the_history_stays_short(lab, monkeypatch):
    monkeypatch.setattr("gdlib.labs.training.POINTS", 20)
    for _ in range(60):
        run(lab, "batch")
    assert 10 <= len(lab.history) <= 20
    assert lab.history[0].epoch == 0
    assert lab.history[-1].epoch == 10


def test_it_refuses_what_it_cannot_train():
    for network, error in [
        ("me", TypeError),
        (Network([784, 5, 3], rng()), ValueError),
        (Network([10, 10], rng()), ValueError),
    ]:
        with pytest.raises(error, match="network"):
            labs.train(network, digits(20), digits(20), rng())
    network = Network([784, 5, 10], rng())
    network.v[7] = np.nan
    with pytest.raises(ValueError, match="weights and biases of network must be finite"):
        labs.train(network, digits(20), digits(20), rng())
    network.v[7] = 0
    with pytest.raises(ValueError, match="positive"):
        labs.train(network, digits(20), digits(20), rng(), eta=-1)
    with pytest.raises(ValueError, match=r"mini_batch_size must be .* from 1 .* got 0"):
        labs.train(network, digits(20), digits(20), rng(), mini_batch_size=0)
    for train, test in [(5, digits(20)), (digits(20), digits(0))]:
        with pytest.raises(ValueError, match="must be Digits, at least one"):
            labs.train(network, train, test, rng())


@pytest.mark.slow
def test_it_has_a_poster_and_a_summary(lab):
    data, metadata = lab._repr_mimebundle_()
    assert len(np.unique(Image.open(io.BytesIO(data["image/png"])))) > 50
    assert data["text/plain"].startswith(
        "Lab, live training: 60 images, η = 3, mini-batches of 10."
    )
    assert metadata["image/png"]["alt"] == data["text/plain"]


def yours(network, learn):
    return labs.train(network, digits(60), digits(40, 1), rng(), learn=learn)


def test_your_step_trains_the_network_as_the_course_s_does(lab, network):
    def my_step(network, x, y, eta):
        network.v[:] = network.v - eta * network.gradient(x, y)
        x[:], y[:] = 0, 0  # copies: yours to spoil
        return network.v

    other = Network([784, 5, 10], np.random.default_rng(1))
    own = yours(other, my_step)
    run(own, "batch", "epoch")
    run(lab, "batch", "epoch")
    np.testing.assert_allclose(other.v, network.v, rtol=1e-5)
    assert own.scene["code"] == "my_step(network, x, y, eta)"
    assert own.shown["message"] == ""
    assert own.shown["actual"] == pytest.approx(lab.shown["actual"], rel=1e-3)


def returns_v(network, x, y, eta):
    return network.v - eta * network.gradient(x, y)


def replaces_v(network, x, y, eta):
    network.v = network.v - eta * network.gradient(x, y)


def replaces_weights(network, x, y, eta):
    network.biases[0] += 1
    network.weights[0] = 0.5 * network.weights[0]


def makes_nan(network, x, y, eta):
    network.v[:] = np.log(network.v)


def misfits(network, x, y, eta):
    network.v[:5] = 0
    network.weights[0] -= eta * network.gradient(x, y)


def takes_two(network, x):
    pass


@pytest.mark.parametrize(
    ("learn", "words"),
    [
        (returns_v, "left network.v as it was. network.v[:] = … changes it"),
        (replaces_v, "put a new array in the place of an old one"),
        (replaces_weights, "put a new array in the place of an old one"),
        (makes_nan, "made entries of network.v nan"),
        (misfits, "failed: ValueError: operands could not be broadcast"),
        (takes_two, "It must take four arguments, network, x, y, eta"),
    ],
)
def test_what_is_wrong_with_your_step_is_told_and_undone(network, learn, words):
    v, before = network.v, network.v.copy()
    own = yours(network, learn)
    run(own, "epoch")
    said, line, kept = own.shown["message"].splitlines()
    assert words in said
    assert line.startswith("  line ")
    assert kept == "What was learned before is kept."
    assert network.v is v
    np.testing.assert_array_equal(v, before)
    assert all(np.shares_memory(w, v) for w in (*network.weights, *network.biases))
    assert not own.running


def test_a_step_that_changes_nothing_where_the_gradient_is_0_is_no_mistake(network):
    network.v[:] = 0
    network.biases[-1][:] = -200  # outputs of exactly 0, where σ is flat
    own = yours(network, lambda network, x, y, eta: None)
    run(own, "epoch")
    assert own.shown["message"] == ""
    assert numbers(own)["steps"] == 6
