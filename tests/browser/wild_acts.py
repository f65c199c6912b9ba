"""What a user gone wild does: acts, the probes that ask whether a lab still answers, their page."""

import json
import re
from random import Random

from lab_page import NOISE, PANEL, WATCH
from playwright.sync_api import Error, TimeoutError

DESK, PHONE = {"width": 1400, "height": 1200}, {"width": 390, "height": 844}
MEANT = {  # what a lab may say, by place
    "site": r"That takes Python, and this page has none|Here they stay as they are",
    "saved": r"No answer from Python|No kernel",
    "live": r"(?!)",
}
UNTOLD = "Could not send widget sync message"  # ipywidgets, of a lab that has no kernel
KEYS = [*"abdmxz0 ", "ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End", "PageUp",
        "PageDown", "Escape", "Enter", "Tab", "Shift+Tab", "Shift+ArrowLeft"]  # fmt: skip
SCRIPT = """
window.wild = {
  cell: (i, selector) => window.jupyterapp?.shell.currentWidget?.content?.widgets[i]?.node
    .querySelector(`.jp-OutputArea-output ${selector}`),
  pick(root, selector, share) { // the element to act on, and where a person can reach it; or null
    const seen = (node) => !node.disabled && node.getBoundingClientRect().width > 0;
    const nodes = root ? [...root.querySelectorAll(selector)].filter(seen) : [];
    const node = (wild.node = nodes[Math.floor(share * nodes.length)]);
    if (!node) return null;
    const place = () => {
      const { x, y, width, height } = node.getBoundingClientRect();
      const hit = document.elementFromPoint(x + width / 2, y + height / 2);
      const { value, min, max } = node, name = node.ariaLabel || node.textContent || node.tagName;
      return root.contains(hit) && { x, y, width, height, name, value, min, max };
    };
    if (place()) return place();
    node.scrollIntoView({ block: 'center', behavior: 'instant' });
    return place() || null;
  },
  state(root, hashed = true) {
    const desk = window.jupyterapp?.shell.currentWidget?.content?.widgets;
    const dialog = document.querySelector('.jp-Dialog')?.textContent ?? '';
    const page = { dialog, cells: desk?.length ?? 0 };
    if (!root?.isConnected) return { ...page, gone: true, blank: [] };
    const text = (names) => [...root.querySelectorAll(names)].map((n) => n.textContent).join(' | ');
    const canvases = [...root.querySelectorAll('canvas')].filter((c) => c.clientWidth > 0);
    const drawn = (c) => c.width && c.height &&
      new Uint32Array(c.getContext('2d').getImageData(0, 0, c.width, c.height).data.buffer).some(Boolean);
    const readout = text('.gd-readout'), steps = root.querySelector('.gd-step');
    const counts = steps ? [...readout.matchAll(/(\\d+) of (\\d+)/g)] : [];
    const most = (i) => Math.max(...counts.map((count) => +count[i]));
    const outputs = root.closest('.jp-OutputArea');
    return {
      ...page, gone: false, readout, running: text('.gd-play').includes('❚❚'), message: text('.gd-message'),
      words: text('.gd-row output, code, figcaption'), pictures: hashed && canvases.map(window.gdHash).join(), said: root.innerText,
      error: outputs?.querySelector('[data-mime-type*="error"]')?.textContent ?? '',
      blank: canvases.filter((c) => !drawn(c)).map((c) => c.ariaLabel ?? 'a picture'),
      step: counts.length ? most(1) : steps && +steps.value,
      end: counts.length ? most(2) : null, last: steps && +steps.max,
    };
  },
  async look(root, hashed) {
    await new Promise(requestAnimationFrame);
    return wild.state(root(), hashed);
  },
  async rest(root) { // until the lab has lain still for ten frames: others come to life above it
    for (let still = 0, y, frames = 0; still < 10 && frames < 300; frames += 1) {
      await new Promise(requestAnimationFrame);
      const before = y;
      y = root()?.getBoundingClientRect().y;
      still = y === before ? still + 1 : 0;
    }
  },
};
window.addEventListener('error', () => { wild.failed = true; });
"""


class Broken(Exception):
    """What is wrong with a lab, in words."""


class User:
    """A user of a page with labs."""

    def __init__(self, page, address):
        self.page, self.address, self.errors, self.restarted = page, address, [], False
        page.add_init_script(WATCH + SCRIPT)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._on_console)

    def _on_console(self, message):
        if message.type == "error" and not any(noise in message.text for noise in (*NOISE, UNTOLD)):
            self.errors.append(message.text)

    def refresh(self, toy):
        """Bring back a lab as it was."""
        self.open(toy)

    def start(self, toy):
        """Take up a lab, on a desk and by day."""
        self.toy, self.dark, self.still, self.cells, self.errors[:] = toy, False, False, None, []
        self.page.set_viewport_size(DESK)
        self.page.emulate_media(reduced_motion="no-preference")
        self.theme(False)
        self.page.evaluate("wild.failed = false")
        self.bring(toy)
        if not self.until("!s.gone && !s.blank.length", 30):
            raise RuntimeError(f"{toy.name} does not come: {self.state()}")
        self.page.evaluate(f"wild.rest(() => {toy.root})")
        self.cells = self.state()["cells"]

    def can(self, name, toy):
        """Return whether an act makes sense with a lab."""
        if name in ("probe_step", "probe_end"):
            return toy.kind == "film"
        if name == "probe_play":
            return toy.kind == "film" or (toy.kind == "training" and toy.place == "live")
        if name in ("probe_slider", "drag", "click", "wheel", "hold", "ends", "slide", "nudge"):
            return toy.kind != "prediction" and (name != "probe_slider" or toy.kind != "pad")
        return name != "restart" or toy.place == "live"

    def state(self, hashed=True):
        return self.page.evaluate(f"wild.look(() => {self.toy.root}, {json.dumps(hashed)})")

    def until(self, condition, seconds=10):
        """Wait until a condition on the state s holds; return whether it came to hold."""
        look = f"() => {{ const s = wild.state({self.toy.root}); return wild.failed || {condition}; }}"
        try:
            self.page.wait_for_function(look, timeout=1000 * seconds)
        except TimeoutError:
            return False
        return True

    def pick(self, random, selector):
        find = f"([selector, share]) => wild.pick({self.toy.root}, selector, share)"
        return self.page.evaluate(find, [selector, random.random()])

    def picked(self):
        return self.page.evaluate_handle("wild.node").as_element()

    def do(self, act):
        """Do an act, look at the lab, and return what was done. Raises Broken."""
        name, number = act.split(".")
        try:
            words = ACTS[name][1](self, Random(int(number)))
            state = self.state(hashed=False)
        except (Broken, Error) as error:
            if self.errors:
                raise Broken(f"error of a script: {self.errors[0]}") from error
            if isinstance(error, Error):
                raise Broken(f"{name} could not be done: {error}") from error
            raise
        self.check(state)
        return words

    def check(self, state):
        """Raise Broken if a lab looks broken."""
        if self.errors:
            raise Broken(f"error of a script: {self.errors[0]}")
        if state["gone"]:
            raise Broken("the lab is gone")
        if state["dialog"]:
            raise Broken(f"a dialog: {state['dialog']}")
        if state["cells"] != self.cells:
            raise Broken(f"the notebook had {self.cells} cells and has {state['cells']}")
        if state["error"]:
            raise Broken(f"an error below the cell: {state['error'][-300:]}")
        if wrong := re.search(r"NaN|undefined|Infinity|\[object", state["said"]):
            raise Broken(f'it says "{wrong[0]}": {state["readout"]} {state["words"]}')
        place = "saved" if self.restarted else self.toy.place
        if state["message"] and not re.match(MEANT[place], state["message"]):
            patient = state["message"].startswith("No answer") and self.until("!s.message", 60)
            if not patient:  # Python may be busy; then it answers late
                raise Broken(f"it says: {state['message']}")
        if state["blank"] and not self.until("!s.blank.length"):
            raise Broken(f"empty: {'; '.join(state['blank'])}")

    def press(self, label):
        """Press a button by its label; return whether it is there."""
        box = self.pick(Random(0), f"[aria-label='{label}']")
        if box:
            self.page.mouse.click(*middle(box))
        return bool(box)

    def pause(self):
        if self.state()["running"]:
            self.play()
            if not self.until("!s.running"):
                raise Broken("pause does not pause")

    def play(self):
        return self.press("play or pause") or self.press("start or pause")


def middle(box, across=0.5, up=0.5):
    return box["x"] + across * box["width"], box["y"] + up * box["height"]


def anywhere(random, box, beyond=0.0):
    """Return a point on a box, or up to a share of its size beyond its edges."""
    return middle(box, *(random.uniform(-beyond, 1 + beyond) for _ in range(2)))


# ---- acts: each does one thing that its random numbers choose, and returns what it did ---------
def play(user, random):
    return user.play() and "play or pause" or None


def button(user, random):
    if box := user.pick(random, "button"):
        user.page.mouse.click(*middle(box), click_count=random.choice([1, 1, 1, 2, 3]))
        return f'press "{box["name"]}"'


def slide(user, random):
    if box := user.pick(random, "input[type=range]"):
        beyond = random.choice([0, 0, 0.3])
        user.page.mouse.move(*middle(box, random.random()))
        user.page.mouse.down()
        for _ in range(random.randint(1, 4)):
            user.page.mouse.move(*anywhere(random, box, beyond))
        user.page.mouse.up()
        return f'drag "{box["name"]}"'


def ends(user, random):
    if box := user.pick(random, "input[type=range]"):
        key = random.choice(["Home", "End"])
        user.picked().focus()
        user.page.keyboard.press(key)
        return f'{key} on "{box["name"]}"'


def nudge(user, random):
    if box := user.pick(random, "input[type=range]"):
        key, times = random.choice(KEYS[8:16]), random.randint(1, 5)
        user.picked().focus()
        for _ in range(times):
            user.page.keyboard.press(key)
        return f'{times} times {key} on "{box["name"]}"'


def drag(user, random):
    if box := user.pick(random, "canvas"):
        user.page.mouse.move(*anywhere(random, box))
        user.page.mouse.down()
        for _ in range(random.randint(1, 6)):
            user.page.mouse.move(*anywhere(random, box, random.choice([0, 0.5])))
        user.page.mouse.up()
        return f'drag on "{box["name"]}"'


def click(user, random):
    if box := user.pick(random, "canvas"):
        which = random.choice(["left", "left", "left", "middle", "right"])
        key, times = random.choice([None, None, "Shift", "Control"]), random.choice([1, 1, 2])
        if key:
            user.page.keyboard.down(key)
        user.page.mouse.click(*anywhere(random, box), button=which, click_count=times)
        if key:
            user.page.keyboard.up(key)
        if which == "right":  # it may have opened a menu
            user.page.keyboard.press("Escape")
        return f'{times} {key or ""} {which} click on "{box["name"]}"'


def wheel(user, random):
    if box := user.pick(random, "canvas"):
        user.page.mouse.move(*anywhere(random, box))
        user.page.mouse.wheel(0, random.uniform(-300, 300))
        return f'wheel on "{box["name"]}"'


def key(user, random):
    if box := user.pick(random, "button, input, select, canvas[tabindex='0'], summary"):
        user.picked().focus()
        pressed = [random.choice(KEYS) for _ in range(random.randint(1, 4))]
        for one in pressed:  # letters mean other things to a notebook
            if user.page.evaluate(f"{user.toy.root}?.contains(document.activeElement)"):
                user.page.keyboard.press(one)
        return f'keys {" ".join(pressed)} on "{box["name"]}"'


def hold(user, random):
    if box := user.pick(random, "canvas, input[type=range]"):
        user.page.mouse.move(*anywhere(random, box))
        user.page.mouse.down()
        user.page.mouse.move(*anywhere(random, box))
        other = random.choice([play_by_key, theme, resize, blur])(user, random)
        user.page.mouse.move(*anywhere(random, box, 1))
        user.page.mouse.up()
        return f'hold the button on "{box["name"]}" and {other}'


def play_by_key(user, random):
    user.page.evaluate(f"{user.toy.root}?.querySelector('.gd-play')?.focus()")
    user.page.keyboard.press("Space")
    return "play or pause by key"


def blur(user, random):
    user.page.evaluate("document.activeElement?.blur()")
    return "lose the focus"


def choose(user, random):
    if box := user.pick(random, "select"):
        count = user.page.evaluate("wild.node.options.length")
        index = random.randrange(count)
        user.picked().select_option(index=index)
        return f'choose number {index} of "{box["name"]}"'


def fill(user, random):
    if box := user.pick(random, "input[type=number], input[type=radio], summary"):
        user.page.mouse.click(*middle(box), click_count=2)
        text = random.choice(["1", "-0.5", "1e3", "", "1e999", "abc", "0"])
        user.page.keyboard.type(text)
        if random.random() < 0.5:
            user.page.keyboard.press(random.choice(["Enter", "Tab"]))
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
    return "less motion, please" if user.still else "motion again"


def wait(user, random):
    user.page.wait_for_timeout(random.uniform(30, 400))
    return "wait"


def restart(user, random):
    user.restarted = True
    user.page.evaluate(f"{PANEL}.session.kernel.restart()")
    return "restart the kernel"


# ---- probes: does the lab still answer? ------------------------------------------------------
def probe_slider(user, random):
    """A slider moved one step changes the pictures or the readout; at the very least, its text."""
    user.pause()
    box = user.pick(random, "input[type=range]")
    if not box or box["max"] == box["min"]:
        return None
    slider, before = user.picked(), user.state()
    slider.focus()
    same = f"s.pictures === {before['pictures']!r} && s.readout === {before['readout']!r}"
    for pressed in ("ArrowRight", "ArrowLeft", "Home", "End"):
        value = slider.input_value()
        user.page.keyboard.press(pressed)
        if slider.input_value() != value and user.until(f"!({same})", 1):
            return f'{pressed} moves "{box["name"]}"'
    state = user.state()  # is it truly the same everywhere?
    if state["words"] == before["words"]:
        raise Broken(f'"{box["name"]}" moves nothing')
    return f'"{box["name"]}" moves only words'


def probe_step(user, random):
    """One step back, one step: the lab goes there."""
    user.press("reset to the start")
    if not user.until("s.step === 0"):
        raise Broken(f"reset leads to step {user.state()['step']}")
    state = user.state()
    if state["last"] == 0 or state["end"] == 0:
        return None
    user.press("one step")
    if not user.until("s.step === 1"):
        raise Broken(f"a step from the start leads to step {user.state()['step']}")
    changed = user.state()
    if (changed["pictures"], changed["readout"]) == (state["pictures"], state["readout"]):
        raise Broken("a step changes nothing")
    user.press("one step back")
    if not user.until("s.step === 0"):
        raise Broken(f"a step back leads to step {user.state()['step']}")
    return "reset, a step, a step back"


def probe_play(user, random):
    """Play moves the pictures, and pause stops them."""
    user.pause()
    state = user.state()
    if state["last"] == 0 or state["end"] == 0:
        return None
    user.play()
    if not user.until(f"s.readout !== {state['readout']!r} || s.pictures !== {state['pictures']!r}"):
        raise Broken("play moves nothing")
    user.pause()
    before = user.state()
    user.page.wait_for_timeout(150)
    after = user.state()
    if (before["step"], before["readout"]) != (after["step"], after["readout"]):
        raise Broken("after pause it goes on")
    return "play, and pause"


def probe_end(user, random):
    """Play ends at the end of the film, and the button says so."""
    user.pause()
    slider = user.page.evaluate_handle(f"{user.toy.root}?.querySelector('.gd-step')").as_element()
    state = user.state()
    if state["last"] == 0 or state["end"] == 0:
        return None
    end = state["end"] or state["last"]
    slider.fill(str(max(0, end - 1)))
    user.play()
    if not user.until("!s.running && (s.end === null || s.step === s.end)", 20):
        raise Broken(f"play does not end at the end: {user.state()['readout']}")
    return "play to the end"


ACTS = {
    act.__name__: (weight, act)
    for act, weight in {
        play: 12, button: 10, slide: 10, ends: 10, nudge: 8, drag: 12, click: 10, wheel: 3, key: 12,
        hold: 3, choose: 4, fill: 6, resize: 2, theme: 2, motion: 1, wait: 4, restart: 0.3,
        probe_slider: 1.5, probe_step: 1.5, probe_play: 1.5, probe_end: 1.5,
    }.items()
}  # fmt: skip
RISKS = ("ends", "choose", "resize", "theme", "motion", "restart", "hold")
