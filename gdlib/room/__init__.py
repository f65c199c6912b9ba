"""A class in one room: everyone answers on what they have in hand, and all balls roll at once.

    questions   what is asked, from a file that you can write
    session     one question, its two votes, and what came of them; who is in the room
    server      the page of the students, on your own machine or in your network
    gain        what a class has gained between two rounds, and how sure one can be of it

You open a room by `labs.room(cost, start, steps)`; students open its address, or `join` from a
notebook of their own.
"""

from gdlib.room.questions import Question, read_questions


def join(address):
    """Return a lab in which you sit in the room at this address, as the teacher's lab shows it.

    With "#" and the code at its end it goes in at once, else it asks for the code. Your kernel
    speaks with the room, so this works where your browser does not reach it, as on a hub. Raises
    TypeError or ValueError for what is no address.
    """
    from gdlib.labs.join import Join  # the labs stand on this package: here they are called

    return Join(address)


__all__ = ["Question", "join", "read_questions"]
