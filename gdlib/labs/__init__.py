"""The interactive labs: each is one call in a notebook; Python computes, the browser draws."""

from gdlib.labs.ball import Ball as ball

__all__ = ["ball"]
