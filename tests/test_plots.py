import matplotlib.pyplot as plt
import numpy as np
import pytest

from gdlib import plots
from gdlib.costs import COSTS, from_function, from_grid, plateau, quadratic, valley
from gdlib.descent import gradient_descent
from gdlib.plots.runs import mean_accuracy
from gdlib.plots.surface import cost_axis, relief


@pytest.fixture
def ax():
    figure, ax = plt.subplots()
    yield ax
    plt.close(figure)


def test_the_relief_is_the_cost_and_its_colours_are_spread_over_the_picture():
    r = relief(valley, n=21)
    np.testing.assert_allclose(r.C, r.v1**2 + r.v2**2)
    for cost in COSTS.values():
        r = relief(cost)
        shares = np.ma.getdata(r.norm(r.C))
        assert shares.min() == 0
        assert shares.max() == 1
        if cost is not plateau:  # which is nearly flat
            assert 0.3 < np.median(shares) < 0.7
        assert (np.diff(r.levels) > 0).all()
        assert 0 <= r.lit().min() <= r.lit().max() <= 1


def test_the_relief_leaves_out_what_is_not_finite():
    r = relief(from_function(lambda v: np.log(v[0])))
    assert np.isnan(r.C[:, 0]).all()
    assert np.isfinite(r.levels).all()


def test_the_relief_of_level_ground():
    for C in (
        lambda v: 3.0,
        lambda v: 1e16 + v[0] ** 2,
        lambda v: np.sin(v[0]) ** 2 + np.cos(v[0]) ** 2,
    ):
        cost = from_function(C)
        r = relief(cost)
        assert (np.diff(r.levels) > 0).all()
        assert r.levels[0] < r.C.min() == r.C.max() < r.levels[-1]
        figure = plt.figure()
        plots.contour(figure.add_subplot(1, 2, 1), cost)
        plots.surface(figure.add_subplot(1, 2, 2, projection="3d"), cost)
        figure.canvas.draw()
        plt.close(figure)


def test_the_relief_of_a_logarithmic_cost_rises_by_powers_of_ten():
    t = np.linspace(-1, 1, 9)
    steep = from_grid(t, t, np.broadcast_to(10 ** (2 * t), (9, 9)), log=True)
    r = relief(steep)
    np.testing.assert_allclose(r.height, np.log10(r.C))
    np.testing.assert_allclose(np.log10(r.levels), np.linspace(-2, 2, 14), atol=1e-9)
    assert 0 <= r.lit().min() <= r.lit().max() <= 1
    figure = plt.figure()
    ax = figure.add_subplot(projection="3d")
    plots.surface(ax, steep)
    np.testing.assert_allclose(ax.get_zticks(), [-2, -1, 0, 1, 2])
    texts = [text.get_text() for text in ax.get_zticklabels()]
    assert texts == ["0.01", "0.1", "1", "10", "100"]
    before = len(ax.lines)
    d = gradient_descent(steep, (0.2, 0.2), 1e-3, 3)
    plots.path_3d(ax, steep, d)
    np.testing.assert_allclose(ax.lines[before].get_data_3d()[2], np.log10(d.C))
    plt.close(figure)
    level = from_grid(t, t, np.full((9, 9), 0.5), log=True)
    assert (np.diff(relief(level).levels) > 0).all()


def test_the_relief_needs_two_variables():
    with pytest.raises(ValueError, match="needs a cost of 2 variables, quadratic has 3"):
        relief(quadratic([1, 2, 3]))


def test_a_path_is_drawn_where_it_went_and_the_picture_stays(ax):
    plots.contour(ax, valley)
    limits = ax.get_xlim(), ax.get_ylim()
    d = gradient_descent(valley, (0.5, 0.5), 1.2, 5)  # leaves the picture
    plots.path(ax, d)
    np.testing.assert_array_equal(ax.lines[0].get_xydata(), d.v)
    assert (ax.get_xlim(), ax.get_ylim()) == limits
    assert ax.get_aspect() == 1


def test_the_cost_curve_leaves_the_picture_and_marks_what_went_uphill(ax):
    d = gradient_descent(valley, (0.5, 0.5), 0.3, 40)
    axis = cost_axis(valley)
    plots.cost_curve(ax, d, axis)
    curve, uphill = ax.lines
    np.testing.assert_array_equal(curve.get_ydata(), d.C)
    assert ax.get_yscale() == "log"
    assert ax.get_ylim() == pytest.approx((axis["low"], axis["high"]))
    assert d.C[-1] < axis["low"]
    assert len(uphill.get_ydata()) == 0
    d = gradient_descent(valley, (0.5, 0.5), 1.1, 5)
    plots.cost_curve(ax, d)
    np.testing.assert_array_equal(ax.lines[3].get_ydata(), d.C[1:])


def test_costs_that_can_be_negative_get_a_linear_axis():
    assert not cost_axis(COSTS["saddle"])["log"]
    assert all(cost_axis(cost)["log"] for name, cost in COSTS.items() if name != "saddle")


def test_paths_on_the_surface_end_where_they_leave_it():
    figure = plt.figure()
    ax = figure.add_subplot(projection="3d")
    plots.surface(ax, valley)
    before = len(ax.lines)
    d = gradient_descent(valley, (0.5, 0.5), 1.2, 20)
    plots.path_3d(ax, valley, d)
    drawn = np.transpose(ax.lines[before].get_data_3d())
    assert 1 <= len(drawn) < 21
    np.testing.assert_array_equal(drawn, np.column_stack([d.v, d.C])[: len(drawn)])
    plt.close(figure)


@pytest.mark.parametrize("cost", COSTS.values(), ids=COSTS)
def test_no_ticks_of_a_surface_lie_on_each_other_and_each_axis_has_its_name(cost):
    figure = plt.figure(figsize=(9, 3.8))
    ax = figure.add_subplot(1, 2, 1, projection="3d")
    plots.surface(ax, cost)
    figure.canvas.draw()
    boxes = [axis.label.get_window_extent() for axis in (ax.xaxis, ax.yaxis, ax.zaxis)]
    for axis, (low, high) in zip((ax.xaxis, ax.yaxis), cost.domain, strict=True):
        for tick in axis.get_major_ticks():
            if low <= tick.get_loc() <= high:  # the others are not drawn
                boxes.append(tick.label1.get_window_extent())
    assert len(boxes) >= 3 + 2 * 2
    for i, box in enumerate(boxes):
        assert not any(box.overlaps(other) for other in boxes[:i])
    assert [axis.label.get_text() for axis in (ax.xaxis, ax.yaxis, ax.zaxis)] == [
        "$v_1$", "$v_2$", "$C$"
    ]  # fmt: skip
    plt.close(figure)


def test_digits_weights_and_mistakes(rng):
    images = rng.integers(0, 256, (3, 784), dtype=np.uint8)
    figure, axes = plt.subplots(3, 3)
    plots.digit(axes[0, 0], images[0], title=7)
    np.testing.assert_array_equal(axes[0, 0].images[0].get_array(), images[0].reshape(28, 28))
    plots.weight_images(axes[1], images / 255 - 0.5)
    lows, highs = zip(*(ax.images[0].get_clim() for ax in axes[1]), strict=True)
    assert len(set(lows)) == 1
    assert lows[0] == -highs[0]
    plots.mistakes(axes[2], images, [1, 2, 3], np.eye(10)[[4, 5, 6]])
    assert [ax.get_title() for ax in axes[2]] == ["4", "5", "6"]
    assert [ax.texts[0].get_text() for ax in axes[2]] == ["is 1", "is 2", "is 3"]
    plt.close(figure)


RUNS = [
    {"eta": eta, "mini_batch_size": size, "seed": seed, "accuracy": accuracy + 0.02 * seed}
    for (size, eta), accuracy in {
        (10, 0.1): 0.2, (10, 1): 0.9, (10, 10): 0.1, (100, 0.1): 0.1, (100, 1): 0.5, (100, 10): 0.6
    }.items()
    for seed in (0, 1)
]  # fmt: skip


def test_the_mean_accuracy_is_over_the_seeds_and_skips_what_failed():
    failed = {"eta": 5, "mini_batch_size": 10, "seed": 0, "error": "Oh"}
    etas, sizes, mean = mean_accuracy([*RUNS, failed])
    assert (etas, sizes) == ([0.1, 1, 10], [10, 100])
    np.testing.assert_allclose(mean, [[0.21, 0.91, 0.11], [0.11, 0.51, 0.61]])
    with pytest.raises(ValueError, match="records with eta, mini_batch_size and accuracy"):
        mean_accuracy([failed])
    assert np.isnan(mean_accuracy([*RUNS, {**RUNS[0], "eta": 5}])[2][1, 2])


def test_accuracy_over_eta_names_the_regimes_between_the_values(ax):
    plots.accuracy_over_eta(ax, RUNS[:6])
    assert [text.get_text() for text in ax.texts] == ["crawls", "learns", "saturates"]
    edges = [line.get_xdata()[0] for line in ax.lines if line.get_linestyle() == "--"]
    np.testing.assert_allclose(edges, [0.1**0.5, 10**0.5])


def test_accuracy_over_eta_without_a_regime_that_learns(ax):
    plots.accuracy_over_eta(ax, RUNS[6:])
    assert not ax.texts


def test_the_heat_map_says_each_mean_and_frames_the_best_of_each_row(ax):
    plots.heat_map(ax, RUNS)
    assert [text.get_text() for text in ax.texts] == ["21", "91", "11", "11", "51", "61"]
    assert [round(patch.get_x() + 0.46) for patch in ax.patches] == [1, 2]
