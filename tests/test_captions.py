"""What stands below a lab gives what the lab shows, when it is pasted into the cell below."""

import numpy as np
import pytest
from pasting import caption, compare, paste

from gdlib import labs
from gdlib.check import moving
from gdlib.costs import COSTS, from_function, ravine, rosenbrock, valley
from gdlib.mnist import Digits
from gdlib.network import Network


def halved(v, nabla_C, eta):
    return v - eta * nabla_C / 2


def slope(v):
    return (v[0] - 0.2) ** 2


def bowl(v):
    return v[0] ** 2 + 3 * v[1] ** 2


RATES = {"constant": 0.1, "falling": lambda k, v, nabla_C: 0.1 / (k + 1)}
network = Network([784, 5, 10], np.random.default_rng(0))
images = np.random.default_rng(1).integers(0, 256, (6, 784), dtype=np.uint8)
ink = np.random.default_rng(2).integers(0, 256, (300, 784), dtype=np.uint8)
digits = Digits(ink, ink[:, 0] % 10)
X = np.array([-1.0, -0.5, 0.25, 0.5, 1.0, 2.0, 2.5])
Y = 1.0 * (X > 0)
HERE = {"np": np, "halved": halved, "slope": slope, "bowl": bowl, "rates": RATES}
HERE |= {"network": network, "images": images}


@pytest.mark.parametrize("cost", COSTS.values(), ids=COSTS)
def test_a_caption_imports_the_surface_of_the_menu_and_what_else_it_needs(cost):
    lab = labs.ball(ravine, steps=20)
    lab.respond({"surface": cost.name})
    lab.respond({"start": [0.123, 0.456]})
    assert paste(lab, HERE) > 60


MADE = {
    "own rule": lambda: labs.ball(ravine, rule=halved, steps=20),
    "one variable": lambda: labs.ball(from_function(slope, ((-1, 2),)), start=-0.7, steps=20),
    "own function": lambda: labs.ball(bowl, steps=20),
    "duel": lambda: labs.duel(ravine, etas=(0.02, 0.11)),
    "ghost": lambda: labs.ghost(from_function(slope, ((-1, 2),)), momentum=0.5),
    "thrown out": lambda: labs.ball(rosenbrock, eta=0.05),
    "basins": lambda: labs.basins(bowl),
    "factors": lambda: labs.factors((2, 10), eta=0.15),
    "rates": lambda: labs.rates(bowl, None, RATES, steps=9),
    "move": lambda: labs.small_move(rosenbrock, (0.5, -0.4), angle=215),
    "circle": lambda: labs.epsilon_circle(bowl, (0.5, -0.4), angle=35),
    "hidden": lambda: labs.hidden_valley(7),
    "parting": lambda: moving.rule(halved),
    "network": lambda: labs.network(network, images, images[:, 0] % 10),
    "pad": lambda: labs.write_digit(network, strokes=[[(60, 60), (135, 180), (118, 235)]]),
    "train": lambda: labs.train(network, digits, digits, np.random.default_rng(1)),
}


@pytest.mark.parametrize("name", MADE)
def test_a_caption_needs_nothing_but_what_the_lab_was_given(name):
    lab = MADE[name]()
    assert paste(lab, HERE | {"pad": lab, "train": digits, "test": digits}) > 1


@pytest.mark.parametrize("pulls", ["all", "ten", "one"])
@pytest.mark.parametrize("rule", [None, halved])
def test_the_caption_of_a_neuron_says_which_images_pull(pulls, rule):
    x, y = np.tile(X, 3), np.tile(Y, 3)  # ten, ten, and one
    lab = labs.neuron(x, y, (3, 2), eta=5, steps=9, rule=rule)
    lab.respond({"surface": pulls})
    assert paste(lab, HERE | {"x": x, "y": y}) == 40


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("eta=0.02", "eta=0.0201"),
        ("steps=60", "steps=59"),
        ("v0=(-0.9", "v0=(-0.901"),
        ("gradient_descent(ravine", "gradient_descent(valley"),
        ("steps=60)", "steps=60).C"),
    ],
)
def test_a_caption_that_is_wrong_does_not_pass(before, after):
    lab = labs.ball(ravine, start=(-0.9, 0.7), eta=0.02, steps=60)
    text = caption(lab)
    assert before in text
    with pytest.raises(AssertionError):
        compare(lab, text.replace(before, after), HERE | {"valley": valley})
