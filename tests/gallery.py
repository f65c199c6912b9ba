"""The labs of the course, each small: the Python that they need, and the call of each."""

SETUP = """
import numpy as np
from gdlib import labs
from gdlib.costs import from_function, from_grid, ravine, two_valleys, valley
from gdlib.landscape import cost_on_plane, trajectory_plane
from gdlib.mnist import Digits, one_hot
from gdlib.network import Network

rng = np.random.default_rng(0)
network = Network([784, 5, 10], rng)
digits = Digits(rng.integers(0, 256, (300, 784), dtype=np.uint8), rng.integers(0, 10, 300))

cost = network.cost_on(digits.images, one_hot(digits.labels))
path = network.v + np.cumsum(rng.standard_normal((6, network.v.size)), axis=0)
moments, images, labels = path[:3], digits.images[:3], digits.labels[:3]
plane, t = trajectory_plane(path), np.linspace(-150, 300, 13)
real = from_grid(t, t, cost_on_plane(cost, *plane[:3], t, t))
k = np.arange(0, 60, 10.0)
ink = rng.uniform(-1, 1, 30)
sign = 1.0 * (ink > 0)
runs = {eta: np.column_stack([k, 1.5 / eta + k / 600, 1 - k * eta / 3000]) for eta in (3, 10, 30)}

sweep = [
    {"eta": eta, "mini_batch_size": size, "seed": seed, "accuracy": 1 / (i + j + 1),
     "costs": (2.0, 1 + seed + j, 0.5 + i)}
    for i, eta in enumerate((0.1, 1, 10)) for j, size in enumerate((10, 100)) for seed in (0, 1)
]

def parabola(v):
    return v[0] ** 2

def own_rate(k, v, nabla_C):
    return 0.05 if k < 9 else None

def half(v):
    return v[0] ** 2 + v[1] ** 2 if v[0] < 0.5 else np.nan
"""
# The call, and the pictures that it draws.
LABS = {
    "ball": ("labs.ball(ravine, eta=0.02)", "valley map curve"),
    "own": ("labs.ball(from_function(half), eta=0.1)", "valley map curve"),
    "ghost": ("labs.ghost(ravine, eta=0.02)", "valley map curve"),
    "duel": ("labs.duel(ravine, etas=(0.02, 0.09))", "valley map curve"),
    "one": ("labs.ball(from_function(parabola, ((-1.5, 1.5),)), start=-1.2)", "graph curve"),
    "move": ("labs.small_move(ravine, (0.5, -0.4), length=0.4)", "map lens error curve"),
    "circle": ("labs.epsilon_circle(ravine, (0.5, -0.4))", "valley map curve"),
    "neuron": ("labs.neuron(ink, sign, start=(3, 2))", "valley map curve"),
    "factors": ("labs.factors((2, 10))", "bars map"),
    "rates": ("labs.rates(ravine, None, {'slow': 0.01, 'half': own_rate})", "map curve rate"),
    "basins": ("labs.basins(two_valleys)", "valley map curve"),
    "nudge": ("labs.nudge(cost, network.v)", "cost read"),
    "line": ("labs.line(cost, moments)", "graph curve"),
    "real": (
        "labs.real_valley(cost, path, range(6), plane, real, own={'mine': (path[:3], range(3))})",
        "valley map curve away",
    ),
    "edge": ("labs.edge(runs, eta=3)", "graph curve"),
    "runs": ("labs.runs(sweep, epochs=2)", "map curve"),
    "network": ("labs.network(network, images, labels)", ""),
    "choice": ("labs.predict('Left?', 'yes', ['yes', 'no'])", ""),
    "number": ("labs.predict('How many?', 2.0, because='So it is.')", ""),
}
