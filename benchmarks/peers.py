"""The same training by others: each peer gives `epoch()`, one pass, and `accuracy()` on the test.


All train [784, 30, 10] by mini-batches of 10 with η = 3 and the quadratic cost, from the same
start; scikit-learn has no quadratic cost and starts as it likes. All compute in float32, but the
loop, which has the book's float64 weights. The peers hold the images as float32 from 0 to 1,
which is fastest for them; this project holds them as grey values.
"""

import numpy as np

from gdlib.mnist import one_hot
from gdlib.network import Network
from gdlib.sgd import sgd

SIZES, SIZE, ETA, SEED = [784, 30, 10], 10, 3.0, 2


def this_project(train, test):
    """Train by gdlib.sgd."""
    network, rng = Network(SIZES, np.random.default_rng(SEED)), np.random.default_rng(SEED)

    training = sgd(network, train, ETA, SIZE, 10_000, rng)

    def epoch():
        return next(training).seconds

    return epoch, lambda: network.accuracy(*test)


def per_sample_loop(train, test):
    """Train as the book's network.py does: one image at a time, as a column vector."""
    network, rng = Network(SIZES, np.random.default_rng(SEED)), np.random.default_rng(SEED)
    weights = [w.astype(float) for w in network.weights]
    biases = [b[:, None].astype(float) for b in network.biases]
    columns = (train.images / np.float32(255))[:, :, None]
    desired = one_hot(train.labels, float)[:, :, None]

    def sigmoid(z):
        return 1 / (1 + np.exp(-z))

    def backpropagate(x, y):
        activations = [x]
        for w, b in zip(weights, biases, strict=True):
            activations.append(sigmoid(w @ activations[-1] + b))
        hidden, a = activations[1:]
        delta_2 = (a - y) * a * (1 - a)
        delta_1 = (weights[1].T @ delta_2) * hidden * (1 - hidden)
        return [delta_1 @ x.T, delta_2 @ hidden.T], [delta_1, delta_2]

    def epoch():
        order = rng.permutation(len(columns))
        for start in range(0, len(order), SIZE):
            batch = order[start : start + SIZE]
            sum_w, sum_b = [0, 0], [0, 0]
            for i in batch:
                nabla_w, nabla_b = backpropagate(columns[i], desired[i])
                sum_w = [total + part for total, part in zip(sum_w, nabla_w, strict=True)]
                sum_b = [total + part for total, part in zip(sum_b, nabla_b, strict=True)]
            for layer in (0, 1):
                weights[layer] = weights[layer] - ETA / len(batch) * sum_w[layer]
                biases[layer] = biases[layer] - ETA / len(batch) * sum_b[layer]

    def accuracy():
        for layer in (0, 1):
            network.weights[layer][:] = weights[layer]
            network.biases[layer][:] = biases[layer][:, 0]
        return network.accuracy(*test)

    return epoch, accuracy


def scikit_learn(train, test):
    """Train by MLPClassifier, plain sgd. Its cost is the log-loss of a softmax, not (6)."""
    from sklearn.neural_network import MLPClassifier

    images, test_images = (digits.images / np.float32(255) for digits in (train, test))
    classifier = MLPClassifier(
        (30,),
        activation="logistic",
        solver="sgd",
        alpha=0,
        batch_size=SIZE,
        learning_rate="constant",
        learning_rate_init=ETA,
        momentum=0,
        nesterovs_momentum=False,
        random_state=SEED,
    )

    def epoch():
        classifier.partial_fit(images, train.labels, classes=range(10))

    return epoch, lambda: classifier.score(test_images, test.labels)


def pytorch(train, test):
    """Train in PyTorch, eager, on the CPU."""
    import torch

    torch.set_num_threads(1)
    torch.manual_seed(SEED)
    network = Network(SIZES, np.random.default_rng(SEED))
    layers = [torch.nn.Linear(784, 30), torch.nn.Linear(30, 10)]
    with torch.no_grad():
        for layer, w, b in zip(layers, network.weights, network.biases, strict=True):
            layer.weight.copy_(torch.from_numpy(w))
            layer.bias.copy_(torch.from_numpy(b))
    model = torch.nn.Sequential(layers[0], torch.nn.Sigmoid(), layers[1], torch.nn.Sigmoid())
    optimizer = torch.optim.SGD(model.parameters(), lr=ETA)
    images, test_images = (
        torch.from_numpy(digits.images / np.float32(255)) for digits in (train, test)
    )
    y = torch.from_numpy(one_hot(train.labels))

    def epoch():
        for batch in torch.randperm(len(images)).split(SIZE):
            cost = ((model(images[batch]) - y[batch]) ** 2).sum() / (2 * len(batch))
            optimizer.zero_grad()
            cost.backward()
            optimizer.step()

    def accuracy():
        with torch.no_grad():
            return float(np.mean(model(test_images).argmax(dim=1).numpy() == test.labels))

    return epoch, accuracy


def jax_scan(train, test):
    """Train in JAX: one epoch is one compiled scan over the mini-batches."""
    import jax
    import jax.numpy as jnp

    network = Network(SIZES, np.random.default_rng(SEED))
    layers = [
        (jnp.array(w), jnp.array(b)) for w, b in zip(network.weights, network.biases, strict=True)
    ]
    images, test_images = (jnp.array(digits.images / np.float32(255)) for digits in (train, test))
    y = jnp.array(one_hot(train.labels))

    def feedforward(layers, a):
        for w, b in layers:
            a = jax.nn.sigmoid(a @ w.T + b)
        return a

    def cost(layers, x, y):
        return ((feedforward(layers, x) - y) ** 2).sum() / (2 * len(x))

    def one_epoch(layers, images, y, key):
        def learn(layers, batch):
            nabla_C = jax.grad(cost)(layers, images[batch], y[batch])
            return jax.tree.map(lambda v, nabla: v - ETA * nabla, layers, nabla_C), None

        batches = jax.random.permutation(key, len(images)).reshape(-1, SIZE)
        return jax.lax.scan(learn, layers, batches)[0]

    key = jax.random.key(SEED)
    compiled = jax.jit(one_epoch).lower(layers, images, y, key).compile()

    def epoch():
        nonlocal layers, key
        key, now = jax.random.split(key)
        layers = jax.block_until_ready(compiled(layers, images, y, now))

    return epoch, lambda: float(
        np.mean(np.asarray(feedforward(layers, test_images)).argmax(1) == test.labels)
    )


def matrix_products(train, test):
    """Compute the five matrix products of each mini-batch as this project does, nothing else."""
    rng = np.random.default_rng(0)
    x = rng.random((SIZE, 784), dtype=np.float32)
    a, delta_1, delta_2 = (rng.random((n, SIZE), dtype=np.float32) for n in (30, 30, 10))
    w_1, w_2 = rng.random((30, 784), dtype=np.float32), rng.random((10, 30), dtype=np.float32)
    nabla_1, nabla_2 = np.empty_like(w_1), np.empty_like(w_2)

    def epoch():
        for _ in range(len(train.images) // SIZE):
            w_1 @ x.T
            w_2 @ a
            w_2.T @ delta_2
            np.matmul(delta_2, a.T, out=nabla_2)
            np.matmul(delta_1, x, out=nabla_1)

    return epoch, lambda: None


def row_products(train, test):
    """Compute the same five products with one row per image instead of one column."""
    rng = np.random.default_rng(0)
    x, a, delta_1, delta_2 = (
        rng.random((SIZE, width), dtype=np.float32) for width in (784, 30, 30, 10)
    )
    w_1, w_2 = rng.random((30, 784), dtype=np.float32), rng.random((10, 30), dtype=np.float32)
    nabla_1, nabla_2 = np.empty_like(w_1), np.empty_like(w_2)

    def epoch():
        for _ in range(len(train.images) // SIZE):
            x @ w_1.T
            a @ w_2.T
            delta_2 @ w_2
            np.matmul(delta_2.T, a, out=nabla_2)
            np.matmul(delta_1.T, x, out=nabla_1)

    return epoch, lambda: None


PEERS = {
    "this project": this_project,
    "per-sample loop, as in the book": per_sample_loop,
    "scikit-learn (log-loss)": scikit_learn,
    "PyTorch, eager": pytorch,
    "JAX, jit + scan": jax_scan,
    "the five matrix products alone": matrix_products,
    "the same, one row per image": row_products,
}
