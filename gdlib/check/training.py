"""The exercises of notebook 05."""

import numpy as np

from gdlib.check.exercise import Function, Statements

_gradients = np.array([[1.0, -2.0, 0.5], [3.0, 0.0, 1.5], [-1.0, 4.0, 0.0], [2.0, 1.0, 2.0]])

# The estimate (19) of ∇C from the gradients of single images.
estimate = Function(
    lambda gradients: np.mean(gradients, axis=0),
    {
        "That is the sum. Equation (19) divides by the size of the mini-batch.": (
            lambda g: np.sum(g, axis=0)
        ),
        "You averaged over the variables. One number is left for each image; it should be one for "
        "each variable.": lambda g: np.mean(g, axis=1),
        "You averaged over everything. A gradient has one entry for each variable.": np.mean,
        "That is the gradient of the first image alone.": lambda g: g[0],
        "You divided by the number of variables. Divide by the number of images.": (
            lambda g: np.sum(g, axis=0) / g.shape[1]
        ),
    },
    [
        "Row j of the array is the gradient of image j. How many numbers should the answer have?",
        "Add the rows, then divide by how many there are.",
    ],
    [(_gradients,), (_gradients[:2],)],
)

# Online learning, mini-batches of one image, against mini-batches of 20.
online = Statements(
    "ACE",
    {
        "A": "The network learns from each image at once. It can go on learning from a stream.",
        "B": "A step follows the true gradient more closely.",
        "C": "A step follows the wish of a single image, so C often rises.",
        "D": "20 steps of one image take about as long as one step of 20 images.",
        "E": "An epoch has 20 times as many steps.",
        "F": "With the same η, the result is the same, only sooner.",
    },
    {
        "A": "What must you wait for before you can take a step?",
        "B": "Look at the cosines of section 2: which size points closer to the full gradient?",
        "C": "Look at the cosines of section 2, at size 1. How much does one image know?",
        "D": "One matrix product for 20 images is much cheaper than 20 products for one. Time it.",
        "E": "How many steps does it take to see every image once?",
        "F": "The steps are noisier. Look at the table of section 3: size 1 with η = 3.",
    },
    [
        "Three of the six are true.",
        "One true one is an advantage of online learning, and one is a disadvantage.",
    ],
)
