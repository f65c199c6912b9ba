"""Exercises that know the mistakes people make: call one with your answer."""

from gdlib.check.learning_rate import eta_for_one_step, factor, largest_eta, one_variable
from gdlib.check.valley import descent, gradient, rule

__all__ = [
    "descent",
    "eta_for_one_step",
    "factor",
    "gradient",
    "largest_eta",
    "one_variable",
    "rule",
]
