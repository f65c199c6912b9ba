import math
import re

import nbclient
import nbformat
import numpy as np
import pytest

from gdlib.costs import COSTS, from_function, ravine
from gdlib.descent import descents, gradient_descent, step
from gdlib.own_function import OwnFunctionError

SQUARE = ((-1, 1), (-1, 1))


def test_own_function_for_grids_and_for_single_points_only(rng):
    grid = rng.uniform(-1, 1, size=(2, 5, 4))
    vectorised = from_function(lambda v: v[0] ** 2 + np.sin(v[1]), SQUARE)
    one_by_one = from_function(lambda v: v[0] ** 2 + math.sin(v[1]) if v[0] > -9 else 0.0, SQUARE)
    assert one_by_one.function(grid) == pytest.approx(vectorised.function(grid), rel=1e-14)
    assert one_by_one.gradient(grid) == pytest.approx(
        np.stack([2 * grid[0], np.cos(grid[1])]), abs=1e-8
    )
    assert from_function(lambda v: math.exp(v[0]), SQUARE).function([1e4, 0]) == np.inf


@pytest.mark.parametrize("cost", COSTS.values(), ids=COSTS)
def test_own_functions_have_the_gradient_of_the_formula(cost, rng):
    own = from_function(cost.function, cost.domain)
    low, high = np.transpose(cost.domain)
    for point in rng.uniform(low, high, size=(50, 2)):
        expected = cost.gradient(point)
        error = np.linalg.norm(own.gradient(point) - expected)
        assert error < 1e-6 * max(1, np.linalg.norm(expected))


@pytest.mark.parametrize("returned", [np.ones(3), 1j, "much", None])
def test_own_function_that_returns_no_real_number(returned):
    with pytest.raises(ValueError, match="must return one real number"):
        from_function(lambda v: returned, SQUARE).function(np.zeros(2))


def forgets_to_return(v):
    v[0] ** 2 + v[1] ** 2


def counts_from_one(v):
    first = v[1] ** 2
    return first + v[2] ** 2


def takes_two(x, y):
    return x**2 + y**2


def misspells(v):
    return v[0] ** 2 + vv[1] ** 2  # noqa: F821


@pytest.mark.parametrize(
    ("function", "words", "line"),
    [
        (forgets_to_return, "got None. Does it end with return?", "def forgets_to_return(v):"),
        (
            counts_from_one,
            r"failed at v = \(0.5, 0.25\): IndexError: .* Counting begins at 0: the variables are "
            r"v\[0\] to v\[1\]",
            "return first + v[2] ** 2",
        ),
        (misspells, "NameError: name 'vv' is not defined", "return v[0] ** 2 + vv[1] ** 2"),
    ],
)
@pytest.mark.parametrize("points", [(), (3, 2)])
def test_what_is_wrong_with_your_function_is_said_with_its_line(function, words, line, points):
    v = np.multiply.outer([0.5, 0.25], np.ones(points))
    with pytest.raises(OwnFunctionError, match=words) as caught:
        from_function(function).function(v)
    assert re.search(rf"\n  line \d+:  {re.escape(line)}", str(caught.value))


def test_a_function_of_x_and_y_is_told_of_v():
    words = "missing 1 required positional argument.* It must take one argument, v, which holds all"
    with pytest.raises(OwnFunctionError, match=words) as caught:
        from_function(takes_two).function(np.array([0.5, 0.25]))
    assert "def takes_two(x, y):" in str(caught.value)


@pytest.fixture(scope="module")
def shown():
    """Return {line of a learner: what a notebook shows of its error}."""
    lines = {
        "def no_return(v): v[0] ** 2": "labs.ball(no_return)",
        "def third(v): return v[0] + v[2]": "labs.basins(third)",
        "def two(x, y): return x + y": "labs.small_move(two, (0.5, 0.5))",
        "def half(v): return v[0] + undefined": (
            "gradient_descent(from_function(half), (1, 1), 0.1, 9)"
        ),
    }
    start = (
        "from gdlib import labs\nfrom gdlib.costs import from_function\n"
        "from gdlib.descent import gradient_descent"
    )
    cells = [start, *(f"{line}\n\n{call}" for line, call in lines.items())]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
    nbclient.NotebookClient(notebook, allow_errors=True).execute()
    outputs = [
        [output for output in cell.outputs if output.output_type == "error"]
        for cell in notebook.cells
    ]
    assert not outputs[0]
    return {line: error for line, (error,) in zip(lines, outputs[1:], strict=True)}


@pytest.mark.slow
def test_a_notebook_shows_a_short_error_with_the_learner_s_line(shown):
    for line, error in shown.items():
        text = "\n".join(error.traceback)
        assert len(text.splitlines()) <= 8, text
        assert line in text
        assert "gdlib" not in text


@pytest.mark.parametrize("root", [math.sqrt, np.sqrt])
@pytest.mark.parametrize("log", [math.log, np.log])
@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
@pytest.mark.filterwarnings("ignore:divide by zero:RuntimeWarning")
def test_outside_of_its_domain_a_function_is_nan_whoever_computes_it(root, log):
    cost = from_function(lambda v: root(v[0]) + log(v[1] + 2))
    assert np.isnan(cost.function(np.array([-0.5, 0.5])))
    C = cost.function(np.array([[-0.5, 0.25, 1.0], [0.5, -1.0, -3.0]]))
    np.testing.assert_allclose(C, [np.nan, 0.5, np.nan])
    assert not np.isfinite(from_function(lambda v: 1 / math.sqrt(v @ v)).function(np.zeros(2)))


def test_other_value_errors_are_not_taken_for_the_edge_of_a_domain():
    with pytest.raises(OwnFunctionError, match="ValueError: could not convert string to float"):
        from_function(lambda v: float("a")).function(np.zeros(2))


def test_a_function_says_when_it_takes_one_point_at_a_time():
    points = np.ones((2, 5))
    for C, alone in [(lambda v: v[0] ** 2, False), (lambda v: v[0] if v[0] > 0 else v[1], True)]:
        cost = from_function(C)
        assert not cost.function.one_at_a_time
        cost.function(points)
        assert cost.function.one_at_a_time == alone


def test_a_function_that_writes_into_v_and_fails_on_grids_sees_the_right_points():
    def writes(v):
        first, v[0] = v[0], 7
        return 1.0 if first > 0 else 2.0

    assert from_function(writes).function(np.array([[1.0, -1.0, 1.0]])).tolist() == [1, 2, 1]


@pytest.fixture
def slow(monkeypatch):
    """Return what makes a function slow: each of its calls takes seconds, says the clock."""
    clock = [0]
    monkeypatch.setattr("time.perf_counter", lambda: clock[0])

    def make(function, seconds):
        def lasting(v):
            clock[0] += seconds
            return function(v)

        return from_function(lasting, SQUARE)

    return make


def test_a_slow_function_for_single_points_is_mentioned_once(slow):
    cost = slow(lambda v: math.sin(v[0]), seconds=1)
    assert cost.function(np.zeros((2, 5))).tolist() == [0] * 5  # 5 seconds: one for each point
    with pytest.warns(UserWarning, match="one point at a time.* That has taken 5 seconds"):
        cost.function(np.zeros((2, 1)))
    cost.function(np.zeros((2, 20)))


def test_a_slow_function_for_whole_grids_is_mentioned_once(slow):
    cost = slow(lambda v: v[0] ** 2, seconds=3)
    cost.function(np.ones((2, 5)))
    with pytest.warns(UserWarning, match=r"lasting\(v\) has taken 5 seconds. You may interrupt"):
        cost.function(np.ones((2, 5)))
    cost.function(np.ones((2, 5)))


def test_own_function_must_be_a_function():
    with pytest.raises(TypeError, match="must be a function of v, got 3"):
        from_function(3)


def test_whatever_your_function_does_to_v_the_caller_s_stays_as_it_is():
    def careless(v):
        v *= 2
        return v[0] + v[1] if v[0] < 9 else v[1]  # for one point at a time

    own = from_function(careless, SQUARE)
    for v in (np.array([1.0, 3.0]), np.arange(12.0).reshape(2, 3, 2)):
        before = v.copy()
        own.function(v)
        own.gradient(v)
        np.testing.assert_array_equal(v, before)


def test_a_condition_as_a_cost_gives_numbers():
    assert from_function(lambda v: v[0] > 0).function(np.zeros((2, 3))).dtype == float


# A gradient and a rule of your own.


def in_place(v, nabla_C, eta):
    v -= eta * nabla_C
    return v


def in_a_list(v, nabla_C, eta):
    return [v[0] - eta * nabla_C[0], v[1] - eta * nabla_C[1]]


def with_an_if(v, nabla_C, eta):
    return v - eta * nabla_C if v[0] == v[0] else v  # for one point


@pytest.mark.parametrize("rule", [in_place, in_a_list, with_an_if])
def test_your_rule_walks_as_the_course_s_does(rule):
    etas = [0.01, 0.09, 0.3, 2]  # the last two diverge
    for ours, yours in zip(
        descents(ravine, (-0.9, 0.7), etas, 400),
        descents(ravine, (-0.9, 0.7), etas, 400, rule=rule),
        strict=True,
    ):
        np.testing.assert_array_equal(yours.v[:300], ours.v[:300])
    one = gradient_descent(ravine, (-0.9, 0.7), 0.09, 30, rule=rule)
    np.testing.assert_array_equal(one.v, gradient_descent(ravine, (-0.9, 0.7), 0.09, 30).v)


def of_length_one(v, nabla_C, eta):
    return v - eta * nabla_C / np.linalg.norm(nabla_C)


def clipped(v, nabla_C, eta):
    length = np.linalg.norm(nabla_C)
    return v - eta * (nabla_C / length if length > 1 else nabla_C)


@pytest.mark.parametrize("rule", [of_length_one, clipped])
def test_a_rule_that_is_wrong_for_many_points_at_once_gets_one_at_a_time(rule):
    etas = [0.01, 0.09, 0.3]
    together = descents(ravine, (-0.9, 0.7), etas, 30, rule=rule)
    for eta, path in zip(etas, together, strict=True):
        alone = gradient_descent(ravine, (-0.9, 0.7), eta, 30, rule=rule)
        np.testing.assert_allclose(path.v, alone.v, rtol=1e-9)


def returns_nothing(v, nabla_C, eta):
    v = v - eta * nabla_C


def prints(v, nabla_C, eta):
    print(v - eta * nabla_C)


def counts(v, nabla_C, eta):
    return [v[1] - eta * nabla_C[1], v[2] - eta * nabla_C[2]]


def of_two(v, nabla_C):
    return v - nabla_C


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (returns_nothing, "got None. Does it end with return?"),
        (prints, "got None. print only shows a value. .* write return"),
        (counts, r"Counting begins at 0: the variables are v\[0\] to v\[1\]"),
        (of_two, "It must take three arguments, v, nabla_C, eta"),
        (lambda v, g, eta: [1, 2, 3], r"must return the next v, .* got shape \(3,\)"),
        (lambda v, g, eta: 3.0, "got 3.0"),
        (lambda v, g, eta: v * np.nan, r"got \[nan, nan\]"),
        (lambda v, g, eta: v + 1j, r"got array\(\[-0.9\+1.j"),
        (lambda v, g, eta: [2**100_000, 1], "got a list"),
        (lambda v, g, eta: [[1], [1, 2]], "got .*1.*, .*1, 2"),
    ],
)
@pytest.mark.parametrize("etas", [0.1, [0.1, 0.2]])
def test_what_is_wrong_with_a_rule_is_said_with_its_line(rule, words, etas, capsys):
    walk = gradient_descent if etas == 0.1 else descents
    with pytest.raises(OwnFunctionError, match=words) as caught:
        walk(ravine, (-0.9, 0.7), etas, 5, rule=rule)
    assert re.search(r"\n  line \d+:  \S", str(caught.value))


def test_a_rule_is_not_asked_where_a_path_has_ended():
    def asserts(v, nabla_C, eta):
        assert np.isfinite([v, nabla_C]).all()
        return step(v, nabla_C, eta)

    assert [d.diverged for d in descents(ravine, (-0.9, 0.7), [0.1, 2], 999, rule=asserts)] == [
        False,
        True,
    ]


def test_a_ball_that_its_rule_leaves_on_a_slope_is_not_said_to_be_where_the_slope_ends():
    stays = gradient_descent(ravine, (-0.9, 0.7), 0.1, 5, rule=lambda v, g, eta: v)
    assert stays.regime == "stays where it is"
    assert gradient_descent(ravine, (0, 0), 0.1, 5).regime == "stays: ∇C is 0"


def test_your_gradient_drives_the_ball_whatever_holds_its_numbers(rng):
    for gradient in (
        lambda v: [2 * v[0], 20 * v[1]],
        lambda v: (2 * v[0], 20 * v[1]) if v[0] < 9 else None,
        lambda v: np.multiply(v.T, [2, 20]).T,
    ):
        cost = from_function(ravine.function, SQUARE, gradient)
        grid = rng.uniform(-1, 1, (2, 5, 4))
        np.testing.assert_array_equal(cost.gradient(grid), ravine.gradient(grid))
        path = gradient_descent(cost, (-0.9, 0.7), 0.05, 20)
        np.testing.assert_array_equal(path.v, gradient_descent(ravine, (-0.9, 0.7), 0.05, 20).v)


def test_what_is_wrong_with_a_gradient_is_said_with_its_line():
    for gradient, words in [
        (forgets_to_return, "got None. Does it end with return.\n  line"),
        (lambda v: 2 * v[0], "must return one real number for each variable of v, got"),
        (counts_from_one, "Counting begins at 0"),
    ]:
        with pytest.raises(OwnFunctionError, match=words):
            gradient_descent(from_function(ravine.function, SQUARE, gradient), (1, 1), 0.1, 5)
    with pytest.raises(TypeError, match="gradient must be a function of v, got 3"):
        from_function(ravine.function, SQUARE, 3)
