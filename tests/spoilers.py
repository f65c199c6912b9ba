"""What stands on the screen before a prediction is answered, and whether it gives the truth away.

A learner sees the section up to the question, as prose and as results, and the cells below it down
to the first whose code is shown. Folded is what stands in <details>, the source of a cell that is
hidden, and the results of a cell tagged `answer`. A learner's own copy has no results below the
question; a page of the site and a notebook that was opened as it was committed do.
"""

import ast
import re
from typing import NamedTuple

from tools.guide import prediction

NUMBER = r"(?<![\w.])[-−]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:e[-+]?\d+)?(?!\w|\.\d)(?: ?\\?%)?"
ABOUT = r"(?:about |nearly |more than )?"
WORDS = {"zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7}
WORDS |= {"eight": 8, "nine": 9, "ten": 10, "dozen": 12, "hundred": 100, "thousand": 1000}
WORDS |= {"half": 0.5, "½": 0.5, "quarter": 0.25, "¼": 0.25, "million": 1e6, "trillion": 1e12}
REFERENCES = (
    r"\\tag\{\d+\}|\(\d\d?\)|\]\(.*?\)|\b[Nn]otebooks? \d\d|\b(?:Exercise|section) \d+"
    r"|(?<=^## )\d+\. |^\d+\. "  # the numbers of headings, and of items of a list
)
FATE = r"\b(converges|crawls|overshoots|oscillates|diverges)\b|after \d+ steps v ="


class Leak(NamedTuple):
    """What gives a truth away: the cell that asks, the cell that tells, and what it tells."""

    asks: str
    tells: str
    what: str


def leaks(notebook, answers=None):
    """Return the Leaks of an executed notebook.

    `answers` are {question: text that begins with the truth} for questions whose truth is computed.
    """
    found = []
    for i, cell in enumerate(notebook.cells):
        if cell.cell_type != "code":
            continue
        if "labs.predict(" in cell.source:
            found += leaks_of_question(notebook.cells, i, answers or {})
        for lab in calls(cell.source):
            if lab.keeps:
                found += leaks_of_lab(notebook.cells, i, lab)
    return found


def leaks_of_question(cells, i, answers):
    """Return what gives away the truth of the labs.predict in cell i."""
    asks, said = cells[i], prediction(cells[i].source)
    choices, truth = said.get("choices"), said.get("truth")
    if truth is None:
        truth = number(answers[said["question"]])
    found = [] if hidden(asks) else [Leak(asks.id, asks.id, "its own source")]
    own = results(asks)
    for words in (said["question"], *(choices or ())):
        own = own.replace(words, "")
    pieces = [(asks, own), *before(cells, i), *below(cells, i)]
    for cell, text in pieces:
        told = tells(text, truth, choices)
        if told:
            found.append(Leak(asks.id, cell.id, told))
    for cell in cells[i + 1 : i + 2]:
        if pictures(cell) and not tagged(cell) and not any(lab.keeps for lab in calls(cell.source)):
            found.append(Leak(asks.id, cell.id, "a picture right below"))
    return list(dict.fromkeys(found))


def before(cells, i):
    """Yield (cell, text) for what stands above cell i, back to where its section begins."""
    for cell in reversed(cells[:i]):
        text = prose(cell)
        parts = re.split(r"^(?=##+ )", text, flags=re.M) if cell.cell_type == "markdown" else [text]
        yield cell, parts[-1]
        if cell.cell_type == "code" and "labs.predict(" not in cell.source:
            yield cell, results(cell)
        if len(parts) > 1:
            return


def below(cells, i):
    """Yield (cell, text) for what stands right below cell i."""
    for cell in following(cells, i):
        yield cell, prose(cell)
        if "labs.predict(" not in cell.source and not tagged(cell):
            yield cell, results(cell)


def following(cells, i):
    """Yield the cells below cell i, to the first whose code is shown."""
    for cell in cells[i + 1 :]:
        yield cell
        if cell.cell_type == "code" and not hidden(cell):
            return


def hidden(cell):
    """Return whether the source of a cell is folded."""
    return bool(cell.metadata.get("jupyter", {}).get("source_hidden"))


def tagged(cell):
    """Return whether the results of a cell are an answer, which the site folds."""
    return "answer" in cell.metadata.get("tags", [])


def prose(cell):
    """Return what a cell shows of its source: words and numbers that are not references."""
    if hidden(cell):
        return ""
    text = re.sub(r"<details>.*?</details>", "", cell.source, flags=re.S)
    return re.sub(REFERENCES, "", text, flags=re.M) if cell.cell_type == "markdown" else text


def results(cell):
    """Return the text in the results of a cell, and what is said of its pictures."""
    texts = []
    for output in cell.get("outputs", []):
        data = output.get("data", {})
        html = re.sub(r"<.*?>", " ", data.get("text/html", ""))
        alt = output.get("metadata", {}).get("image/png", {}).get("alt", "")
        texts += [output.get("text", ""), data.get("text/plain", ""), html, alt]
    return "\n".join(texts)


def pictures(cell):
    """Return whether a cell has a picture or a lab among its results."""
    return any("image/png" in output.get("data", {}) for output in cell.get("outputs", []))


def number(text):
    """Return the first number of a text. Raises IndexError if there is none."""
    return numbers(text)[0]


def numbers(text):
    """Return the numbers in a text, without their signs; 95 % counts as 95 and as 0.95."""
    found = []
    for token in re.findall(NUMBER, text):
        value = abs(float(token.strip(" \\%").replace(",", "").replace("−", "-")))
        found += [value, value / 100] if "%" in token else [value]
    return found + [WORDS[word] for word in words(text) if word in WORDS]


def words(text):
    """Return the words of a text in lower case, without marks."""
    return re.findall(r"[^\W_]+(?:\.\d+)?|½|¼", text.lower())


def tells(text, truth, choices):
    """Return what in a text gives the truth away, or "".

    A number does if it would count as a right answer, which is within a tenth. A choice does if
    it is named and not all the others are.
    """
    if choices is None:
        told = [n for n in numbers(text) if abs(n - abs(truth)) <= 0.1 * abs(truth)]
        return f"the number {told[0]:g}" if told else ""
    named = mentioned(text, choices)
    return f"the choice {truth!r}" if truth in named and len(named) < len(choices) else ""


def mentioned(text, choices):
    """Return those of the choices that a text names: by their numbers, if all are, or by words."""
    if not all(re.match(f"{ABOUT}{NUMBER}", choice) for choice in choices):
        line = f" {' '.join(words(text))} "
        return {c for c in choices if f" {' '.join(words(re.sub('^(a|an|the) ', '', c)))} " in line}
    values, named = {choice: number(choice) for choice in choices}, set()
    for n in numbers(text):
        nearest = min(choices, key=lambda choice: abs(values[choice] - n))
        allowed = 0.1 if re.match(ABOUT, nearest)[0] else 0
        if abs(values[nearest] - n) <= allowed * values[nearest]:
            named.add(nearest)
    return named


class Call(NamedTuple):
    """A call that runs a descent: what it is given, as written, and whether it keeps its end."""

    cost: str
    start: str
    eta: str
    keeps: bool


def calls(source):
    """Return the Calls in a cell: labs.ball and its like, and gradient_descent."""
    try:
        tree = ast.parse(source)
    except SyntaxError:  # the setup cell, whose magic commands are no Python
        return []
    found = []
    for node in ast.walk(tree):
        name = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
        if re.fullmatch(r"labs\.(?!predict$)\w+|gradient_descent", name):
            given = dict(zip(("cost", "start", "eta"), map(ast.unparse, node.args), strict=False))
            given |= {word.arg: ast.unparse(word.value) for word in node.keywords}
            start = given.get("start", given.get("v0", "")).replace("[", "(").replace("]", ")")
            keeps = given.get("predict", "None") != "None"
            found.append(Call(given.get("cost", ""), start, given.get("eta", ""), keeps))
    return found


def leaks_of_lab(cells, i, lab):
    """Return what gives away the end of a lab in cell i, in which one is to predict it."""
    found = []
    for cell in cells[:i]:
        if cell.cell_type == "code":
            same = [other for other in calls(cell.source) if other[:3] == lab[:3]]
            found += [Leak(cells[i].id, cell.id, "the same descent") for _ in same[:1]]
    if re.search(FATE, results(cells[i])):
        found.append(Leak(cells[i].id, cells[i].id, "the summary of the lab"))
    return found
