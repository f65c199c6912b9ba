"""The exercises of notebook 01."""

import numpy as np

from gdlib.check import moving
from gdlib.check.exercise import Function
from gdlib.costs import rosenbrock, valley
from gdlib.descent import step

_points = [(np.array([3.0, -2.0]),), (np.array([0.5, -2.0]),), (np.array([-3.0, 0.25]),)]

# The gradient of C = v₁² + 10 v₂².
gradient = Function(
    lambda v: [2 * v[0], 20 * v[1]],
    {
        "That is C itself, once for each variable. The gradient holds derivatives.": (
            lambda v: [v[0] ** 2, 10 * v[1] ** 2]
        ),
        "The derivative of v² is 2v, not 2v².": lambda v: [2 * v[0] ** 2, 20 * v[1] ** 2],
        "The derivative of v² is not v: a factor is missing.": lambda v: [v[0], 10 * v[1]],
        "The second entry has lost the factor 10 of the cost.": lambda v: [2 * v[0], 2 * v[1]],
        "The second entry has lost the factor 2: the derivative of v₂² is 2v₂, and the 10 stays in "
        "front.": lambda v: [2 * v[0], 10 * v[1]],
        "The first entry has lost the factor 2: the derivative of v₁² is 2v₁.": (
            lambda v: [v[0], 20 * v[1]]
        ),
        "You have the derivative of 10 v₂ where that of 10 v₂² belongs.": (
            lambda v: [2 * v[0], 10]
        ),
        "The 10 belongs to v₂ alone.": lambda v: [20 * v[0], 20 * v[1]],
        "The sign is wrong: that is the way down, −∇C.": lambda v: [-2 * v[0], -20 * v[1]],
        "The two entries are the wrong way round.": lambda v: [20 * v[1], 2 * v[0]],
    },
    [
        "For the first entry hold v₂ still. What is the derivative of v₁² with respect to v₁?",
        "For the second entry hold v₁ still. A constant factor stays in front.",
        "Return both numbers in one list: first ∂C/∂v₁, then ∂C/∂v₂.",
    ],
    _points,
    moving.gradient,
)

# v′ = v − η∇C, equation (11).
rule = Function(
    step,
    {
        "You walk uphill: look at the sign in front of η.": lambda v, g, eta: v + eta * g,
        "You forgot η: the move has the length of the gradient itself.": lambda v, g, eta: v - g,
        "That is the move Δv. The new position is v plus the move.": lambda v, g, eta: -eta * g,
        "You divide by η. A small η must give a small step.": lambda v, g, eta: v - g / eta,
        "You used the position v where the gradient belongs.": lambda v, g, eta: v - eta * v,
        "You return v as it was: nothing moves.": lambda v, g, eta: v,
        "You used v and ∇C the wrong way round.": lambda v, g, eta: g - eta * v,
        "η belongs to ∇C alone: put v outside of the brackets.": lambda v, g, eta: eta * (v - g),
    },
    [
        "Equation (10) says what the move Δv is. Write that down first.",
        "The new position is the old one plus the move.",
        "Three things go into the line: v, η and ∇C, each once.",
    ],
    [
        (np.array([1.0, 2.0]), np.array([10.0, -20.0]), 0.1),
        (np.array([-0.5, 0.25]), np.array([3.0, 4.0]), 0.03),
    ],
    moving.rule,
)


def _one_after_another(gradient, v0, eta, steps):
    v = np.array(v0, dtype=float)
    for _ in range(steps):
        v[0] -= eta * gradient(v)[0]
        v[1] -= eta * gradient(v)[1]
    return v


def _walk(gradient, v0, eta, steps):
    v = np.array(v0, dtype=float)
    for _ in range(steps):
        v = step(v, gradient(v), eta)
    return v


# Where gradient descent ends after a number of steps.
descent = Function(
    _walk,
    {
        "You updated v₁ before you computed the second partial derivative. One gradient, taken "
        "at the old v, moves all variables at once.": _one_after_another,
        "You took one step too many.": lambda n, v0, eta, k: _walk(n, v0, eta, k + 1),
        "You took one step too few.": lambda n, v0, eta, k: _walk(n, v0, eta, k - 1),
        "You walk uphill: look at the sign.": lambda n, v0, eta, k: _walk(
            lambda v: -n(v), v0, eta, k
        ),
        "You computed the gradient once, at the start. It is different at every v.": (
            lambda n, v0, eta, k: v0 - k * eta * n(v0)
        ),
        "You took a single step, however many were asked for.": (
            lambda n, v0, eta, k: _walk(n, v0, eta, 1)
        ),
    },
    [
        "Begin with v = v0, and repeat one line as often as `steps` says.",
        "Inside the loop, call gradient(v) once, at the present v, before you change anything.",
        "The line inside the loop is the rule of exercise 1. After the loop, return v.",
    ],
    [
        (rosenbrock.gradient, np.array([-1.0, 0.5]), 0.0005, 4),
        (valley.gradient, np.array([-0.9, 0.7]), 0.1, 3),
    ],
    moving.descent,
)
