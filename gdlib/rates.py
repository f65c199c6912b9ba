"""Learning rates that vary: what `gradient_descent` takes in the place of a number η.

Each is a function eta(k, v, nabla_C) that returns the learning rate of step k = 0, 1, 2, …, which
leaves v, shape (m,), where the gradient is nabla_C, (m,). You may write one of your own.
"""

import numpy as np

from gdlib.descent import step
from gdlib.doors import check_cost, check_eta, check_positive


def decaying(eta, half_life):
    """Return a learning rate that starts at eta and is down to half of it after half_life steps.

    η_k = η / (1 + k / half_life), after Robbins and Monro 1951. Both are positive.
    """
    eta, half_life = check_eta(eta), check_positive("half_life", half_life)
    return lambda k, v, nabla_C: eta / (1 + k / half_life)


def backtracking(cost, eta):
    """Return a learning rate that starts each step at eta and halves it until the step is good.

    Good means that C falls by at least half of what (9) promises, η‖∇C‖² (Armijo 1966).
    """
    cost, eta = check_cost(cost), check_eta(eta)

    def choose(k, v, nabla_C):
        rate, C, slope = eta, cost.function(v), np.sum(nabla_C**2)
        while np.isfinite(slope) and not np.array_equal(ahead := step(v, nabla_C, rate), v):
            if cost.function(ahead) - C <= -0.5 * rate * slope:
                break
            rate /= 2
        return rate

    return choose
