"""What a user gone wild does to a lab: acts, and probes that ask whether it still answers."""

import json
import re
from pathlib import Path
from random import Random

from playwright.sync_api import Error, TimeoutError

from tools.lab_page import NOISE, PANEL, WATCH

SCRIPT = Path(__file__).with_suffix(".js").with_stem("wild").read_text("utf8")
DESK, PHONE = {"width": 1400, "height": 1200}, {"width": 390, "height": 844}
FIRST = r"(flag|C|direction|answer”) first: "
MEANT = {  # what a lab may say, by place
    "site": "That takes Python, and this page has none|Here they stay as they are|"
    f"Write a number|{FIRST}",
    "saved": f"what it held is gone|Write a number|{FIRST}",
    "live": f"Write a number|{FIRST}",
}
UNTOLD = (  # what JupyterLab says of widgets without a kernel, or before it has read their state
    "Could not send widget sync message",
    "Cannot send",
    "Canceled future",
    "widget model not found",
)
ARROWS = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "PageUp", "PageDown"]
KEYS = [*ARROWS, "Home", "End", "Escape", "Enter", "Space", "Tab", "Shift+Tab", *"abdmxz0"]
SLIDER = "input[type=range]"


class Broken(Exception):
    """What is wrong with a lab, in words."""


class User:
    """A user of a page with labs; how to open, bring and refresh them depends on the page."""

    patience = 10  # seconds until what should come is given up

    def __init__(self, page, address):
        self.page, self.address, self.errors, self.restarted = page, address, [], False
        self.toy = None
        page.add_init_script(WATCH + SCRIPT)
        page.on("pageerror", lambda error: self._heard(str(error)))
        page.on("console", lambda m: self._heard(m.text) if m.type == "error" else None)

    def _heard(self, error):
        alone = self.restarted or (self.toy and self.toy.place == "saved")
        if not any(noise in error for noise in (*NOISE, *(UNTOLD if alone else ()))):
            self.errors.append(error)

    def start(self, toy):
        """Take up a lab, on a desk and by day. Raises Broken if it is not there."""
        self.toy, self.dark, self.still, self.errors[:] = toy, False, False, []
        self.url = re.split(r"[?#]", self.page.url)[0]
        self.page.set_viewport_size(DESK)
        self.page.emulate_media(reduced_motion="no-preference")
        self.theme(False)
        self.page.evaluate("wild.failed = false")
        for tries in range(1, 19):  # a page that still grows may lose the place
            self.bring(toy)
            if self.until("!s.gone && !s.empty.length", 4):
                break
            if tries % 6 == 0:  # JupyterLab may miss to restore the saved widgets
                self.refresh(toy)
        else:
            raise Broken(f"it does not come: {self.state()}")
        self.page.evaluate(f"wild.rest(() => {toy.root})")
        self.cells = self.state()["cells"]

    def state(self, hashed=True):
        return self.page.evaluate(f"wild.look(() => {self.toy.root}, {json.dumps(hashed)})")

    def until(self, condition, seconds=None):
        """Wait until a condition on the state s holds; return whether it came to hold."""
        look = f"const s = wild.state({self.toy.root}); return wild.failed || {condition}"
        try:
            self.page.wait_for_function(
                f"() => {{ {look}; }}", timeout=1000 * (seconds or self.patience)
            )
        except TimeoutError:
            return False
        return True

    def pick(self, share, selector):
        find = f"([selector, share]) => wild.pick({self.toy.root}, selector, share)"
        return self.page.evaluate(find, [selector, share])

    def focus(self):
        self.page.evaluate("wild.node.focus()")

    def press(self, label):
        """Press the button with this label; return its place, or None."""
        return self.press_one(0, f"[aria-label='{label}']")

    def press_one(self, share, selector):
        """Press a button, again if the page moved under the mouse; return its place, or None."""
        for _ in range(3):
            if not (box := self.pick(share, selector)):
                return None
            self.page.evaluate("wild.listen()")
            self.page.mouse.click(*at(box))
            if self.page.evaluate("wild.heard"):
                break
        return box

    def play(self):
        return self.press("play or pause") or self.press("start or pause")

    def pause(self):
        if self.toy.place == "live" and not self.restarted:
            self.until("!s.busy")  # what was asked of Python before is on its way
        for _ in range(2):  # a click that comes when it has just ended starts it anew
            if not self.state()["running"]:
                return
            self.play()
            if self.until("!s.running", 4):
                return
        raise Broken("pause does not pause")

    def commit(self):
        """Answer the question of a lab that hides its film, if it does, and see the truth."""
        for _ in range(3):  # what was asked of Python before may change the question
            if not self.state()["asks"] or not self.pick(0, ".gd-asked canvas"):
                return
            self.focus()
            self.page.keyboard.press("ArrowRight")
            self.press("That is my answer")
            if self.until("!s.asks", 3):
                if not self.until("!s.running", 30):  # it takes six, and longer if pictures are few
                    raise Broken("the truth plays on and on")
                return
        raise Broken("an answer on the picture is not taken")

    def do(self, act):
        """Do an act, look at the lab, and return what was done. Raises Broken."""
        name, number = act.split(".")
        try:
            words = ACTS[name][1](self, Random(int(number)))
            self.check(self.state(hashed=False))
        except (Broken, Error) as error:
            self.page.wait_for_timeout(100)  # if another page is on its way
            self.page.wait_for_load_state()
            self.check_page()
            if isinstance(error, Error):
                raise Broken(f"{name} could not be done: {error}") from error
            raise
        return words

    def check_page(self):
        if not self.page.url.startswith(self.url):
            raise Broken(f"the page is left for {self.page.url.split('/', 3)[3]}")
        if self.errors:
            raise Broken(f"error of a script: {self.errors[0]}")

    def check(self, state):
        """Raise Broken if a lab looks broken."""
        self.check_page()
        if state["gone"]:
            raise Broken("the lab is gone")
        if state["dialog"]:
            raise Broken(f"a dialog: {state['dialog']}")
        if state["cells"] != self.cells:
            raise Broken(f"the notebook had {self.cells} cells and has {state['cells']}")
        if state["error"]:
            raise Broken(f"an error below the cell: {state['error'][-300:]}")
        if wrong := re.search(r"NaN|undefined|Infinity|\[object", state["text"]):
            raise Broken(f'it says "{wrong[0]}": {state["readout"]} {state["words"]}')
        meant = MEANT["saved" if self.restarted else self.toy.place]
        if state["message"] and not re.search(meant, state["message"]):
            late = state["message"].startswith("Python is at work") and self.until("!s.message", 60)
            if not late:  # Python may be busy, and answer in the end
                raise Broken(f"it says: {state['message']}")
        if state["empty"] and not self.until("!s.empty.length"):
            raise Broken(f"empty: {'; '.join(state['empty'])}")


def at(box, across=0.5, up=0.5):
    return box["x"] + across * box["width"], box["y"] + up * box["height"]


def anywhere(random, box, beyond=0.0):
    """Return a point on a box, or up to a share of its size beyond its edges."""
    return at(box, *(random.uniform(-beyond, 1 + beyond) for _ in range(2)))


def on_it(user, random, box):
    """Return a point on a box that nothing else covers, such as a toolbar; or its middle."""
    inside = f"([x, y]) => {user.toy.root}?.contains(document.elementFromPoint(x, y))"
    points = [anywhere(random, box) for _ in range(5)]
    return next((p for p in points if user.page.evaluate(inside, list(p))), at(box))


# ---- acts: each does what its random numbers choose, and says what it did, or nothing ----------
def play(user, random):
    return user.play() and "play or pause"


def button(user, random):
    if box := user.pick(random.random(), "button"):
        times = random.choice([1, 1, 1, 2, 3])
        user.page.mouse.click(*at(box), click_count=times)
        return f'press "{box["name"]}", {times}×'


def drag(user, random):
    box = user.pick(random.random(), random.choice([SLIDER, "canvas"]))
    if box := box or user.pick(random.random(), "canvas"):
        user.page.mouse.move(*on_it(user, random, box))
        user.page.mouse.down()
        for _ in range(random.randint(1, 5)):
            user.page.mouse.move(*anywhere(random, box, random.choice([0, 0.5])))
        user.page.mouse.up()
        return f'drag on "{box["name"]}"'


def hold(user, random):
    """Something else happens while the button of the mouse is down."""
    if box := user.pick(random.random(), f"canvas, {SLIDER}"):
        user.page.mouse.move(*on_it(user, random, box))
        user.page.mouse.down()
        user.page.mouse.move(*anywhere(random, box))
        other = random.choice([keys, theme, resize])(user, random)
        user.page.mouse.move(*anywhere(random, box, 1))
        user.page.mouse.up()
        return f'drag on "{box["name"]}", meanwhile {other}'


def click(user, random):
    if box := user.pick(random.random(), "canvas"):
        which = random.choice(["left", "left", "left", "middle", "right"])
        held, times = random.choice([None, None, "Shift", "Control"]), random.choice([1, 1, 2])
        if held:
            user.page.keyboard.down(held)
        user.page.mouse.click(*on_it(user, random, box), button=which, click_count=times)
        if held:
            user.page.keyboard.up(held)
        if which == "right":  # it may have opened a menu
            user.page.keyboard.press("Escape")
        return f'{which} click, {times}×, with {held or "no key"}, on "{box["name"]}"'


def wheel(user, random):
    if box := user.pick(random.random(), "canvas"):
        user.page.mouse.move(*anywhere(random, box))
        user.page.mouse.wheel(0, random.uniform(-300, 300))
        return f'wheel on "{box["name"]}"'


def ends(user, random):
    if box := user.pick(random.random(), SLIDER):
        key = random.choice(["Home", "End"])
        user.focus()
        user.page.keyboard.press(key)
        return f'{key} on "{box["name"]}"'


def keys(user, random):
    everything = f"button, input, select, canvas[tabindex='0'], summary, {SLIDER}"
    if box := user.pick(random.random(), everything):
        user.focus()
        pressed = [random.choice(KEYS) for _ in range(random.randint(1, 4))]
        for key in pressed:
            if user.page.evaluate(f"wild.isHeard({user.toy.root})"):
                user.page.keyboard.press(key)
        return f'{" ".join(pressed)} on "{box["name"]}"'


def choose(user, random):
    if user.pick(random.random(), "select"):
        index = int(random.random() * user.page.evaluate("wild.node.options.length"))
        user.page.evaluate_handle("wild.node").as_element().select_option(index=index)
        return f"choose number {index} of the list"


def fill(user, random):
    if box := user.pick(random.random(), "input[type=number], input[type=radio], summary"):
        user.page.mouse.click(*at(box), click_count=2)
        text = random.choice(["1", "-0.5", "1e3", "", "1e999", "abc", "0"])
        user.page.keyboard.type(text)
        user.page.keyboard.press(random.choice(["Enter", "Tab", "End"]))
        return f'type "{text}" into "{box["name"]}"'


def resize(user, random):
    size = random.choice([DESK, PHONE, PHONE, {"width": 900, "height": 700}])
    user.page.set_viewport_size(size)
    return f"a window of {size['width']} pixels"


def theme(user, random):
    user.dark = not user.dark
    user.theme(user.dark)
    return "the dark theme" if user.dark else "the light theme"


def motion(user, random):
    user.still = not user.still
    user.page.emulate_media(reduced_motion="reduce" if user.still else "no-preference")
    return "less motion" if user.still else "motion again"


def wait(user, random):
    user.page.wait_for_timeout(random.uniform(30, 400))
    return "wait"


def restart(user, random):
    if user.restarted:
        return None
    user.restarted = True
    user.page.evaluate(f"{PANEL}.session.kernel.restart()")
    return "restart the kernel"


# ---- probes: does it still answer? -----------------------------------------------------------
def probe_slider(user, random):
    """Each slider, moved a step or to its ends, changes what is seen; at the least, its words."""
    user.pause()
    user.commit()
    sliders = user.page.evaluate(f"{user.toy.root}.querySelectorAll('{SLIDER}').length")
    return "; ".join(move(user, (i + 0.5) / sliders) for i in range(sliders))


def move(user, share):
    """Move a slider until something changes, and say what did it."""
    before, spoke = user.state(), False
    box = user.pick(share, SLIDER)
    if not box or box["max"] == box["min"]:
        return "no slider"
    user.focus()
    for key in ("ArrowRight", "ArrowLeft", "Home", "End"):
        value = user.page.evaluate("wild.node.value")
        user.page.keyboard.press(key)
        if user.page.evaluate("wild.node.value") == value:
            continue
        if user.until(f"s.shown !== {json.dumps(before['shown'])}", 1):
            return f'{key} moves "{box["name"]}"'
        spoke |= user.state()["words"] != before["words"]
        if spoke and user.toy.kind == "training":
            break  # what it sets shows in the steps to come
    if not spoke:
        raise Broken(f'"{box["name"]}" moves nothing')
    return f'"{box["name"]}" moves only words'  # the picture may truly be the same everywhere


def probe_step(user, random):
    """Reset, a step and a step back lead there, and a step changes what is seen."""
    user.commit()
    user.press("reset to the start")
    home = 0
    if any(lab in user.toy.source for lab in ("small_move(", "epsilon_circle(", "nudge(")):
        home = user.state()["step"]  # what they step through has its start in the middle
    for label, step in (("reset", home), ("one step", home + 1), ("one step back", home)):
        before = user.state()
        if label == "one step" and 0 in (before["last"], before["end"]):
            return "reset"  # a film of no step: it diverged at once
        if label != "reset":
            user.press(label)
        if not user.until(f"s.step === {step}"):
            raise Broken(f"{label} leads to step {user.state()['step']} instead of {step}")
        if label != "reset" and user.state()["shown"] == before["shown"]:
            raise Broken(f"{label} changes nothing")
    return "reset, a step, a step back"


def probe_play(user, random):
    """Play moves the pictures, and pause stops them."""
    training = user.toy.kind == "training"
    if training:
        user.page.wait_for_timeout(500)  # what was asked of Python before may be on its way
    user.pause()
    user.commit()
    before = user.state()
    if 0 in (before["last"], before["end"]) or (training and user.restarted):
        return None
    user.play()
    runs = "s.running && " if training else ""  # a film may be over at once
    if not user.until(f"{runs}s.shown !== {json.dumps(before['shown'])}"):
        raise Broken("play moves nothing")
    user.pause()
    before = user.state()
    user.page.wait_for_timeout(100)
    if user.state()["readout"] != before["readout"]:
        raise Broken("after pause it goes on")
    return "play, and pause"


def probe_end(user, random):
    """Play ends at the end of the film, and the button says so."""
    user.pause()
    user.commit()
    state = user.state()
    if 0 in (state["last"], state["end"]):
        return None
    slider = user.page.evaluate_handle(f"{user.toy.root}.querySelector('.gd-step')").as_element()
    slider.fill(str((state["end"] or state["last"]) - 1))
    user.play()
    if not user.until("!s.running && (s.end === null || s.step === s.end)"):
        raise Broken(f"play does not end at the end: {user.state()['readout']}")
    return "play from the last step but one to the end"


def probe_pad(user, random):
    """A stroke shows on the pad."""
    user.press("clear the pad")
    before = user.state()
    box = user.pick(0, ".gd-pad canvas")
    user.page.mouse.move(*at(box, 0.3, 0.3))
    user.page.mouse.down()
    user.page.mouse.move(*at(box, 0.7, 0.6))
    user.page.mouse.up()
    if not user.until(f"s.shown !== {json.dumps(before['shown'])}"):
        raise Broken("a stroke leaves no trace")
    return "clear the pad and draw a stroke"


def probe_hidden(user, random):
    """In a new round, two probes show; then the ground does, and gradient descent."""
    user.press("a new round")  # the only ground of a cost has none
    if not user.until("s.text.includes('12 probes left')"):
        return None  # no other round is at hand without Python
    box = user.pick(0, ".gd-map canvas")
    for share in (0.4, 0.6):
        before = user.state()
        user.page.mouse.click(*at(box, share, 0.4))
        if not user.until(f"s.shown !== {json.dumps(before['shown'])} && s.text.includes('left')"):
            raise Broken("a probe does not show")
    user.press("reveal the ground")
    if not user.until("s.text.includes('gradient descent') && s.text.includes('drag to turn')"):
        raise Broken("the ground is not revealed")
    return "a new round, two probes, the ground"


def probe_challenge(user, random):
    """A button, unless all have been used up, changes what is said or drawn."""
    if box := user.pick(random.random(), "button"):
        before = user.state()
        user.press(box["name"])
        same = (
            f"s.shown === {json.dumps(before['shown'])} && s.text === {json.dumps(before['text'])}"
        )
        if not user.until(f"!({same})"):
            raise Broken(f'"{box["name"]}" changes nothing')
        return f'press "{box["name"]}"'


def probe_answer(user, random):
    """A prediction takes an answer, once."""
    if not user.restarted and (box := user.pick(0, "input[type=number]")):
        user.page.mouse.click(*at(box))
        user.page.keyboard.type("1")
    if not user.restarted and user.press_one(random.random(), "button"):
        if not user.until("s.text.includes('You said')", 60):
            raise Broken("an answer is not taken")
        return "answer"


FILM = {"film"}
LAB = {"film", "training", "pad", "hidden", "challenge", "backprop", "network"}
ALL = LAB | {"prediction"}
ACTS = {  # weight, function, and what it can be done to
    act.__name__: (weight, act, kinds)
    for weight, act, kinds in [
        (12, play, {"film", "training"}), (10, button, ALL), (25, drag, LAB), (3, hold, LAB),
        (10, click, LAB), (3, wheel, LAB), (16, keys, ALL),
        (10, ends, {"film", "training", "challenge"}),
        (4, choose, {"film", "challenge", "backprop"}),
        (8, fill, {"prediction", "hidden"}), (2, resize, ALL), (2, theme, ALL), (1, motion, FILM),
        (4, wait, LAB), (0.1, restart, ALL),
        (1.5, probe_slider, {"film", "training"}), (1.5, probe_step, FILM), (1.5, probe_end, FILM),
        (1.5, probe_play, {"film", "training"}), (2, probe_pad, {"pad"}),
        (2, probe_hidden, {"hidden"}), (2, probe_challenge, {"challenge"}),
        (1, probe_answer, {"prediction"}),
    ]
}  # fmt: skip
RISKS = {"ends", "choose", "resize", "theme", "motion", "restart", "hold"}
ALIVE = {"training": "probe_play", "prediction": "probe_answer"}  # what takes a living kernel


def acts_on(toy):
    """Return {name: weight} of the acts that make sense with a lab."""
    live = toy.place == "live"
    return {
        name: weight
        for name, (weight, _, kinds) in ACTS.items()
        if toy.kind in kinds and (live or name not in ("restart", ALIVE.get(toy.kind)))
    }
