from importlib.util import find_spec

import numpy as np
import pytest

# The browser tests need an extra, `make test-browser` installs it; no other run collects them.
collect_ignore = [] if find_spec("playwright") else ["browser"]


@pytest.fixture
def rng():
    return np.random.default_rng(0)
