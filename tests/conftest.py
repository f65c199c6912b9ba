from importlib.util import find_spec

import numpy as np
import pytest
from hypothesis import settings

settings.register_profile("course", derandomize=True, database=None, deadline=None)
settings.register_profile("fast", settings.get_profile("course"), max_examples=20)  # make test-fast
settings.load_profile("course")

# The browser tests need an extra, `make test-browser` installs it; no other run collects them.
collect_ignore = [] if find_spec("playwright") else ["browser"]


@pytest.fixture
def rng():
    return np.random.default_rng(0)
