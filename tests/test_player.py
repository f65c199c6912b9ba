"""A film lab of one's own: the example of docs/player.md, and what a wrong film is told."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest
from film_page import TEXT, example

from gdlib.labs.film import Film, Plot, Readout, Scene, Slider, Track, Valley
from gdlib.labs.lab import Player
from gdlib.labs.pictures import axis
from gdlib.plots.style import style


def channels(lab):
    frames = np.frombuffer(lab.film["frames"], np.float32).reshape(-1, *lab.film["shape"])
    return dict(zip(lab.film["channels"], frames, strict=True))


def test_the_example_of_the_page_is_newtons_method_in_ten_lines():
    code, _, lab = example()
    assert len(code.split("axis\n\n")[1].splitlines()) == 10
    assert lab.film["shape"] == [1, 121, 13]
    shown = channels(lab)
    for position, start in enumerate(lab.scene["sliders"][0]["values"]):
        x = float(start)
        for step in range(13):
            assert shown["v1"][0, position, step] == pytest.approx(x, rel=1e-5, abs=1e-6)
            x -= (x**3 - 2 * x + 2) / (3 * x**2 - 2)
    np.testing.assert_allclose(shown["C"][0, :, 0], np.polyval([1, 0, -2, 2], shown["v1"][0, :, 0]),
                               rtol=1e-5, atol=1e-5)  # fmt: skip


def test_what_the_page_says_of_the_starts_and_of_the_size_is_so():
    _, _, lab = example()
    v, starts = channels(lab)["v1"][0], lab.scene["sliders"][0]["values"]
    np.testing.assert_array_equal(v[starts.index(0)], [0, 1] * 6 + [0])
    thrown = np.abs(v[:, 1] - starts)
    assert np.abs(starts)[np.argsort(thrown)[-2:]] == pytest.approx([0.8, 0.8], abs=0.05)
    assert (np.abs(v[:, -1] + 1.769292) < 1e-5).mean() > 0.5
    kilobytes = int(re.search(r"The one\s+above\s+has\s+(\d+)\s+kB", TEXT)[1])
    assert kilobytes == pytest.approx(len(lab.film["frames"]) / 1000, abs=1)


def test_the_text_and_the_picture_are_of_the_place_on_show():
    _, names, lab = example()
    assert lab.summary() == (
        "Lab, Newton's method: start -1.5; step 0 of 12, x = -1.5, f = 1.62, |f| = 1.62."
    )
    moved = Player(names["Scene"]("N", [names["graph"]]), Film({  # one position, and no slider
        name: numbers[:, 60:61] for name, numbers in names["film"].channels.items()
    }), step=1)  # fmt: skip
    assert moved.summary() == "Lab, N: step 1 of 12, x = 1, f = 1."
    with style():
        left, right = lab.poster().axes
        (there,) = moved.poster().axes
    assert (left.get_xlabel(), left.get_ylabel(), right.get_yscale()) == ("x", "f", "log")
    assert right.lines[-1].get_xydata().tolist() == [[0, 1.625]]
    assert there.lines[-1].get_xydata().tolist() == [[1, 1]]
    bundle, metadata = lab._repr_mimebundle_()
    assert bundle["image/png"][:4] == b"\x89PNG"
    assert metadata["image/png"]["alt"] == bundle["text/plain"] == lab.summary()


def test_a_lab_follows_its_slider_in_text_and_picture():
    _, _, lab = example()
    lab.sliders, lab.step = [60], 3
    assert "start 0.0; step 3 of 12, x = 1, f = 1" in lab.summary()
    assert lab.poster().axes[1].lines[-1].get_xydata().tolist() == [[3, 1]]


def test_a_class_of_your_own_hands_a_new_film_over_when_it_is_asked_for_something():
    class Doubled(Player):
        def respond(self, request):
            self.show(film=Film({"a": request["by"] * A[:1, :1]}), step=2)

    lab = Doubled(Scene("Own", [PLOT]), Film({"a": A[:1, :1]}), step=1)
    assert lab.summary() == "Lab, Own: step 1 of 3, a = 1."
    lab._on_request(lab, {"by": 2}, [])
    assert lab.summary() == "Lab, Own: step 2 of 3, a = 4."
    assert channels(lab)["a"].tolist() == [[[0, 2, 4, 6]]]


A = np.arange(24.0).reshape(2, 3, 4)
PLOT = Plot("a", "", axis(0, 3, "step", "step"), axis(0, 24, "a", "a"), ["series"])
OVER = Plot("b", "", axis(0, 9, "k", "slider"), axis(0, 24, "a", "a"), ["series"])
TWO = Scene("Two", [PLOT, OVER], [Slider("k", [1, 4, np.int64(9)])], [Readout("a =", "a")])
TWO.tracks = [Track("one"), Track("other", film=1, colour="ghost")]


def test_two_balls_have_a_text_each_and_a_slider_may_hold_numbers_of_numpy():
    words = [["", "low", ""], ["", "high", ""]]
    scene = replace(TWO, readout=[Readout("a =", "a"), Readout("", "word")])
    lab = Player(scene, Film({"a": A}, lengths=[[4, 2, 4], [4, 4, 4]], words=words), [1], 3)
    assert lab.summary() == "Lab, Two: k 4; one a = 5, low; other a = 19, high."
    over = lab.poster().axes[1]
    assert [line.get_ydata().tolist() for line in over.lines[1:]] == [
        [1, 5, 9], [5], [15, 19, 23], [19]
    ]  # fmt: skip
    assert json.loads(json.dumps(lab.scene))["sliders"][0]["values"] == [1, 4, 9]
    assert lab.scene["readout"][0]["channel"] == "a"


def test_a_scene_without_plots_has_no_poster_and_reads_out_the_step():
    lab = Player(Scene("Bare", []), Film({"a": A[:1, :1]}))
    assert lab.poster() is None
    assert lab.summary() == "Lab, Bare: step 0 of 3."


GOOD = Film({"a": A})
TANGENT = replace(PLOT, layers=["tangent"])
WRONG = {
    "scene must be": ([PLOT], GOOD),
    "film must be": (TWO, {"a": A}),
    "one shape": (TWO, Film({"a": A, "b": A[:1]})),
    "of one shape, (films, positions, steps), got {}": (TWO, Film({})),
    "at most 20,000,000 bytes": (TWO, Film({"a": np.broadcast_to(0.0, (2, 3, 10**6))})),
    "the channel 'a' must be numbers": (TWO, Film({"a": [[[1, 2], [3]]]})),
    "the channel 'b' must be numbers": (TWO, Film({"a": A, "b": A + 1j})),
    "lengths must be whole numbers of shape (2, 3)": (TWO, Film({"a": A}, lengths=[[3]])),
    "lengths must be whole numbers of shape (2, 3) from 1": (
        TWO,
        Film({"a": A}, lengths=np.full((2, 3), 9)),
    ),
    "a colour of a track must be one of ball, ": (
        replace(TWO, tracks=[Track("k", colour="pink")]),
        GOOD,
    ),
    "the curve of the plot": (replace(TWO, pictures=[replace(PLOT, curve=[1, 2, 3])]), GOOD),
    "up to a larger one, got (1.0, 0.0)": (
        replace(TWO, pictures=[replace(PLOT, y=axis(1, 0, "a", "a"))]),
        GOOD,
    ),
    "words must have the shape (2, 3)": (TWO, Film({"a": A}, words=["low"])),
    "at most 256 different": (
        replace(TWO, sliders=[Slider("k", range(300))]),
        Film({"a": np.zeros((2, 300, 1))}, words=np.arange(600).reshape(2, 300).astype(str)),
    ),
    "a film of 0 to 0": (TWO, Film({"a": A[:1]})),
    "3 positions must have as many values, got 2": (
        replace(TWO, sliders=[Slider("k", [1, 2])]),
        GOOD,
    ),
    "3 positions must have as many values, got 1": (replace(TWO, sliders=[]), GOOD),
    "the axis 'b' must have": (
        replace(TWO, pictures=[replace(PLOT, y=axis(0, 1, "b", "b"))]),
        GOOD,
    ),
    "the axis 'step' must have": (replace(TWO, pictures=[replace(PLOT, layers=["ball"])]), GOOD),
    "the layer 'tangent' must have": (replace(TWO, pictures=[TANGENT]), GOOD),
    "must be one of path, arrow": (replace(TWO, pictures=[replace(PLOT, layers=["lines"])]), GOOD),
    "a Plot or a Valley": (replace(TWO, pictures=["map"]), GOOD),
    "a Valley, must have": (replace(TWO, pictures=[Valley((), 2, b"", b"")]), GOOD),
    "the readout 'c' must have": (replace(TWO, readout=[Readout("c", "c")]), GOOD),
    "the readout 'v =' must have": (replace(TWO, readout=[Readout("v =", "v")]), GOOD),
}


@pytest.mark.parametrize("told", WRONG)
def test_a_film_that_does_not_fit_its_scene_is_refused(told):
    with pytest.raises((TypeError, ValueError), match=re.escape(told)):
        Player(*WRONG[told])


@pytest.mark.parametrize(
    ("place", "told"),
    [
        (([],), "sliders must hold 1 positions"),
        ((0,), "sliders must hold 1 positions"),
        (([3],), "the position of the slider 'k' must be"),
        (([0.5],), "the position of the slider 'k' must be"),
        (([0], 4), "step must be"),
    ],
)
def test_a_place_that_is_not_in_the_film_is_refused(place, told):
    with pytest.raises((TypeError, ValueError), match=re.escape(told)):
        Player(TWO, GOOD, *place)


def test_a_logarithmic_axis_begins_above_0():
    with pytest.raises(ValueError, match="axis 'C' must begin above 0, got 0"):
        axis(0, 9, "C", "C", log=True)
