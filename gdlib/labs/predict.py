"""Predict first: the learner commits an answer, then the truth shows."""

import html
import io
import math

import matplotlib.pyplot as plt
from traitlets import Dict, List, Unicode

from gdlib.labs.lab import Lab, front_end, style_sheet
from gdlib.plots.style import style
from gdlib.words import say


class Predict(Lab):
    """Ask a question; after the learner has committed an answer, show it beside the truth.

    `truth` is a number, or one of `choices` (texts); `because` says why, in a sentence or two;
    `picture`, if given, is a function without arguments that draws and returns a Figure: it is
    called when the answer is in. `answer` is None until then. Raises ValueError if the truth is
    not among the choices, TypeError if it is no number where there are none.
    """

    _esm = front_end("predict.js")
    _css = style_sheet("card.css")
    question = Unicode().tag(sync=True)
    choices = List(Unicode()).tag(sync=True)
    reply = Dict().tag(sync=True)  # empty until there is an answer

    def __init__(self, question, truth, choices=None, because="", picture=None):
        if choices is not None and truth not in choices:
            raise ValueError(f"the truth, {truth!r}, must be one of the choices {choices}")
        if choices is None and (isinstance(truth, bool) or not isinstance(truth, int | float)):
            raise TypeError(f"without choices the truth must be a number, got {truth!r}")
        super().__init__(question=question, choices=list(choices or []))
        self.answer, self.truth = None, truth
        self._because, self._picture = because, picture

    def respond(self, request):
        """Take request["answer"], unless there is one already."""
        if self.answer is None:
            self.commit(request["answer"])

    def commit(self, answer):
        """Take an answer for good, and show it beside the truth.

        Raises ValueError for what is none of the choices, or no finite number where there are none.
        """
        if self.choices:
            if answer not in self.choices:
                raise ValueError(f"the answer must be one of {self.choices}, got {answer!r:.60}")
            said, truth, right = answer, self.truth, answer == self.truth
        else:
            if not isinstance(answer, int | float) or not math.isfinite(answer):
                raise ValueError(f"the answer must be a finite number, got {answer!r:.60}")
            said, truth = f"{answer:g}", f"{self.truth:g}"
            right = abs(answer - self.truth) <= 0.1 * abs(self.truth)
        self.answer = answer
        verdict = say("✓ You saw it.") if right else say("Not what you expected?")
        verdict = f"{verdict} {self._because}"
        reply = {"picture": None, "alt": ""}
        if self._picture is not None:
            try:
                reply = self._drawn()
            except Exception as error:  # the answer counts all the same
                verdict += " " + say("(The picture failed: {error})", error=error)
        self.reply = reply | {"answer": said, "truth": truth, "verdict": verdict}

    def _drawn(self):
        with style():
            figure, png = self._picture(), io.BytesIO()
            figure.savefig(png, format="png")
            plt.close(figure)
        return {"picture": png.getvalue(), "alt": "; ".join(map(_told, figure.axes))}

    def summary(self):
        """Return the question and its choices, and how to answer."""
        offered = f" {' / '.join(self.choices)}." if self.choices else ""
        question = self.question + offered
        return say("Predict. {question} (Run this cell to answer.)", question=question)

    def poster(self):
        """There is none: `_repr_mimebundle_` has the question in HTML instead."""

    def _repr_mimebundle_(self, **_):
        bundle, metadata = super()._repr_mimebundle_()
        how = say("(Run this cell to answer.)")
        asked = f"<p><b>{say('Predict.')}</b> {html.escape(self.question)} {how}</p>"
        offered = "".join(f"<li>{html.escape(choice)}</li>" for choice in self.choices)
        bundle["text/html"] = asked + (offered and f"<ul>{offered}</ul>")
        return bundle, metadata


def _told(ax):
    """Say of axes, by their labels, what is drawn on them: "C against step: ball, ghost"."""
    _, names = ax.get_legend_handles_labels()
    up, across = ax.get_ylabel() or say("a curve"), ax.get_xlabel() or say("a number")
    what = say("{up} against {across}", up=up, across=across)
    return f"{what}: {', '.join(names)}" if names else what
