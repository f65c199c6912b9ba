"""Paste the caption of a lab into the notebook that it stands in, and compare what comes of it."""

import ast

import numpy as np
from IPython import get_ipython
from test_labs import frames

from gdlib.descent import Descent
from gdlib.labs.hidden_valley import PROBES
from gdlib.labs.lab import Player


def paste(lab, variables=None):
    """Run a lab's caption as a cell below it would, as the lab opens and at another place.

    The variables are those of the notebook, or those given; they stay as they are. Returns how
    many numbers other than 0 were compared. Raises AssertionError where one is not the lab's.
    """
    count = compare(lab, caption(lab), variables)
    if isinstance(lab, Player):
        sizes = [len(slider["values"]) for slider in lab.scene["sliders"]]
        places = [(at + size // 3) % size for at, size in zip(lab.sliders, sizes, strict=True)]
        lab.show(sliders=places, step=2)
        count += compare(lab, caption(lab), variables)
    return count


def compare(lab, text, variables=None):
    """Run a text as a cell below the lab would, and compare what it gives: see `paste`."""
    shown = SHOWN[type(lab).__name__](lab)
    result = run(text, dict(variables or get_ipython().user_ns))
    if isinstance(result, dict):
        result = [result[seed] for seed in sorted(result)]
    if len(shown) == 1 and not isinstance(result, list):
        result = [result]
    came = [one.v if isinstance(one, Descent) else one for one in result]
    came, shown = (np.concatenate([np.ravel(one) for one in part]) for part in (came, shown))
    assert np.isfinite(shown).all()
    assert came.shape == shown.shape
    np.testing.assert_allclose(came, shown, rtol=2e-5, atol=4e-5 * np.abs(shown).max() + 1e-15)
    return int(np.count_nonzero(shown))


def run(text, variables):
    """Run the lines of a cell with these variables, and return the value of its last line."""
    *lines, last = ast.parse(text).body
    exec(compile(ast.Module(lines, []), "caption", "exec"), variables)
    return eval(compile(ast.Expression(last.value), "caption", "eval"), variables)


def caption(lab):
    """Return the text of a lab's caption, filled in as the browser does it."""
    return FILLED.get(type(lab).__name__, of_player)(lab)


def of_player(lab):
    steps, sliders = lab.scene["steps"]["values"], lab.scene["sliders"]
    text = lab.scene["code"].replace("{start}", ", ".join(map(str, start(lab))))
    step = str(steps[lab.step]).removesuffix("°") if steps else str(lab.step)
    text = text.replace("{step}", step)
    for i, (slider, position) in enumerate(zip(sliders, lab.sliders, strict=True)):
        text = text.replace(f"{{{i}}}", str(slider["values"][position]))
    return text


def start(lab):
    return [lab.film["start"][name] for name in ("v1", "v2") if name in lab.film["start"]]


def of_hidden_valley(lab):
    lab.probes_made = lab.probes_made or [20 * 41 + 12]
    return lab.grounds[0]["code"].replace("{start}", ", ".join(map(str, lab.probes[0])))


FILLED = {
    "HiddenValley": of_hidden_valley,
    "Training": lambda lab: lab.scene["same"],
    "WriteDigit": lambda lab: lab.scene["code"],
    "NetworkPicture": lambda lab: lab.scene["code"].replace("{image}", str(lab.image)),
}


def on_show(lab, number, *channels):
    """Return what a track shows of these channels at all steps, as the browser reads it."""
    track = lab.scene["tracks"][number]
    film = track["film"] if track["chooser"] is None else lab.sliders[track["chooser"]]
    position = lab.sliders[track["slider"]] if lab.sliders else 0
    length = lab.film["lengths"][film][position]
    return np.array([frames(lab)[name][film, position, :length] for name in channels])


def paths(lab):
    """Return the path of every ball, (steps + 1, m)."""
    names = [name for name in ("v1", "v2") if name in lab.film["channels"]]
    if lab.scene["code"].endswith("yours is beside it"):
        return [on_show(lab, 0, *names).T]
    return [on_show(lab, i, *names).T for i in range(len(lab.scene["tracks"]))]


def at_step(lab, *pairs):
    """Return what tracks show now, each given as (number of the track, channel)."""
    return [on_show(lab, number, channel)[0, lab.step] for number, channel in pairs]


def walk(lab):
    """Return the path from the first probe in the hidden valley; it must not leave the map."""
    ground, place = lab.grounds[0], lab.probes_made[0]
    low, high = np.transpose(ground["reach"])[:, :2]
    packed = np.frombuffer(ground["paths"], np.int16).reshape(3, PROBES, -1)[:2, :, place].T
    path = low + (packed + 32767.0) / 65534 * (high - low)
    return [np.vstack([lab.probes[:1], path])]


SHOWN = {  # what each kind of lab shows, as the value that its caption gives
    **dict.fromkeys(("Descents", "Basins", "OneNeuron", "Parting", "Factors", "Rates"), paths),
    "HiddenValley": walk,
    "SmallMove": lambda lab: at_step(lab, (0, "promised"), (0, "actual")),
    "EpsilonCircle": lambda lab: at_step(lab, (0, "change"), (1, "change")),
    "Line": lambda lab: at_step(lab, (1, "change")),
    "Nudge": lambda lab: at_step(lab, (0, "change")),
    "RealValley": lambda lab: at_step(lab, (1, "C")),
    "Edge": lambda lab: [on_show(lab, 1, "after", "value", "C").T],
    "Runs": lambda lab: [on_show(lab, i, "C")[0] for i in range(len(lab.scene["tracks"]))],
    "Training": lambda lab: [lab.history[-1].cost, lab.history[-1].test_accuracy],
    "WriteDigit": lambda lab: [lab.outputs],
    "NetworkPicture": lambda lab: [lab._a[-1][:, lab.image]],
}
