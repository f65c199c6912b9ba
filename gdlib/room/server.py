"""The server of a room: it hands out the page of the students and carries their answers.

It runs on tornado, which Jupyter brings along, in a thread of its own, so that a busy kernel keeps
nobody waiting. It knows two addresses, the page and a WebSocket; there is none for the teacher,
whose lab speaks with the Session in the kernel itself.
"""

import asyncio
import errno
import gzip
import json
import socket
import threading
from contextlib import suppress

import tornado.httpserver
import tornado.web
import tornado.websocket

from gdlib.doors import check_count
from gdlib.room.session import MOST_STUDENTS, WrongCode

PORTS = 20  # are tried, from the one that was asked for
MOST_BYTES = 2_000  # of a message from a student
MOST_CONNECTIONS = 2 * MOST_STUDENTS + 50  # a page that comes back may be there twice for a while
BURST, RATE = 20, 5.0  # messages at once, and then a second, that one connection may send
PATIENCE = 10  # seconds in which a connection must say the code
DELAY = 1.0  # seconds that a wrong code waits for its answer
MOST_WRONG = 20  # that wait at a time: more are sent away at once
HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; script-src 'unsafe-inline'; "
    "style-src 'unsafe-inline'; img-src data:; connect-src 'self' ws: wss:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
}


class Server:
    """Serves a Session until it is closed.

    `page` is the page of the students, a text; `message(token)` returns what a student is to see
    now, as plain data. `host` is the network interface to listen at: "127.0.0.1" is this machine
    only, "0.0.0.0" all that it has. Raises OSError where none of the ports is free, or the host is
    no interface of this machine.
    """

    def __init__(self, session, page, message, host="127.0.0.1", port=8765):
        self.session, self.message = session, message
        self.page = page.encode()
        self.packed = gzip.compress(self.page, 9)
        self.connections, self.wrong = set(), 0
        self.socket = _listening(host, check_count("port", port, least=0, most=65_535))
        self.port = self.socket.getsockname()[1]
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self._run, name="gdlib.room", daemon=True)
        self.thread.start()

    def tell(self):
        """Send everybody what they are to see now. May be called from any thread."""
        with suppress(RuntimeError):  # the loop has ended
            self.loop.call_soon_threadsafe(self._tell)

    def close(self):
        """Tell everybody that the room is closed, and end. May be called twice."""
        with suppress(RuntimeError):
            self.loop.call_soon_threadsafe(self._stop)
        self.thread.join(timeout=5)

    def _run(self):
        asyncio.set_event_loop(self.loop)
        self.loop.call_soon(self._start)
        self.loop.run_forever()
        self.loop.close()

    def _start(self):
        application = tornado.web.Application(
            [("/", _Page, {"server": self}), ("/live", _Live, {"server": self})],
            websocket_max_message_size=MOST_BYTES,
            websocket_ping_interval=20,
            websocket_ping_timeout=20,
            log_function=lambda _handler: None,  # nothing of a student goes into a log
        )
        self.http = tornado.httpserver.HTTPServer(
            application,
            max_header_size=16_384,
            max_body_size=MOST_BYTES,
            idle_connection_timeout=60,
        )
        self.http.add_socket(self.socket)

    def _tell(self):
        for connection in list(self.connections):
            connection.tell()

    def _stop(self):
        self.http.stop()
        for connection in list(self.connections):
            connection.say({"closed": True})
            connection.close(1001, "the room is closed")
        self.ending = self.loop.create_task(self._end())

    async def _end(self):
        await asyncio.sleep(0.3)  # the news of the end is on its way
        await self.http.close_all_connections()  # else a page would wait on them for the next room
        self.loop.stop()


def _listening(host, port):
    """Return a socket that listens at the port, or at the next that is free; 0 is any."""
    for number in range(port, min(port + PORTS, 65_536) if port else 1):
        try:
            listening = socket.create_server((host, number), backlog=MOST_CONNECTIONS)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
        else:
            listening.setblocking(False)
            return listening
    raise OSError(f"expected a free port from {port} on, found none of {PORTS}")


class _Page(tornado.web.RequestHandler):
    def initialize(self, server):
        self.server = server

    def set_default_headers(self):
        self.clear_header("Server")

    def get(self):
        for name, text in HEADERS.items():
            self.set_header(name, text)
        self.set_header("Vary", "Accept-Encoding")
        if "gzip" in self.request.headers.get("Accept-Encoding", ""):
            self.set_header("Content-Encoding", "gzip")
            self.write(self.server.packed)
        else:
            self.write(self.server.page)


class _Live(tornado.websocket.WebSocketHandler):
    """The connection of one student, who first says the code and who they are, then answers."""

    def initialize(self, server):
        self.server, self.token, self.shown = server, None, {}
        self.allowed, self.since = BURST, 0.0

    def check_origin(self, _origin):
        """Let any page connect: what lets somebody in is the code, not where the page is from."""
        return True

    def open(self):
        server = self.server
        if len(server.connections) >= MOST_CONNECTIONS:
            return self.close(1013, "too many connections")
        server.connections.add(self)
        self.set_nodelay(True)
        self.since = server.loop.time()
        server.loop.call_later(PATIENCE, self._lose_patience)

    def _lose_patience(self):
        if self.token is None:
            self.close(1008, "expected the code")

    def on_close(self):
        self.server.connections.discard(self)
        if self.token:
            self.server.session.leave(self.token)

    async def on_message(self, text):
        if not self._may():
            return self.close(1008, "too many messages")
        try:
            message = json.loads(text)
            if not isinstance(message, dict):
                raise ValueError("expected an object")
            if self.token is None:
                await self._join(message)
            else:
                self.server.session.answer(self.token, message.get("answer"))
                self.tell()
        except (TypeError, ValueError, RecursionError) as error:
            self.say({"error": str(error)[:300]})

    async def _join(self, message):
        """Let the student in whose message holds the code, the token and a name."""
        server, token = self.server, message.get("me")
        try:
            server.session.join(message.get("code", ""), token, message.get("name", ""))
        except WrongCode as error:
            if server.wrong < MOST_WRONG:
                server.wrong += 1
                await asyncio.sleep(DELAY)
                server.wrong -= 1
                self.say({"error": str(error), "wrong": True})
            return self.close(1008, "wrong code")
        self.token = token
        self.tell()

    def _may(self):
        """Say whether this connection may send one more message now."""
        now = self.server.loop.time()
        self.allowed = min(BURST, self.allowed + RATE * (now - self.since)) - 1
        self.since = now
        return self.allowed >= 0

    def tell(self):
        """Send the student what they are to see now, without the parts that they have."""
        if self.token is None:
            return
        message = self.server.message(self.token)
        old, self.shown = self.shown, message
        changed = (key for key in message if key not in old or old[key] != message[key])
        self.say({key: message[key] for key in changed})

    def say(self, message):
        """Send a message, unless the connection has ended."""
        with suppress(tornado.websocket.WebSocketClosedError):
            self.write_message(json.dumps(message))
