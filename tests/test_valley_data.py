"""The path and the sharpness in data/ are what data/README.md says they are."""

import csv
from itertools import islice

import numpy as np
import pytest
import train as train_script
import valley

from gdlib.descent import step
from gdlib.landscape import trajectory_plane
from gdlib.mnist import DATA, load_mnist, one_hot
from gdlib.network import Network
from gdlib.sgd import mini_batches

README = (DATA / "README.md").read_text()


@pytest.fixture(scope="module")
def digits():
    return load_mnist()


@pytest.fixture(scope="module")
def path():
    with np.load(DATA / "path.npz", allow_pickle=False) as file:
        return dict(file)


@pytest.fixture(scope="module")
def runs():
    """The columns of sharpness.csv, as arrays, for each learning rate."""
    with open(DATA / "sharpness.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    columns = {name: np.array([float(row[name]) for row in rows]) for name in rows[0]}
    return {
        eta: {name: column[columns["eta"] == eta] for name, column in columns.items()}
        for eta in valley.ETAS
    }


NEW = ("path.npz", "plane.npz", "sharpness.csv")


def test_the_new_files_are_small():
    assert sum((DATA / name).stat().st_size for name in NEW) < 3e6


def test_the_path_leads_from_the_seed_s_start_to_the_saved_network(path):
    assert {name: array.dtype for name, array in path.items()} == {
        "step": int, "v": np.float32, "cost": float, "accuracy": float, "last_step": np.float32,
    }  # fmt: skip
    epochs = 6000 * np.array([1, 2, 3, 4, 6, 8, 10, 13, 16, 20, 25, 30])
    np.testing.assert_array_equal(path["step"], [0, 10, 30, 100, 300, 1000, 3000, *epochs])
    assert path["v"].shape == (19, 23860)
    start, _ = train_script.start("default", 2)
    np.testing.assert_array_equal(path["v"][0], start.v)
    saved = Network.load(DATA / "network.npz")
    np.testing.assert_array_equal(path["v"][-1], saved.v)
    np.testing.assert_array_equal(path["last_step"][1], saved.v)


def test_the_first_moments_are_those_of_a_new_training(digits, path):
    network, rng = train_script.start("default", 2)
    seen = []
    for taken, v in islice(valley.path(network, rng, digits[0]), 101):
        if taken in path["step"]:
            np.testing.assert_allclose(v, path["v"][len(seen)], atol=1e-4)
            seen.append(taken)
    assert seen == [0, 10, 30, 100]


def test_the_last_step_is_the_step_on_the_last_mini_batch(digits, path):
    train, _ = digits
    network, rng = train_script.start("default", 2)
    for _ in range(30):
        batch = mini_batches(60_000, 10, rng)[-1]
    network.v[:] = path["last_step"][0]
    nabla_C = network.gradient(train.images[batch], one_hot(train.labels[batch]))
    moved = path["last_step"][1] - path["last_step"][0]
    assert np.linalg.norm(moved) > 1e-4
    expected = step(network.v, nabla_C, 3.0) - network.v
    np.testing.assert_allclose(moved, expected, atol=1e-4 * np.abs(moved).max() + 1e-6)


def test_cost_and_accuracy_along_the_path_are_the_network_s(digits, path):
    train, test = digits
    network, _ = train_script.start("default", 2)
    for i in (0, 5, -1):
        network.v[:] = path["v"][i]
        C = network.cost(train.images, one_hot(train.labels))
        assert path["cost"][i] == pytest.approx(C, rel=1e-5)
        assert path["accuracy"][i] == pytest.approx(network.accuracy(*test), abs=2e-4)


def test_the_surface_is_c_on_the_plane_of_the_path(digits, path):
    train, _ = digits
    network, _ = train_script.start("default", 2)
    plane = trajectory_plane(path["v"].astype(float))
    cost = network.cost_on(train.images[:2000], one_hot(train.labels[:2000]))
    with np.load(DATA / "plane.npz", allow_pickle=False) as file:
        v1, v2, C = file["v1"], file["v2"], file["C"]
    assert (C.shape, C.dtype, v1[[0, -1]].tolist(), v2[[0, -1]].tolist()) == (
        (61, 61), np.float32, [-17, 153], [-85, 85],
    )  # fmt: skip
    for i, j in [(0, 0), (20, 45), (60, 30)]:
        v = plane.origin + v1[i] * plane.d1 + v2[j] * plane.d2
        assert C[i, j] == pytest.approx(cost.function(v), rel=1e-4)


def test_the_path_is_the_run_in_the_file_of_the_seeds(path):
    with open(DATA / "seeds.csv", newline="") as file:
        run = [r for r in csv.DictReader(file) if (r["start"], r["seed"]) == ("default", "2")]
    for taken, cost, accuracy in zip(path["step"], path["cost"], path["accuracy"], strict=True):
        if taken >= 6000:
            row = run[taken // 6000 - 1]
            assert cost == pytest.approx(float(row["cost"]), abs=1e-6)
            assert accuracy == pytest.approx(float(row["accuracy"]), abs=1e-9)


def test_the_sharpness_is_recorded_at_every_moment(runs):
    for run in runs.values():
        np.testing.assert_array_equal(run["step"], valley.MEASURED)
        assert all(np.isfinite(column).all() for column in run.values())


@pytest.mark.slow
@pytest.mark.parametrize("eta", valley.ETAS)
def test_the_first_rows_of_the_sharpness_come_out_again(digits, runs, eta):
    again = np.array(list(valley.record_sharpness(digits[0], eta, measured=(0, 10))), dtype=float)
    names = ("eta", "step", "cost", "sharpness", "accuracy")
    recorded = np.array([runs[eta][name][:2] for name in names]).T
    np.testing.assert_allclose(again, recorded, rtol=0.01)


def test_the_table_of_the_sharpness_is_what_the_file_says(runs):
    for eta, run in runs.items():
        first, *later = run["sharpness"]
        middle = (run["step"] >= 100) & (run["step"] <= 700)
        assert (
            f"| {eta} | {2 / eta:.3f} | {first:.3f} | {max(later):.3f} | "
            f"{np.median(run['sharpness'][middle]):.3f} | {later[-1]:.3f} | "
            f"{run['cost'][-1]:.3f} | {100 * run['accuracy'][-1]:.1f} |" in README
        )


def test_what_is_said_about_two_over_eta_holds(runs):
    assert all(run["sharpness"][0] > 2 / eta for eta, run in runs.items())
    assert (runs[3]["sharpness"][1:] < 2 / 3).all()
    assert (runs[30]["sharpness"][1:] < 1e-6).all()
    lambda_max, taken = runs[10]["sharpness"], runs[10]["step"]
    above = [*range(30, 71, 10), 230, 240, 270, 280, 290, 300, 460, 1150]
    np.testing.assert_array_equal(taken[1:][lambda_max[1:] > 0.2], above)
    between = (taken >= 80) & (taken <= 700) & (lambda_max <= 0.2)
    assert lambda_max[between].min() > 0.15
