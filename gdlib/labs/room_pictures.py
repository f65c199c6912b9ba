"""What a class sees of a question: the surface to answer on, and the balls that come of it."""

import base64
from functools import lru_cache

import numpy as np

from gdlib.labs import pictures, scales
from gdlib.labs.descents import as_frames
from gdlib.labs.film import Film, Readout, Scene, Slider, Track, stacked
from gdlib.room.questions import LETTERS
from gdlib.words import say

BEYOND = 1.25  # times as far from the middle as the edge: there the picture lets a ball be
FRAMES = ("v1", "v2", "C", "actual")  # what the pictures draw of a path
# How the ball of a path is drawn, by what it did: the colour, and whether it is a ring.
LOOKS = {
    "converges": ("good", False),
    "overshoots but converges": ("accent", False),
    "crawls": ("faint", True),
    "oscillates for ever": ("ghost", True),
    "diverges": ("ball", True),
}
OTHER = ("text", True)
HINTS = {
    "eta": say("the ball starts here"),
    "start": say("tap where the ball is to start"),
    "place": say("tap where the ball will be"),
}


def asked(question):
    """Return what the page of a student asks, as plain data; it makes the film of an answer itself.

    "options" are the texts to choose from; "start" is where the ball lies, if that is given.
    """
    public = {
        "text": question.text,
        "kind": question.kind,
        "options": list(question.options),
        "start": question.start and list(question.start),
        "right": None,
    }
    if question.kind == "choice":
        return {"question": public, "scene": None, "film": None, "said": ""}
    on = None if question.kind == "eta" else "start"
    tracks = [Track(say("the ball"))]
    if question.kind == "place":
        tracks.append(Track(say("your answer"), film=1, colour="ghost", line="ghost", ring=True))
    scene = Scene(
        "",
        [_plan(question.cost, HINTS[question.kind], on, ("ball",))],
        [_eta_slider(question.cost)] if question.kind == "eta" else [],
        [Readout("", "v")],
        tracks=tracks,
        domain=question.cost.domain,
    )
    return {"question": public, "scene": scene.as_trait(), "film": None, "said": ""}


def outcome(a_round, answers):
    """Return what changes at the end for a student with these answers: none, one or two."""
    question, changed = a_round.question, {"said": _told(a_round, answers)}
    if question.kind == "choice":
        return changed | {"question": asked(question)["question"] | {"right": question.right}}
    names = [say("your first answer"), say("your answer")][-len(answers) :] if answers else []
    if question.kind == "place":
        frames, tracks = [as_frames(a_round.path(None))], [Track(say("the ball"))]
        looks = [("ghost", True), ("text", True)][-len(answers) :]
    else:
        frames, tracks, looks = [], [], [("ghost", True), ("ball", False)][-len(answers) :]
    for name, look, answer in zip(names, looks, answers, strict=False):
        tracks.append(_track(name, len(frames), look))
        frames.append(_frames(a_round, answer))
    if not frames:
        return changed
    scene = Scene(
        "",
        [_plan(question.cost, "", None, ("path", "ball")), _curve(question.cost, question.steps)],
        readout=[Readout(say("step"), "step"), Readout("v =", "v"), Readout("C =", "C")],
        tracks=tracks,
        domain=question.cost.domain,
    )  # fmt: skip
    return changed | {"scene": scene.as_trait(), "film": _as_text(_film(frames).as_trait())}


def projected(a_round, phase, only=None):
    """Return the scene and the film for the projector, as `Player.show` takes them.

    In the "talk" places that were answered are rings on the map; at the "reveal" each answer's
    ball rolls, or those alone whose paths did `only` that. Equal answers share a ball.
    """
    question = a_round.question
    if question.kind == "choice":
        blank = Film({name: np.full((1, 1, 1), np.nan) for name in FRAMES})
        return {"scene": Scene("", [], readout=[]), "film": blank, "sliders": []}
    cost, given = question.cost, question.start or [np.nan, np.nan]
    frames, tracks = [_still(cost, given)], [Track()]
    distinct = list({str(answer): answer for answer in a_round.last().values()}.values())
    if phase == "reveal" and question.kind == "place":
        frames = [as_frames(a_round.path(None))]
    if question.kind == "place" and phase in ("talk", "reveal"):
        tracks += [_track("", i, ("ghost", True)) for i in range(1, len(distinct) + 1)]
        frames += [_still(cost, answer) for answer in distinct]
    elif question.kind == "start" and phase == "talk" and distinct:
        tracks = [_track("", i, ("ghost", True)) for i in range(len(distinct))]
        frames = [_still(cost, answer) for answer in distinct]
    elif phase == "reveal" and distinct:
        words = {str(answer): a_round.path(answer).regime for answer in distinct}
        shown = [answer for answer in distinct if only in (None, words[str(answer)])]
        looks = [LOOKS.get(words[str(answer)], OTHER) for answer in shown]
        tracks = [_track("", i, look) for i, look in enumerate(looks)]
        frames = [_within(cost, _frames(a_round, answer)) for answer in shown]
    shows = [_plan(cost, "", None, ("path", "ball"))]
    if phase == "reveal":
        curve = [_curve(cost, question.steps)] if distinct and question.kind != "place" else []
        shows = [pictures.valley(cost), *shows, *curve]
    scene = Scene("", shows, tracks=tracks, readout=[], domain=cost.domain)
    return {"scene": scene, "film": _film(frames), "sliders": []}


def legend(a_round):
    """Return what the paths of both votes did: {word, text, colour, ring, first, second} for each.

    Where all paths are one, and where there are none, it is empty.
    """
    if a_round.question.kind not in ("eta", "start"):
        return []
    votes = {"first": a_round.first, "second": a_round.second}
    did = {
        name: [a_round.path(one).regime for one in vote.values()] for name, vote in votes.items()
    }
    words = {*did["first"], *did["second"]}
    entries = []
    for word in [*(word for word in LOOKS if word in words), *sorted(words - LOOKS.keys())]:
        colour, ring = LOOKS.get(word, OTHER)
        counts = {name: found.count(word) for name, found in did.items()}
        entries.append({"word": word, "text": say(word), "colour": colour, "ring": ring} | counts)
    return entries


def _told(a_round, answers):
    """Return in words what came of a student's answers."""
    question, said = a_round.question, []
    if question.kind == "choice":
        said.append(say("The answer is {letter}.", letter=LETTERS[question.right - 1]))
    elif question.kind == "place":
        end = ", ".join(f"{x:.2f}" for x in a_round.path(None).v[-1])
        said.append(say("The ball ends at ({place}).", place=end))
    if not answers:
        said.append(say("You gave no answer this time."))
    elif question.kind == "place":
        said.append(say("Your answer is {far:.2g} away.", far=a_round.miss(answers[-1])))
    elif question.kind != "choice":
        path = a_round.path(answers[-1])
        did, steps = say(path.regime), len(path.C) - 1
        text = say("Your ball: {did}. After {n} steps C = {C:.3g}.", did=did, n=steps, C=path.C[-1])
        said.append(text)
    if len(answers) == 2:
        before, after = map(a_round.miss, answers)
        said.append(
            say("Your second answer is as good as your first.") if before == after
            else say("Your second answer is better than your first.") if after < before
            else say("Your second answer is farther off than your first.")
        )  # fmt: skip
    return " ".join(said).replace("-", "−")


# Every student sees the same two pictures: each is made once.
_plan, _curve = lru_cache(maxsize=64)(pictures.plan), lru_cache(maxsize=64)(pictures.curve)


def _eta_slider(cost):
    """Return a slider of learning rates that suit the cost, without the mark of the limit."""
    scale = scales.limit(cost) or scales.reach(cost)
    return Slider(say("learning rate η"), scales.three_decades(2 * scale))


def _track(name, film, look):
    colour, ring = look
    return Track(name, film, colour=colour, line=colour, ring=ring)


def _frames(a_round, answer):
    """Return the frames of an answer: where it lies, or its path."""
    if a_round.question.kind == "place":
        return _still(a_round.question.cost, answer)
    return as_frames(a_round.path(answer))


def _within(cost, frames):
    """Return the frames of a path up to just beyond the picture, so that it hides no other.

    The last of its steps is cut short there.
    """
    low, high = np.transpose(cost.domain)
    v = np.clip(np.column_stack([frames["v1"], frames["v2"]]), -1e100, 1e100)
    at = (2 * v - low - high) / (high - low)  # from −1 to 1 in the picture
    beyond = np.abs(at).max(axis=1) > BEYOND
    if not beyond.any():
        return frames
    end = max(1, int(np.argmax(beyond)))
    move = at[end] - at[end - 1]
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.nanmin((np.sign(move) * BEYOND - at[end - 1]) / move)
    kept = {name: frames[name][: end + 1].copy() for name in FRAMES}
    kept["v1"][-1], kept["v2"][-1] = v[end - 1] + share * (v[end] - v[end - 1])
    return kept


def _still(cost, place):
    """Return the frames of a ball that lies at a place."""
    with np.errstate(all="ignore"):
        C = cost.function(np.asarray(place, dtype=float))
    numbers = {"v1": place[0], "v2": place[1], "C": C, "actual": np.nan}
    return {name: np.array([number]) for name, number in numbers.items()}


def _film(frames):
    """Return a Film of one position, from the frames of each of its films."""
    lengths = [[len(one["v1"])] for one in frames]
    kept = [[{name: one[name] for name in FRAMES}] for one in frames]
    return Film(stacked(kept, max(length for (length,) in lengths)), lengths=lengths)


def _as_text(part):
    """Return a film's trait with its bytes as base64, for JSON."""
    if isinstance(part, bytes):
        return {"base64": base64.b64encode(part).decode()}
    if isinstance(part, dict):
        return {name: _as_text(one) for name, one in part.items()}
    return part
