"""The exercises of notebook 03."""

import numpy as np
from numpy.linalg import norm

from gdlib.check.exercise import Function, Proof
from gdlib.costs import quadratic
from gdlib.descent import step

# How often central differences evaluate C for one gradient.
evaluations = Function(
    lambda m: 2 * m,
    {
        "That is one evaluation for each variable. Each is moved ahead and back.": lambda m: m,
        "That moves each variable ahead only. Here each is moved ahead and back.": lambda m: m + 1,
        "C(v) itself is not needed: the difference is taken between ahead and back.": (
            lambda m: 2 * m + 1
        ),
        "That counts pairs of variables. Each variable is moved alone.": lambda m: m**2,
    },
    [
        "How many partial derivatives does the gradient hold?",
        "For one of them, C is evaluated at v + h and at v − h in that variable.",
    ],
    [(1000,), (3,), (23_860,)],
)

# The move of length ε that lowers ∇C · Δv most.
best_move = Function(
    lambda nabla_C, epsilon: -epsilon * nabla_C / norm(nabla_C),
    {
        "That move goes uphill.": lambda g, epsilon: epsilon * g / norm(g),
        "The length is wrong: it is ε‖∇C‖, not ε.": lambda g, epsilon: -epsilon * g,
        "You divided by ‖∇C‖². The length of your move is ε/‖∇C‖.": (
            lambda g, epsilon: -epsilon * g / (g @ g)
        ),
        "That has the length 1. How long may it be?": lambda g, epsilon: -g / norm(g),
        "Each entry has the size ε. That is not the direction of −∇C.": (
            lambda g, epsilon: -epsilon * np.sign(g)
        ),
        "That is the lowest value of ∇C · Δv. The question is which move reaches it.": (
            lambda g, epsilon: -epsilon * norm(g)
        ),
    },
    [
        "Which direction is best? Begin with a vector that points there.",
        "What is the length of ∇C / ‖∇C‖?",
        "Stretch that to the length ε, and turn it downhill.",
    ],
    [(np.array([3.0, -4.0]), 0.1), (np.array([1.0, 2.0, 2.0, 4.0]), 0.5)],
)


def _count(C, gradient, v0, eta, goal=0.001):
    v, steps = v0, 0
    while C(v) >= goal:
        v, steps = step(v, gradient(v), eta), steps + 1
    return steps


def _at_goal(C, gradient, v0, eta):
    v = v0
    for _ in range(_count(C, gradient, v0, eta)):
        v = step(v, gradient(v), eta)
    return C(v)


class Limited:
    """A function that refuses its ten-thousandth call, so that no loop around it is endless."""

    def __init__(self, function):
        self.function, self.calls = function, 0

    def __call__(self, v):
        """Return the function of v; raise RuntimeError if it was called too often."""
        self.calls += 1
        if self.calls == 10_000:
            raise RuntimeError("C was computed 10,000 times. Does each step make it smaller?")
        return self.function(v)


_bowl = quadratic(np.linspace(1, 20, 50))

# How many steps it takes until C is below 0.001, in any number of variables.
steps_needed = Function(
    _count,
    {
        "That is one step too many. Look at C before you take a step, too.": (
            lambda *given: _count(*given) + 1
        ),
        "That is one step too few. The step that gets there counts.": (
            lambda *given: _count(*given) - 1
        ),
        "You stopped too early: 0.01 is not 0.001.": lambda *given: _count(*given, goal=0.01),
        "That is C where you end. The question is after how many steps.": _at_goal,
        "The start is not below 0.001 yet. Repeat while C is too large.": lambda *given: 0,
        "One step is not enough. Repeat while C is too large.": lambda *given: 1,
    },
    [
        "Begin with v = v0 and a count of 0. What must hold for you to take another step?",
        "while C(v) >= 0.001: take a step, and add 1 to the count.",
    ],
    [
        (Limited(_bowl.function), _bowl.gradient, np.ones(50), 0.09),
        (Limited(_bowl.function), _bowl.gradient, np.linspace(-1, 1, 50), 0.02),
    ],
)


def _t(g, d):
    return (g @ d) / (g @ g)


def _best(g, d):
    return -norm(d) * g / norm(g)


# Among all moves of length ε, −η∇C with η = ε/‖∇C‖ lowers ∇C · Δv most.
proof = Proof(
    "FBHAGDC",
    {
        "A": "|∇C·Δv| ≤ ‖∇C‖ ‖Δv‖",
        "B": "‖Δv − t∇C‖² = ‖Δv‖² − 2t ∇C·Δv + t² ‖∇C‖²",
        "C": "The lowest is reached by Δv = −η∇C with η = ε/‖∇C‖, and by no other move.",
        "D": "Equality needs Δv − t∇C = 0: Δv must lie on the line of ∇C.",
        "E": "∇C·Δv ≤ ‖∇C‖ ‖Δv‖",
        "F": "For every number t: 0 ≤ ‖Δv − t∇C‖²",
        "G": "With ‖Δv‖ = ε: ∇C·Δv ≥ −ε ‖∇C‖",
        "H": "With t = ∇C·Δv / ‖∇C‖²: 0 ≤ ‖Δv‖² − (∇C·Δv)² / ‖∇C‖²",
        "I": "‖Δv − t∇C‖² = ‖Δv‖² − t² ‖∇C‖²",
    },
    {
        "I": "It fails on nearly every pair. Which term is missing in the square of a difference?",
        "E": "It is true, but it bounds ∇C·Δv from above. You dropped the absolute value, and "
        "with it all that you want to know: how negative can ∇C·Δv get?",
        "D": "You show that nothing lies below −ε‖∇C‖. Is it ever reached? When does equality "
        "hold?",
        "F": "Where does the inequality come from? Something is never negative.",
        "B": "Multiply the square out, so that ∇C·Δv appears.",
        "H": "The inequality holds for every t. Choose the t that says most.",
        "A": "Take the root of the inequality that you have. Mind the sign of ∇C·Δv.",
        "G": "Use that the length of the move is fixed.",
        "C": "Say at the end what has been shown: which move is the best.",
    },
    [
        "Begin with something that is never negative.",
        "Two of the nine lines do not belong in the proof. One of them is even false.",
        "First Cauchy–Schwarz, then what it means for a move of length ε, then who reaches it.",
    ],
    uses={"H": "FB", "A": "H", "G": "A", "D": "H", "C": "GD"},
    claims={
        "A": lambda g, d, t: abs(g @ d) <= norm(g) * norm(d),
        "B": lambda g, d, t: np.isclose(
            norm(d - t * g) ** 2, d @ d - 2 * t * (g @ d) + t**2 * (g @ g)
        ),
        "C": lambda g, d, t: g @ _best(g, d) < g @ d,
        "D": lambda g, d, t: (
            abs(g @ d) < norm(g) * norm(d) and np.isclose(abs(g @ (t * g)), norm(g) * norm(t * g))
        ),
        "E": lambda g, d, t: g @ d <= norm(g) * norm(d),
        "F": lambda g, d, t: norm(d - t * g) ** 2 >= 0,
        "G": lambda g, d, t: g @ d >= -norm(d) * norm(g),
        "H": lambda g, d, t: d @ d - (g @ d) * _t(g, d) >= 0,
        "I": lambda g, d, t: np.isclose(norm(d - t * g) ** 2, d @ d - t**2 * (g @ g)),
    },
)
