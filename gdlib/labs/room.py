"""The lab of a room: the teacher asks, the class answers, and all balls roll at once."""

import asyncio
import socket

from traitlets import Dict

from gdlib.costs import Cost, from_function
from gdlib.doors import check_that
from gdlib.labs import scales
from gdlib.labs.lab import Player, front_end, style_sheet
from gdlib.labs.room_pictures import asked, legend, outcome, projected
from gdlib.room.questions import Question
from gdlib.room.session import VOTES, Round, Session, bars
from gdlib.words import LANGUAGE, say

MOST_NAMES = 12  # of those who came closer, that are read out
PAGE = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="data:,">
<style>{style}</style>
</head>
<body>
<noscript>{needs}</noscript>
<script type="module">{script}</script>
</body>
</html>
"""


def page():
    """Return the page of the students: one text, which fetches nothing."""
    script = front_end("student.js", last="openPage(document.body);")
    return PAGE.format(
        language=LANGUAGE or "en",
        title=say("Gradient descent, together"),
        needs=say("This page needs JavaScript."),
        style=style_sheet("card.css", "student.css"),
        script=script,
    )


class Room(Player):
    """Open a room for a class: ask, let all answer, talk and answer again, and see all balls roll.

    With a `cost`, a Cost of two variables or your own function, the first question is which
    learning rate brings the ball lowest in so many `steps`, at most 500, from the `start`, by
    default up on one side. The `questions`, a list such as `gdlib.room.read_questions` returns,
    come after it. Students open the address that the lab shows and type its code, or point their
    camera at it.

    The room is open to this machine only, unless you choose a `host`: the number of a network
    interface, or "0.0.0.0" for all of them. The `port` is the next that is free. `address` is what
    students are shown instead where a proxy leads to this machine, as on a hub.

    A kernel has one room. Where one is open already, at the same host and port, it goes on with
    these questions. `ask`, `go_on` and `leave` do what the buttons do, `save` writes the counts.
    Raises TypeError or ValueError for a question that is none, and OSError for a host that is not
    of this machine.
    """

    _esm = front_end("room.js", last="export default { render: renderRoom };")
    _css = style_sheet("card.css", "room.css")
    panel = Dict().tag(sync=True)
    _latest = None  # the room of this kernel

    def __init__(self, cost=None, start=None, steps=5, questions=(), host="127.0.0.1", port=8765,
                 address=None):  # fmt: skip
        if isinstance(questions, Question):
            questions = [questions]
        if cost is not None:
            cost = cost if isinstance(cost, Cost) else from_function(cost)
            start = scales.up_on_one_side(cost) if start is None else start
            text = say("Which learning rate η brings the ball lowest in {n} steps?", n=steps)
            which = Question(text, "eta", cost=cost, start=start, steps=steps)
            questions = [which, *questions]
        expected = "expected a cost, or questions such as read_questions(file) returns"
        sound = len(questions) and all(isinstance(one, Question) for one in questions)
        check_that(sound, expected, questions, TypeError)
        super().__init__()
        self.questions, self._only, self._queued, self._shown = list(questions), None, False, None
        self._moved_on = False  # whether another lab shows this room now
        self._loop = _running_loop()
        self._asked = None, {}  # what a student is asked, and in which round and phase
        self._where = host, port
        self.session, self.server = self._take_over() or self._open()
        self.address = address or f"http://{_number_of(host)}:{self.server.port}/"
        self.picture = _qr(f"{self.address}#{self.session.code}")
        self.server.message, self.session.changed = self.message, self._on_change
        Room._latest = self
        self._follow()

    def _take_over(self):
        """Return the session and the server of the room that is open here already, or None.

        So a cell that is run again loses nobody: the students stay, and so do their answers.
        """
        before = Room._latest
        if before is None or before.session.closed:
            return None
        if before._where == self._where:
            before._moved_on = True
            before._follow()
            return before.session, before.server
        before.leave()
        return None

    def _open(self):
        """Return a session, and a server that serves it."""
        from gdlib.room.server import Server  # here: the Python in a browser has no tornado

        session = Session()
        return session, Server(session, page(), self.message, *self._where)

    # -- what the buttons do

    def ask(self, number=0):
        """Ask the question of this number, from 0: the first vote begins."""
        self._only = None
        self.session.ask(self.questions[number])
        self.server.tell()

    def go_on(self):
        """Go on to the histogram, the second vote, or the balls. Raises ValueError at the end."""
        self.session.go_on()
        self.server.tell()

    def save(self, path):
        """Write what was counted, without names, into a file of JSON: see `Session.counts`."""
        self.session.save(path)

    def leave(self):
        """Close the room: everybody is sent away, and what they said is forgotten."""
        self.session.close()
        self.server.close()

    def respond(self, request):
        """Do request["do"]: ask, go_on or leave; or show "only" the balls of one kind."""
        if "only" in request:
            self._only = request["only"]
            self._on_change()
        elif request["do"] == "ask":
            self.ask(request["number"])
        else:
            {"go_on": self.go_on, "leave": self.leave}[request["do"]]()

    # -- what the class sees

    def message(self, token):
        """Return what a student is to see now, as plain data. The server asks from its thread."""
        session = self.session
        with session.lock:
            now, phase = session.round, session.phase
            state = {"phase": phase, "round": len(session.rounds)}
            if now is None:
                nothing = dict.fromkeys(["question", "scene", "film", "answer"])
                return state | nothing | {"said": "", "voted": False}
            if self._asked[0] != state:
                self._asked = state, asked(now.question)
            answers = [vote[token] for vote in (now.first, now.second) if token in vote]
            shown = self._asked[1] | (outcome(now, answers) if phase == "reveal" else {})
            return state | shown | {
                "answer": answers[-1] if answers else None,
                "voted": phase in VOTES and token in getattr(now, phase),
            }  # fmt: skip

    # -- what the teacher's lab shows

    def _on_change(self):
        """Follow the session, when the kernel is free, and once for all changes until then."""
        if self._loop is None:
            self._follow()
        elif not self._queued:
            self._queued = True
            self._loop.call_soon_threadsafe(self._follow)

    def _follow(self):
        """Show the session as it is now."""
        self._queued = False
        session = self.session
        with session.lock, self.hold_sync():
            now, state = session.round, (len(session.rounds), session.phase, self._only)
            if state != self._shown:
                self._shown = state
                shown = now or Round(self.questions[0])
                self.show(**projected(shown, session.phase, self._only), step=0)
            self.panel = self._summed_up(now)

    def _summed_up(self, now):
        """Return all that the lab shows beside the pictures, as plain data."""
        session = self.session
        phase, code = session.phase, session.code
        question = now.question if now else None
        reveals = phase == "reveal"
        counts = now and (reveals or (phase == "talk" and question.kind in ("choice", "eta")))
        answers = {} if not now else getattr(now, phase) if phase in VOTES else now.last()
        return {
            "address": self.address,
            "code": f"{code[:4]} {code[4:]}",
            "picture": self.picture,
            "over": self._over(),
            "phase": phase,
            "questions": [f"{one.notebook[:2]} {one.text}".strip() for one in self.questions],
            "students": len(session.present.keys() | answers.keys()),
            "answered": len(answers),
            "text": question.text if question else "",
            "options": list(question.options) if question else [],
            "listen": question.listen if question else "",
            "bars": bars(now) if counts else None,
            "right": question.right if reveals else None,
            "only": self._only,
            "legend": legend(now) if reveals else [],
            "moved": self._moved(now) if reveals else None,
        }

    def _over(self):
        """Return why this lab shows no room any more, or "" if it shows one."""
        if self.session.closed:
            return say("The room is closed. All names and answers are forgotten.")
        return say("This room goes on in the lab that was opened last.") if self._moved_on else ""

    def _moved(self, now):
        """Return how many came closer, stayed and moved away, and names of the first of these."""
        moved = now.moved()
        names = sorted(filter(None, map(self.session.names.get, moved["closer"])))
        return {kind: len(tokens) for kind, tokens in moved.items()} | {"names": names[:MOST_NAMES]}

    def summary(self):
        """Return the state of the room in one sentence."""
        session = self.session
        if session.closed:
            return say("Lab, a room: closed, and all answers are forgotten.")
        return say(
            "Lab, a room at {address}: students in it: {students}, questions asked: {asked}.",
            address=self.address,
            students=len(session.present),
            asked=len(session.rounds),
        )

    def poster(self):
        """There is none: a room lives only while it is open."""


def _running_loop():
    """Return the loop of the kernel, or None where there is none."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def _number_of(host):
    """Return the number by which others reach this machine at an interface."""
    if host != "0.0.0.0":
        return host
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("10.255.255.255", 9))  # sends nothing, but finds the way out
        except OSError:
            return "127.0.0.1"
        return probe.getsockname()[0]


def _qr(text):
    """Return a QR code as the address of a picture."""
    import segno  # here: only who opens a room needs it

    return segno.make(text, error="m").svg_data_uri(scale=4, border=2, light="white")
