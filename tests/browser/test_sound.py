"""The sound of a lab: its tones, measured from the samples, and the button that asks for it."""

import base64

import numpy as np
import pytest

from gdlib import labs
from gdlib.costs import ravine, valley
from gdlib.labs import pictures
from gdlib.labs.film import Film, Plot, Readout, Scene, Slider
from gdlib.labs.lab import Player, front_end
from gdlib.plots.surface import cost_axis
from tools.lab_page import open_cells

pytestmark = pytest.mark.browser

RATE, NOTE = 44_100, 0.4  # samples a second; seconds from one tone to the next
HELD = slice(int(0.07 * RATE), int(0.18 * RATE))  # of a note: where it neither glides nor fades
LOW, HIGH = 165, 1320  # hertz at the bottom and at the top of the plot of C
RENDER = """async ([text, scene, film, sliders, pulses, times, note, rate]) => {
  const source = URL.createObjectURL(new Blob([text], {type: "text/javascript"}));
  const {Film, Show, Singer, toneOf} = await import(source);
  for (const name of ["frames", "words"]) {
    const bytes = Uint8Array.from(atob(film[name]), (sign) => sign.charCodeAt(0));
    film[name] = new DataView(bytes.buffer);
  }
  const show = Object.assign(new Show(0), {film: new Film(film), scene, sliders});
  const context = new OfflineAudioContext(2, times.length * note * rate, rate);
  const voice = new Singer(context, pulses);
  const tones = times.map((time, i) => {
    show.time = time;
    const tone = toneOf(show, scene.tracks[0]);
    if (tone) voice.sing(tone, i * note);
    return tone;
  });
  const heard = await context.startRendering();
  return [tones, [0, 1].map((side) => Array.from(heard.getChannelData(side)))];
}"""


@pytest.fixture
def render(browser):
    """A function that returns the tones of a lab at some times of its film, and the samples."""
    page = browser.new_page()

    def render(lab, times, pulses=False):
        text = front_end("player.js", "export { Film, Show, Singer, toneOf };")
        scene = {**lab.scene, "pictures": [p for p in lab.scene["pictures"] if p["kind"] == "plot"]}
        numbers = {key: base64.b64encode(lab.film[key]).decode() for key in ("frames", "words")}
        film = {**lab.film, **numbers}
        tones, sides = page.evaluate(
            RENDER, [text, scene, film, lab.sliders, pulses, times, NOTE, RATE]
        )
        notes = np.array(sides).reshape(2, len(times), int(NOTE * RATE))
        return tones, notes.transpose(1, 0, 2)

    yield render
    page.close()


def spectrum(note):
    """Return the frequencies of a note (2, samples), and the amplitude of each, both sides."""
    held = note[:, HELD] * np.hanning(HELD.stop - HELD.start)
    amplitude = np.sqrt((np.abs(np.fft.rfft(held, 2**18)) ** 2).sum(axis=0))
    return np.fft.rfftfreq(2**18, 1 / RATE), amplitude


def at_frequency(note, frequency):
    """Return the amplitude of a note around a frequency, as a share of its greatest."""
    frequencies, amplitude = spectrum(note)
    near = np.abs(frequencies - frequency) < 15
    return amplitude[near].max() / amplitude.max()


def pitch(note):
    frequencies, amplitude = spectrum(note)
    return frequencies[np.argmax(amplitude)]


def side(note):
    """Return −1 for a note from the left, 1 for one from the right, by the law of equal power."""
    left, right = np.sqrt((note[:, HELD] ** 2).mean(axis=1))
    return 4 / np.pi * np.arctan2(right, left) - 1


def test_pitch_is_the_logarithm_of_C_and_the_side_is_v1(render):
    lab, steps = labs.ball(valley, start=(-0.8, 0.3), eta=0.3), [0, 2, 5]
    _, notes = render(lab, steps)
    axis = cost_axis(valley)
    low, high = np.log([axis["low"], axis["high"]])
    v = lab.descent.v[steps]
    share = (np.log(lab.descent.C[steps]) - low) / (high - low)
    assert share.min() > 0
    expected = LOW * (HIGH / LOW) ** share
    assert expected[0] > 1.3 * expected[1] > 1.3**2 * expected[2]
    np.testing.assert_allclose([pitch(note) for note in notes], expected, rtol=0.005)
    np.testing.assert_allclose([side(note) for note in notes], v[:, 0], atol=0.02)


def test_a_step_uphill_is_rough_and_a_ball_beyond_the_picture_sings_an_octave_above_it(render):
    lab = labs.ball(ravine, start=(0.9, 0.02), eta=0.104)
    change = lab.descent.actual_change
    down, up = int(np.argmax(change < 0)), int(np.argmax(change > 0))
    assert change[down] < 0 < change[up]
    (smooth, rough), notes = render(lab, [down + 1, up + 1])
    assert (smooth["isRough"], rough["isRough"]) == (False, True)
    assert [at_frequency(n, 2 * pitch(n)) for n in notes] == pytest.approx([0, 0.5], abs=0.05)
    far = labs.ball(ravine, start=(0.5, 0.2), eta=0.2)
    (tone,), (note,) = render(far, [99])
    assert far.descent.C[-1] > 1e30
    assert tone["frequency"] == pytest.approx(2 * HIGH)
    assert pitch(note) == pytest.approx(2 * HIGH, rel=0.01)


def test_a_second_ball_pulses(render):
    lab = labs.ball(valley, eta=0.3)
    quietest = []
    for pulses in (False, True):
        _, ((left, right),) = render(lab, [1], pulses)
        loud = np.hypot(left, right)[HELD][: 22 * 220].reshape(22, 220).max(axis=1)
        quietest.append(loud.min() / loud.max())
    assert quietest[0] > 0.95
    assert quietest[1] < 0.3


def test_each_tone_ends_by_itself_without_a_click(render):
    _, notes = render(labs.ball(valley, eta=0.3), [0, 3])
    assert np.abs(notes[:, :, int(0.36 * RATE) :]).max() < 0.002 * np.abs(notes).max()
    assert np.abs(np.diff(notes.reshape(2, -1))).max() < 0.02  # of what a loudspeaker can move
    assert np.abs(notes).max() < 0.1


def test_what_is_no_number_is_not_sung(render):
    C = np.array([[[1.0, np.nan, 0.0, -1.0, np.inf]]])
    axis = pictures.axis(0.1, 10, "C", "C", log=True)
    plot = Plot("curve", "C", pictures.axis(0, 4, "step", "step"), axis, ["series"])
    scene = Scene("?", [plot], [Slider("none", [0])], [Readout("C =", "C")], "")
    lab = Player()
    lab.show(scene, Film({"C": C, "v1": C}), [0], 0)
    tones, notes = render(lab, [0, 0.5, 1, 2, 3, 4])
    assert np.isfinite(notes).all()
    assert [tone and round(tone["frequency"]) for tone in tones] == [
        467, None, None, 82, 82, None
    ]  # fmt: skip


TOLD = """
window.contexts = [];
window.sung = [];
window.AudioContext = class extends AudioContext {
  constructor() {
    super();
    window.contexts.push(this);
  }
};
const told = AudioParam.prototype.setTargetAtTime;
AudioParam.prototype.setTargetAtTime = function (value, at, glide) {
  window.sung.push(value);
  return told.call(this, value, at, glide);
};
"""


def button(page, name):
    return page.get_by_role("button", name=name, exact=True)


def tones(page):
    """Return how many tones were asked for since the last look; each number must be finite."""
    page.evaluate("() => new Promise(done => setTimeout(done, 150))")
    sung = page.evaluate("window.sung.splice(0)")
    assert all(isinstance(x, int | float) and np.isfinite(x) for x in sung)
    return sung.count(0.08)


def test_sound_is_off_until_asked_for_and_then_remembered(alone):
    page = alone(labs.ball(valley, eta=0.3), TOLD)
    switch = button(page, "sound: off")
    assert "the higher C, the higher the tone" in switch.get_attribute("title")
    button(page, "one step").click()
    assert tones(page) == 0
    assert page.evaluate("contexts.length") == 0
    switch.click()
    assert tones(page) == 1  # of the place of the ball
    assert page.evaluate("contexts.length") == 1
    button(page, "one step").click()
    assert tones(page) > 0
    page.locator(".gd-eta").press("ArrowRight")
    assert tones(page) > 0
    page.set_viewport_size({"width": 700, "height": 800})  # drawn anew, but nothing moves
    assert tones(page) == 0
    page.reload()
    button(page, "sound: on").wait_for()
    assert tones(page) == page.evaluate("contexts.length") == 0
    button(page, "one step").press("Enter")
    assert tones(page) > 0
    button(page, "sound: on").click()
    button(page, "one step").click()
    assert tones(page) == 0
    page.reload()
    button(page, "sound: off").wait_for()


def test_play_is_heard_until_it_is_paused_or_the_lab_is_gone_and_then_the_audio_rests(alone):
    page = alone(labs.duel(valley, etas=(0.3, 0.9)), TOLD)
    button(page, "sound: off").click()
    page.wait_for_timeout(100)
    tones(page)
    button(page, "play or pause").click()
    assert tones(page) > 2
    button(page, "play or pause").click()
    tones(page)
    assert tones(page) == 0
    page.wait_for_function("contexts[0].state === 'suspended'")
    button(page, "play or pause").click()
    page.wait_for_function("contexts[0].state === 'running'")
    assert tones(page) > 0
    page.evaluate("document.querySelector('.gd-lab').remove()")
    tones(page)
    assert tones(page) == 0
    page.wait_for_function("contexts[0].state === 'suspended'")


def test_what_is_to_be_predicted_is_not_heard(alone):
    page = alone(labs.ball(valley, eta=0.3, predict="end"), TOLD)
    button(page, "sound: off").click()
    page.locator(".gd-eta").press("ArrowRight")
    button(page, "one step").click()
    button(page, "play or pause").click()
    assert tones(page) == 0
    page.locator(".gd-asked canvas").first.press("ArrowRight")
    button(page, "That is my answer").click()
    assert tones(page) > 0


def test_a_browser_that_forbids_to_remember_still_sounds(alone):
    forbid = "Object.defineProperty(window, 'localStorage', { get() { throw Error('no'); } });"
    page = alone(labs.ball(valley, eta=0.3), TOLD + forbid)
    button(page, "sound: off").click()
    button(page, "sound: on").wait_for()
    assert tones(page) == 1


def test_a_lab_without_a_plot_over_the_steps_has_no_button(alone):
    scene = Scene("Nothing to hear", [], [Slider("a", [0, 1])], [Readout("a =", "a")], "")
    lab = Player()
    plot = Plot("p", "p", pictures.axis(0, 1, "a", "slider"), pictures.axis(0, 1, "b", "a"), [])
    scene.pictures.append(plot)
    lab.show(scene, Film({"a": np.zeros((1, 2, 1))}), [0], 0)
    page = alone(lab)
    assert page.get_by_text("♪").is_hidden()


def test_a_cell_that_is_run_again_closes_the_audio_of_its_old_lab(server, browser):
    source = "from gdlib import costs, labs; labs.ball(costs.valley, eta=0.3)"
    with open_cells(server, browser, "JupyterLab Dark", [source]) as lab:
        lab.show("labs.ball")
        lab.page.evaluate(f"() => {{{TOLD}}}")
        button(lab.page, "sound: off").click()
        assert tones(lab.page) == 1
        lab.run_all()
        lab.page.wait_for_function("contexts[0].state === 'closed'")
        button(lab.page, "sound: on").wait_for()
