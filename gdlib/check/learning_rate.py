"""The exercises of notebook 02."""

import numpy as np

from gdlib.check.exercise import Function, Statements

_curvatures = [(0.5,), (3.0,), (20.0,)]

# On C = ½ λ v² the step v ← (1 − ηλ) v multiplies v by this factor.
factor = Function(
    lambda eta, curvature: 1 - eta * curvature,
    {
        "You forgot that the step starts from v: where is the 1?": lambda eta, c: -eta * c,
        "The sign of the step is wrong.": lambda eta, c: 1 + eta * c,
        "The derivative of ½ λ v² is λ v. The ½ cancels the 2.": lambda eta, c: 1 - eta * c / 2,
        "That is the factor on C = v², where λ is 2. Here λ is any number.": (
            lambda eta, c: 1 - 2 * eta
        ),
        "The derivative of ½ λ v² is λ v, not 2 λ v.": lambda eta, c: 1 - 2 * eta * c,
        "That is the factor for C. It is the square of the one for v.": (
            lambda eta, c: (1 - eta * c) ** 2
        ),
    },
    [
        "Write down C′(v) for C = ½ λ v².",
        "Put it into v − η C′(v).",
        "Both terms hold v. Take it out: what is left in the bracket?",
    ],
    [(0.1, 5.0), (0.7, 3.0), (0.05, 30.0)],
)

# The learning rate at which one step lands on the minimum of ½ λ v².
eta_for_one_step = Function(
    lambda curvature: 1 / curvature,
    {
        "At that η the ball swings for ever: the factor is −1. Which factor do you want?": (
            lambda c: 2 / c
        ),
        "With that η the factor is ½: you get half of the way.": lambda c: 0.5 / c,
        "The steeper the curve, the smaller η must be. Yours grows with λ.": lambda c: c,
    },
    [
        "After the one step v is to be 0. So what must the factor be?",
        "Set the factor of exercise 1 to that, and solve for η.",
    ],
    _curvatures,
)

# The limit of η on C = ½ Σ λᵢ vᵢ²: beyond it gradient descent diverges.
largest_eta = Function(
    lambda curvatures: 2 / np.max(curvatures),
    {
        "That is the limit of the flattest direction. Which direction diverges first?": (
            lambda c: 2 / np.min(c)
        ),
        "At that η the steepest direction lands in one step. It still converges beyond.": (
            lambda c: 1 / np.max(c)
        ),
        "Neither the first nor the last direction is special. Which one is the worst?": (
            lambda c: 2 / c[-1]
        ),
        "The average does not help: the worst direction decides.": lambda c: 2 / np.mean(c),
        "The steeper the curve, the smaller η must be. Yours grows with λ.": (
            lambda c: 2 * np.max(c)
        ),
    },
    [
        "Each direction has a factor of its own, 1 − ηλᵢ. When does it stay below 1 in size?",
        "|1 − ηλ| < 1 means that ηλ lies between 0 and a certain number. Which?",
        "It must hold for every λᵢ. For which of them is it hardest?",
    ],
    [(np.array([2.0, 20.0, 6.0]),), (np.array([0.5, 3.0, 1.0]),), (np.array([7.0, 4.0]),)],
)

# Gradient descent in one variable, explained by the picture of the curve and its tangent.
one_variable = Statements(
    "ACE",
    {
        "A": "Where the tangent rises to the right, the step goes to the left.",
        "B": "The step leads to where the tangent meets the axis C = 0.",
        "C": "The steeper the tangent, the longer the step.",
        "D": "The farther away the minimum, the longer the step.",
        "E": "Where the tangent is level the ball stays, even on top of a hill.",
        "F": "From v to v′ the ball slides along the curve.",
    },
    {
        "A": "Δv = −ηC′. What is the sign of C′ there, and what the sign of Δv?",
        "B": "That would look for a zero of C. The rule only asks which way C falls.",
        "C": "Look at the size of Δv = −ηC′. What happens to it when C′ grows?",
        "D": "The rule does not know where the minimum is. What is the step on a flat stretch, "
        "far away from it?",
        "E": "What is C′ where the tangent is level, and so what is Δv?",
        "F": "It jumps: the step is taken along the axis of v, and C is only looked up where it "
        "lands.",
    },
    [
        "Three of the six are true.",
        "The parabola of section 1 is special: there, far away is also steep. Draw a curve with a "
        "hilltop and a flat stretch, and try each line on it.",
    ],
)
