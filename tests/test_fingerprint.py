"""A function's fingerprint changes with all that decides its results, and with nothing else."""

import dataclasses
import enum
import functools
import os
import subprocess
import sys
import threading
import typing

import numpy as np
import pytest

from gdlib.experiments.fingerprints import fingerprint
from gdlib.network import Network
from gdlib.rates import decaying

BEFORE = """
import numpy as np
from statistics import mean

factor, names = 2, {"a": [1, 2], "b": {"x", "y"}}
images = np.zeros((10, 784), np.uint8)


def helper(x):
    return factor * x


class Model:
    width = 3

    @staticmethod
    def size(n):
        return n * Model.width


def uses(*what):
    def decorate(function):
        @functools.wraps(function)
        def wrapped(seed):
            return function(seed)
        return wrapped
    return decorate


@functools.cache
def remembered():
    return factor + 1


def train_one(seed, start=0.5, *, end=1):
    inner = lambda: names
    return helper(seed), Model.size(2), images, inner, mean, even(4)


def even(n):
    return n == 0 or odd(n - 1)


def odd(n):
    return n != 0 and even(n - 1)
"""


def load(source, name="a_notebook"):
    """Return the names that a source defines, as a module of its own would."""
    names = {"__name__": name, "functools": functools}
    exec(compile(source, f"<{name}>", "exec"), names)
    return names


def of(source, settings=("seed",)):
    return fingerprint(load(source)["train_one"], settings)


def test_the_same_text_has_the_same_fingerprint():
    assert of(BEFORE) == of(BEFORE)
    assert len(of(BEFORE)) == 6


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("factor, names = 2", "factor, names = 3"),
        ("factor, names = 2", "factor, names = 2.0"),
        ("[1, 2]", "[1, 3]"),
        ("[1, 2]", "(1, 2)"),
        ('{"x", "y"}', '{"x", "z"}'),
        ("np.zeros((10, 784)", "np.ones((10, 784)"),
        ("np.zeros((10, 784)", "np.zeros((784, 10)"),
        ("np.uint8", "np.int8"),
        ("return factor * x", "return factor + x"),
        ("width = 3", "width = 4"),
        ("return n * Model.width", "return n + Model.width"),
        ("start=0.5", "start=0.6"),
        ("end=1", "end=2"),
        ("from statistics import mean", "from numpy import mean"),
        ("return n != 0 and", "return n != 1 and"),
        ("def train_one(", "@uses(factor)\ndef train_one("),
    ],
)
def test_it_changes_with_what_the_function_reads(old, new):
    assert BEFORE.count(old) == 1
    assert of(BEFORE) != of(BEFORE.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("\n\ndef helper", "\n\nunread = 3\n\n\ndef helper"),
        ("return factor + 1", "return factor + 2"),
        ("import numpy as np\n", "import math\nimport numpy as np\n"),
    ],
)
def test_it_does_not_change_with_what_the_function_does_not_read(old, new):
    assert BEFORE.count(old) == 1
    assert of(BEFORE) == of(BEFORE.replace(old, new))


def test_it_changes_with_the_settings():
    assert of(BEFORE) != of(BEFORE, ["seed", "start"])
    assert of(BEFORE, ["seed", "start"]) == of(BEFORE, ["start", "seed"])


def read(value):
    """Return the fingerprint of a function that reads a value."""
    return fingerprint(lambda seed: value, ["seed"])


class Colour(enum.Enum):
    RED = 1
    BLUE = 2


@dataclasses.dataclass
class Settings:
    eta: float = 3
    sizes: list = dataclasses.field(default_factory=list)

    @property
    def half(self):
        return self.eta / 2


class Pair(typing.NamedTuple):
    a: int
    b: str = "b"


def network(seed):
    return Network([3, 2], np.random.default_rng(seed))


@pytest.mark.parametrize(
    "make",
    [
        lambda n: n,
        lambda n: float(n),
        lambda n: complex(n),
        lambda n: n * "a",
        lambda n: n * b"a",
        lambda n: "\ud800" * n,
        lambda n: {n},
        lambda n: {n: n},
        lambda n: [[]] * n,
        lambda n: (None, n == 1),
        lambda n: 10 ** (5000 + n),
        lambda n: np.float32(n),
        lambda n: np.full(3, n),
        lambda n: np.arange(10)[::n],
        lambda n: np.array([n, None]),
        lambda n: np.array(["2020-01-01"] * n, "datetime64[D]"),
        lambda n: np.random.default_rng(n),
        lambda n: decaying(0.1, n),
        lambda n: functools.partial(decaying, n),
        lambda n: [decaying, Network][n - 1],
        lambda n: [np, math_of()][n - 1],
        lambda n: [np.exp, np.log][n - 1],
        lambda n: [lambda x: x + 1, lambda x: x + 2][n - 1],
        lambda n: [Colour.RED, Colour.BLUE][n - 1],
        lambda n: Settings(n),
        lambda n: [Settings, Pair][n - 1],
        lambda n: Pair(n),
        network,
    ],
)
def test_equal_values_have_one_fingerprint_and_others_another(make):
    assert read(make(1)) == read(make(1))
    assert read(make(1)) != read(make(2))


def math_of():
    import math

    return math


def test_equal_values_count_and_not_whether_they_are_one():
    shared = [1, 2]
    assert read([shared, shared]) == read([[1, 2], [1, 2]])
    assert read([[1], [2]]) != read([[1, 2], []])
    assert read(["ab", "c"]) != read(["a", "bc"])


def test_a_value_may_hold_itself():
    first, second = [1], [2]
    first.append(first)
    second.append(second)
    assert read(first) != read(second)


def test_attributes_of_a_function_count():
    def train_one(seed):
        return {"had": train_one.width}

    train_one.width = 1
    before = fingerprint(train_one, ["seed"])
    train_one.width = 2
    assert fingerprint(train_one, ["seed"]) != before


def test_a_variable_may_have_no_value_yet():
    def train_one(seed):
        return later

    before = fingerprint(train_one, ["seed"])
    later = 1
    assert fingerprint(train_one, ["seed"]) != before


def test_what_has_no_content_is_refused():
    with pytest.raises(TypeError, match=r"<unlocked _thread.lock .* has no content to compare"):
        read([threading.Lock()])
    with pytest.raises(TypeError, match="has no content to compare"):
        read(n for n in range(3))
    nested = []
    for _ in range(100_000):
        nested = [nested]
    with pytest.raises(TypeError, match="reads something too deeply nested"):
        read(nested)


SCRIPT = """
import sys
sys.path.insert(0, sys.argv[1])
from test_fingerprint import BEFORE, of
print(of(BEFORE))
"""


@pytest.mark.slow
def test_it_is_the_same_in_every_process():
    """In particular sets of texts come in another order in each."""
    found = {
        subprocess.run(
            [sys.executable, "-c", SCRIPT, os.path.dirname(__file__)],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        ).stdout
        for seed in "123"
    }
    assert found == {of(BEFORE) + "\n"}
