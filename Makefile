# Needs git, make and Python 3.11 or newer with venv; everything else is installed into .venv, from the lock files.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PROCESSES ?= 2
# What an installation consists of: as long as none of these changes, set-up is skipped.
PROJECT := pyproject.toml setup.py

.PHONY: help demo app test packages docs figure calibration screens exercises tutorial doses format lock clean

help:
	@echo "make demo    compare three policies with the baseline, on a tenth of England; results in outputs/demo"
	@echo "make app     open the workshop page in a browser; needs no network"
	@echo "make test    check style and types and run the tests"
	@echo "make packages  close the books of 500 random packages of policies, month by month; about a minute"
	@echo "make docs    write the pages of docs/ that come from code and data"
	@echo "make figure  run the demonstration and renew the picture of the README"
	@echo "make calibration  infer the parameters anew and test them; two hours on two processors"
	@echo "make screens  take the pictures of the workshop page in docs/workshop.md; needs Chromium, some minutes"
	@echo "make exercises  renew the figures of the exercises in docs/workshop.md; some minutes"
	@echo "make tutorial  execute the tutorial of studies (docs/tutorial.ipynb); a minute"
	@echo "make format  put the source into the project's style"
	@echo "make lock    renew the lock files after a change of dependencies"
	@echo "make clean   delete the virtual environment, caches and builds; results in outputs/ stay"

demo: $(VENV)/core.stamp
	$(BIN)/caresim compare baseline real_living_wage zero_hours_ban sponsor_portability --scale 0.1 --draws 20 --workers $(PROCESSES) --output outputs/demo

app: $(VENV)/core.stamp
	$(BIN)/caresim app

test: $(VENV)/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -n $(PROCESSES)

packages: $(VENV)/dev.stamp
	PACKAGES=500 $(BIN)/python -m pytest tests/test_audit.py -k any_rulebook

docs: $(VENV)/core.stamp
	$(BIN)/python -m sim.documentation

figure: demo
	mkdir -p docs/figures
	cp outputs/demo/figures/vacancy_rate.png docs/figures/vacancy_rate.png

calibration: $(VENV)/dev.stamp
	$(BIN)/caresim calibrate --output outputs/calibration
	mkdir -p docs/figures
	cp outputs/calibration/calibration.md docs/calibration.md
	cp outputs/calibration/figures/calibration_*.png docs/figures/
	cp outputs/calibration/posterior_*.csv outputs/calibration/discrepancy_2022.csv sim/data/
	$(BIN)/caresim validate --output outputs/validation
	cp outputs/validation/validation.md outputs/validation/validation.csv docs/
	cp outputs/validation/figures/*.png docs/figures/
	$(BIN)/python -m sim.validity.for_reports docs/validation.csv sim/data

screens: $(VENV)/dev.stamp
	$(BIN)/python -m sim.documentation.screens

exercises: $(VENV)/core.stamp
	$(BIN)/python -m sim.documentation.exercises

tutorial: $(VENV)/dev.stamp
	$(BIN)/python -m sim.documentation.tutorial

doses: $(VENV)/core.stamp
	$(BIN)/caresim doses --output outputs/doses
	mkdir -p docs/figures
	cp outputs/doses/doses.csv docs/doses.csv
	cp outputs/doses/figures/dose_*.png docs/figures/
	$(BIN)/python -m sim.documentation

format: $(VENV)/dev.stamp
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Both environments are one folder: the development lock contains the core one, version for version.
define install
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("caresim needs Python 3.11 or newer, and $(PYTHON) is " + sys.version)'
	test -x $(BIN)/pip || $(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement $<
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@
endef

$(VENV)/core.stamp: requirements.lock $(PROJECT)
	$(install)

$(VENV)/dev.stamp: requirements-dev.lock $(PROJECT)
	$(install)

# Every platform and every Python from 3.11 on; setuptools is there because the project itself is built with it.
COMPILE := uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate --no-emit-index-url --no-emit-find-links pyproject.toml -

lock: $(VENV)/dev.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	echo 'setuptools>=77' | $(BIN)/$(COMPILE) --output-file requirements.lock
	echo 'setuptools>=77' | $(BIN)/$(COMPILE) --extra dev --constraint requirements.lock --output-file requirements-dev.lock

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find sim tests -name __pycache__ -prune -exec rm -rf {} +
