"""Put one fault at a time into a copy of gdlib, and see whether the notebooks alone notice it.

Each fault names its module, the notebook that should notice it first, and what is wrong. Then
come the lines of the module before (-) and after (+).
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
AT_ONCE = 2
ENVIRONMENT = {
    "OPENBLAS_NUM_THREADS": "1",
    "PYTHONDONTWRITEBYTECODE": "",
    "PYTHONPYCACHEPREFIX": "",
}

FAULTS = """
costs 01: the valley has a stray ½
-    return v[0] ** 2 + v[1] ** 2
+    return (v[0] ** 2 + v[1] ** 2) / 2

costs 01: the gradient of the valley has its entries the wrong way round
-    return np.array([2 * v[0], 2 * v[1]])
+    return np.array([2 * v[1], 2 * v[0]])

costs 01: the ravine is steeper than its formula
-    return v[0] ** 2 + 10 * v[1] ** 2
+    return v[0] ** 2 + 20 * v[1] ** 2

costs 01: the gradient of the ravine has lost a factor 2
-    return np.array([2 * v[0], 20 * v[1]])
+    return np.array([2 * v[0], 10 * v[1]])

costs 01: the two valleys lean to the other side
-    return (v[0] ** 2 - 1) ** 2 + v[1] ** 2 + 0.2 * v[0] + 0.3
+    return (v[0] ** 2 - 1) ** 2 + v[1] ** 2 - 0.2 * v[0] + 0.3

costs 01: the gradient of the two valleys has lost its constant
-    return np.array([4 * v[0] * (v[0] ** 2 - 1) + 0.2, 2 * v[1]])
+    return np.array([4 * v[0] * (v[0] ** 2 - 1), 2 * v[1]])

costs 01: the pictures of the two valleys are as high as they should be wide
-    ((-1.6, 1.6), (-1.2, 1.2)),
+    ((-1.2, 1.2), (-1.6, 1.6)),

costs 01: the gradient of the saddle is that of the valley
-    return np.array([2 * v[0], -2 * v[1]])
+    return np.array([2 * v[0], 2 * v[1]])

costs 01: the gradient of the plateau has lost the inner derivative
-    return np.array([v[0], v[1]]) * 2 * np.exp(-(v[0] ** 2) - v[1] ** 2)
+    return np.array([v[0], v[1]]) * np.exp(-(v[0] ** 2) - v[1] ** 2)

costs 01: the banana is too shallow
-    return (1 - v[0]) ** 2 + 100 * (v[1] - v[0] ** 2) ** 2
+    return (1 - v[0]) ** 2 + 10 * (v[1] - v[0] ** 2) ** 2

costs 01: the gradient of the banana has lost the factor of the chain rule
-    return np.array([-2 * (1 - v[0]) - 400 * v[0] * across, 200 * across])
+    return np.array([-2 * (1 - v[0]) - 200 * v[0] * across, 200 * across])

costs 03: the quadratic cost has lost its ½
-        return 0.5 * np.tensordot(curvatures, np.square(v), axes=1)
+        return np.tensordot(curvatures, np.square(v), axes=1)

costs 03: the gradient of the quadratic cost has kept its ½
-        return curvatures.reshape(-1, *[1] * (v.ndim - 1)) * v
+        return curvatures.reshape(-1, *[1] * (v.ndim - 1)) * v / 2

costs 02: the gradient of your own function points downhill
-    return Cost(name, function, lambda v: _gradient(function, v), domain, f"{name}(v)")
+    return Cost(name, function, lambda v: -_gradient(function, v), domain, f"{name}(v)")

costs 06: between the points of a grid a cost is bilinear, not smooth
-_CATMULL_ROM = np.array([[0, -1, 2, -1], [2, 0, -5, 3], [0, 1, 4, -3], [0, 0, -1, 1]]) / 2
+_CATMULL_ROM = np.array([[0, 0, 0, 0], [2, -2, 0, 0], [0, 2, 0, 0], [0, 0, 0, 0]]) / 2

costs 06: a cost from a grid has its axes the wrong way round
-            weights[0][i] * weights[1][j] * padded[index[0] + i, index[1] + j]
+            weights[0][i] * weights[1][j] * padded[index[1] + j, index[0] + i]

costs 06: the gradient of a cost from a grid counts squares, not distances
-                powers = np.stack([0 * at, *(k * powers[k - 1] for k in (1, 2, 3))]) / spacing
+                powers = np.stack([0 * at, *(k * powers[k - 1] for k in (1, 2, 3))])

costs 01: your own function may change the v of its caller
-        v = np.array(v, dtype=float)  # its own, whatever C does to it
+        v = np.asarray(v, dtype=float)

costs 06: a grid goes on beyond its edge by a square
-            at = np.where((at > -1e-9) & (at < len(axis) - 1 + 1e-9), at, np.nan)
+            at = np.where((at > -1) & (at < len(axis)), at, np.nan)

costs 06: a grid is taken to go on level beyond its edge
-    padded = np.pad(C, 1, mode="reflect", reflect_type="odd")  # goes on straight beyond its edge
+    padded = np.pad(C, 1, mode="edge")

costs 01: the points of a grid come back column by column
-        points = np.ascontiguousarray(v.reshape(len(v), -1).T)
+        points = np.ascontiguousarray(v.reshape(len(v), -1, order="F").T)

costs 01: the banana is drawn in another place
-    ((-1.6, 1.6), (-0.6, 2.4)),
+    ((-1.6, 1.6), (-1.6, 1.6)),

derivatives 01: differences are taken ahead only
-        behind[i] -= reach[i]
+        behind[i] -= 0

derivatives 02: the difference is divided by h, not 2h
-        steps[i] = ahead[i] - behind[i]
+        steps[i] = ahead[i] - v[i]

derivatives 02: the difference is taken the wrong way round
-    difference = C[0] - C[1]
+    difference = C[1] - C[0]

derivatives 03: the error of a gradient is blind to signs
-    error = np.linalg.norm(nabla_C - expected)
+    error = np.linalg.norm(np.abs(nabla_C) - np.abs(expected))

derivatives 03: the error of a gradient is absolute where it should be relative
-    return float(error / size) if size > 1e-6 else float(error)
+    return float(error)

derivatives 02: the smallest curvature is taken for the largest
-    return float(np.linalg.eigvalsh((hessian + hessian.T) / 2)[-1])
+    return float(np.linalg.eigvalsh((hessian + hessian.T) / 2)[0])

derivatives 02: the curvature is twice what it should be
-    hessian = (cost.gradient(around[0]) - cost.gradient(around[1])) / (2 * reach)
+    hessian = (cost.gradient(around[0]) - cost.gradient(around[1])) / reach

derivatives 02: the largest curvature is the one largest in size
-    return float(np.linalg.eigvalsh((hessian + hessian.T) / 2)[-1])
+    return float(np.abs(np.linalg.eigvalsh((hessian + hessian.T) / 2)).max())

derivatives 03: the error of a gradient is relative to that gradient
-    size = np.linalg.norm(expected)
+    size = np.linalg.norm(cost.gradient(v))

derivatives 02: the curvature is looked for along the axes only
-    return float(np.linalg.eigvalsh((hessian + hessian.T) / 2)[-1])
+    return float(np.diag(hessian).max())

descent 01: the step goes uphill
-    return v - eta * nabla_C
+    return v + eta * nabla_C

descent 01: the step has the length η, however steep it is
-    return v - eta * nabla_C
+    return v - eta * nabla_C / np.linalg.norm(nabla_C)

descent 01: the promise has the length of the gradient, not its square
-        predicted_change = -eta * (nabla_C[:-1] ** 2).sum(axis=1)
+        predicted_change = -eta * np.sqrt((nabla_C[:-1] ** 2).sum(axis=1))

descent 01: the promise is made with the gradient after the step
-        predicted_change = -eta * (nabla_C[:-1] ** 2).sum(axis=1)
+        predicted_change = -eta * (nabla_C[1:] ** 2).sum(axis=1)

descent 01: the actual change has the wrong sign
-        v, C, nabla_C, eta, predicted_change, np.diff(C), diverged, regime(cost, v, C, diverged)
+        v, C, nabla_C, eta, predicted_change, -np.diff(C), diverged, regime(cost, v, C, diverged)

descent 01: momentum is forgotten
-                v[k + 1] += momentum * (v[k] - v[k - 1])
+                v[k + 1] += 0 * (v[k] - v[k - 1])

descent 01: the ghost feels less of the slope
-            v[k + 1] = step(v[k], nabla_C[k], eta[k])
+            v[k + 1] = step(v[k], (1 - momentum) * nabla_C[k], eta[k])

descent 01: every step uses the gradient of the start
-            v[k + 1] = step(v[k], nabla_C[k], eta[k])
+            v[k + 1] = step(v[k], nabla_C[0], eta[k])

descent 02: a learning rate that depends on the step is one step ahead
-            eta[k] = choose_eta(k, v[k], nabla_C[k])
+            eta[k] = choose_eta(k + 1, v[k], nabla_C[k])

descent 02: a decaying learning rate decays exponentially
-    return lambda k: eta / (1 + k / half_life)
+    return lambda k: eta / 2 ** (k / half_life)

descent 02: backtracking is content with any fall
-            if cost.function(ahead) - C <= -0.5 * rate * slope:
+            if cost.function(ahead) - C <= 0:

descent 02: backtracking takes a tenth, not a half
-            rate /= 2
+            rate /= 10

descent 03: the destinations lie one step too early
-        for _ in range(steps):
+        for _ in range(steps - 1):

descent 01: the paths of a film are in the wrong order
-    return [_describe(cost, *(part[..., i] for part in walk)) for i in range(len(etas))]
+    return [_describe(cost, *(part[..., -1 - i] for part in walk)) for i in range(len(etas))]

descent 02: a path that diverges keeps its first point that is not finite
-    end = int(np.argmin(finite)) if diverged else len(C)
+    end = int(np.argmin(finite)) + 1 if diverged else len(C)

descent 02: a path converges when it has done nine tenths of its way
-    if len(lengths) * lengths[-1] < 0.01 * extent:
+    if len(lengths) * lengths[-1] < 0.1 * extent:

descent 02: a path diverges as soon as it is longer than the picture is wide
-    if away[1] > away[0] + 10 * width:
+    if away[1] > away[0] + width:

descent 02: going on counts as turning back
-        turns_back = (moves[1:] * moves[:-1]).sum(axis=1) < 0
+        turns_back = (moves[1:] * moves[:-1]).sum(axis=1) > 0

descent 02: a path overshoots only if every step turns back
-        return "overshoots but converges" if turns_back.any() else "converges"
+        return "overshoots but converges" if turns_back.all() else "converges"

descent 02: a path that climbs to its end does not diverge
-    if C[-1] > C[0] and lengths[-1] == lengths.max():
+    if C[-1] < C[0] and lengths[-1] == lengths.max():

descent 02: a swinging path still falls if it has ever fallen
-        still_falls = C[-1] < 0.99 * C[len(C) // 2]
+        still_falls = C[-1] <= C[0]

descent 02: a regime is about the first half of the turns
-    recent = turns_back[len(turns_back) // 2 :]
+    recent = turns_back[: len(turns_back) // 2]

descent 03: a ball is not lost while one of its variables is finite
-    return np.where(np.isfinite(v).all(axis=0), v, np.nan)
+    return np.where(np.isfinite(v).any(axis=0), v, np.nan)

mnist 04: y counts from 9 down
-    return np.eye(10, dtype=dtype)[labels]
+    return np.eye(10, dtype=dtype)[9 - labels]

mnist 04: training and test images are the wrong way round
-    return _read_pair(*train), _read_pair(*test)
+    return _read_pair(*test), _read_pair(*train)

mnist 04: the network is tested on what it was trained on
-    return _read_pair(*train), _read_pair(*test)
+    return _read_pair(*train), _read_pair(*train)

mnist 04: images lie on their side
-    return Digits(images.reshape(len(images), 784), labels)
+    return Digits(images.transpose(0, 2, 1).reshape(len(images), 784), labels)

mnist 04: ink is 0 and paper 255
-    return Digits(images.reshape(len(images), 784), labels)
+    return Digits(255 - images.reshape(len(images), 784), labels)

mnist 04: each image has the label of the next
-    return Digits(images.reshape(len(images), 784), labels)
+    return Digits(images.reshape(len(images), 784), np.roll(labels, -1))

mnist 04: y has always the same type
-    return np.eye(10, dtype=dtype)[labels]
+    return np.eye(10, dtype=np.float32)[labels]

mnist 04: −1 is read as a 9
-    if labels.dtype.kind == "f" or (labels.size and not 0 <= labels.min() <= labels.max() < 10):
+    if labels.dtype.kind == "f" or (labels.size and not labels.max() < 10):

network 04: the sigmoid is twice as steep
-    return 0.5 * (1 + np.tanh(0.5 * z))
+    return 0.5 * (1 + np.tanh(z))

network 04: the cost has lost its ½
-        return float(np.sum((y - self.feedforward(x)) ** 2, dtype=float)) / (2 * len(x))
+        return float(np.sum((y - self.feedforward(x)) ** 2, dtype=float)) / len(x)

network 04: the cost is an average over the outputs too
-        return float(np.sum((y - self.feedforward(x)) ** 2, dtype=float)) / (2 * len(x))
+        return float(np.sum((y - self.feedforward(x)) ** 2, dtype=float)) / (2 * y.size)

network 04: the gradient is a sum, not an average
-        delta = (a - y.T) * a * (1 - a) / n
+        delta = (a - y.T) * a * (1 - a)

network 04: the gradient points downhill
-        delta = (a - y.T) * a * (1 - a) / n
+        delta = (y.T - a) * a * (1 - a) / n

network 04: the output layer has lost σ′
-        delta = (a - y.T) * a * (1 - a) / n
+        delta = (a - y.T) / n

network 04: the hidden layer has lost σ′
-                delta = (self.weights[layer].T @ delta) * a * (1 - a)
+                delta = self.weights[layer].T @ delta

network 04: the hidden layer has the derivative of tanh
-                delta = (self.weights[layer].T @ delta) * a * (1 - a)
+                delta = (self.weights[layer].T @ delta) * (1 - a * a)

network 04: the gradient of the biases is an average twice over
-            delta.sum(axis=1, out=nabla_b[layer])
+            delta.mean(axis=1, out=nabla_b[layer])

network 05: the gradient of many images adds up averages
-        return sum(self._backpropagate(x[i], y[i], n) for i in _chunks(n))
+        return sum(self._backpropagate(x[i], y[i], len(x[i])) for i in _chunks(n))

network 04: the weights lie in v column by column
-            weights.append(v[start:middle].reshape(n_out, n_in))
+            weights.append(v[start:middle].reshape(n_in, n_out).T)

network 06: a scaled start divides by the neurons it leads to
-                w /= math.sqrt(w.shape[1])
+                w /= math.sqrt(w.shape[0])

network 06: a scaled start divides by n, not by its root
-                w /= math.sqrt(w.shape[1])
+                w /= w.shape[1]

network 04: the start is uniform, not normal
-        self._set_v(check_rng(rng).standard_normal(_count_variables(self.sizes)).astype(dtype))
+        self._set_v(check_rng(rng).random(_count_variables(self.sizes)).astype(dtype))

network 04: grey values are divided by 256
-        x *= 1 / 255
+        x *= 1 / 256

network 04: accuracy counts the mistakes
-        return float(np.mean(outputs.argmax(axis=1) == labels))
+        return float(np.mean(outputs.argmax(axis=1) != labels))

network 04: the biases are forgotten on the way forward
-            activations.append(sigmoid(w @ activations[-1] + b[:, None]))
+            activations.append(sigmoid(w @ activations[-1]))

network 05: one image in a thousand is left out
-    return (slice(start, start + CHUNK) for start in range(0, n, CHUNK))
+    return (slice(start, start + CHUNK - 1) for start in range(0, n, CHUNK))

network 04: a list with one image in it is taken for one image
-        return a if x.ndim == 2 else a[0]
+        return a.squeeze()

network 05: all gradients are the same array
-        nabla_C = np.empty_like(self.v)
+        nabla_C = self.__dict__.setdefault("_nabla_C", np.empty_like(self.v))

network 05: the default is float64
-    def __init__(self, sizes, rng, dtype=np.float32, scaled=False):
+    def __init__(self, sizes, rng, dtype=np.float64, scaled=False):

network 05: a saved network comes back in float64
-        network._set_v(v)
+        network._set_v(v.astype(float))

network 04: the last thousand images overlap with those before
-    return (slice(start, start + CHUNK) for start in range(0, n, CHUNK))
+    return (slice(min(start, max(0, n - CHUNK)), start + CHUNK) for start in range(0, n, CHUNK))

sgd 05: the data are not shuffled
-    order = check_rng(rng).permutation(n)
+    order = sorted(check_rng(rng).permutation(n))

sgd 05: the last mini-batch is lost
-    return [order[start : start + size] for start in range(0, n, size)]
+    return [order[start : start + size] for start in range(0, n - size, size)]

sgd 05: each mini-batch takes the first image of the next
-    return [order[start : start + size] for start in range(0, n, size)]
+    return [order[start : start + size + 1] for start in range(0, n, size)]

sgd 04: a step divides by the mini-batch size once too often
-            network.v[:] = step(network.v, nabla_C, eta)
+            network.v[:] = step(network.v, nabla_C, eta / len(batch))

sgd 04: the desired outputs are not shuffled with the images
-            nabla_C = network.gradient(images.take(batch, axis=0), y.take(batch, axis=0))
+            nabla_C = network.gradient(images.take(batch, axis=0), y[: len(batch)])

sgd 05: the accuracy is that on the training data
-        accuracy = None if test is None else network.accuracy(*test)
+        accuracy = None if test is None else network.accuracy(*train)

sgd 05: the cost of an epoch is that of its last mini-batch
-        yield Epoch(number, network.cost(images, y), accuracy, seconds)
+        yield Epoch(number, network.cost(images[batch], y[batch]), accuracy, seconds)

sgd 05: epochs are counted from 0
-    for number in range(1, epochs + 1):
+    for number in range(epochs):

sgd 05: all epochs have the same mini-batches
-    for number in range(1, epochs + 1):
-        start = time.perf_counter()
-        for batch in mini_batches(len(images), mini_batch_size, rng):
+    batches = mini_batches(len(images), mini_batch_size, rng)
+    for number in range(1, epochs + 1):
+        start = time.perf_counter()
+        for batch in batches:

sgd 05: a last, smaller mini-batch is dropped
-    return [order[start : start + size] for start in range(0, n, size)]
+    return [order[start : start + size] for start in range(0, n - size + 1, size)]

sgd 05: the learning rate falls from epoch to epoch
-            network.v[:] = step(network.v, nabla_C, eta)
+            network.v[:] = step(network.v, nabla_C, eta / number)

sgd 05: the cost of an epoch is that of the first thousand images
-        yield Epoch(number, network.cost(images, y), accuracy, seconds)
+        yield Epoch(number, network.cost(images[:1000], y[:1000]), accuracy, seconds)

sgd 05: v is replaced, not changed
-            network.v[:] = step(network.v, nabla_C, eta)
+            network._set_v(step(network.v, nabla_C, eta))

sweep 07: nothing is remembered
-        if not record["error"] and record["function"] == same["function"]:
+        if False:

sweep 07: the records come in the order in which the runs finished
-    records = [finished[key] for key in map(_key, runs) if key in finished]
+    records = list(finished.values())

sweep 07: the first setting changes fastest
-    return [dict(zip(grid, values, strict=True)) for values in itertools.product(*lists)]
+    return [dict(zip(grid, v[::-1], strict=True)) for v in itertools.product(*lists[::-1])]

sweep 07: the images are read anew each time
-@functools.cache
-def digits():
+def digits():

records 07: rows that were written are written again
-                text = _lines([], self.records[self._written :], columns)
+                text = _lines([], self.records, columns)

records 07: half a line stays, and the next is appended to it
-        self._written = len(self.records) if whole else 0
+        self._written = len(self.records)

records 07: half a line counts as a record
-    end = content.rfind(b"\\n") + 1  # what follows was cut off, perhaps inside a letter
+    end = len(content)

records 07: failed runs are left out
-    return columns, records, len(whole) == len(rows) and end == len(content)
+    records = [record for record in records if not record["error"]]
+    return columns, records, len(whole) == len(rows) and end == len(content)

records 07: numbers are written with six digits
-    return value if plain and _entry("", value) == value else json.dumps(value)
+    value = round(value, 6) if isinstance(value, float) else value
+    return value if plain and _entry("", value) == value else json.dumps(value)

handwriting 05: the image is centred by its box, not by its mass
-        int(np.clip(np.rint(14 - c), 0, SIZE - n)) for c, n in zip(centre, digit.shape, strict=True)
+        int(np.rint(14 - n / 2)) for c, n in zip(centre, digit.shape, strict=True)

handwriting 05: the digit fills the image
-BOX, SIZE = 20, 28
+BOX, SIZE = 28, 28

handwriting 05: the image is a mirror image
-    image[top : top + height, left : left + width] = np.rint(digit)
+    image[top : top + height, left : left + width] = np.rint(digit[:, ::-1])

handwriting 05: the pen is too thin
-PEN = 2.5  # width of a stroke in pixels of the image, as in MNIST
+PEN = 1.0

handwriting 05: the drawing is stretched to a square
-    height, width = (max(1, round(BOX * n / max(picture.shape))) for n in picture.shape)
+    height, width = (BOX for n in picture.shape)

handwriting 05: a stroke is dots, not lines
-            along = np.clip(along, 0, 1)
+            along = np.clip(along, 0, 0)

handwriting 05: the averages are sums
-    return np.diff(covered, axis=0) * n_out / n_in
+    return np.diff(covered, axis=0)

landscape 06: the cost on a line has lost its ½
-    return C / (2 * len(x))
+    return C / len(x)

landscape 06: the cost on a plane has its axes the wrong way round
-    points = [(a_i, b_j) for a_i in a for b_j in b]
+    points = [(a_i, b_j) for b_j in b for a_i in a]

landscape 06: the biases of the later layers stay where they are
-            b = _add(b, point, [change[layer][1] for change in changes])
+            b = b + 0

landscape 06: the biases of the first layer stay where they are
-    delta_z = [x @ delta_w.T + delta_b for (delta_w, delta_b), *_ in changes]
+    delta_z = [x @ delta_w.T for (delta_w, delta_b), *_ in changes]

landscape 06: the plane is that of the second and the third direction
-    d1, d2 = directions[:2]
+    d1, d2 = directions[1:3]

landscape 06: the plane lies around the mean of the path, not through its end
-    _, size, directions = np.linalg.svd(path - path[-1], full_matrices=False)
+    _, size, directions = np.linalg.svd(path - path.mean(axis=0), full_matrices=False)

landscape 06: the directions of the plane point the other way
-    d1, d2 = (-d if (path[0] - path[-1]) @ d < 0 else d for d in (d1, d2))
+    d1, d2 = (-d if (path[0] - path[-1]) @ d > 0 else d for d in (d1, d2))

landscape 06: the second direction is not at a right angle to the first
-    d2 = d2 - (d1 @ d2) * d1
-    if np.linalg.norm(d2) <= 1e-6:
-        raise ValueError("direction_1 and direction_2 must span a plane, but they are parallel")
-    d2 = d2 - (d1 @ d2) * d1  # once more, for what rounding left
+    if np.linalg.norm(d2) <= 1e-6:
+        raise ValueError("direction_1 and direction_2 must span a plane, but they are parallel")

landscape 06: the distance is that from the origin, not from the plane
-    residual = np.linalg.norm(beside - coordinates @ [d1, d2], axis=1)
+    residual = np.linalg.norm(beside, axis=1)

landscape 06: the share is of distances, not of their squares
-    share = np.sum(coordinates**2, axis=0) / total if total > 0 else np.zeros(2)
+    share = np.sum(np.abs(coordinates), axis=0) / np.sum(np.linalg.norm(beside, axis=1))

derivatives 06: the difference of gradients is divided by h, not 2h
-    return (ahead - other.gradient(x, y)) * (length / (2 * STEP))
+    return (ahead - other.gradient(x, y)) * (length / STEP)

derivatives 06: the length of the direction is forgotten
-    return (ahead - other.gradient(x, y)) * (length / (2 * STEP))
+    return (ahead - other.gradient(x, y)) / (2 * STEP)

derivatives 06: the difference ahead is as long as the direction
-    other._set_v(v + STEP / length * direction)
+    other._set_v(v + STEP * direction)

derivatives 06: the sharpness is the smallest eigenvalue
-            return float(values[-1])
+            return float(values[0])

derivatives 06: the sharpness is the eigenvalue that is largest in size
-            return float(values[-1])
+            return float(max(values, key=abs))

derivatives 06: the small matrix is not symmetric
-        small = np.diag(alpha) + np.diag(beta[:-1], 1) + np.diag(beta[:-1], -1)
+        small = np.diag(alpha) + np.diag(beta[:-1], 1)

derivatives 06: a new direction is made orthogonal to the last one only
-            q -= basis.T @ (basis @ q)
+            q -= basis[-1] * (basis[-1] @ q)

derivatives 06: the tolerance is absolute
-        if error <= tolerance * size or len(basis) == q.size:
+        if error <= tolerance or len(basis) == q.size:

derivatives 06: the network itself is moved, and left there
-    other = copy.copy(network)  # a network of its own, with a v of its own
+    other = network

derivatives 06: the curvature is that at the network's own v
-    v = check_numbers("v", v, network.v.shape)
+    v = network.v.astype(float)

check/exercise 01: an answer that returns nothing counts as attempted
-            if value is None or value is ...:
+            if value is ...:

check/exercise 02: letters that are not given count as an answer
-        if answer is None or answer is ... or answer == "":
+        if answer is None or answer == "":

check/exercise 02: statements lose their letters
-        return "\\n".join(f"{letter}  {text}" for letter, text in self.statements.items())
+        return "\\n".join(self.statements.values())

check/digits 04: the right cost has lost its ½
-    lambda a, y: np.sum((y - a) ** 2) / (2 * len(a)),
+    lambda a, y: np.sum((y - a) ** 2) / len(a),

check/many_variables 03: differences are said to take one evaluation for each variable
-    lambda m: 2 * m,
+    lambda m: m,
"""  # noqa: E501


class Fault(NamedTuple):
    """A fault: in which module, which notebook to try first, what it is, and its text."""

    module: str
    notebook: str
    what: str
    old: str
    new: str


def faults():
    """Return every Fault of the table."""
    found = []
    for block in FAULTS.strip().split("\n\n"):
        title, *lines = block.splitlines()
        module, notebook, what = re.fullmatch(r"(\S+) (\d\d): (.+)", title).groups()
        old, new = ("\n".join(line[1:] for line in lines if line[0] == sign) for sign in "-+")
        found.append(Fault(module, notebook, what, old, new))
    return found


def mutated(fault):
    """Return the text of the module with the fault; raise ValueError unless it fits once."""
    source = (ROOT / "gdlib" / f"{fault.module}.py").read_text(encoding="utf8")
    times = f"\n{source}".count(f"\n{fault.old}\n")
    if times != 1:
        raise ValueError(f"{fault.module}: expected these lines once, found {times}:\n{fault.old}")
    return f"\n{source}".replace(f"\n{fault.old}\n", f"\n{fault.new}\n")[1:]


def caught(fault):
    """Return what notices the fault, or None; without a fault, what is wrong with a notebook."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        shutil.copy(ROOT / "pyproject.toml", copy)
        shutil.copytree(ROOT / "notebooks", copy / "notebooks")
        shutil.copytree(
            ROOT / "gdlib", copy / "gdlib", ignore=shutil.ignore_patterns("__pycache__")
        )
        (copy / "data").symlink_to(ROOT / "data")
        module = copy / "gdlib" / f"{fault.module if fault else 'descent'}.py"
        if fault:
            module.write_text(mutated(fault), encoding="utf8")
        notebooks = sorted((copy / "notebooks").glob("*.ipynb"))
        if fault:
            notebooks.sort(key=lambda path: path.name[:2] != fault.notebook)
        run = subprocess.run(
            [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *notebooks],
            cwd=copy, env=os.environ | ENVIRONMENT | {"PYTHONPATH": folder},
            capture_output=True, text=True,
        )  # fmt: skip
        compiled = f"__pycache__/{module.stem}.*.pyc"  # only a kernel can have left it there
        if run.returncode not in (0, 1) or not list(module.parent.glob(compiled)):
            raise RuntimeError(f"the notebooks did not run on the copy:\n{run.stdout}{run.stderr}")
    failed = re.search(r"(\w+)\.ipynb::Cell (\d+)", run.stdout)
    return f"{failed[1]}, cell {failed[2]}" if run.returncode else None


def main(pattern=""):
    """Try all faults, or those whose module or text holds a word, and print the score."""
    begin = time.perf_counter()
    if wrong := caught(None):
        sys.exit(f"Without any fault the notebooks fail already: {wrong}.")
    chosen = [fault for fault in faults() if pattern in f"{fault.module} {fault.what}"]
    survivors = []
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for fault, by in zip(chosen, pool.map(caught, chosen), strict=True):
            print(f"{by or 'NOT CAUGHT':30} {fault.module}: {fault.what}", flush=True)
            if not by:
                survivors.append(fault)
    minutes = (time.perf_counter() - begin) / 60
    score = (len(chosen) - len(survivors)) / max(1, len(chosen))
    print(
        f"\nThe notebooks caught {len(chosen) - len(survivors)} of {len(chosen)} faults, "
        f"{score:.0%}, in {minutes:.0f} minutes."
    )
    for fault in survivors:
        print(f"survived: {fault.module}: {fault.what}")


if __name__ == "__main__":
    main(*sys.argv[1:])
