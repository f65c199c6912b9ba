import io

import numpy as np
import pytest
from handwriting import written
from PIL import Image

from gdlib import labs
from gdlib.handwriting import as_mnist, ink
from gdlib.labs.lab import STOPPED
from gdlib.mnist import load_mnist
from gdlib.network import Network
from gdlib.sgd import sgd

STROKES = [strokes for _, strokes in written()]


@pytest.fixture(scope="module")
def mnist():
    return load_mnist()


@pytest.fixture(scope="module")
def network(mnist):
    """A network after one epoch: it reads nine digits in ten."""
    rng = np.random.default_rng(2)
    network = Network([784, 30, 10], rng)
    list(sgd(network, mnist[0], 3.0, 10, 1, rng))
    return network


def box(image):
    """Return the height and the width of the part with ink."""
    return tuple(np.ptp(np.flatnonzero(image.any(axis=axis))) + 1 for axis in (1, 0))


def centre(image):
    """Return the centre of mass (row, column)."""
    return [np.average(np.arange(28), weights=image.sum(axis=axis)) for axis in (1, 0)]


@pytest.mark.slow
def test_images_of_mnist_come_out_as_they_went_in(mnist):
    images = mnist[1].images
    again = np.array([as_mnist(image.reshape(28, 28)) for image in images]).reshape(-1, 784)
    assert (again == images).all(axis=1).sum() == 9997  # three lie half a pixel off the centre


@pytest.mark.slow
def test_moving_or_enlarging_a_digit_changes_no_reading(mnist, network):
    images = mnist[1].images[:1000]
    readings = network.feedforward(images).argmax(axis=1)
    for change in (
        lambda image: np.pad(image, ((0, 90), (40, 3))),
        lambda image: np.kron(image, np.ones((10, 10))),
    ):
        again = np.array([as_mnist(change(image.reshape(28, 28))) for image in images])
        assert (network.feedforward(again.reshape(-1, 784)).argmax(axis=1) == readings).all()


@pytest.mark.parametrize("strokes", STROKES)
def test_a_written_digit_is_20_pixels_long_centred_by_mass_and_anti_aliased(strokes):
    image = as_mnist(ink(strokes))
    assert (image.shape, image.dtype) == ((28, 28), np.uint8)
    assert max(box(image)) == 20
    points = np.concatenate(strokes)
    width, height = np.ptp(points, axis=0)
    pen = 2.5 / 17.5 * max(width, height)
    shorter = 20 * (min(width, height) + pen) / (max(width, height) + pen)
    assert min(box(image)) == pytest.approx(shorter, abs=1)
    assert np.argmax(box(image)) == np.argmax([height, width])
    assert np.abs(np.subtract(centre(image), 14)).max() <= 0.5
    assert image.max() == 255
    assert len(np.unique(image)) > 20


def test_a_written_digit_is_as_dark_as_those_of_mnist(mnist):
    ours = np.median([as_mnist(ink(strokes)).sum() for strokes in STROKES])
    theirs = np.median(mnist[0].images[:10_000].sum(axis=1))
    assert ours == pytest.approx(theirs, rel=0.1)


@pytest.mark.parametrize("scale", [0.01, 0.3, 70])
def test_size_and_place_of_the_writing_make_no_difference(scale):
    for strokes in STROKES:
        moved = [np.array(stroke) * scale + (13, -5) for stroke in strokes]
        difference = as_mnist(ink(moved)).astype(int) - as_mnist(ink(strokes))
        assert np.abs(difference).max() <= 1


def test_up_is_up_and_right_is_right():
    image = as_mnist(ink([[(0, 0), (10, 0)], [(10, 0), (10, 30)]]))  # a 7
    assert image[:14, :14].sum() > 3 * image[14:, :14].sum()
    assert image[14:, 14:].sum() > 3 * image[14:, :14].sum()


def test_a_picture_is_averaged_over_areas():
    picture = np.zeros((40, 20))
    picture[:, :10] = 200
    picture[0, 10:] = 100  # half of a row, once it is half as high: 50
    image = as_mnist(picture)
    top, left = (np.flatnonzero(image.any(axis=axis))[0] for axis in (1, 0))
    part = image[top : top + 20, left : left + 10]
    assert (part[:, :5] == 200).all()
    assert part[0].tolist() == [200] * 5 + [50] * 5
    assert image.sum() == part.sum()


def test_ink_far_from_the_centre_of_mass_stays_in_the_image():
    picture = np.zeros((20, 20), np.uint8)
    picture[:3, :3] = 255
    picture[19, 19] = 1
    image = as_mnist(picture)
    assert (image == 255).sum() == 9
    assert image[27, 27] == 1


def test_no_ink_gives_zeros_and_a_dot_a_blot():
    assert not as_mnist(np.zeros((50, 40))).any()
    assert not as_mnist(np.zeros((0, 0))).any()
    assert not ink([]).any()
    assert not ink([[]]).any()
    one = np.zeros((9, 9))
    one[7, 2] = 255
    assert box(as_mnist(one)) == (20, 20)
    dot = as_mnist(ink([[(3, 4)]]))
    assert box(dot) == (20, 20)
    np.testing.assert_array_equal(dot, as_mnist(ink([[(8, 8), (8, 8)]])))
    bar = as_mnist(np.full((300, 2), 255))
    assert box(bar) == (20, 1)


@pytest.mark.parametrize(
    ("picture", "message"),
    [
        (np.full((28, 28), 256), "from 0 to 255, got .*256"),
        (np.full((28, 28), -1.0), "from 0 to 255"),
        (np.full((28, 28), np.nan), "from 0 to 255, got .*nan"),
        (np.zeros(784), r"shape \(height, width\), got shape \(784,\)"),
        ([["a", "b"]], "picture must be finite numbers of shape"),
    ],
)
def test_as_mnist_refuses_what_is_no_grey_picture(picture, message):
    with pytest.raises((TypeError, ValueError), match=message):
        as_mnist(picture)


@pytest.mark.parametrize("stroke", [[1, 2], [(1, 2, 3)], [(1, np.nan)], [(1,), (1, 2)], ["ab"]])
def test_ink_refuses_what_is_no_stroke(stroke):
    with pytest.raises((TypeError, ValueError), match="points"):
        ink([stroke])


@pytest.mark.slow
def test_most_of_twenty_written_digits_are_read_after_one_epoch(network):
    read = [labs.write_digit(network, strokes).outputs.argmax() for strokes in STROKES]
    assert np.equal(read, [digit for digit, _ in written()]).sum() >= 15


def test_a_request_is_read_and_the_learner_can_go_on_with_the_result(network):
    lab = labs.write_digit(network)
    assert lab.summary() == "Lab, write a digit: nothing is written yet."
    assert not lab.image.any()
    told = []
    lab.send = told.append
    lab._on_request(lab, {"strokes": STROKES[0]}, [])
    assert told == [{"error": ""}]
    assert lab.strokes == STROKES[0]
    np.testing.assert_array_equal(lab.image, as_mnist(ink(STROKES[0])))
    np.testing.assert_allclose(lab.outputs, network.feedforward(lab.image.ravel()))
    order = np.argsort(-lab.outputs)
    assert f"{order[0]} ({lab.outputs[order[0]]:.2f}); next {order[1]} (" in lab.shown["words"]


def test_the_front_end_gets_what_each_neuron_makes_of_the_digit(network):
    lab = labs.write_digit(network, STROKES[4])
    z, a = (np.frombuffer(lab.shown[name], np.float32) for name in "za")
    hidden = network.weights[0] @ (lab.image.ravel() / 255) + network.biases[0]
    np.testing.assert_allclose(z[:30], hidden, rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(a[30:], lab.outputs, rtol=1e-6)
    places = np.frombuffer(lab.shown["places"], np.uint8)
    assert (places[np.abs(z) > 6] == 0).all()  # flat
    assert (places[np.abs(z) < 1] == 2).all()  # steep
    weights = np.frombuffer(lab.weights, np.int8)
    assert weights.size == 784 * 30 + 30 * 10
    w = network.weights[1]
    np.testing.assert_allclose(weights[784 * 30 :], 127 * w.ravel() / np.abs(w).max(), atol=0.51)
    assert lab.neuron == []


@pytest.mark.parametrize("sizes", [[784, 10], [784, 9, 8, 10], [784, 41, 10], [784, 1000, 10]])
def test_any_network_is_read_and_only_a_small_one_drawn(sizes, rng):
    lab = labs.write_digit(Network(sizes, rng), STROKES[0])
    assert lab.shown["words"].startswith("The network ")
    assert bool(lab.weights) == (max(sizes[1:]) <= 40)


def test_a_network_that_is_no_longer_finite_is_read_as_far_as_it_answers(network):
    broken = Network([784, 10], np.random.default_rng(0))
    lab = labs.write_digit(broken, STROKES[0])
    assert lab.weights
    broken.biases[0][3] = np.inf
    lab.respond({"strokes": STROKES[0]})
    assert not lab.weights
    assert lab.outputs[3] == 1
    assert np.isfinite(np.frombuffer(lab.shown["z"], np.float32)).all()


def test_an_empty_pad_shows_nothing_read(network):
    lab = labs.write_digit(network, STROKES[0])
    assert lab.shown["read"]
    lab.respond({"strokes": []})
    assert not lab.shown["read"]
    assert lab.shown["words"] == "Nothing is written yet."
    bars = lab.poster().axes[1]
    assert not bars.patches


def test_the_words_tell_a_clear_answer_from_a_doubtful_one():
    network = Network([784, 10], np.random.default_rng(0))
    network.v[:] = 0
    for largest, words in [
        (2, "The network reads 7 (0.88); next 0 (0.12)."),
        (-1, "The network is not sure. Its best guess is 7 (0.27); next 0 (0.12)."),
    ]:
        network.biases[0][:] = [-2, -9, -9, -9, -9, -9, -9, largest, -9, -9]
        assert labs.write_digit(network, STROKES[0]).shown["words"] == words


def test_the_lab_follows_a_network_that_learns(network):
    lab = labs.write_digit(network, STROKES[3])
    before, v = lab.outputs, network.v.copy()
    network.v[:] = 0
    lab.respond({"strokes": lab.strokes})
    assert lab.outputs.tolist() == [0.5] * 10
    network.v[:] = v
    lab.respond({"strokes": lab.strokes})
    np.testing.assert_array_equal(lab.outputs, before)


@pytest.mark.parametrize(
    "request_", [{}, {"strokes": 5}, {"strokes": [[[1, None]]]}, {"strokes": [7]}]
)
def test_a_bad_request_is_told_and_the_lab_stays_as_it_was(network, request_):
    lab = labs.write_digit(network, STROKES[2])
    told, before = [], lab.shown
    lab.send = told.append
    lab._on_request(lab, request_, [])
    assert "Error: " in told[0]["error"]
    assert lab.shown == before


def test_an_interrupt_is_an_answer_too(network):
    lab, told = labs.write_digit(network), []
    lab.send = told.append

    def respond(request):
        raise KeyboardInterrupt

    lab.respond = respond
    lab._on_request(lab, {}, [])  # or the front end would wait in vain
    assert told == [{"error": STOPPED}]


def test_the_lab_refuses_a_network_that_reads_no_digits(rng):
    for sizes in ([784, 30, 9], [783, 10]):
        with pytest.raises(ValueError, match=rf"784 inputs and 10 outputs, .* \[{sizes[0]}, "):
            labs.write_digit(Network(sizes, rng))
    with pytest.raises(TypeError, match=r"must be a gdlib\.network\.Network, got 7"):
        labs.write_digit(7)
    broken = Network([784, 10], rng)
    broken.v[:] = np.nan
    with pytest.raises(ValueError, match="no finite numbers"):
        labs.write_digit(broken)


def test_one_bundle_holds_the_lab_its_poster_and_its_text(network):
    lab = labs.write_digit(network, STROKES[0])
    data, metadata = lab._repr_mimebundle_()
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"] == lab.model_id
    assert data["text/plain"].startswith("Lab, write a digit: the network reads ")
    assert metadata["image/png"]["alt"] == data["text/plain"]
    poster = Image.open(io.BytesIO(data["image/png"]))
    assert poster.width > 900
    assert len(np.unique(poster)) > 100


def test_the_shorter_side_of_a_digit_is_rounded_to_whole_pixels():
    assert np.count_nonzero(as_mnist(np.full((30, 13), 255)).any(axis=0)) == 9
