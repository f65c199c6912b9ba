"""The exercises of notebook 09."""

import numpy as np

from gdlib.check.exercise import Function, Statements


def _best(records, mini_batch_size, summary=np.mean, of_size=True, best=max):
    """Return the η whose runs are best by a summary of their accuracies."""
    runs = [run for run in records if not of_size or run["mini_batch_size"] == mini_batch_size]
    etas = sorted({run["eta"] for run in runs})
    return best(etas, key=lambda eta: summary([r["accuracy"] for r in runs if r["eta"] == eta]))


_accuracies = {  # of two to four seeds, for each mini-batch size and η; every mistake shows
    (10, 0.3): (0.52, 0.67, 0.54, 0.58),
    (10, 1): (0.67, 0.98, 0.53),
    (10, 3): (0.85, 0.72),
    (10, 10): (0.94, 0.78, 0.53, 0.65),
    (10, 30): (0.75, 0.73),
    (40, 0.3): (0.96, 0.57, 0.5),
    (40, 1): (0.94, 0.75),
    (40, 3): (0.79, 0.78),
    (40, 10): (0.57, 0.91, 0.89),
    (40, 30): (0.87, 0.62, 0.55, 0.55),
}
_records = [
    {"eta": eta, "mini_batch_size": size, "seed": seed, "accuracy": accuracy}
    for (size, eta), accuracies in _accuracies.items()
    for seed, accuracy in enumerate(accuracies)
]

# The learning rate that reads most on average over the seeds, for one mini-batch size.
best_eta = Function(
    _best,
    {
        "That is the η of the single best run. One seed may have been lucky: take the mean over "
        "the seeds.": lambda records, size: _best(records, size, np.max),
        "That is the η whose worst seed is best. Take the mean over the seeds.": (
            lambda records, size: _best(records, size, np.min)
        ),
        "You kept the last seed of each η only. A dictionary keeps the last value of a key: "
        "collect all of them, and take their mean.": (
            lambda records, size: _best(records, size, lambda accuracies: accuracies[-1])
        ),
        "You kept the first seed of each η only. Collect all of them, and take their mean.": (
            lambda records, size: _best(records, size, lambda accuracies: accuracies[0])
        ),
        "That is the sum, so an η wins by the number of its runs. Take the mean.": (
            lambda records, size: _best(records, size, np.sum)
        ),
        "That is the median over the seeds. Take the mean.": (
            lambda records, size: _best(records, size, np.median)
        ),
        "You averaged over all mini-batch sizes. Keep only the runs of the size asked for.": (
            lambda records, size: _best(records, size, of_size=False)
        ),
        "That is the η that reads least.": lambda records, size: _best(records, size, best=min),
        "That is the accuracy. The question is which η reached it.": lambda records, size: max(
            np.mean([r["accuracy"] for r in records
                     if (r["mini_batch_size"], r["eta"]) == (size, eta)])
            for eta in {r["eta"] for r in records}
        ),
        "That is the largest η.": lambda records, size: max(r["eta"] for r in records),
    },
    [
        "Keep the records whose mini_batch_size is the one asked for. Which η's are among them?",
        "For each of those η, take the mean of the accuracy over its seeds.",
        "max(etas, key=...) returns the η for which a function of it is largest.",
    ],
    [(_records, 10), (_records, 40)],
)  # fmt: skip

# What a sweep allows you to say.
conclusions = Statements(
    "ADF",
    {
        "A": "While η is small, twice the mini-batch with twice the η reads about as much.",
        "B": "So with mini-batches of 200, an η of 100 is as good as 5 with mini-batches of 10.",
        "C": "One seed for each η would have shown the same.",
        "D": "I chose η by the test images, so their accuracy flatters my choice a little.",
        "E": "The η that is best after 3 epochs is best after 30, too.",
        "F": "If the best η is the largest that I tried, I should try larger ones.",
    },
    {
        "A": "Follow a diagonal of the map from the lower left, one cell right, one cell up.",
        "B": "Look at the right part of the map: does the edge move when the mini-batch grows?",
        "C": "Look at the dots for one η. How far apart can two seeds be?",
        "D": "Of many settings you took the one that happened to read these images best. Would it "
        "read others as well?",
        "E": "The sweep says nothing of 30 epochs. A small η may only need more time.",
        "F": "What do you know of an η that you did not try?",
    },
    [
        "You may make three of the six.",
        "Two of those are warnings.",
    ],
)
