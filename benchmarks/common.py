"""What the benchmarks share: options, turns, tables, and a clock in the browser."""

import argparse
import time

import numpy as np

RUN = """async code => {
  const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
  let text = '';
  const future = kernel.requestExecute({code});
  future.onIOPub = message => { text += message.content.text ?? ''; };
  await future.done;
  return text;
}"""


def options(description, **defaults):
    """Return the options of the command line: whole numbers, each with its default."""
    parser = argparse.ArgumentParser(description=description.splitlines()[0])
    for name, value in defaults.items():
        parser.add_argument(f"--{name}", type=int, default=value)
    return parser.parse_args()


def timed(function, *arguments):
    """Return how many seconds a call of the function took, and its result."""
    start = time.perf_counter()
    result = function(*arguments)
    return time.perf_counter() - start, result


def in_turns(acts, rounds):
    """Call all acts in each round, so that a slow moment of the machine meets all of them.

    `acts` maps names to functions without arguments. Returns {name: what it returned in each
    round}.
    """
    results = {name: [] for name in acts}
    for _ in range(rounds):
        for name, act in acts.items():
            results[name].append(act())
    return results


def compared(times):
    """Yield (name, median, fastest, ratio) for {name: seconds in each round}.

    The ratio is the median of the ratios to the first name within each round.
    """
    first = np.array(next(iter(times.values())))
    for name, seconds in times.items():
        yield name, np.median(seconds), np.min(seconds), np.median(seconds / first)


def run(lab, code):
    """Run code in the kernel of a JupyterLab's notebook; return what it prints."""
    return lab.page.evaluate(RUN, code)


class Table:
    """A table that is printed row by row: a name, and what stands below each heading."""

    def __init__(self, name_width, *headings):
        self._name_width, self._widths = name_width, [max(8, len(h)) + 2 for h in headings]
        self.row("", *headings)

    def row(self, name, *cells):
        """Print a row; None is shown as a dash, and cells may be missing at the end."""
        texts = ["–" if cell is None else str(cell) for cell in cells]
        row = "".join(f"{text:>{width}}" for text, width in zip(texts, self._widths, strict=False))
        print(f"{name:{self._name_width}}{row}", flush=True)


WATCH = """
window.look = (root, selector) => {
  const picture = root.querySelector(selector);
  if (!picture || (picture.tagName === 'IMG' && !(picture.complete && picture.naturalWidth)))
    return null;
  window.glass ??= Object.assign(document.createElement('canvas'), {width: 128, height: 128});
  const g = window.glass.getContext('2d', {willReadFrequently: true});
  g.clearRect(0, 0, 128, 128);
  g.drawImage(picture, 0, 0, 128, 128);
  let hash = 0;
  for (const value of g.getImageData(0, 0, 128, 128).data) hash = (hash * 31 + value) | 0;
  return hash;
};
window.onEvent = (event, root, selector) => new Promise((resolve) => {
  const before = window.look(root, selector);
  document.addEventListener(event, () => {
    const start = performance.now();
    const check = () => {
      const now = window.look(root, selector);
      if (now !== null && now !== before) return resolve(performance.now() - start);
      if (performance.now() - start > 5000) return resolve(NaN);
      requestAnimationFrame(check);
    };
    requestAnimationFrame(check);
  }, {capture: true, once: true});
});
window.pictures = (root, selector, seconds) => new Promise((resolve) => {
  const start = performance.now();
  let last = window.look(root, selector), count = 0;
  const check = () => {
    const now = window.look(root, selector);
    if (now !== null && now !== last) { count++; last = now; }
    if (performance.now() - start < 1000 * seconds) requestAnimationFrame(check);
    else resolve(count / seconds);
  };
  requestAnimationFrame(check);
});
"""


def answer(page, event, root, selector, act):
    """Return the milliseconds from the event that `act` causes to another picture, or nan.

    The picture is what the selector finds in `root`; the page must have run WATCH.
    """
    page.evaluate(
        "([event, root, selector]) => { window.answer = window.onEvent(event, root, selector) }",
        [event, root, selector],
    )
    act()
    return page.evaluate("window.answer")
