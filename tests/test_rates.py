import numpy as np
import pytest

from gdlib.costs import COSTS, from_function, valley
from gdlib.descent import gradient_descent
from gdlib.rates import backtracking, decaying


def test_a_decaying_learning_rate():
    d = gradient_descent(valley, (1, 0), decaying(0.4, half_life=2), 4)
    assert d.eta == pytest.approx([0.4, 0.4 / 1.5, 0.2, 0.16])


def test_a_decaying_learning_rate_names_what_is_wrong():
    with pytest.raises(ValueError, match="half_life must be positive and finite, got 0"):
        decaying(0.1, 0)
    with pytest.raises(ValueError, match="eta must be positive and finite, got 0"):
        decaying(0, 10)


@pytest.mark.parametrize("cost", COSTS.values(), ids=COSTS)
def test_backtracking_keeps_half_of_the_promise(cost):
    start = np.array([0.3, 0.9]) * np.array([1.0, 0.5])
    d = gradient_descent(cost, start, backtracking(cost, 1.0), 60)
    slope = (d.nabla_C[:-1] ** 2).sum(axis=1)
    moved = (d.v[1:] != d.v[:-1]).any(axis=1)
    assert moved[0]
    assert (d.actual_change[moved] <= 0.5 * d.predicted_change[moved]).all()
    for k in np.flatnonzero((d.eta < 1) & moved):  # twice the learning rate would not have done
        ahead = d.v[k] - 2 * d.eta[k] * d.nabla_C[k]
        assert cost.function(ahead) - d.C[k] > -0.5 * 2 * d.eta[k] * slope[k]


def test_backtracking_ends_where_the_gradient_is_not_a_number():
    C = from_function(lambda v: np.sqrt(v[0]) + v[1] ** 2)
    d = gradient_descent(C, [0.1, 0.1], backtracking(C, 1), 30)
    assert d.diverged
    assert (np.diff(d.C) < 0).all()
    for nabla_C in ([np.nan, 1.0], [np.inf, 1.0]):
        assert backtracking(valley, 1)(0, np.array([0.1, 0.1]), np.array(nabla_C)) == 1
    with pytest.raises(TypeError, match="cost must be a Cost"):
        backtracking(None, 1)
