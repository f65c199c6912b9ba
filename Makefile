# Each target sets up what it needs in .venv, with uv if it is there, else with venv and pip.
PYTHON ?= python3
VENV := .venv
BIN = $(VENV)/bin

# Which versions of what the course needs: tested, oldest, newest, or colab. Each of the last three
# has an environment of its own, which is made anew each time. Libraries of different ages warn of
# each other, which is no error there.
VERSIONS ?= tested
PIP_tested := -c constraints.txt
PIP_oldest := -c build/oldest.txt
PIP_newest :=
PIP_colab := --no-deps -r tests/colab.txt
ifneq ($(VERSIONS),tested)
VENV := .venv-$(VERSIONS)
export PYTEST_ADDOPTS := -W default
.PHONY: $(VENV)/lab
endif
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:

# What JupyterLite installs beside Pyodide's own packages, when a learner runs the first cell.
LITE_WHEELS := anywidget comm ipywidgets jupyterlab_widgets psygnal

# A worker for each core, and one thread of linear algebra for each worker and its kernels. A worker
# takes a file at a time, as pytest finds them: the notebooks first, which take longest.
PYTEST = OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 MKL_NUM_THREADS=1 VECLIB_MAXIMUM_THREADS=1 \
	$(BIN)/python -m pytest
SPREAD = --numprocesses auto --dist loadfile --no-loadscope-reorder

# What make test skips, because it needs an extra.
SKIPPED = nbgrader or dask or engines or ipyparallel

# The front end's linters, which need Node; nothing else does.
FRONT = tools/front/node_modules/.bin
SCRIPTS = gdlib/labs/front website tools

INSTALLED = requirements.txt constraints.txt pyproject.toml jupyter_config.json
TEMPLATES = $(VENV)/share/jupyter/nbconvert/templates

# $(1): what to install
define install
$(if $(filter-out tested,$(VERSIONS)),rm -rf $(VENV))
@mkdir -p build && sed -E 's/>=/==/; s/,<.*//' requirements.txt > build/oldest.txt
@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	|| { echo "This course needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) -V 2>&1)." \
	"Try: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
@if command -v uv >/dev/null; then \
	test -x $(BIN)/python || uv venv --quiet --python $(PYTHON) $(VENV); \
	uv pip install --quiet --python $(BIN)/python $(PIP_$(VERSIONS)) -e $(1); \
else \
	test -x $(BIN)/pip || $(PYTHON) -m venv $(VENV); \
	$(BIN)/pip install --quiet --disable-pip-version-check $(PIP_$(VERSIONS)) -e $(1); \
fi
@mkdir -p $(VENV)/etc/jupyter $(TEMPLATES) && cp jupyter_config.json $(VENV)/etc/jupyter/
@cp -r nbconvert/course $(TEMPLATES)/  # both for exported HTML: posters, and alternative texts
@touch $@
endef

.PHONY: help lab fresh test test-fast test-browser test-extras wild mutants lint notebooks data \
	class site bench clean

help:  ## show this help
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-14s %s\n", $$1, $$2}' Makefile

$(VENV)/lab: $(INSTALLED)
	$(call install,.)

$(VENV)/dev $(VENV)/bench $(VENV)/extras: $(VENV)/%: $(INSTALLED)
	$(call install,'.[$*]')

# An environment of its own: JupyterLab stumbles over the kernel of JupyterLite.
site .venv-site/ready: VENV := .venv-site
.venv-site/ready: $(INSTALLED)
	$(call install,'.[site]')

lab: $(VENV)/lab  ## open your own copy of the course, my_course/, in JupyterLab
	$(BIN)/python -m tools.my_course $(LAB_OPTIONS)

fresh: $(VENV)/lab  ## start over with a new copy; the old one is kept beside it
	$(BIN)/python -m tools.my_course --fresh $(LAB_OPTIONS)

test: $(VENV)/lab  ## run the unit tests, and every notebook (VERSIONS=oldest, newest or colab)
	$(PYTEST) $(SPREAD)

test-fast: $(VENV)/lab  ## run the unit tests that take less than half a second, in half a minute
	$(PYTEST) $(SPREAD) --hypothesis-profile fast -m 'not browser and not slow' tests

test-browser: site $(VENV)/dev tools/front/node_modules  ## drive JupyterLab and the site in Chromium
	$(PYTEST) $(SPREAD) -m browser tests/browser

test-extras: $(VENV)/extras  ## grade with nbgrader; sweep on clusters; labs in Notebook 7
	$(PYTEST) $(SPREAD) tests/test_classroom.py tests/test_clusters.py -k '$(SKIPPED)'
	$(PYTEST) -m browser tests/browser/test_notebook7.py

wild: site $(VENV)/dev  ## let a random user loose on every lab (WILD="--seed 7 --acts 10000")
	$(BIN)/python -m tools.wild $(WILD)

mutants: $(VENV)/lab  ## see which faults in the core the notebooks alone would notice (FAULTS=sgd)
	$(BIN)/python -m tools.mutants $(FAULTS)

tools/front/node_modules: tools/front/package-lock.json
	npm ci --prefix tools/front --silent --no-audit --no-fund
	@touch $@

lint: $(VENV)/dev tools/front/node_modules  ## check style and types, of Python and JavaScript
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(FRONT)/prettier --config tools/front/package.json --log-level warn --check $(SCRIPTS)
	$(FRONT)/eslint --config tools/front/eslint.config.js $(SCRIPTS)
	$(FRONT)/tsc --project tools/front/jsconfig.json

notebooks: $(VENV)/lab  ## execute all notebooks anew and write them in normal form
	$(BIN)/python -m tools.refresh

class: $(VENV)/lab  ## write the version for a class into build/class/
	$(BIN)/python -m tools.class_version

site: .venv-site/ready  ## write the static site, and a lab in the browser, into build/site/
	rm -rf build/site build/lite
	$(BIN)/python -m tools.site build/pages build/lite/files
	$(BIN)/sphinx-build -qW --keep-going -d build/doctrees build/pages build/site
	$(BIN)/pip download -q --disable-pip-version-check -c constraints.txt --no-deps \
		--only-binary :all: --platform any -d build/lite/pypi $(LITE_WHEELS)
ifdef PYODIDE  # the folder of a full release of Pyodide: else browsers fetch it from its makers
	mkdir build/lite/static
	ln -s $(abspath $(PYODIDE)) build/lite/static/pyodide
endif
	cd build/lite && $(abspath $(BIN))/jupyter lite build --output-dir ../site/lab --apps lab \
		--no-sourcemaps >../lite.log

data: $(VENV)/lab  ## train the networks in data/ anew
	rm -f data/experiments.jsonl
	$(BIN)/python data/train.py
	$(BIN)/python data/valley.py
	$(BIN)/python data/experiments.py

bench: $(VENV)/bench  ## measure all but the class, the room and the site
	$(BIN)/python -m benchmarks.labs
	$(BIN)/python -m benchmarks.live
	$(BIN)/python -m benchmarks.training
	$(BIN)/python -m benchmarks.landscape
	$(BIN)/python -m benchmarks.nudge
	$(BIN)/python -m benchmarks.sweep

clean:  ## remove what was installed and built
	rm -rf .venv .venv-* build
