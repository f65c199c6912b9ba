"""Exercises that know the mistakes people make: call one with your answer."""

from gdlib.check.backpropagation import backpropagation, hidden_delta, output_delta
from gdlib.check.digits import cost, variables
from gdlib.check.experiments import best_eta, conclusions
from gdlib.check.landscape import best_t, off_plane, slices
from gdlib.check.learning_rate import eta_for_one_step, factor, largest_eta, one_variable
from gdlib.check.many_variables import best_move, evaluations, proof, steps_needed
from gdlib.check.neuron import gradient as neuron_gradient
from gdlib.check.neuron import output as neuron_output
from gdlib.check.training import epoch, gap, online, training_step
from gdlib.check.valley import descent, gradient, rule

__all__ = [
    "backpropagation",
    "best_eta",
    "best_move",
    "best_t",
    "conclusions",
    "cost",
    "descent",
    "epoch",
    "eta_for_one_step",
    "evaluations",
    "factor",
    "gap",
    "gradient",
    "hidden_delta",
    "largest_eta",
    "neuron_gradient",
    "neuron_output",
    "off_plane",
    "one_variable",
    "online",
    "output_delta",
    "proof",
    "rule",
    "slices",
    "steps_needed",
    "training_step",
    "variables",
]
