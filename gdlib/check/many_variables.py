"""The exercises of notebook 03."""

import numpy as np
from numpy.linalg import norm

from gdlib.check.exercise import Function, Proof

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
