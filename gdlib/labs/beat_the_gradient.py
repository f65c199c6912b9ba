"""Beat the gradient: moves of a fixed length, by hand, by luck, and by your own function."""

import matplotlib.pyplot as plt
import numpy as np
from traitlets import Dict, List

from gdlib import plots
from gdlib.costs import quadratic
from gdlib.doors import check_count
from gdlib.labs.lab import Lab, front_end, style_sheet
from gdlib.own_function import OwnFunctionError, line_of, no_return, shown, what_failed
from gdlib.words import grouped, say

SIZES = 2, 10, 100
DRAWS = 10_000  # random moves


class BeatTheGradient(Lab):
    """Find the move Δv of fixed length that lowers C most: in 2, in 10 and in 100 dimensions.

    The gradient is hidden. A try tells ∇C · Δv as a share of the lowest possible, −ε‖∇C‖: that is
    the cosine of the angle between Δv and −∇C. `move`, if given, is your own function
    move(v, C) that returns a Δv, of any length, of which only the direction counts; it may compute
    C(v) as often as it likes, and that is counted. `seed` chooses v and C. Raises TypeError for
    a move or a seed that makes no sense, and OwnFunctionError where your move fails.
    """

    _esm = front_end("beat_the_gradient.js")
    _css = style_sheet("card.css", "challenges.css", "beat_the_gradient.css")
    games = List(Dict()).tag(sync=True)

    def __init__(self, move=None, seed=4):
        if move is not None and not callable(move):
            raise TypeError(f"move must be a function of v and C, got {shown(move)}")
        seed = check_count("seed", seed, least=0)
        super().__init__(games=[_game(m, move, seed) for m in SIZES])

    def summary(self):
        """Return what there is to do, and how your own function did."""
        own = [
            say(
                "{name} gets {share:.0%} of it in {m} dimensions, with {looks} values of C",
                name=game["own"]["name"],
                share=game["own"]["share"],
                m=game["m"],
                looks=grouped(game["own"]["looks"]),
            )
            for game in self.games
            if game["own"]
        ]
        task = say(
            "Lab, beat the gradient: find the move of fixed length that lowers C most, in {sizes} "
            "and {last} dimensions.",
            sizes=", ".join(map(str, SIZES[:-1])),
            last=SIZES[-1],
        )
        return " ".join([task, *(f"{words}." for words in own), say("(Run this cell to play.)")])

    def poster(self):
        """Return a Figure of a move that is still to be made, in ten dimensions."""
        figure, ax = plt.subplots(figsize=(9.6, 3))
        ax.axhline(0, color=plots.GREY)
        ax.set(xlim=(0.5, 10.5), ylim=(-1, 1), xticks=range(1, 11))
        ax.set(xlabel=say("entry of $\\Delta v$"), ylabel=say("how far it moves"))
        ax.text(5.5, 0.4, say("Which move lowers C most?"), ha="center")
        figure.suptitle(say("Beat the gradient"))
        return figure


def _game(m, move, seed):
    """Return what the browser needs of the game in m dimensions.

    `downhill` (m,) is −∇C / ‖∇C‖; `luck` holds how many random moves, and the share that the best
    of them gets; `own` is None, or the share and the evaluations of your own move.
    """
    rng = np.random.default_rng([seed, m])
    cost, v = quadratic(rng.uniform(0.5, 2, m)), rng.standard_normal(m)
    v[0] = abs(v[0])  # so that the move along v₁, which is set at first, goes uphill
    nabla_C = cost.gradient(v)
    downhill = -nabla_C / np.linalg.norm(nabla_C)
    draws = rng.standard_normal((DRAWS, m))
    best = np.maximum.accumulate(draws @ downhill / np.linalg.norm(draws, axis=1))
    numbers = [10**k for k in range(5)]
    return {
        "m": m,
        "downhill": downhill.tolist(),
        "luck": [[n, float(best[n - 1])] for n in numbers],
        "own": move and _own(move, cost, v, downhill),
    }


def _own(move, cost, v, downhill):
    """Return the share of the best that move(v, C) gets, and how often it computed C."""
    looks, name = 0, getattr(move, "__name__", "move")

    def C(at):
        nonlocal looks
        looks += 1
        return cost.function(at)

    call = f"move(v, C) in {cost.m} dimensions"
    try:
        delta_v = move(v.copy(), C)
    except Exception as error:
        raise OwnFunctionError(
            f"{call} failed: {what_failed(move, ('v', 'C'), error, cost.m)}"
        ) from error
    try:
        array = np.asarray(delta_v, dtype=float)
    except (TypeError, ValueError):
        array = np.empty(0)
    length = np.linalg.norm(array) if array.shape == v.shape else 0
    if not 0 < length < np.inf:
        hint = f" {no_return(move)}" if delta_v is None else ""
        expected = f"must return a Δv of shape ({cost.m},), finite and not all 0"
        raise OwnFunctionError(f"{call} {expected}, got {shown(delta_v)}.{hint}{line_of(move)}")
    return {"name": name, "share": float(array @ downhill / length), "looks": looks}
