"""Show a figure, to those too who cannot see it."""

import matplotlib.pyplot as plt
from IPython.display import display


def show(alt):
    """Show the figure that was drawn last, with `alt`, a text that says what is to be seen.

    Jupyter, the exported HTML and the site hand the text to a screen reader in the place of the
    picture. Raises ValueError for a text of less than three words.
    """
    if len(str(alt).split()) < 3:
        raise ValueError(f"alt must say in some words what the picture shows, got {alt!r:.60}")
    figure = plt.gcf()
    display(figure, metadata={"image/png": {"alt": alt}})
    plt.close(figure)
