import numpy as np
import pytest

from gdlib.costs import Cost, from_function, plateau, ravine, saddle, valley
from gdlib.descent import gradient_descent
from gdlib.regime import regime


@pytest.mark.parametrize(
    ("cost", "start", "eta", "regime"),
    [
        (valley, (-0.9, 0.7), 0.001, "crawls"),
        (valley, (-0.9, 0.7), 0.1, "converges"),
        (valley, (-0.9, 0.7), 0.5, "converges"),
        (valley, (-0.9, 0.7), 0.51, "overshoots but converges"),
        (valley, (-0.9, 0.7), 0.99, "overshoots but converges"),
        (valley, (-0.9, 0.7), 1.0, "oscillates for ever"),
        (valley, (-0.9, 0.7), 1.01, "diverges"),
        (ravine, (-0.9, 0.7), 0.04, "converges"),
        (ravine, (-0.9, 0.7), 0.08, "overshoots but converges"),
        (ravine, (-0.9, 0.7), 0.1, "oscillates for ever"),
        (ravine, (-0.9, 0.7), 0.11, "diverges"),
        (plateau, (-2.2, 1.8), 0.1, "crawls"),
        (saddle, (0.5, 0.0), 0.1, "converges"),
        (saddle, (0.5, 0.01), 0.1, "diverges"),
        (valley, (0.0, 0.0), 0.1, "stays: ∇C is 0"),
        (valley, (15, 15), 0.1, "converges"),  # from far outside of the picture
        (valley, (300, 300), 0.01, "crawls"),
        (valley, (300, 300), 1.01, "diverges"),
        (from_function(lambda v: 3.0), (0.5, 0.5), 0.1, "stays: ∇C is 0"),
        (from_function(lambda v: v[0] - v[1]), (0.5, 0.5), 0.1, "runs off downhill for ever"),
        (from_function(lambda v: v[0] - v[1]), (0.5, 0.5), 0.001, "crawls"),  # in the picture
        (from_function(lambda v: v[0] - v[1]), (0.5, 0.5), 10.0, "runs off downhill for ever"),
    ],
)
def test_regimes(cost, start, eta, regime):
    assert gradient_descent(cost, start, eta, 100).regime == regime


@pytest.mark.parametrize("steps", [1, 2])
def test_the_shortest_paths_have_a_regime_too(steps):
    assert gradient_descent(valley, (1, 1), 0.1, steps).regime == "crawls"
    assert gradient_descent(valley, (1, 1), 1.1, steps).regime == "diverges"


@pytest.mark.parametrize("eta", [0.001, 0.1, 0.5, 0.51, 1.0])
def test_a_regime_does_not_depend_on_the_size_of_the_path(eta):
    normal, tiny = (gradient_descent(valley, (0, v), eta, 100) for v in (1, 2.0**-550))
    assert tiny.regime == normal.regime


def test_a_regime_is_about_the_second_half_of_the_steps():
    """On its way it swings first and goes straight then, or the other way round."""
    swings = np.tile([0.5, -0.4], 10)
    straight = np.full(20, 0.05)
    v = np.cumsum([np.r_[0, swings, straight], np.r_[0, straight, swings]], axis=1)
    first, last = (regime(valley, np.stack([path, 0 * path], axis=1), 9 - path) for path in v)
    assert (first, last) == ("crawls", "overshoots but converges")


def test_how_far_is_too_far_depends_on_the_wider_side_of_the_picture():
    wide = Cost("wide", valley.function, valley.gradient, ((-10, 10), (-1, 1)), "v₁² + v₂²")
    v = np.stack([100 * np.sqrt(np.linspace(0, 1, 21)), np.zeros(21)], axis=1)
    assert regime(wide, v, valley.function(v.T)) == "crawls"
    assert regime(valley, v, valley.function(v.T)) == "diverges"


def test_whether_a_path_has_left_the_picture_is_measured_from_the_middle_of_the_picture():
    plane = from_function(lambda v: v[0], domain=((9, 11), (9, 11)))
    assert gradient_descent(plane, (10, 10), 0.01, steps=10).regime == "crawls"
