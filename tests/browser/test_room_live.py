"""A room as a class meets it: the phone from the door to the end, and the projector beside it."""

import nbclient
import pytest
from playwright.sync_api import expect
from test_accessible import AXE, check

from gdlib.costs import ravine, two_valleys
from gdlib.labs.room import Room
from gdlib.room import Question
from tools.lab_page import notebook_of, open_cells, open_lab, store, trust

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
QUESTIONS = [
    Question("Which η?", "eta", cost=ravine, start=(-0.9, 0.7), steps=6),
    Question("Which start?", "start", cost=two_valleys, eta=0.1, steps=20),
    Question("Where is it after 5 steps?", "place", cost=ravine, start=(-0.9, 0.7), eta=0.05),
    Question("How many?", "choice", options=["one", "two", "three"], right=2),
]


@pytest.fixture
def room():
    room = Room(questions=QUESTIONS, port=0)
    yield room
    room.leave()


@pytest.fixture
def phone(browser, room):
    """A function that opens the page of a room on a phone, with the code in its address or not."""
    pages, wrong = [], []

    def phone(code="", **options):
        page = browser.new_context(**{**PHONE, **options}).new_page()
        pages.append(page)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: said.type == "error" and wrong.append(said.text))
        page.goto(f"{room.address}#{code}")
        return page

    yield phone
    for page in pages:
        page.context.close()
    assert wrong == []


def send(page):
    page.get_by_role("button", name="Send my answer").click()
    expect(page.locator(".gd-sent")).to_have_text("✓ Counted. You may change it.")


def test_from_the_door_to_the_end_by_touch(room, phone):
    page = phone()
    page.get_by_label("code of the room").fill("WRONG234")
    page.get_by_role("button", name="join").click()
    expect(page.get_by_role("alert").first).to_have_text("That is not the code of this room.")
    page.get_by_label("code of the room").fill(room.session.code.lower())
    page.get_by_label("name, if you like").fill("<b>Ada</b>")
    page.get_by_role("button", name="join").click()
    expect(page.locator(".gd-status")).to_have_text("You are in. The first question will come.")
    for number, question in enumerate(QUESTIONS):
        room.ask(number)
        expect(page.get_by_role("heading")).to_have_text(question.text)
        for vote in range(2):
            if question.kind == "eta":
                page.locator(".gd-eta").fill(str(40 + 30 * vote))
            elif question.kind == "choice":
                page.get_by_text(["one", "two"][vote], exact=True).click()
            else:
                page.locator("canvas").tap(position={"x": 150 + 40 * vote, "y": 150})
            expect(page.locator(".gd-sent")).to_have_text("not sent yet")
            assert room.panel["answered"] == 0
            send(page)
            assert room.panel["answered"] == 1
            room.go_on()
            if vote == 0:
                expect(page.locator(".gd-status")).to_contain_text("Talk with your neighbour")
                room.go_on()
        expect(page.locator(".gd-status")).to_contain_text("Your second answer is")
        if question.kind == "choice":
            expect(page.locator(".gd-right")).to_contain_text("✓ B")
        else:
            end = page.locator(".gd-rolls output").last  # it plays by itself
            expect(end).to_have_text(str(question.steps), timeout=15_000)
    assert room.session.names.popitem()[1] == "<b>Ada</b>"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    room.leave()
    expect(page.locator(".gd-status")).to_contain_text("The room is closed.")


def test_by_keyboard_alone(room, phone):
    page = phone(room.session.code)
    room.ask(1)
    page.locator("canvas").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowUp")
    page.get_by_role("button", name="Send my answer").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".gd-sent")).to_have_text("✓ Counted. You may change it.")
    assert list(room.session.round.first.values()) == [pytest.approx([0.08, 0.06])]
    room.ask(3)
    page.get_by_role("radio").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.get_by_role("button", name="Send my answer").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".gd-sent")).to_have_text("✓ Counted. You may change it.")
    assert list(room.session.round.first.values()) == [2]


def test_a_lost_line_is_said_and_the_page_comes_back_with_its_answer(room, phone):
    page = phone(room.session.code)
    room.ask(3)
    page.get_by_text("two", exact=True).click()
    send(page)
    (line,) = room.server.connections
    room.server.loop.call_soon_threadsafe(line.close)
    expect(page.locator(".gd-status")).to_contain_text("The connection is lost.")
    expect(page.locator(".gd-status")).to_contain_text("Answer for yourself.")
    expect(page.get_by_role("radio").nth(1)).to_be_checked()
    expect(page.locator(".gd-sent")).to_have_text("✓ Counted. You may change it.")
    page.reload()
    expect(page.get_by_role("radio").nth(1)).to_be_checked()
    assert len(room.session.names) == 1


def test_who_comes_in_when_a_full_room_has_a_place_again_has_one_line(room, phone, monkeypatch):
    monkeypatch.setattr("gdlib.room.server.PATIENCE", 2)
    monkeypatch.setattr("gdlib.room.session.MOST_STUDENTS", 0)
    page = phone(room.session.code)
    expect(page.get_by_role("alert").first).to_contain_text("This room is full")
    monkeypatch.setattr("gdlib.room.session.MOST_STUDENTS", 1)
    page.get_by_role("button", name="join").click()
    expect(page.locator(".gd-status")).to_contain_text("You are in.")
    page.wait_for_timeout(3000)  # by then the room has ended the line that brought nobody in
    assert list(room.session.present.values()) == [1]


def test_a_typed_code_outlives_a_reload_and_what_was_not_sent_is_not_shown_as_an_answer(
    room, phone
):
    page = phone()
    code = room.session.code
    page.get_by_label("code of the room").fill(f" {code[:4].lower()} {code[4:]}")
    page.get_by_role("button", name="join").click()
    expect(page.locator(".gd-status")).to_contain_text("You are in.")
    page.reload()
    expect(page.locator(".gd-status")).to_contain_text("You are in.")
    room.ask(0)
    send(page)  # the η that the slider shows can be sent without a move
    first = page.locator(".gd-eta").input_value()
    page.locator(".gd-eta").fill("90")
    expect(page.locator(".gd-sent")).to_have_text("not sent yet")
    room.go_on()
    expect(page.locator(".gd-eta")).to_be_disabled()
    assert page.locator(".gd-eta").input_value() == first


def test_the_door_of_a_room_that_has_closed_leads_into_the_next_one(room, phone):
    page = phone(room.session.code)
    room.ask(3)
    expect(page.get_by_role("heading")).to_have_text("How many?")
    room.leave()
    expect(page.locator(".gd-status")).to_contain_text("The room is closed.")
    expect(page.get_by_role("radio")).to_have_count(0)
    following = Room(questions=QUESTIONS, port=room.server.port)
    try:
        following.ask(3)
        page.get_by_label("code of the room").fill(following.session.code)
        page.get_by_role("button", name="join").click()
        expect(page.get_by_role("radio")).to_have_count(3)
        page.evaluate("location.hash = 'WRONG234'")  # another code, by a link
        expect(page.get_by_role("alert").first).to_have_text("That is not the code of this room.")
    finally:
        following.leave()


@pytest.mark.skipif(not AXE.is_file(), reason="no axe-core: make test-browser fetches it")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_page_of_a_student(room, phone, scheme):
    page = phone(color_scheme=scheme)
    check(page, "body")
    page.get_by_label("code of the room").fill(room.session.code)
    page.get_by_role("button", name="join").click()
    for number in range(4):
        room.ask(number)
        expect(page.get_by_role("heading")).to_have_text(QUESTIONS[number].text)
        check(page, "body")
        for _ in range(3):
            room.go_on()
        expect(page.locator(".gd-status")).to_contain_text("gave no answer")
        check(page, "body")


CELLS = [
    """from gdlib import labs, room
from gdlib.costs import ravine
mine = labs.room(ravine, (-0.9, 0.7), 12, port=0)
mine""",
    "room.join(f'{mine.address}#{mine.session.code}')",
]


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_a_notebook_joins_and_the_projector_counts_and_shows_the_balls(server, browser, theme):
    with open_cells(server, browser, theme, CELLS) as lab:
        teacher, student = lab.page.locator(".gd-teacher"), lab.page.locator(".gd-student")
        lab.scroll_to("labs.room(")
        expect(teacher.locator(".gd-count")).to_have_text("Students here: 1")
        lab.scroll_to("room.join(")
        status = student.locator(".gd-status")
        expect(status).to_have_text("You are in. The first question will come.")
        check(lab.page, ".gd-teacher")
        teacher.get_by_role("button", name="ask this question").click()
        student.locator(".gd-eta").fill("90")
        student.get_by_role("button", name="Send my answer").click()
        expect(student.locator(".gd-sent")).to_have_text("✓ Counted. You may change it.")
        expect(teacher.locator(".gd-count")).to_have_text("Answered: 1 of 1")
        expect(teacher.locator(".gd-histogram")).to_have_count(0)  # unseen
        check(lab.page, ".gd-student")
        forward = teacher.get_by_role("button", name="go on")
        forward.click()
        expect(teacher.locator(".gd-histogram")).to_be_visible()
        check(lab.page, ".gd-teacher")
        forward.click()
        expect(status).to_contain_text("Answer again.")
        forward.click()
        lab.scroll_to("labs.room(")
        expect(teacher.locator(".gd-legend")).to_be_visible()
        expect(teacher.locator(".gd-stage output").last).to_have_text("12", timeout=15_000)
        teacher.locator(".gd-legend button").first.click()
        expect(teacher.locator(".gd-legend button").first).to_have_attribute("aria-pressed", "true")
        check(lab.page, ".gd-teacher")
        shut = teacher.get_by_role("button", name="close the room")
        shut.click()
        shut.click()
        lab.scroll_to("room.join(")
        expect(status).to_contain_text("The room is closed.")


def test_a_double_click_is_one_press_and_the_next_question_is_at_hand(server, browser):
    cell = """from gdlib import labs
from gdlib.room import Question
questions = [Question(text, "choice", options=["a", "b"], right=1) for text in ("One?", "Two?")]
labs.room(questions=questions, port=0)"""
    with open_cells(server, browser, "JupyterLab Light", [cell]) as lab:
        teacher = lab.page.locator(".gd-teacher")
        ask = teacher.get_by_role("button", name="ask this question")
        forward = teacher.get_by_role("button", name="go on")
        ask.dblclick()
        expect(teacher).to_have_attribute("data-phase", "first")
        expect(ask).to_be_disabled()  # nobody loses an answer by a press too many
        for phase in ("talk", "second", "reveal"):
            forward.dblclick()
            expect(teacher).to_have_attribute("data-phase", phase)
        expect(teacher.get_by_text("Nobody has answered.")).to_be_visible()
        expect(teacher.locator(".gd-right").first).to_contain_text("✓ A. a")
        expect(teacher.get_by_label("question", exact=True)).to_have_value("Two?")
        teacher.get_by_role("button", name="close the room").dblclick()
        expect(teacher.get_by_role("button", name="close the room")).to_have_text(
            "really close it?"
        )


def test_a_saved_room_says_that_it_is_gone(server, browser):
    notebook = notebook_of(["from gdlib import costs, labs\nlabs.room(costs.ravine, port=0)"])
    nbclient.NotebookClient(notebook, timeout=120).execute()
    name = store(server, notebook)
    trust(server, name)
    with open_lab(server, browser) as lab:
        lab.open(name)
        message = lab.page.locator(".gd-teacher .gd-message").first
        expect(message).to_contain_text("what it held is gone: the room")
        assert lab.errors == []
