"""The questions for a class, and the inventory: their form, what can be computed, and the gain."""

import html
import json
import re
from collections import Counter

import numpy as np
import pytest

from gdlib.activation import sigmoid
from gdlib.costs import quadratic, ravine, two_valleys, valley
from gdlib.descent import gradient_descent
from gdlib.mnist import load_mnist, one_hot
from gdlib.network import Network
from gdlib.room import Question, read_questions
from gdlib.room.gain import asked_in_all, mean_right, normalised_gain, read_counts, share
from gdlib.sgd import learn, mini_batches, sgd
from tools import ROOT
from tools.class_version import key, sheet

CLASSROOM = ROOT / "classroom"
QUESTIONS = {one.name: one for one in read_questions(CLASSROOM / "questions.toml")}
INVENTORY = {one.name: one for one in read_questions(CLASSROOM / "inventory.toml")}
ALL = QUESTIONS | INVENTORY


def right(name):
    question = ALL[name]
    return question.options[question.right - 1]


def steps_to(cost, start, eta, goal):
    return int(np.argmax(goal > gradient_descent(cost, start, eta, 400).C))


def test_each_notebook_has_two_or_three_questions_and_the_inventory_twelve():
    counts = Counter(question.notebook for question in QUESTIONS.values())
    assert set(counts) == {path.stem for path in ROOT.glob("notebooks/*.ipynb")}
    assert set(counts.values()) <= {2, 3}
    assert len(INVENTORY) == 12
    assert len(ALL) == len(QUESTIONS) + 12


def test_the_guide_says_when_to_ask_each_question():
    sections = (CLASSROOM / "guide.md").read_text(encoding="utf8").split("\n## ")[1:]
    for section, stem in zip(
        sections, sorted({one.notebook for one in QUESTIONS.values()}), strict=True
    ):
        plan = re.search(r"\*\*In a room:\*\*(.*?)\n\n", section, re.S)[1]
        named = sorted(name for name in QUESTIONS if QUESTIONS[name].notebook == stem)
        assert sorted(re.findall(r"\*([a-z-]+)\*", plan)) == named, section[:40]


@pytest.mark.parametrize("name", ALL)
def test_a_wrong_answer_has_a_belief_and_the_teacher_something_to_listen_for(name):
    question = ALL[name]
    assert question.listen
    assert bool(question.source) == (name in INVENTORY)
    if question.kind == "choice":
        empty = [i for i, belief in enumerate(question.beliefs, start=1) if not belief]
        assert empty == [question.right]


def test_on_paper_stands_what_is_asked_and_nothing_that_answers():
    paper, answers = (html.unescape(made(INVENTORY.values())) for made in (sheet, key))
    for question in INVENTORY.values():
        for text in (question.text, *question.options):
            assert text in paper
            assert text in answers
        for text in (question.listen, *filter(None, question.beliefs)):
            assert text not in paper
            assert text in answers
    assert paper.count("☐") == 4 * 12


def test_no_letter_is_right_more_often_than_the_others():
    assert Counter(one.right for one in INVENTORY.values()) == dict.fromkeys([1, 2, 3, 4], 3)
    numbers = Counter(one.right for one in QUESTIONS.values() if one.kind == "choice")
    assert min(numbers[number] for number in [1, 2, 3, 4]) >= 4


def test_the_questions_keep_off_the_settings_of_the_notebooks():
    for question in QUESTIONS.values():
        if question.kind in ("place", "start"):
            setting = rf"{question.cost.name}\b.*eta={question.eta}\b"
            for path in ROOT.glob("notebooks/*.ipynb"):
                assert not re.search(setting, path.read_text(encoding="utf8")), question.name


def test_what_can_be_computed_is_right():
    start, first = QUESTIONS["aims-at-the-bottom"].path(None).v
    assert first[1] < start[1] / 2
    assert first[0] > 0.9 * start[0]  # hardly along
    v, move = np.array([0.4, 0.3]), np.array([-0.1, 0.05])
    off = [valley.function(v + s * move) - valley.function(v) - s * valley.gradient(v) @ move
           for s in (1, 0.5, 0.25)]  # fmt: skip
    assert off[0] / off[1] == pytest.approx(4)
    assert right("half-the-promise") == "a quarter as far"
    assert off[0] / off[2] == pytest.approx(16)
    assert float(right("half-the-error")) == pytest.approx(0.08 / 16)
    slow, twice = (steps_to(valley, (0.9, 0.7), eta, 0.01) for eta in (0.01, 0.02))
    assert slow / twice == pytest.approx(int(right("twice-as-far")) / 40, rel=0.05)
    many = quadratic([1.0] * 999 + [100.0])
    limit = float(right("many-variables"))
    assert gradient_descent(many, np.ones(1000), 0.98 * limit, 300).regime != "diverges"
    assert gradient_descent(many, np.ones(1000), 1.02 * limit, 300).regime == "diverges"
    assert right("sharp") == f"{2 / 40:g}"
    bowls = [quadratic([1.0, 2.0]), quadratic([0.1, 2.0])]  # η below 2/2 works
    ends = [[gradient_descent(bowl, [1.0, 1.0], eta, 100).C[-1] for eta in (0.01, 0.5)]
            for bowl in bowls]  # fmt: skip
    assert all(second < first for first, second in ends)
    assert right("small-is-safe") == "The second"
    assert right("shift-the-curve") == f"at x = {6 / 6:g}"
    assert sigmoid(np.log(999.0)) == pytest.approx(0.999)
    assert right("one-weight") == f"+{0.02 * 0.1:g}"


def test_the_best_eta_of_the_ravine_lies_a_little_below_its_edge():
    question = QUESTIONS["best-eta"]
    etas = np.linspace(0.01, 0.12, 111)
    best = etas[np.argmin([question.miss(eta) for eta in etas])]
    assert 0.08 < best < 0.1


def test_the_deeper_valley_is_found_from_the_left():
    question = QUESTIONS["deeper-start"]
    assert question.cost is two_valleys
    assert question.miss([-0.8, 0.2]) < question.miss([0.8, 0.2]) - 0.3


@pytest.mark.slow
def test_a_step_on_ten_images_lowers_the_whole_cost_about_every_other_time():
    train, rng = load_mnist()[0], np.random.default_rng(0)
    network = Network([784, 30, 10], rng)
    list(sgd(network, train, 3.0, 10, 1, rng))
    sample = train.images[:5000], one_hot(train.labels[:5000])
    costs = [network.cost(*sample)]
    for batch in mini_batches(len(train.images), 10, rng)[:200]:
        learn(network, train.images[batch] / 255, one_hot(train.labels[batch]), 3.0)
        costs.append(network.cost(*sample))
    assert 0.4 < np.mean(np.diff(costs) < 0) < 0.7
    assert right("noisy-batch") == "In about half"


def test_the_best_of_twenty_equal_runs_is_seldom_beaten_by_the_next():
    runs = np.random.default_rng(0).normal(95, 0.3, (2000, 21))
    assert np.mean(runs[:, 0] < runs[:, 1:].max(axis=1)) == pytest.approx(20 / 21, abs=0.02)
    assert right("best-of-twenty") == "A little less"


def test_the_ravine_points_mostly_across_on_its_side():
    direction = -ravine.gradient(np.array([0.8, 0.5]))
    assert abs(direction[1]) > 5 * abs(direction[0])


# -- the gain


def test_a_share_has_its_interval():
    p, (low, high) = share(15, 30)
    assert p == 0.5
    assert (low, high) == pytest.approx((0.3315, 0.6685), abs=1e-3)
    assert share(0, 10)[1] == pytest.approx((0, 0.2775), abs=1e-3)
    assert share(10, 10)[1][1] == 1
    assert np.isnan(share(0, 0)[0])
    with pytest.raises(ValueError, match="count must be a whole number from 0 to 3, got 4"):
        share(4, 3)


def test_the_mean_has_the_interval_of_a_standard_error():
    rng, counts = np.random.default_rng(3), [2, 5, 9, 5, 2]
    mean, (low, high) = mean_right(counts, rng)
    assert mean == 2
    spread = np.sqrt(np.dot(counts, (np.arange(5) - 2) ** 2)) / 23  # over √n, of n students
    assert (low, high) == pytest.approx((2 - 1.96 * spread, 2 + 1.96 * spread), abs=0.05)
    assert mean_right([0, 0, 7], rng) == (2, (2, 2))
    with pytest.raises(ValueError, match="counts must have a student"):
        mean_right([0, 0], rng)


def test_rounds_are_compared_only_if_they_asked_the_same():
    questions = [
        Question("?", "choice", name=name, options=["a", "b"], right=1) for name in ("x", "y", "z")
    ]

    def counts(*names):
        asked = [{"name": name, "first": [1, 1]} for name in names]
        return {"questions": asked, "students_by_right": [1] * (len(names) + 1)}

    same = {"before": counts("x", "y"), "after": counts("y", "x")}
    assert asked_in_all(questions, same) == questions[:2]  # z was never asked: it is left out
    for after, message in [
        (counts("x"), "in after, y must be asked once, as in the others"),
        (counts("x", "y", "y"), "in after, y must be asked once, as in the others"),
        (counts("x", "y", "w"), "after must have asked 2 questions with options, and no others"),
        (counts(), "in after, x, y must be asked once"),
    ]:
        with pytest.raises(ValueError, match=message):
            asked_in_all(questions, same | {"after": after})
    same["after"]["questions"][0]["first"] = [1, 1, 0]
    with pytest.raises(ValueError, match="y in after must have 2 options"):
        asked_in_all(questions, same)
    with pytest.raises(ValueError, match="must have asked some of the questions"):
        asked_in_all(questions, {"before": counts("v"), "after": counts("v")})


def test_the_gain_is_the_share_of_what_could_be_gained():
    before, after = np.zeros(13, int), np.zeros(13, int)
    before[4], after[8] = 20, 20
    gain, (low, high) = normalised_gain(before, after, np.random.default_rng(1))
    assert gain == low == high == 0.5  # every student the same: nothing to doubt
    before[[2, 6]] = after[[6, 10]] = 10
    gain, (low, high) = normalised_gain(before, after, np.random.default_rng(1))
    assert low < gain == 0.5 < high
    assert 0.05 < high - low < 0.3


def test_the_interval_holds_the_truth_as_often_as_it_says():
    rng, held = np.random.default_rng(2), 0
    chances = np.array([[5, 4, 3, 2, 1], [1, 2, 3, 4, 5]]) / 15
    means = chances @ np.arange(5)
    truth = (means[1] - means[0]) / (4 - means[0])
    for _ in range(200):
        rounds = [rng.multinomial(30, chance) for chance in chances]
        low, high = normalised_gain(*rounds, rng)[1]
        held += low <= truth <= high
    assert 0.9 <= held / 200 <= 0.99


def test_rounds_that_do_not_fit_are_told():
    rng = np.random.default_rng(1)
    with pytest.raises(ValueError, match="before must have a student"):
        normalised_gain([0, 0], [1, 1], rng)
    with pytest.raises(ValueError, match="somebody must have been wrong"):
        normalised_gain([0, 2], [1, 1], rng)
    with pytest.raises(ValueError, match="after must be whole numbers of shape"):
        normalised_gain([1, 2], [1, 1, 1], rng)


def test_a_file_that_no_room_wrote_is_told(tmp_path):
    path = tmp_path / "counts.json"
    for text in ["", "[]", "{}", '{"questions": [{}], "students_by_right": [1]}',
                 '{"questions": [], "students_by_right": []}',
                 '{"questions": [], "students_by_right": [-1]}']:  # fmt: skip
        path.write_text(text)
        with pytest.raises(ValueError, match=r"counts.json is no file of a room"):
            read_counts(path)
    path.write_text(json.dumps({"questions": [], "students_by_right": [1, 2]}))
    assert read_counts(path)["students_by_right"] == [1, 2]
