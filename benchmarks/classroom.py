"""A class on one machine: how long students wait for five notebooks, and the memory they take.

Run: python -m benchmarks.classroom [--students 30] (Linux). All students use one JupyterLab over
its own interfaces, as their browsers would. Each arrives within two minutes, opens a copy of a
notebook in a kernel of its own, runs every cell in order, with a pause after each that stands for
reading, saves, shuts the kernel down, and opens the next notebook. The pauses are about 2 seconds,
so three and a half hours of class take about 12 minutes on 2 cores, most of it for notebook 07:
everybody trains there for thirty epochs. Nobody presses start in the lab of live training.
"""

import asyncio
import json
import os
import re
import secrets
import shutil
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

import httpx
import numpy as np
import psutil
from jupyter_client.session import Session, json_packer
from jupyter_server.services.kernels.connection.base import (
    deserialize_msg_from_ws_v1,
    serialize_msg_to_ws_v1,
)
from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect

from benchmarks.common import Table, options
from tools import ROOT
from tools.lab_page import jupyterlab

NOTEBOOKS = ["01_valley", "02_learning_rate", "03_many_variables", "05_digits", "07_training"]
ARRIVAL, PAUSE, LIMIT = 120, 2, 1200  # seconds: all arrive, a mean pause, the longest visit
SAMPLE = 5  # seconds between two looks at the memory of all


class Visit(NamedTuple):
    """One student's time with one notebook; memory in MB, of the kernel."""

    waited: float  # seconds, from opening to the last answer, without the pauses
    first_picture: float | None  # the same, to the first lab
    processor: float  # seconds
    memory: float  # proportional set size at the end
    peak: float  # resident, at its highest
    received: float  # MB from the server


class Kernel:
    """A kernel as the browser sees it: messages to and from a websocket."""

    def __init__(self, socket):
        self.socket, self.session, self.received = socket, Session(), 0

    async def request(self, kind, **content):
        """Send a request and yield each (kind, content) that answers it, until the kernel idles."""
        message = self.session.msg(kind, content)
        data = serialize_msg_to_ws_v1(message, "shell", json_packer)
        await self.socket.write_message(data, binary=True)
        waiting = {"reply", "idle"}
        while waiting:
            data = await self.socket.read_message()
            if data is None:
                raise RuntimeError("the server closed the connection")
            self.received += len(data)
            _, parts = deserialize_msg_from_ws_v1(data)
            header, parent, _, answer = map(json.loads, parts[:4])
            if answer.get("execution_state") in ("restarting", "dead"):
                raise RuntimeError("the kernel died")
            if parent.get("msg_id") == message["msg_id"]:
                yield header["msg_type"], answer
                if header["msg_type"].endswith("_reply"):
                    waiting.discard("reply")
                elif answer.get("execution_state") == "idle":
                    waiting.discard("idle")

    async def run(self, code):
        """Run a cell and yield the data of its pictures; raise RuntimeError for an error."""
        async for kind, answer in self.request("execute_request", code=code, silent=False):
            if kind == "error":
                raise RuntimeError(f"{answer['ename']}: {answer['evalue']}")
            yield answer.get("data", {})

    async def process(self):
        """Return its process."""
        pid = {"pid": "__import__('os').getpid()"}
        async for kind, answer in self.request("execute_request", code="", user_expressions=pid):
            if kind == "execute_reply":
                return psutil.Process(int(answer["user_expressions"]["pid"]["data"]["text/plain"]))


async def visit(http, path, rng):
    """Open one notebook, run it, save it and shut its kernel down; return the Visit."""
    start, pauses, first_picture = time.perf_counter(), 0, None
    notebook = (await http.get(f"/api/contents/{path}")).json()["content"]
    wish = {"path": path, "name": path, "type": "notebook", "kernel": {"name": "python3"}}
    session = (await http.post("/api/sessions", json=wish)).json()
    channels = f"/api/kernels/{session['kernel']['id']}/channels"
    address = http.base_url.copy_with(scheme="ws", path=channels)
    request = HTTPRequest(str(address), headers=http.headers)
    socket = await websocket_connect(request, subprotocols=["v1.kernel.websocket.jupyter.org"])
    kernel = Kernel(socket)
    async for _ in kernel.request("kernel_info_request"):
        pass
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            async for data in kernel.run(cell["source"]):
                if {"image/png", "application/vnd.jupyter.widget-view+json"} <= data.keys():
                    first_picture = first_picture or time.perf_counter() - start - pauses
            pause = rng.exponential(PAUSE)
            pauses += pause
            await asyncio.sleep(pause)
    waited = time.perf_counter() - start - pauses
    process = await kernel.process()
    used, memory = process.cpu_times(), process.memory_full_info().pss / 1e6
    status = Path(f"/proc/{process.pid}/status").read_text()
    peak = int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) * 1024 / 1e6
    await http.put(f"/api/contents/{path}", json={"type": "notebook", "content": notebook})
    socket.close()
    await http.delete(f"/api/sessions/{session['id']}")
    processor, received = used.user + used.system, kernel.received / 1e6
    return Visit(waited, first_picture, processor, memory, peak, received)


async def attend(http, folder, rng, visits, failures):
    """Be one student; a failure ends the class for this one."""
    await asyncio.sleep(rng.uniform(0, ARRIVAL))
    for name in NOTEBOOKS:
        try:
            async with asyncio.timeout(LIMIT):
                visits[name].append(await visit(http, f"{folder}/{name}.ipynb", rng))
        except Exception as error:  # whatever it is, it is what we look for
            failures.append(f"{folder}, {name}: {type(error).__name__} {error}")
            return


async def attend_all(address, token, students, seed):
    """Let the class happen; return the visits of each notebook, the failures, the peak in MB."""
    visits, failures = defaultdict(list), []
    async with httpx.AsyncClient(
        base_url=address,
        headers={"Authorization": f"token {token}"},
        timeout=LIMIT,
        limits=httpx.Limits(max_connections=None),
        event_hooks={"response": [refuse_errors]},
    ) as http, asyncio.TaskGroup() as group:  # fmt: skip
        class_ = [
            group.create_task(attend(http, f"student{i}", rng, visits, failures))
            for i, rng in enumerate(np.random.default_rng(seed).spawn(students))
        ]
        peak = 0
        while not all(student.done() for student in class_):
            peak = max(peak, memory_of_all())
            await asyncio.sleep(SAMPLE)
    return visits, failures, peak


async def refuse_errors(response):
    """Raise httpx.HTTPStatusError unless the server did what was asked."""
    response.raise_for_status()


def server():
    """Return the process of the server."""
    return psutil.Process().children()[0]


def memory_of_all():
    """Return the memory of the server and all kernels: their proportional set sizes, in MB."""
    total = 0
    for process in [server(), *server().children(recursive=True)]:
        try:
            total += process.memory_full_info().pss / 1e6
        except (psutil.NoSuchProcess, psutil.AccessDenied):  # it just ended
            continue
    return total


def main():
    """Hold the class and print the tables."""
    chosen = options(__doc__, students=30, seed=0)
    load = ", ".join(f"{load:.1f}" for load in os.getloadavg())
    print(f"{chosen.students} students, {os.cpu_count()} cores, load average before: {load}")
    token = secrets.token_hex()
    with tempfile.TemporaryDirectory() as folder, jupyterlab(Path(folder), token) as address:
        for i in range(chosen.students):
            for name in NOTEBOOKS:
                copy = Path(folder) / "work" / f"student{i}" / f"{name}.ipynb"
                copy.parent.mkdir(exist_ok=True)
                shutil.copy(ROOT / "notebooks" / copy.name, copy)
        empty, start = memory_of_all(), time.perf_counter()
        visits, failures, peak = asyncio.run(
            attend_all(address, token, chosen.students, chosen.seed)
        )
        seconds, full = time.perf_counter() - start, server().memory_full_info().pss / 1e6
        work = server().cpu_times()
    print_table(visits)
    print(f"the server: {empty:.0f} MB before the class, {full:.0f} MB after it, ", end="")
    print(f"{work.user + work.system:.0f} s of processor")
    print(f"the whole class: {seconds:.0f} s, at most {peak:.0f} MB with the server")
    print(f"failures: {len(failures)}", *failures, sep="\n")


def print_table(visits):
    """Print a line for each notebook, and the time to the first picture."""
    print("medians of: seconds waited, of processor; MB of the kernel at the end, received")
    table = Table(18, "waited", "p95", "processor", "kernel", "largest", "peak", "received")
    for name in NOTEBOOKS:
        if not visits[name]:
            table.row(f"{name}: nobody finished it")
            continue
        column = dict(zip(Visit._fields, np.array(visits[name], float).T, strict=True))
        middle = {field: np.median(values) for field, values in column.items()}
        table.row(
            name, f"{middle['waited']:.1f}", f"{np.percentile(column['waited'], 95):.1f}",
            f"{middle['processor']:.1f}", f"{middle['memory']:.0f}",
            f"{column['memory'].max():.0f}", f"{column['peak'].max():.0f}",
            f"{middle['received']:.1f}",
        )  # fmt: skip
    first = [visit.first_picture for visit in visits[NOTEBOOKS[0]]] or [np.nan]
    print(f"to the first picture: median {np.median(first):.1f} s, ", end="")
    print(f"p95 {np.percentile(first, 95):.1f} s")
    kept = sum(np.median([visit.memory for visit in visits[name]]) for name in NOTEBOOKS)
    print(f"the five kernels of one who never shuts one down: {kept:.0f} MB")


if __name__ == "__main__":
    main()
