"""A class in one room: everyone answers on what they have in hand, and all balls roll at once.

    questions   what is asked, from a file that you can write
    round       one question, its two votes, and what came of them; who is in the room
    server      the page of the students, on your own machine or in your network

You open a room by `labs.room(cost, start, steps)`; students open its address, or `join` from a
notebook of their own.
"""

from gdlib.room.questions import Question, read_questions

__all__ = ["Question", "read_questions"]
