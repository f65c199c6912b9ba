"""A room: what may be asked and answered, who gets in, what is counted, and what is forgotten."""

import asyncio
import gzip
import json
import re
import socket
import threading
import urllib.request
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from tornado.websocket import websocket_connect

from gdlib import labs
from gdlib.costs import quadratic, ravine, two_valleys, valley
from gdlib.labs.room import Room, page
from gdlib.labs.room_pictures import projected
from gdlib.room import Question, join, read_questions
from gdlib.room import server as server_module
from gdlib.room.server import Server
from gdlib.room.session import Session, bars
from tools import ROOT

START = (-0.9, 0.7)
OPTIONS = ["half as many", "as many", "twice as many"]
QUESTIONS = {
    "eta": Question("Which η?", "eta", cost=ravine, start=START),
    "start": Question("Which start?", "start", cost="two_valleys", eta=0.1, steps=30),
    "place": Question("Where?", "place", cost=ravine, start=START, eta=0.05),
    "choice": Question("How many?", "choice", options=OPTIONS, right=3, beliefs=["a", "b", ""]),
}
RIGHT = {"eta": 0.08, "start": [-1.0, 0.1], "place": [-0.53, 0.0], "choice": 3}
WRONG = {"eta": 0.5, "start": [1.0, 0.1], "place": [0.9, 0.9], "choice": 1}


def token(number):
    return f"{number:032x}"


@pytest.fixture
def session():
    return Session()


@pytest.fixture
def room():
    """A room with a question of each kind, which is closed at the end."""
    room = Room(questions=list(QUESTIONS.values()), port=0)
    yield room
    room.leave()


# -- questions


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"kind": "guess"}, "kind must be one of eta, start, place, choice, got 'guess'"),
        ({"text": ""}, "the text of a question must have 1 to 300 characters, got ''"),
        ({"text": "x" * 301}, "must have 1 to 300 characters"),
        ({"cost": "hill"}, "cost must be a Cost, such as from_function.*, got 'hill'"),
        ({"cost": quadratic([1, 2, 3])}, "cost must be one of two variables, got 'quadratic'"),
        ({"start": (1, 2, 3)}, "v0 of ravine must be finite numbers"),
        ({"kind": "place"}, "the learning rate eta must be a number, got None"),
        ({"steps": 501}, "steps must be a whole number from 1 to 500, got 501"),
        ({"kind": "choice", "options": ["a"]}, "options must be a list of 2 to 5"),
        ({"kind": "choice", "options": ["a", "a"]}, "options must be a list of 2 to 5"),
        ({"kind": "choice", "options": OPTIONS, "right": 4}, "from 1 to 3, got 4"),
        ({"kind": "choice", "options": OPTIONS, "right": 1, "beliefs": ["a"]}, "beliefs must"),
    ],
)
def test_what_is_no_question_is_told(fields, message):
    with pytest.raises((TypeError, ValueError), match=message):
        Question(**{"text": "Which?", "kind": "eta", "cost": ravine, "start": START} | fields)


@pytest.mark.parametrize("kind", QUESTIONS)
def test_an_answer_is_checked_and_the_better_one_is_less_far_off(kind):
    question = QUESTIONS[kind]
    assert question.check(RIGHT[kind]) == RIGHT[kind]
    assert question.miss(RIGHT[kind]) < question.miss(WRONG[kind])
    for answer in [None, "x", [], {}, [1, 2, 3], -1, np.inf, [9e9, 0], True, 2e6, [None, 1]]:
        with pytest.raises((TypeError, ValueError)):
            question.check(answer)


def test_a_path_beyond_all_numbers_is_as_far_off_as_can_be():
    assert QUESTIONS["eta"].path(1e6).diverged is False
    long = Question("Which η?", "eta", cost=ravine, start=START, steps=200)
    assert long.miss(1e6) == np.inf


def test_a_file_of_questions_is_read_and_what_is_wrong_with_one_is_told(tmp_path):
    file = tmp_path / "mine.toml"
    table = '[[question]]\nname = "{}"\nnotebook = "{}"\ntext = "?"\nkind = "eta"\n'
    rest = 'cost = "valley"\nstart = [0.5, 0.5]\nsteps = 3\n'
    file.write_text(table.format("one", "01") + rest + table.format("two", "02") + rest)
    assert [one.name for one in read_questions(file)] == ["one", "two"]
    (only,) = read_questions(file, "02")
    assert only.cost is valley
    assert only.start == (0.5, 0.5)
    with pytest.raises(ValueError, match="notebook must be one of 01, 02, got '03'"):
        read_questions(file, "03")
    file.write_text(table.format("one", "01") + rest + table.format("one", "02") + rest)
    with pytest.raises(ValueError, match=r"a name of its own, got .'one'."):
        read_questions(file)
    file.write_text(table.format("one", "01"))
    with pytest.raises(TypeError, match=r"question one of mine.toml: cost must be a Cost"):
        read_questions(file)
    file.write_text(table.format("one", "01") + rest + 'colour = "red"\n')
    with pytest.raises(TypeError, match=r"question one of mine.toml: .*'colour'"):
        read_questions(file)
    file.write_text("a = 1")
    with pytest.raises(ValueError, match="expected tables"):
        read_questions(file)


# -- the session


def test_a_round_from_the_first_vote_to_the_end(session):
    told = []
    session.changed = lambda: told.append(session.phase)
    for i in range(3):
        session.join(session.code, token(i))
    session.ask(QUESTIONS["choice"])
    for i, answer in enumerate([3, 1, 1]):
        session.answer(token(i), answer)
    session.answer(token(1), 2)  # changed her mind
    session.go_on()
    with pytest.raises(ValueError, match="The vote is over"):
        session.answer(token(1), 3)
    session.go_on()
    session.answer(token(1), 3)
    session.answer(token(0), 1)
    session.answer(token(2), 2)
    session.go_on()
    assert session.round.first == {token(0): 3, token(1): 2, token(2): 1}
    assert session.round.moved() == {"closer": [token(1)], "far": [token(2)], "away": [token(0)]}
    assert bars(session.round) == {"labels": OPTIONS, "first": [1, 1, 1], "second": [1, 1, 1]}
    assert set(told) == {"wait", "first", "talk", "second", "reveal"}
    with pytest.raises(ValueError, match="ask a question first, got 'reveal'"):
        session.go_on()


def test_the_code_lets_in_and_no_other(session):
    spaced = f" {session.code[:4].lower()}-{session.code[4:]} "
    session.join(spaced, token(1), "  Ada \n Lovelace ")
    assert session.names == {token(1): "Ada Lovelace"}
    for wrong in ["", "x", None, 5, session.code[:-1], session.code + "A", "é" * 8, [], {}]:
        with pytest.raises(ValueError, match="not the code"):
            session.join(wrong, token(2))
    for wrong in ["", None, 5, "g" * 32, "0" * 31, "0" * 33, ["0" * 32]]:
        with pytest.raises(ValueError, match="token"):
            session.join(session.code, wrong)
    assert len(session.names) == 1
    assert len({Session().code for _ in range(200)}) == 200


def test_a_name_is_cut_and_cleaned(session):
    session.join(session.code, token(1), "a\x00\u202eb<b>" + "é" * 100)
    assert session.names[token(1)] == "ab<b>" + "é" * 35
    session.join(session.code, token(1))  # comes back, and is still called so
    assert session.names[token(1)].startswith("ab")
    session.join(session.code, token(2), {"a": 1})
    assert session.names[token(2)] == ""


def test_two_hundred_fit_in_and_who_left_without_an_answer_makes_room(session):
    for i in range(200):
        session.join(session.code, token(i))
    with pytest.raises(ValueError, match="This room is full: it holds 200 students"):
        session.join(session.code, token(200))
    session.ask(QUESTIONS["choice"])
    session.answer(token(3), 1)
    session.leave(token(3))
    with pytest.raises(ValueError, match="full"):
        session.join(session.code, token(200))
    session.leave(token(4))
    session.join(session.code, token(200))
    assert len(session.names) == 200
    assert token(3) in session.names


def test_who_is_not_in_the_room_does_not_answer(session):
    session.ask(QUESTIONS["choice"])
    with pytest.raises(ValueError, match="only who is in the room"):
        session.answer(token(1), 1)


def test_closed_is_forgotten(session, tmp_path):
    session.join(session.code, token(1), "Ada")
    session.ask(QUESTIONS["choice"])
    session.answer(token(1), 3)
    session.save(tmp_path / "counts.json")
    text = (tmp_path / "counts.json").read_text()
    assert "Ada" not in text
    assert token(1) not in text
    assert json.loads(text) == {
        "questions": [
            {"name": "question", "labels": OPTIONS, "first": [0, 0, 1], "second": [0, 0, 0]}
        ],
        "students_by_right": [0, 1],
    }
    session.close()
    with pytest.raises(ValueError, match="closed"):
        session.save(tmp_path / "counts.json")
    assert (tmp_path / "counts.json").read_text() == text
    assert session.names == session.present == {}
    assert session.rounds == []
    for late in (
        lambda: session.join(session.code, token(1)),
        lambda: session.answer(token(1), 1),
        lambda: session.ask(QUESTIONS["choice"]),
    ):
        with pytest.raises(ValueError, match="closed"):
            late()


def test_paths_walked_side_by_side_are_those_of_each_answer(session):
    session.ask(QUESTIONS["eta"])
    for i, eta in enumerate([0.01, 0.08, 0.3, 1e6]):
        session.join(session.code, token(i))
        session.answer(token(i), eta)
    for _ in range(3):
        session.go_on()
    for eta in session.round.first.values():
        walked, alone = session.round.paths[str(eta)], QUESTIONS["eta"].path(eta)
        np.testing.assert_array_equal(walked.v, alone.v)
        assert session.round.miss(eta) == QUESTIONS["eta"].miss(eta)


def test_a_ball_far_beyond_all_pictures_stops_at_the_edge_of_this_one(session):
    question = Question("Which η?", "eta", cost=ravine, start=START, steps=100)
    session.ask(question)
    session.join(session.code, token(1))
    session.answer(token(1), 1e6)
    film = projected(session.round, "reveal")["film"]
    assert film.channels["v1"].shape == (1, 1, 2)
    assert np.abs(film.channels["v2"][0, 0, 1]) == pytest.approx(1.25)


def test_many_threads_at_once_lose_no_answer(session):
    session.ask(QUESTIONS["choice"])

    def student(i):
        session.join(session.code, token(i))
        for answer in (1, 2, 3):
            session.answer(token(i), answer)

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(student, range(200)))
    assert bars(session.round)["first"] == [0, 0, 200]


@pytest.mark.parametrize("kind", QUESTIONS)
def test_a_histogram_holds_every_answer(kind, session):
    rng = np.random.default_rng(1)
    answers = {
        "eta": lambda: float(10 ** rng.uniform(-6, 6)),
        "start": lambda: rng.uniform(-1.2, 1.2, 2).tolist(),
        "place": lambda: rng.uniform(-1, 1, 2).tolist(),
        "choice": lambda: int(rng.integers(1, 4)),
    }[kind]
    session.ask(QUESTIONS[kind])
    assert sum(bars(session.round)["first"]) == 0
    for i in range(40):
        session.join(session.code, token(i))
        session.answer(token(i), answers())
    found = bars(session.round)
    assert sum(found["first"]) == 40
    assert len(found["labels"]) == len(found["first"]) == len(found["second"])


@pytest.mark.parametrize("starts", [[(0.9, 0.7), (-0.5, 0.1)], [(0.9, 0.7)]])
def test_a_histogram_holds_every_start_where_paths_end_very_high(starts, session):
    session.ask(Question("Which start?", "start", cost=ravine, eta=1.5, steps=20))
    for i, start in enumerate(starts):
        session.join(session.code, token(i))
        session.answer(token(i), start)
    found = bars(session.round)
    assert len(found["labels"]) == len(found["first"])
    assert sum(found["first"]) == len(starts)


# -- the server


class Line:
    """A connection to a room, as a student's page has one."""

    def __init__(self, room):
        self.address = room.address.replace("http", "ws") + "live"
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.socket = self.do(lambda: websocket_connect(self.address))

    def do(self, begin):
        """Begin something in the loop, which is in a thread of its own; return what comes of it."""

        async def wait():
            return await begin()

        return asyncio.run_coroutine_threadsafe(wait(), self.loop).result(10)

    def say(self, message):
        text = message if isinstance(message, str | bytes) else json.dumps(message)
        self.do(lambda: self.socket.write_message(text))

    def hear(self):
        """Return the next message, or None when the connection has ended."""
        text = self.do(self.socket.read_message)
        return None if text is None else json.loads(text)

    def close(self):
        self.loop.call_soon_threadsafe(self.socket.close)

    def end(self):
        self.close()
        self.do(lambda: asyncio.sleep(0.01))
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(5)
        self.loop.close()


@pytest.fixture
def line():
    """A function that opens a connection to a room, and lets a student in if there is a number."""
    lines = []

    def line(room, number=None, name=""):
        opened = Line(room)
        lines.append(opened)
        if number is not None:
            opened.say({"code": room.session.code, "me": token(number), "name": name})
            assert opened.hear()["phase"] == room.session.phase
        return opened

    yield line
    for opened in lines:
        opened.end()


def test_the_page_is_one_small_text_that_fetches_nothing(room):
    request = urllib.request.Request(room.address, headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(request) as answer:
        packed = answer.read()
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert "Server" not in answer.headers
    assert len(packed) <= 30_000
    assert gzip.decompress(packed).decode() == page()
    assert room.session.code not in page()
    with urllib.request.urlopen(room.address) as answer:
        assert answer.read().decode() == page()
    assert "http://" not in page().replace("http://www.w3.org", "")
    assert "https://" not in page()


def test_a_class_of_two_from_the_door_to_the_end(room, line):
    ada, bob = line(room, 1, "Ada"), line(room, 2)
    room.ask(0)
    for one in (ada, bob):
        asked = one.hear()
        assert asked["question"]["text"] == "Which η?"
        assert "film" not in asked  # it had none, and has none now
        assert asked["question"]["right"] is None
    ada.say({"answer": 0.08})
    assert ada.hear() == {"answer": 0.08, "voted": True}
    assert room.panel["answered"] == 1
    assert room.panel["bars"] is None  # unseen
    bob.say({"answer": "a lot"})
    assert bob.hear() == {"error": "the answer must be a finite number, got 'a lot'"}
    room.go_on()
    assert bob.hear() == {"phase": "talk"}
    assert room.panel["bars"]["first"] == [1]
    room.go_on()
    bob.hear()
    bob.say({"answer": 0.5})
    assert bob.hear() == {"answer": 0.5, "voted": True}
    room.go_on()
    end = bob.hear()
    assert end["said"].startswith("Your ball: diverges. After 5 steps C = ")
    assert end["film"]["shape"] == [1, 1, 6]
    assert [entry["word"] for entry in room.panel["legend"]] == [
        "overshoots but converges",
        "diverges",
    ]


def test_a_student_who_comes_back_finds_everything(room, line):
    ada = line(room, 1, "Ada")
    room.ask(3)
    ada.hear()
    ada.say({"answer": 2})
    ada.hear()
    ada.close()
    while room.session.present:
        pass
    again = line(room)
    again.say({"code": room.session.code, "me": token(1)})
    now = again.hear()
    assert (now["phase"], now["answer"], now["voted"]) == ("first", 2, True)
    assert room.session.names[token(1)] == "Ada"
    assert room.panel["students"] == 1


@pytest.mark.parametrize(
    "message",
    ["", "x", "[]", "null", "5", '{"answer"', "[" * 1900, '{"answer": 1e999}', '{"answer": NaN}',
     '{"answer": [1, 2, 3]}', '{"answer": {"a": 1}}', '{"answer": "<script>alert(1)</script>"}',
     '{"answer": null}', '{"ask": 0}', '{"do": "go_on"}', '{"panel": {}}', b"\xff\xfe\x00"],
)  # fmt: skip
def test_a_message_that_makes_no_sense_is_told_or_ends_the_connection_and_nothing_else(
    message, room, line
):
    ada = line(room, 1)
    room.ask(3)
    ada.hear()
    ada.say(message)
    told = ada.hear()
    assert told is None or set(told) == {"error"}
    assert room.session.phase == "first"
    assert room.session.round.first == {}
    bob = line(room, 2)  # the room lives
    bob.say({"answer": 3})
    assert bob.hear()["voted"]


def test_a_message_that_is_huge_ends_the_connection(room, line):
    ada = line(room, 1)
    ada.say({"answer": "x" * 3000})
    assert ada.hear() is None
    line(room, 2)


def test_a_flood_ends_the_connection_and_disturbs_nobody(room, line):
    ada, bob = line(room, 1), line(room, 2)
    room.ask(3)
    ada.hear(), bob.hear()
    for i in range(100):
        try:
            ada.say({"answer": i % 3 + 1})
        except Exception:
            break
    heard = []
    while (told := ada.hear()) is not None:
        heard.append(told)
    assert len(heard) <= server_module.BURST
    bob.say({"answer": 3})
    assert bob.hear()["voted"]


def test_a_wrong_code_waits_and_many_at_once_are_sent_away(room, line, monkeypatch):
    monkeypatch.setattr(server_module, "DELAY", 0.2)
    monkeypatch.setattr(server_module, "MOST_WRONG", 2)
    thieves = [line(room) for _ in range(6)]
    for i, thief in enumerate(thieves):
        thief.say({"code": "AAAAAAAA", "me": token(i)})
    told = [thief.hear() for thief in thieves]
    assert told.count({"error": "That is not the code of this room.", "wrong": True}) == 2
    assert told.count(None) == 4
    assert room.session.names == {}


def test_who_says_nothing_is_sent_away(line, monkeypatch):
    monkeypatch.setattr(server_module, "PATIENCE", 0.2)
    room = Room(ravine, START, port=0)
    try:
        assert line(room).hear() is None
    finally:
        room.leave()


def test_after_the_close_nothing_is_there(line):
    room = Room(ravine, START, port=0)
    ada = line(room, 1, "Ada")
    room.leave()
    room.leave()
    assert ada.hear() == {"closed": True}
    assert ada.hear() is None
    with pytest.raises(OSError, match=r"refused|reset"):
        urllib.request.urlopen(room.address)
    assert room.summary() == "Lab, a room: closed, and all answers are forgotten."


def test_a_port_that_is_taken_leads_to_the_next_and_a_strange_host_is_told():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        server = Server(Session(), "", lambda token: {}, port=port)
        assert port < server.port < port + server_module.PORTS
        server.close()
    with pytest.raises(OSError, match=r"assign requested address|not valid"):
        Server(Session(), "", lambda token: {}, host="192.0.2.1", port=0)


# -- the lab


def test_a_room_is_this_machine_only_unless_the_teacher_chooses(room):
    assert room.address.startswith("http://127.0.0.1:")
    assert room.server.socket.getsockname()[0] == "127.0.0.1"


@pytest.mark.parametrize("kind", QUESTIONS)
@pytest.mark.parametrize("answers", [[], [WRONG], [WRONG, RIGHT], [RIGHT, RIGHT]])
def test_every_phase_can_be_shown_whatever_was_answered(kind, answers, room):
    room.session.join(room.session.code, token(1), "Ada")
    room.ask(list(QUESTIONS).index(kind))
    seen = []
    for vote in range(2):
        seen.append((room.message(token(1)), room.film, room.panel))
        if vote < len(answers):
            room.session.answer(token(1), answers[vote][kind])
        seen.append((room.message(token(1)), room.film, room.panel))
        room.go_on()
        if vote == 0:
            seen.append((room.message(token(1)), room.film, room.panel))
            room.go_on()
    end = room.message(token(1))
    for message, _, _ in [*seen, (end, None, None)]:
        assert len(json.dumps(message)) < 100_000
    assert all(message["film"] is None for message, _, _ in seen)
    assert (end["film"] is None) == (kind == "choice" or (not answers and kind != "place"))
    assert ("gave no answer" in end["said"]) == (not answers)
    assert ("Your second answer" in end["said"]) == (len(answers) == 2)
    moved = room.panel["moved"]
    better = len(answers) == 2 and answers[0] is WRONG
    assert moved["closer"] == better
    assert moved["names"] == (["Ada"] if better else [])


def test_who_has_answered_and_left_is_still_counted_as_one_of_the_class(room):
    for i in range(3):
        room.session.join(room.session.code, token(i))
    room.ask(0)
    room.session.answer(token(0), 0.1)
    room.session.answer(token(1), 0.1)
    room.go_on()
    room.session.leave(token(0))  # the phone fell asleep during the talk
    room.session.leave(token(1))
    assert (room.panel["answered"], room.panel["students"]) == (2, 3)


def test_an_end_without_answers_shows_no_curve(room):
    room.ask(0)
    for _ in range(3):
        room.go_on()
    assert len(room.scene["pictures"]) == 2


def test_a_question_of_one_own_function_and_one_ball_for_each_answer():
    room = Room(lambda v: (v[0] - 0.2) ** 2 + 3 * v[1] ** 2, (0.9, 0.9), 10, port=0)
    try:
        assert room.questions[0].text == "Which learning rate η brings the ball lowest in 10 steps?"
        room.ask()
        for i, eta in enumerate([0.01, 0.1, 0.1, 0.3, 5.0]):
            room.session.join(room.session.code, token(i))
            room.session.answer(token(i), eta)
        room.go_on()
        room.go_on()
        room.go_on()
        assert len(room.scene["tracks"]) == 4  # equal answers share a ball
        words = {entry["word"]: entry["first"] for entry in room.panel["legend"]}
        assert sum(words.values()) == 5
        assert words["diverges"] == 1
        room.respond({"only": "diverges"})
        assert len(room.scene["tracks"]) == 1
        frames = np.frombuffer(room.film["frames"], np.float32)
        assert np.nanmax(np.abs(frames[: len(frames) // 2])) <= 1.25 + 1e-6  # v1, v2: it hides none
    finally:
        room.leave()


def test_a_cell_that_is_run_again_keeps_the_students(room, line):
    ada = line(room, 1, "Ada")
    again = Room(two_valleys, (0.5, 0.5), port=0)
    assert again.session is room.session
    assert again.address == room.address
    assert again.panel["students"] == 1
    assert not again.panel["over"]
    assert "in the lab that was opened last" in room.panel["over"]
    again.ask(0)
    assert "lowest in 5 steps" in ada.hear()["question"]["text"]


def test_what_makes_no_room_is_told():
    with pytest.raises(TypeError, match="expected a cost, or questions such as read_questions"):
        labs.room()
    with pytest.raises(TypeError, match="expected a cost, or questions"):
        labs.room(questions=["Which?"])
    with pytest.raises(ValueError, match="cost must be one of two variables"):
        labs.room(quadratic([1, 2, 3]), (1, 1, 1))
    with pytest.raises(ValueError, match="port must be a whole number from 0 to 65535, got -1"):
        labs.room(ravine, START, port=-1)


def test_join_wants_an_address():
    for address in ("here", "", "#CODE", "http://", "ftp://here.org/", "http://no such host:1/"):
        with pytest.raises(ValueError, match="address must be that of a room, such as http://127"):
            join(address)
    with pytest.raises(TypeError, match="address must be that of a room"):
        join(8765)


def test_join_takes_an_address_as_the_lab_of_the_teacher_shows_it():
    async def taken(address):
        return join(address).room

    for address in ("127.0.0.1:8765", "http://127.0.0.1:8765", " hub.org/user/ada/proxy/8765/"):
        room = asyncio.run(taken(f"{address}#AB"))
        assert room == {"url": f"http://{address.strip().removeprefix('http://')}", "code": "AB"}


def test_the_examples_of_the_docs_open_a_room():
    text = (ROOT / "docs" / "room.md").read_text(encoding="utf8")
    names = {}
    try:
        for block in re.findall(r"```python\n(.*?)```", text, re.DOTALL):
            exec(block, names)
        assert len(names["questions"]) == 2
        assert names["room"].panel["questions"] == [one.text for one in names["room"].questions]
    finally:
        names["room"].leave()
        Room._latest.leave()


def test_a_class_of_guessers_copyers_and_those_who_compute():
    """Ten of each; copyers answer at random, then as most did; the others as they did, or right."""
    rng, questions = np.random.default_rng(3), [QUESTIONS["choice"], QUESTIONS["eta"]]
    room = Room(questions=questions, port=0)
    guess = [lambda: int(rng.integers(1, 4)), lambda: float(10 ** rng.uniform(-3, 0))]
    most = [
        lambda votes: Counter(votes).most_common(1)[0][0],
        lambda votes: float(np.median(votes)),
    ]
    try:
        for number, question in enumerate(questions):
            room.ask(number)
            right = RIGHT[question.kind]
            for i in range(30):
                room.session.join(
                    room.session.code, token(i), f"{['guess', 'copy', 'count'][i % 3]}"
                )
                room.session.answer(token(i), right if i % 3 == 2 else guess[number]())
            room.go_on()
            first = room.panel["bars"]["first"]
            assert sum(first) == 30
            room.go_on()
            copied = most[number](list(room.session.round.first.values()))
            for i in range(30):
                second = [guess[number](), copied, right][i % 3]
                room.session.answer(token(i), second)
            room.go_on()
            seen, moved = room.panel["bars"], room.panel["moved"]
            assert sum(seen["second"]) == 30
            assert sum(moved[kind] for kind in ("closer", "far", "away")) == 30
            assert moved["far"] >= 10  # those who compute were right from the first
            assert "count" not in moved["names"]
            misses = [
                np.mean([room.session.round.miss(one) for one in vote.values()])
                for vote in (room.session.round.first, room.session.round.second)
            ]
            assert misses[1] < misses[0]  # copying helps where most are right, and teaches nothing
    finally:
        room.leave()
