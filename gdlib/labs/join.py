"""The lab of a student who joins a room from a notebook: the page of the room, by the kernel."""

import asyncio
import re

from traitlets import Dict

from gdlib.doors import check_that
from gdlib.labs.lab import Lab, front_end, style_sheet
from gdlib.words import say

ADDRESS = re.compile(r"https?://(localhost|[^/\s]*[.:][^/\s]*)(/\S*)?")


class Join(Lab):
    """Sit in the room at this address from a notebook of your own: see `gdlib.room.join`."""

    _esm = front_end("student.js", last="export default { render: renderStudent };")
    _css = style_sheet("card.css", "student.css")
    room = Dict().tag(sync=True)  # its address, and its code if that is known

    def __init__(self, address):
        expected = "address must be that of a room, such as http://127.0.0.1:8765/#CODE"
        check_that(isinstance(address, str), expected, address, TypeError)
        url, _, code = address.strip().partition("#")
        url = url if "://" in url else f"http://{url}"  # the teacher's lab shows it without
        check_that(ADDRESS.fullmatch(url), expected, address)
        try:
            self._link, self._loop = None, asyncio.get_running_loop()
        except RuntimeError as error:
            raise RuntimeError("a room must be joined from a notebook, got no kernel") from error
        super().__init__(room={"url": url, "code": code})

    def respond(self, request):
        """Hand a message of the student's page over to the room."""
        self._loop.create_task(self._hand_over(request["message"]))

    async def _hand_over(self, message):
        """Send a message, over a new connection if there is none; where that fails, say so."""
        from tornado.websocket import websocket_connect  # here: most labs need no network

        try:
            if self._link is None:
                url = self.room["url"].replace("http", "ws", 1).rstrip("/")
                self._link = await websocket_connect(f"{url}/live", connect_timeout=8)
                self._loop.create_task(self._listen(self._link))
            await self._link.write_message(message)
        except Exception:  # refused, out of reach, closed: the page tries again
            self._lose(self._link)

    async def _listen(self, link):
        while (text := await link.read_message()) is not None:
            self.send({"room": text})
        self._lose(link)

    def _lose(self, link):
        """Tell the page that the connection has ended, unless a newer one is there."""
        if link is self._link:
            self._link = None
            self.send({"lost": True})

    def summary(self):
        """Return what this is in one sentence."""
        return say("Lab, a seat in the room at {address}.", address=self.room["url"])

    def poster(self):
        """There is none: a room lives only while it is open."""
