"""No text of a lab escapes translation: in a language of marks, all that is on a page is marked."""

import json

import pytest
import spoken

pytestmark = pytest.mark.browser

# A lab on a page of its own, as a notebook without Python shows it, with all that it has said.
PAGE = """
async ({ esm, css, state, buffers }) => {
  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  for (const [path, data] of buffers) {
    const last = path.pop();
    path.reduce((node, key) => node[key], state)[last] = new DataView(bytes(data).buffer);
  }
  let now = 0; // a clock that goes by drawings, which wait for no screen
  performance.now = () => now;
  window.requestAnimationFrame = (draw) => setTimeout(() => draw((now += 16)));
  window.cancelAnimationFrame = clearTimeout;
  const seen = (window.gdSeen = new Set());
  const { fillText } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.fillText = function (text, ...place) {
    seen.add(String(text));
    return fillText.call(this, text, ...place);
  };
  const url = URL.createObjectURL(new Blob([esm], { type: "text/javascript" }));
  const { render } = (await import(url)).default;
  const told = {};
  const model = {
    get: (name) => state[name],
    set: (name, value) => Object.assign(state, typeof name === "string" ? { [name]: value } : name),
    on: (events, listener) => events.split(" ").forEach((event) => (told[event] = listener)),
    off() {},
    save_changes() {},
    send() {},
  };
  document.body.replaceChildren(
    Object.assign(document.createElement("style"), { textContent: css }),
    document.createElement("div"),
  );
  render({ model, el: document.body.lastChild });
}
"""
# Uses all that the lab has, and returns what it showed and said on the way.
PLAY = """
async () => {
  const seen = window.gdSeen;
  const frame = () => new Promise(requestAnimationFrame);
  const frames = () => frame().then(frame); // what was queued is drawn, and seen
  const look = () => {
    const walker = document.createTreeWalker(document.body.lastChild, NodeFilter.SHOW_ALL);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const isText = node.nodeType === Node.TEXT_NODE;
      const shown = isText ? node.parentNode : node;
      if (!shown.checkVisibility?.() || shown.closest("code")) continue;
      if (isText) seen.add(node.nodeValue);
      const spoken = ["label", "description", "valuetext"].map((name) => `aria-${name}`);
      for (const name of [...spoken, "title", "alt", "placeholder"]) {
        if (node.getAttribute?.(name)) seen.add(node.getAttribute(name));
      }
    }
  };
  const act = async (selector, does) => {
    for (const node of document.querySelectorAll(selector)) {
      if (!node.checkVisibility() || node.disabled) continue;
      does(node);
      await frames();
      look();
    }
  };
  const press = (key) => (node) => {
    node.focus();
    node.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  };
  const slide = (node) => {
    node.value = node.value === node.max ? 0 : node.max;
    for (const kind of ["input", "change"]) node.dispatchEvent(new Event(kind, { bubbles: true }));
  };
  await frames();
  look();
  await act("button", (node) => node.click());
  await act("summary", (node) => node.click());
  for (const key of ["ArrowRight", "ArrowUp", "Enter", " "]) await act("canvas", press(key));
  await act("select", (node) => {
    node.selectedIndex = node.options.length - 1;
    node.dispatchEvent(new Event("change", { bubbles: true }));
  });
  await act("input[type=range]", slide);
  await act("input[type=range]", slide);
  await act("input[type=number]", slide);
  for (let i = 0; i < 8; i += 1) await act("button", (node) => node.click());
  return [...seen];
}
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """Every lab, in a language that marks each text."""
    return spoken.speak(tmp_path_factory.mktemp("spoken"))


def test_no_text_on_a_page_escapes(browser, found):
    escaped, errors = {}, []
    pages = [browser.new_page(viewport={"width": width, "height": 900}) for width in (1100, 390)]
    for page in pages:
        page.on("pageerror", lambda error: errors.append(str(error)))
    for name, lab in found.items():
        for page in pages:  # they play at a time
            page.goto("about:blank")
            page.evaluate(PAGE, lab)
            page.evaluate(f"() => {{ window.gdPlayed = ({PLAY})(); }}")
        for page in pages:
            said = page.evaluate("window.gdPlayed")
            assert any("⟦" in text for text in said), name
            words = {word for text in said for word in spoken.unmarked(text, lab["source"])}
            if words:
                escaped[f"{name}, {page.viewport_size['width']} wide"] = sorted(words)
    for page in pages:
        page.close()
    assert errors == []
    assert escaped == {}, json.dumps(escaped, ensure_ascii=False)
