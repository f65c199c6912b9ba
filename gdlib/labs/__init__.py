"""The interactive labs: each is one call in a notebook; Python computes, the browser draws.

Importing them keeps the linear algebra of this kernel to one core. A step on ten images gains
nothing from a second, and the kernels of a class on one machine would fight for all of them.
"""

from threadpoolctl import threadpool_limits

from gdlib.labs.backprop import Backprop as backprop
from gdlib.labs.basins import Basins as basins
from gdlib.labs.beat_the_gradient import BeatTheGradient as beat_the_gradient
from gdlib.labs.challenges import FewestSteps as fewest_steps
from gdlib.labs.challenges import ReadCurves as read_curves
from gdlib.labs.curves import Edge as edge
from gdlib.labs.curves import Line as line
from gdlib.labs.descents import ball, duel, ghost
from gdlib.labs.factors import Factors as factors
from gdlib.labs.figure import show
from gdlib.labs.hidden_valley import HiddenValley as hidden_valley
from gdlib.labs.network_picture import NetworkPicture as network
from gdlib.labs.neuron import neuron
from gdlib.labs.nudge import Nudge as nudge
from gdlib.labs.predict import Predict as predict
from gdlib.labs.rates import Rates as rates
from gdlib.labs.real_valley import RealValley as real_valley
from gdlib.labs.room import Room as room
from gdlib.labs.runs import Runs as runs
from gdlib.labs.small_move import EpsilonCircle as epsilon_circle
from gdlib.labs.small_move import SmallMove as small_move
from gdlib.labs.training import Training as train
from gdlib.labs.write_digit import WriteDigit as write_digit

threadpool_limits(1)

__all__ = [
    "backprop",
    "ball",
    "basins",
    "beat_the_gradient",
    "duel",
    "edge",
    "epsilon_circle",
    "factors",
    "fewest_steps",
    "ghost",
    "hidden_valley",
    "line",
    "network",
    "neuron",
    "nudge",
    "predict",
    "rates",
    "read_curves",
    "real_valley",
    "room",
    "runs",
    "show",
    "small_move",
    "train",
    "write_digit",
]
