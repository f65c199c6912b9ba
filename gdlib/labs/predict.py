"""Predict first: the learner commits an answer, then the picture unlocks."""

import html
import io

import ipywidgets as widgets
import matplotlib.pyplot as plt

from gdlib.plots.style import style


class Predict(widgets.VBox):
    """Ask a question; after the learner has committed an answer, show it beside the truth.

    `truth` is a number, or one of `choices` (texts); `because` says why, in a sentence or two;
    `picture`, if given, is a function without arguments that draws and returns a Figure: it is
    called when the answer is in. `answer` is None until then. Raises ValueError if the truth is
    not among the choices, TypeError if it is no number where there are none.
    """

    _ipython_display_ = None  # that of ipywidgets 7, as on Colab, would go before the bundle

    def __init__(self, question, truth, choices=None, because="", picture=None):
        if choices is not None and truth not in choices:
            raise ValueError(f"the truth, {truth!r}, must be one of the choices {choices}")
        if choices is None and (isinstance(truth, bool) or not isinstance(truth, int | float)):
            raise TypeError(f"without choices the truth must be a number, got {truth!r}")
        self.answer, self.question, self.truth = None, question, truth
        self._because, self._picture = because, picture
        self._reply = widgets.HTML()
        if choices is None:
            self._number = widgets.FloatText(layout={"width": "8em"})
            commit = widgets.Button(description="That is my answer")
            commit.on_click(lambda _: self.commit(self._number.value))
            controls = [self._number, commit]
        else:
            controls = [widgets.Button(description=choice, tooltip=choice) for choice in choices]
            for button in controls:
                button.layout = {"width": "auto"}
                button.on_click(lambda clicked: self.commit(clicked.description))
        self._controls = controls
        asked = widgets.HTML(f"<b>Predict.</b> {html.escape(question)}")
        super().__init__([asked, widgets.HBox(controls), self._reply])

    def commit(self, answer):
        """Take an answer for good, and show it beside the truth."""
        self.answer = answer
        for control in self._controls:
            control.disabled = True
        right = answer == self.truth
        if not isinstance(self.truth, str):
            answer, right = f"{answer:g}", abs(answer - self.truth) <= 0.1 * abs(self.truth)
        truth = self.truth if isinstance(self.truth, str) else f"{self.truth:g}"
        verdict = "✓ You saw it." if right else "Not what you expected?"
        self._reply.value = (
            f"You said <b>{html.escape(str(answer))}</b>. It is <b>{html.escape(truth)}</b>. "
            f"{verdict} {html.escape(self._because)}"
        )
        if self._picture is not None:
            try:
                self.children = (*self.children, self._drawn())
            except Exception as error:  # ipywidgets would swallow it
                self._reply.value += f" (The picture failed: {html.escape(str(error))})"

    def _drawn(self):
        with style():
            figure, png = self._picture(), io.BytesIO()
            figure.savefig(png, format="png")
            plt.close(figure)
        return widgets.Image(value=png.getvalue(), layout={"max_width": "760px"})

    def _repr_mimebundle_(self, **_):
        view = {"version_major": 2, "version_minor": 0, "model_id": self.model_id}
        text = f"Predict. {self.question} (Run this cell to answer.)"
        return {"text/plain": text, "application/vnd.jupyter.widget-view+json": view}
