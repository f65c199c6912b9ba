"""The user gone wild finds what is wrong with a lab, and finds nothing wrong with a good one."""

from argparse import Namespace

import pytest

from tools import wild
from tools.lab_page import files

pytestmark = pytest.mark.browser

LAB = """<!doctype html><meta charset="utf8">
<div data-film="small"><section class="gd-lab">
  <button aria-label="reset to the start" onclick="go(0)">reset</button>
  <button aria-label="one step back" onclick="go(k - 1)">back</button>
  <button class="gd-play" aria-label="play or pause" onclick="play()">play</button>
  <button aria-label="one step" onclick="go(k + 1)">step</button>
  <p><input type="range" max="9" value="0" aria-label="eta" oninput="eta = +value; draw()"></p>
  <p><input type="range" max="8" value="0" aria-label="step" class="gd-step" oninput="go(+value)">
  <p class="gd-message"></p><p class="gd-readout"></p>
  <canvas width="200" height="100" onclick="message()"></canvas>
</section></div>
<script>
  const fault = "FAULT", find = (name) => document.querySelector(name);
  let k = 0, eta = 0, running = false;
  function draw() {
    if (fault === "throws" && eta === 9) throw new Error("too large an eta");
    const g = find("canvas").getContext("2d");
    g.clearRect(0, 0, 200, 100);
    g.fillStyle = "red";
    if (fault !== "empty" || k < 8) g.fillRect(20 * k, fault === "deaf" ? 0 : 5 * eta, 9, 9);
    find(".gd-readout").textContent = `step ${k} of 8`;
    find(".gd-play").textContent = running ? "❚❚ pause" : "play";
    find(".gd-step").value = k;
  }
  function go(to) { running = false; k = Math.min(8, Math.max(0, to)); draw(); }
  function play() {
    running = !running;
    if (running && k === 8) k = 0;
    draw();
    setTimeout(tick, 50);
  }
  function tick() {
    if (!running) return;
    k = Math.min(8, k + 1);
    running = k < 8 || fault === "endless";
    draw();
    setTimeout(tick, 50);
  }
  function message() { if (fault === "talks") find(".gd-message").textContent = "Oh no"; }
  draw();
</script>"""


@pytest.mark.parametrize(
    ("fault", "finding"),
    [
        ("none", None),
        ("throws", "error of a script: too large an eta"),
        ("empty", "empty: "),
        ("deaf", '"eta" moves nothing'),
        ("endless", "play does not end at the end"),
        ("talks", "it says: Oh no"),
    ],
)
def test_it_finds_what_is_wrong(fault, finding, browser, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(wild, "SHOTS", tmp_path)
    monkeypatch.setitem(wild.PATIENCE, "site", 20)
    monkeypatch.setattr(wild.User, "patience", 3)
    (tmp_path / "index.html").write_text(LAB.replace("FAULT", fault), encoding="utf8")
    toy, run = wild.toys()[0], wild.Run(Namespace(seed=0, seconds=None))
    with files(tmp_path) as address:
        page = browser.new_page(viewport=wild.DESK)
        user = wild.SiteUser(page, address)
        user.open(toy)
        run.play(user, toy, lambda acts: acts >= 40 or run.broken)
        page.close()
    printed = capsys.readouterr().out
    assert run.summary() == (finding is not None), printed
    if finding:
        assert any(finding in why for why in run.broken[toy.name]), run.broken
        assert f'make wild WILD="--lab {toy.name} --trail ' in printed
        assert len(printed.split("--trail ")[1].split('"')[0].split(",")) <= 4
        assert list(tmp_path.glob("*.png"))
