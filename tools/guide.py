"""Complete the hand-written classroom/guide.md from the notebooks, and refuse one that drifted."""

import ast
import contextlib
import re

FOLDED = r"<details><summary>{}</summary>\n*(.*?)\n*</details>\n*"
SOLUTION, SEEN = FOLDED.format("Solution"), FOLDED.format("What you may have seen")
LIST = r"((?:^\d+\. [^\n]+\n)+)"  # a numbered list
START = r"(?:\*\*(?:Exercise )?\d|## )"  # where an exercise may start: its number, or a heading


def prediction(source):
    """Return what a labs.predict says, {argument: value}, without a truth that is computed.

    The arguments are read, not run: each must be written out, be a variable of the same cell that
    is, or an item of such a list. Raises ValueError for any other question, choices or because.
    """
    said, variables, tree = {}, {}, ast.parse(source)
    for line in tree.body:
        if isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Name):
            variables[line.targets[0].id] = line.value
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "labs.predict":
            given = dict(zip(("question", "truth", "choices", "because"), node.args, strict=False))
            given |= {keyword.arg: keyword.value for keyword in node.keywords}
            given.pop("picture", None)
            for argument, value in given.items():
                with contextlib.suppress(*[ValueError] * (argument == "truth")):
                    said[argument] = written(value, variables)
    return said


def written(node, variables):
    """Return the value of an expression that is written out; raise ValueError for any other."""
    if isinstance(node, ast.Name) and node.id in variables:
        return written(variables[node.id], variables)
    if isinstance(node, ast.Subscript):
        return written(node.value, variables)[written(node.slice, variables)]
    return ast.literal_eval(node)


def predictions(notebook):
    """Return the predictions, {question: truth as text, or "" where it is computed or in prose}.

    They are the calls of labs.predict, and the paragraphs that begin with **Predict:**.
    """
    found = {}
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            for text in re.findall(r"^\*\*Predict:\*\* (.+(?:\n.+)*)", cell.source, re.M):
                found[" ".join(text.split())] = ""
        elif "labs.predict(" in cell.source:
            said = prediction(cell.source)
            found[said["question"]] = str(said.get("truth", ""))
    return found


def answers(text):
    """Return the answers in a section of the guide, {question: answer}."""
    quoted = re.findall(r"((?:^> .+\n)+)\n\*\*(.+?)\.?\*\*", text, re.M)
    return {" ".join(q.replace("> ", "").split()): answer for q, answer in quoted}


def from_notebook(notebook):
    """Return Markdown for the guide: what is seen at the labs, and the exercises with answers."""
    text = "\n\n".join(
        cell.source if cell.cell_type == "markdown" else f"```python\n{cell.source}\n```"
        for cell in notebook.cells
    )
    seen = re.findall(rf"{LIST}(?:(?!^\d+\. ).)*?{SEEN}", text, re.M | re.S)
    asked = re.findall(rf"^({START}(?:(?!^{START}).)*?){SOLUTION}", text, re.M | re.S)
    parts = ["### At the labs: the questions, and what they see"] * bool(seen)
    parts += [f"*Asked:*\n\n{questions}\n*Seen:*\n\n{answers}" for questions, answers in seen]
    parts += ["### The exercises and their answers"] * bool(asked)
    parts += [f"{question.strip()}\n\n*Answer:*\n\n{answer}" for question, answer in asked]
    return "\n\n".join(parts)


def guide(text, notebooks):
    """Return the guide: the hand-written text, and in each section what the notebook says.

    Raises ValueError if a notebook has no section or a section no notebook, if the questions
    quoted in a section (> lines) are not the notebook's predictions, or if an answer (the
    paragraph below, which begins with it in bold) is not the notebook's truth.
    """
    text = re.sub(r"<!--.*?-->\n*", "", text, flags=re.S)
    head, *sections = re.split(r"^(?=## \d\d )", text, flags=re.M)
    sections = {section.partition("\n")[0]: section.rstrip() for section in sections}
    headings = [f"## {stem[:2]} {title(notebook)}" for stem, notebook in notebooks.items()]
    if list(sections) != headings:
        raise ValueError(f"the guide's sections should be {headings}, got {list(sections)}")
    for heading, notebook in zip(headings, notebooks.values(), strict=True):
        expected = predictions(notebook)
        found = answers(sections[heading])
        if list(found) != list(expected):
            raise ValueError(f"{heading} should answer {list(expected)}, got {list(found)}")
        for question, truth in expected.items():
            if not found[question].replace("−", "-").startswith(truth):
                raise ValueError(f"{question} The truth is {truth}, got {found[question]}")
        sections[heading] += f"\n\n{from_notebook(notebook)}\n"
    return "\n".join([head, *sections.values()])


def title(notebook):
    """Return the title of a notebook: its first line, without the #."""
    return notebook.cells[0].source.partition("\n")[0].removeprefix("# ")
