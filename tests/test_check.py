import math

import numpy as np
import pytest

from gdlib import check
from gdlib.check.exercise import LUCK, NOT_YET, VAGUE, Function, Statements
from gdlib.costs import rosenbrock
from gdlib.derivatives import gradient_error
from gdlib.descent import gradient_descent, step

EXERCISES = {name: getattr(check, name) for name in check.__all__}
MISTAKES = [
    pytest.param(exercise, text, wrong, id=f"{name}: {text[:40]}")
    for name, exercise in EXERCISES.items()
    for text, wrong in exercise.mistakes.items()
]


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=EXERCISES)
def test_right_answers_pass_and_untouched_stubs_are_not_attempted(exercise):
    assert exercise.judge(exercise.right) == (True, "Right.")
    functions = (lambda *_: None, lambda *_: ...) if callable(exercise.right) else ("",)
    for stub in (None, ..., *functions):
        assert exercise.judge(stub) == (None, NOT_YET)


@pytest.mark.parametrize(("exercise", "text", "wrong"), MISTAKES)
def test_each_known_mistake_gets_its_own_message(exercise, text, wrong):
    assert exercise.judge(wrong) == (False, f"Not yet. {text}")


def test_the_right_descent_is_the_library_s():
    d = gradient_descent(rosenbrock, (-1.0, 0.5), 0.0005, 4)
    end = check.descent.right(rosenbrock.gradient, np.array([-1.0, 0.5]), 0.0005, 4)
    np.testing.assert_allclose(end, d.v[-1], rtol=1e-12)


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (3, "Expected a function, got 3"),
        (lambda v: 1 / 0, "raised ZeroDivisionError"),
        (lambda v: "much", "which is no number"),
        (lambda v: [1, 2, 3], r"of shape (3,); the answer has shape (2,)"),
        (lambda v: [7, 7], "returned [7., 7.], which is wrong"),
        (lambda v: [2 * v[0], -20 * abs(v[1])], "For v = [-3.  ,  0.25] your function returned"),
    ],
)
def test_other_answers_are_told_what_came(answer, message):
    passed, text = check.gradient.judge(answer)
    assert passed is False
    assert message in text


def by_eta(records, mini_batch_size):
    runs = {}
    for record in records:
        if record["mini_batch_size"] == mini_batch_size:
            runs.setdefault(record["eta"], []).append(record["accuracy"])
    return runs


def of_the_last_seed(records, size):
    last = {r["eta"]: r["accuracy"] for r in records if r["mini_batch_size"] == size}
    return max(last, key=last.get)


def of_the_worst_seed(records, size):
    runs = by_eta(records, size)
    return max(runs, key=lambda eta: min(runs[eta]))


def of_one_sorted_list(records, size):
    runs = by_eta(records, size)
    return sorted(runs, key=lambda eta: -sum(runs[eta]) / len(runs[eta]))[0]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (of_the_last_seed, "You kept the last seed of each η only."),
        (of_the_worst_seed, "That is the η whose worst seed is best."),
        (of_one_sorted_list, "Right."),
        (
            lambda records, size: 7,
            "For records = a list of 29 records, mini_batch_size = 10 your function returned 7, ",
        ),
    ],
)
def test_the_best_eta_is_that_of_the_average_over_all_seeds(answer, said):
    passed, text = check.best_eta.judge(answer)
    assert passed is (said == "Right.")
    assert said in text


def test_hints_come_one_at_a_time_and_only_after_a_wrong_answer(capsys):
    exercise = Function(lambda x: 2 * x, {}, ["first", "second"], [(1.0,), (2.0,)])
    exercise(lambda x: None)
    assert capsys.readouterr().out == NOT_YET + "\n"
    for hint in ("Hint 1 of 2: first", "Hint 2 of 2: second", "Hint 2 of 2: second"):
        exercise(lambda x: x)
        assert capsys.readouterr().out.splitlines() == [
            "Not yet. For x = 1 your function returned 1, which is wrong.",
            hint,
        ]
    exercise(lambda x: x + x)
    assert capsys.readouterr().out == "Right.\n"


FUNCTIONS = {name: e for name, e in EXERCISES.items() if isinstance(e, Function)}


@pytest.mark.parametrize("exercise", FUNCTIONS.values(), ids=FUNCTIONS)
def test_a_learner_cannot_spoil_the_trials(exercise):
    def spoils(*arguments):
        for argument in arguments:
            if isinstance(argument, list):
                argument.clear()
            elif isinstance(argument, np.ndarray):
                argument[:] = 0
        return 1

    before = [str(trial) for trial in exercise.trials]
    exercise.judge(spoils)
    assert [str(trial) for trial in exercise.trials] == before


@pytest.mark.parametrize("answer", [3, ["A"], "AZ", "A and C", lambda: "A"])
def test_statements_want_letters(answer):
    exercise = Statements("A", {"A": "true", "B": "false"}, {"A": "look", "B": "no"}, [])
    assert exercise.judge("a") == exercise.judge(" A.") == (True, "Right.")
    passed, text = exercise.judge(answer)
    assert passed is None  # a slip of writing costs no hint
    assert text == f'Expected letters out of AB as one text, like "AB"; got {answer!r}.'


@pytest.mark.parametrize("answer", [15.2, np.float32(18.5), np.array(16)])
def test_a_measured_number_may_be_any_that_chance_brings(answer):
    assert check.gap.judge(answer) == (True, "Right.")


def test_a_measured_number_must_be_one_that_can_come_out():
    for answer in ("16", [16], lambda: 16):
        assert check.gap.judge(answer)[0] is None  # a slip of writing costs no hint
    for answer in (34, -50, 1e9, np.inf, np.nan):
        passed, text = check.gap.judge(answer)
        assert passed is False
        assert text.startswith(VAGUE)


@pytest.mark.parametrize(
    "exercise", [e for e in EXERCISES.values() if isinstance(e, Statements)], ids=str
)
def test_every_statement_has_its_letter_and_its_reason(exercise):
    assert "".join(exercise.statements) == "ABCDEFGHIJ"[: len(exercise.statements)]
    assert set(exercise.reasons) == set(exercise.statements)
    assert set(exercise.right) < set(exercise.statements)
    assert all(line in str(exercise) for line in exercise.statements.values())


def to_nowhere(network, x, y, eta):
    network.v[:] = network.v + np.nan


def along_the_first_axis(network, x, y, eta):
    network.v[0] -= eta


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (3, "Expected a function, got 3"),
        (lambda network, x, y, eta: network.gradient(x), "raised TypeError: "),
        (lambda network: network.v, "raised TypeError: "),
        (to_nowhere, "entries that are no finite numbers"),
        (along_the_first_axis, " times as far as it should, in a direction whose cosine"),
    ],
)
def test_a_step_that_is_no_known_mistake_is_told_what_it_did(answer, message):
    passed, text = check.training_step.judge(answer)
    assert passed is False
    assert message in text


def in_place(network, x, y, eta):
    network.v -= eta * network.gradient(x, y)


def by_layers(network, x, y, eta):
    nabla_w, nabla_b = network.layers(network.gradient(x, y))
    for w, b, dw, db in zip(network.weights, network.biases, nabla_w, nabla_b, strict=True):
        w -= eta * dw
        b -= eta * db


def image_by_image(network, x, y, eta):
    total = sum(network.gradient(one, its) for one, its in zip(x, y, strict=True))
    network.v[:] = step(network.v, total / len(x), eta)
    return network


@pytest.mark.parametrize("answer", [in_place, by_layers, image_by_image])
def test_a_step_may_be_written_in_many_ways(answer):
    assert check.training_step.judge(answer) == (True, "Right.")


def test_the_loop_may_shuffle_by_itself():
    def my_epoch(network, x, y, eta, mini_batch_size, rng):
        order = rng.permutation(len(x))
        while len(order):
            batch, order = order[:mini_batch_size], order[mini_batch_size:]
            in_place(network, x[batch], y[batch], eta)

    assert check.epoch.judge(my_epoch) == (True, "Right.")


def test_the_lines_of_the_proof_hold_and_the_false_one_fails():
    trials = {letter: check.proof.trial(letter) for letter in check.proof.statements}
    assert [letter for letter, text in trials.items() if text.startswith("✗")] == ["I"]
    assert trials["A"] == "✓ A holds for 1,000 of 1,000 random pairs"
    assert int(trials["I"].split()[5]) < 100


@pytest.mark.parametrize(
    ("order", "message"),
    [
        ("BFHAGDC", "Right."),
        ("fbh a dgc", "Right."),
        ("CFBHAGD", "Not yet. C uses G. It must come after G."),
        ("FHBAGDC", "Not yet. H uses B. It must come after B."),
        ("FBHAGDCC", "Not yet. C stands there twice."),
        ("FBHEGDC", f"Not yet. E: {check.proof.reasons['E']}"),
        ("FBHAGC", f"Not yet. D: {check.proof.reasons['D']}"),
    ],
)
def test_the_proof_is_judged_by_its_order(order, message):
    assert check.proof.judge(order) == (message == "Right.", message)


def test_the_proof_tries_each_line_before_it_judges(capsys):
    check.proof(...)
    assert capsys.readouterr().out == NOT_YET + "\n"
    check.proof("FI")
    lines = capsys.readouterr().out.splitlines()
    assert [line[:3] for line in lines[:2]] == ["✓ F", "✗ I"]
    assert lines[2].startswith("Not yet. I: ")
    check.proof(7)
    assert capsys.readouterr().out.startswith("Expected letters out of ABCDEFGHI as one text")


# What is recognised of an answer, whatever it is.


def untouched(v): ...


def passes_by(v):
    pass


def forgets_to_return(v):
    gradient = [2 * v[0], 20 * v[1]]  # noqa: F841


def prints_it(v):
    print([2 * v[0], 20 * v[1]])


def counts_from_one(v):
    return [2 * v[1], 20 * v[2]]


def takes_two(v1, v2):
    return [2 * v1, 20 * v2]


def uses_math(v):
    return [2 * v[0], 20 * math.exp(v)]


def asks_back(v):
    raise RuntimeError("Really?")


@pytest.mark.parametrize("stub", [untouched, passes_by])
def test_only_a_stub_is_not_attempted(stub):
    assert check.gradient.judge(stub) == (None, NOT_YET)


@pytest.mark.parametrize(
    ("answer", "words", "line"),
    [
        (forgets_to_return, "returned None. Does it end with return?", "def forgets_to_return(v):"),
        (prints_it, "write return in the place of print", "def prints_it(v):"),
        (counts_from_one, "Counting begins at 0: the variables are v[0] to v[1]", "20 * v[2]]"),
        (takes_two, "It must take one argument, v", "def takes_two(v1, v2):"),
        (uses_math, "On arrays use np.exp and its like, not those of math", "math.exp(v)]"),
        (asks_back, "Really?", 'raise RuntimeError("Really?")'),
    ],
)
def test_what_is_wrong_is_told_with_the_line(answer, words, line):
    passed, text = check.gradient.judge(answer)
    assert passed is False
    assert words in text.splitlines()[0]
    assert "?." not in text
    assert text.splitlines()[1].endswith(line)


def test_an_unknown_mistake_is_told_which_entries_are_right():
    text = check.gradient.judge(lambda v: [2 * v[0], 7 * v[1]])[1]
    assert text.endswith("which is wrong. Right: the first. Wrong: the second.")
    assert "Right: " not in check.gradient.judge(lambda v: [7, 7])[1]


def test_a_known_mistake_gets_a_hint_when_it_is_made_again(capsys):
    exercise = Function(lambda x: 2 * x, {"Twice.": lambda x: 4 * x}, ["first"], [(1.0,)])
    for said in ([], ["Hint 1 of 1: first"]):
        exercise(lambda x: 4 * x)
        assert capsys.readouterr().out.splitlines() == ["Not yet. Twice.", *said]


class Unshowable:
    def __repr__(self):
        raise RuntimeError("no")


def loops_over_none(*_):
    for _ in None:
        pass


def leaves(*_):
    raise SystemExit


def goes_round(*_):
    return goes_round()


SUBMITTED = {
    "a huge number": lambda *_: 2**100_000,
    "a list of huge numbers": lambda *_: [2**100_000, 1],
    "a text of a number": lambda *_: "3",
    "what cannot be shown": lambda *_: Unshowable(),
    "an object": Unshowable(),
    "a class": Unshowable,
    "rows of different lengths": lambda *_: [[1], [1, 2]],
    "complex numbers": lambda *_: 1j,
    "nan": lambda *_: np.nan,
    "a generator": lambda *_: (x for x in "ab"),
    "a dictionary": lambda *_: {1: 2},
    "an array of texts": lambda *_: np.array(["a", "b"]),
    "print": print,
    "an array": np.ones(3),
    "a number": 3,
    "a list": ["A"],
    "a loop over None": loops_over_none,
    "an exit": leaves,
    "an endless recursion": goes_round,
}


@pytest.mark.parametrize("submitted", SUBMITTED.values(), ids=SUBMITTED)
def test_a_check_never_raises_and_never_passes_nonsense(submitted, capsys, notebook):
    for exercise in EXERCISES.values():
        exercise(submitted)
        assert exercise.judge(submitted)[0] is not True
    # and nothing is shown that could not be computed: a step that leaves the network as it is can
    still = check.training_step.film(lambda *_: None)
    assert all(np.array_equal(film.gaps(), still.gaps()) for film in notebook)


def test_a_power_of_two_that_python_cannot_print_is_told():
    assert "is wrong" in check.evaluations.judge(lambda m: 2**m)[1]


def rule_in_place(v, nabla_C, eta):
    v -= eta * nabla_C
    return v


def descends_in_place(gradient, v0, eta, steps):
    v = v0
    for _ in range(steps):
        v -= eta * gradient(v)
    return tuple(v)


@pytest.mark.parametrize(
    ("exercise", "answer"),
    [
        (check.rule, rule_in_place),
        (check.rule, lambda v, g, eta: [x - eta * slope for x, slope in zip(v, g, strict=True)]),
        (check.gradient, lambda v: tuple(v * [2, 20])),
        (check.gradient, lambda v: np.array([v[0] + v[0], sum(2 * v[1] for _ in range(10))])),
        (check.descent, descends_in_place),
    ],
)
def test_right_code_by_other_ways_passes(exercise, answer):
    assert exercise.judge(answer) == (True, "Right.")


# A mistake that is recognised is shown moving.


@pytest.fixture
def notebook(monkeypatch):
    """Make the checks believe that they run in a notebook; return the list of what they show."""
    displayed = []
    monkeypatch.setattr("gdlib.check.exercise.get_ipython", lambda: True)
    monkeypatch.setattr("gdlib.check.exercise.display", displayed.append)
    return displayed


MOVING = {name: e for name, e in EXERCISES.items() if e.moving}


@pytest.mark.parametrize("lower", [True, False])
@pytest.mark.usefixtures("notebook")
def test_a_wrong_ball_that_lies_lower_is_called_lucky(capsys, lower):
    exercise = check.neuron_gradient
    films = ((wrong, exercise.film(wrong)) for wrong in exercise.mistakes.values())
    exercise(next(wrong for wrong, film in films if film.lower == lower))
    assert (LUCK in capsys.readouterr().out) == lower


@pytest.mark.usefixtures("notebook")
def test_a_ball_beside_the_right_one_comes_with_its_surface(capsys):
    check.output_delta(next(iter(check.output_delta.mistakes.values())))
    assert "on this surface: C(w²₁₂, b²₁) of a network: a 2–2–2–2 network;" in (
        capsys.readouterr().out
    )


@pytest.mark.slow
def test_each_mistake_parts_from_the_right_path_by_many_pixels():
    """A map is at least 180 pixels wide, so a hundredth of it is about two."""
    parted = {}
    for name, exercise in MOVING.items():
        for text, wrong in exercise.mistakes.items():
            film = exercise.film(wrong)
            assert film, f"{name}: {text} parts nowhere"
            assert film.step == film.parted > 0
            assert film.scene["steps"]["marks"] == [(film.parted, "they part")]
            assert film.scene["title"].endswith(f"part at step {film.parted}")
            parted[name, text] = film.parted, film.gaps()[film.parted]
    table = "\n".join(f"{step}  {gap:.1%}  {key}" for key, (step, gap) in parted.items())
    assert set(MOVING) == {
        *("rule", "gradient", "descent", "neuron_gradient", "training_step"),
        *("output_delta", "hidden_delta", "backpropagation"),
    }
    assert all(step <= 2 and gap > 0.02 for step, gap in parted.values()), table


def test_the_network_that_shows_a_mistake_has_its_own_gradient():
    lab = check.backpropagation.moving(check.backpropagation.right)
    points = np.random.default_rng(0).uniform(-4, 4, (2, 20))
    assert gradient_error(lab._cost, points) < 1e-7
    right, yours = lab._shown()
    assert right.C[-1] < 0.7 * right.C[0]
    np.testing.assert_allclose(yours.v, right.v, rtol=1e-9)


@pytest.mark.parametrize("exercise", MOVING.values(), ids=MOVING)
def test_the_right_answer_has_nothing_to_show(exercise):
    assert exercise.film(exercise.right) is None


def test_a_mistake_is_shown_in_a_notebook_only(capsys, notebook, monkeypatch):
    def uphill(v, nabla_C, eta):
        return v + eta * nabla_C

    check.rule(uphill)
    (film,) = notebook
    right, yours = film._shown()
    assert [track["name"] for track in film.scene["tracks"]] == ["right", "yours"]
    assert right.C[-1] < right.C[0] < yours.C[-1]
    check.rule(check.rule.right)
    monkeypatch.setattr("gdlib.check.exercise.get_ipython", lambda: None)
    check.rule(uphill)
    assert notebook == [film]
