"""gdlib: gradient descent you can read, from a valley to MNIST.

The core is NumPy and the standard library only. Read it in this order:

    gdlib.descent       step: v -> v - eta * nabla_C, and the path it makes when repeated
    gdlib.rates         learning rates that vary on the way: decaying, backtracking
    gdlib.regime        words for what a path did: converges, crawls, diverges, ...
    gdlib.costs         cost functions C(v), each with its gradient; the named surfaces
    gdlib.own_function  a function of your own, made into such a cost
    gdlib.network       a network whose weights and biases are one flat vector v
    gdlib.sgd           the same step, on mini-batches
    gdlib.derivatives   the gradient by differences, and how sharply C bends
    gdlib.landscape     C on a line and on a plane through v, and the plane of a path
    gdlib.mnist         the handwritten digits as arrays
    gdlib.handwriting   handwriting of your own, made into an image of MNIST's kind
    gdlib.patience      what takes long says that you may interrupt it
    gdlib.doors         what arguments must be, and errors that say what came

On top of the core, and never below it:

    gdlib.experiments  a training, run over a grid of settings; its file; the class round
    gdlib.check        exercises: what is wrong with an answer, and hints
    gdlib.plots        matplotlib drawings; each takes an Axes
    gdlib.room         a class that answers on its phones: the questions, the votes, the server
    gdlib.labs         the interactive labs of the notebooks

Importing gdlib imports none of these; say what you want: `from gdlib.costs import valley`.
"""

__version__ = "0.1.0"
