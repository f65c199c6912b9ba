import os
import socket
from contextlib import suppress
from importlib.util import find_spec
from itertools import count

import numpy as np
import pytest
from hypothesis import settings
from jupyter_client.connect import LocalPortCache

settings.register_profile("course", derandomize=True, database=None, deadline=None)
settings.register_profile("fast", settings.get_profile("course"), max_examples=20)  # make test-fast
settings.load_profile("course")

# The browser tests need an extra, `make test-browser` installs it; no other run collects them.
collect_ignore = [] if find_spec("playwright") else ["browser"]

# Kernels get ports that are free when they are chosen, and that another worker, or a connection of
# the system's own, could take before the kernel does. So each worker has a range for itself, below
# those that systems give to connections.
ports = count(20_000 + 1_000 * int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:]))


def next_free_port(_cache, host):
    """Return the next port of this worker's range at which nothing listens."""
    for port in ports:
        with suppress(OSError), socket.create_server((host, port)):
            return port


LocalPortCache.find_available_port = next_free_port


@pytest.fixture
def rng():
    return np.random.default_rng(0)
