"""The sweep in data/ is what data/README.md says it is, by the function that stands beside it."""

import experiments
import numpy as np
import pytest

from gdlib.experiments import read_records, sweep
from gdlib.mnist import DATA
from gdlib.plots.runs import mean_accuracy


@pytest.fixture(scope="module")
def records():
    return read_records(DATA / "experiments.jsonl")


def test_the_whole_grid_is_there_without_an_error(records):
    found = sorted((r["eta"], r["mini_batch_size"], r["seed"]) for r in records)
    assert found == sorted(
        (eta, size, seed)
        for eta in experiments.GRID["eta"]
        for size in experiments.GRID["mini_batch_size"]
        for seed in experiments.GRID["seed"]
    )
    assert {record["error"] for record in records} == {""}
    assert {len(record["costs"]) for record in records} == {31}


@pytest.mark.slow
def test_a_run_of_it_can_be_repeated(records, tmp_path):
    settings = {"eta": 1, "mini_batch_size": 200, "seed": 4}
    (now,) = sweep(
        experiments.train_one, {name: [x] for name, x in settings.items()}, progress=False
    )
    (then,) = (record for record in records if settings.items() <= record.items())
    assert now["function"] == then["function"], "delete the file and run data/experiments.py"
    assert now["accuracy"] == pytest.approx(then["accuracy"], abs=0.01)
    assert now["highest_output"] == pytest.approx(then["highest_output"], abs=0.01)
    np.testing.assert_allclose(now["costs"], then["costs"], rtol=0.02)


def test_the_readme_says_what_the_file_holds(records):
    etas, sizes, mean = mean_accuracy(records)
    lines = ["| size | " + " | ".join(f"{eta:g}" for eta in etas) + " |"]
    lines += [
        f"| {size} | " + " | ".join(f"{100 * share:.0f}" for share in row) + " |"
        for size, row in zip(sizes, mean, strict=True)
    ]
    text = (DATA / "README.md").read_text(encoding="utf8")
    for line in lines:
        assert line in text
