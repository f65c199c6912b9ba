"""The interactive labs: each is one call in a notebook, and everything it shows is data from Python."""

from gdlib.labs.ball import Ball as ball

__all__ = ["ball"]
