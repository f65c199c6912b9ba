"""A film lab of your own: whether its film fits its scene, its text, and its poster."""

import matplotlib.pyplot as plt
import numpy as np

from gdlib import plots
from gdlib.doors import check_real, check_that, check_whole
from gdlib.labs.film import Film, Plot, Scene, Valley
from gdlib.words import say

MOST_BYTES = 20_000_000  # of a film: every browser has to fetch it, every notebook to keep it
MOST_WORDS = 256  # different ones: a byte says which
COLOURS = {"ball": plots.BALL, "accent": plots.BLUE, "ghost": plots.GHOST, "good": plots.GREEN,
           "faint": plots.GREY, "text": "black"}  # fmt: skip
# What a plot draws if a film has these channels, beside those of its axes; the player has more
# layers, but they speak of descents.
LAYERS = {"path": (), "arrow": (), "ball": (), "number": (), "series": (), "alarm": ("actual",),
          "tangent": ("v1", "C", "slope")}  # fmt: skip
MOVING = {"path", "arrow", "ball", "tangent"}  # a place in the plane, so of two channels


def check_fits(scene, film, sliders, step):
    """Raise TypeError or ValueError unless a Scene shows this Film, and has this place in it."""
    check_that(isinstance(scene, Scene), "scene must be a film.Scene", scene, TypeError)
    check_that(isinstance(film, Film), "film must be a film.Film", film, TypeError)
    shapes = {
        name: check_real(f"the channel {name!r}", numbers).shape
        for name, numbers in film.channels.items()
    }
    expected = "the channels must be arrays of one shape, (films, positions, steps)"
    first = next(iter(shapes.values()), ())
    same = len(set(shapes.values())) == 1 and len(first) == 3 and min(first) > 0
    check_that(same, expected, shapes)
    size = 4 * len(shapes) * int(np.prod(first))
    check_that(size <= MOST_BYTES, f"a film must have at most {MOST_BYTES:,d} bytes", size)
    if film.lengths is not None:
        check_whole("lengths", film.lengths, first[:2], most=first[2])
    if film.words is not None:
        expected = f"words must have the shape {first[:2]} or {first}"
        check_that(np.shape(film.words) in (first[:2], first), expected, np.shape(film.words))
        words = len(np.unique(film.words))
        check_that(words <= MOST_WORDS, f"words must be at most {MOST_WORDS} different", words)
    _check_tracks(scene, *first[:2])
    _check_channels(scene, set(shapes))
    expected = f"sliders must hold {len(scene.sliders)} positions"
    check_that(np.shape(sliders) == (len(scene.sliders),), expected, sliders)
    for slider, position in zip(scene.sliders, sliders, strict=True):
        name, last = f"the position of the slider {slider.name!r}", len(slider.values) - 1
        check_whole(name, position, (), 0, last)
    check_whole("step", step, (), 0, first[2] - 1)


def _check_tracks(scene, films, positions):
    """Raise ValueError unless each track has a film, and its slider a value for each position."""
    for track in scene.tracks:
        for colour in (track.colour, track.line):
            expected = f"a colour of a track must be one of {', '.join(COLOURS)}"
            check_that(colour in COLOURS, expected, colour)
        check_that(0 <= track.film < films, f"a track must have a film of 0 to {films - 1}", track)
        sliders = scene.sliders[track.slider :][:1]
        values = len(sliders[0].values) if sliders else 1
        expected = f"the slider of a film of {positions} positions must have as many values"
        check_that(values == positions, expected, values)


def _check_channels(scene, channels):
    """Raise ValueError unless a film with these channels has all that the scene shows."""
    needed = [f"v{i + 1}" for i in range(len(scene.domain))]
    for picture in scene.pictures:
        kinds = "a picture must be a Plot or a Valley"
        check_that(isinstance(picture, Plot | Valley), kinds, picture, TypeError)
        if isinstance(picture, Plot):
            _check_plot(picture, channels)
        else:
            needed += ["v1", "v2"]
    for channel in [*needed, "C"] if needed else []:
        _check_channel("a domain, or a Valley,", channel, channels)
    besides = {"step", "word"} | ({"v"} if "v1" in channels else set())
    for readout in scene.readout:
        _check_channel(f"the readout {readout.text!r}", readout.channel, channels | besides)


def _check_plot(plot, channels):
    """Raise ValueError unless a film with these channels can be drawn on this plot."""
    for layer in plot.layers:
        expected = f"a layer of the plot {plot.name!r} must be one of {', '.join(LAYERS)}"
        check_that(layer in LAYERS, expected, layer)
        for channel in LAYERS[layer]:
            _check_channel(f"the layer {layer!r}", channel, channels)
    if plot.curve:
        check_real(f"the curve of the plot {plot.name!r}", plot.curve, ("n", 2))
    for one in (plot.x, plot.y):
        expected = f"the axis {one.label!r} must go from a number up to a larger one"
        check_that(one.low < one.high, expected, (one.low, one.high))
    besides = set() if MOVING & set(plot.layers) else {"step", "slider"}
    _check_channel(f"the axis {plot.x.label!r}", plot.x.channel, channels | besides)
    _check_channel(f"the axis {plot.y.label!r}", plot.y.channel, channels)


def _check_channel(what, channel, channels):
    check_that(channel in channels, f"{what} must have a channel of {sorted(channels)}", channel)


def summary(scene, film, sliders, step):
    """Return what is on show in one sentence: the sliders, and each readout of each ball."""
    parts = [f"{s.name} {s.values[i]}" for s, i in zip(scene.sliders, sliders, strict=True)]
    for track in scene.tracks:
        number, position, last = _place(scene, film, track, sliders)
        here = number, position, min(step, last)
        now = {name: f"{numbers[here]:.3g}" for name, numbers in _arrays(film).items()}
        now["v"] = f"({now['v1']}, {now['v2']})" if "v2" in now else now.get("v1")
        now |= {"step": say("{step} of {end}", step=here[2], end=last)}
        now |= {"word": say(_word(film, here))}
        said = [f"{one.text} {now[one.channel]}".strip() for one in scene.readout]
        parts.append(" ".join([track.name, ", ".join(said)]).strip())
    return say(
        "Lab, {title}: {parts}.",
        title=scene.title,
        parts="; ".join(part for part in parts if part),
    )


def poster(scene, film, sliders, step):
    """Return a Figure of the plots at the place on show, or None if there is no plot."""
    shown = [picture for picture in scene.pictures if isinstance(picture, Plot)]
    if not shown:
        return None
    figure, axes = plt.subplots(1, len(shown), figsize=(9.6, 3.4), squeeze=False)
    for ax, plot in zip(axes[0], shown, strict=True):
        _prepare(ax, plot)
        for track in scene.tracks:
            _draw(ax, plot, scene, film, track, sliders, step)
    figure.suptitle(scene.title, parse_math=False)
    return figure


def _arrays(film):
    return {name: np.asarray(numbers) for name, numbers in film.channels.items()}


def _place(scene, film, track, sliders):
    """Return which film a track shows, at which position, and its last step."""
    number = track.film if track.chooser is None else sliders[track.chooser]
    position = sliders[track.slider] if scene.sliders else 0
    steps = next(iter(_arrays(film).values())).shape[2]
    length = steps if film.lengths is None else film.lengths[number][position]
    return number, position, length - 1


def _word(film, here):
    """Return the words of a film on show, which it has for each position or for each step."""
    words = np.array("") if film.words is None else np.asarray(film.words)
    return str(words[here[: words.ndim]])


def _prepare(ax, plot):
    """Give an Axes the axes of a plot, and its curve."""
    for name, axis in (("x", plot.x), ("y", plot.y)):
        scale = "log" if axis.log else "linear"
        ax.set(**{f"{name}scale": scale, f"{name}lim": (axis.low, axis.high)})
    ax.set_xlabel(plot.x.label, parse_math=False)
    ax.set_ylabel(plot.y.label, parse_math=False)
    ax.plot(*np.reshape(plot.curve, (-1, 2)).T, color=plots.GREY)


def _draw(ax, plot, scene, film, track, sliders, step):
    """Draw a track on the Axes of a plot: its line, its ball, and its tangent."""
    arrays, layers = _arrays(film), set(plot.layers)
    number, position, last = _place(scene, film, track, sliders)
    if plot.x.channel == "slider":
        here, x = position, scene.sliders[track.slider].values
        y = arrays[plot.y.channel][number, :, min(step, last)]
    else:
        here, steps = min(step, last), np.arange(last + 1)
        shown = {name: array[number, position, : last + 1] for name, array in arrays.items()}
        x, y = (shown | {"step": steps})[plot.x.channel], shown[plot.y.channel]
    colour = COLOURS.get(track.colour, "black")
    if layers & {"path", "series"}:
        ax.plot(x, y, ".-", color=colour, linewidth=1)
    if "tangent" in layers and np.isfinite([shown["C"][here], shown["slope"][here]]).all():
        ax.axline((x[here], y[here]), slope=shown["slope"][here], color=plots.BLUE)
    if layers & {"ball", "series"}:
        ax.plot(x[here], y[here], "o", color=colour, markersize=9, markeredgecolor="white")
