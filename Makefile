# Every target sets up what it needs: a virtual environment of its own in .venv, at the versions of constraints.txt.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: setup browser demo picture test lint audit sweep wheel fuzz bench clean

setup: .venv/ready

.venv/ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	touch $@

demo: setup
	@for what in solutions student_template tests/submissions/partly_right; do \
	    echo; echo "== grade hw4 $$what"; \
	    report=.demo/$$(basename $$what); \
	    $(BIN)/grade hw4 $$what --exit-zero --output json:$$report.json --output html:$$report.html || exit; \
	done
	@echo; echo "The three reports, as JSON and as pages to open in a browser:"; ls .demo/*.json .demo/*.html

# The page's tests open it in Chromium. Root on Debian gets it here; elsewhere one that is on the PATH will do.
browser:
	@for name in chromium chromium-browser google-chrome chrome; do command -v $$name >/dev/null && exit; done; \
	    apt-get -qq update && apt-get -qq install --yes chromium >/dev/null

# The picture of a report's page that the README shows.
picture: demo browser
	@for name in chromium chromium-browser google-chrome chrome; do command -v $$name >/dev/null && break; done; \
	    $$name --headless --no-sandbox --hide-scrollbars --window-size=960,896 \
	    --screenshot=docs/page.png .demo/partly_right.html

test: setup browser
	$(BIN)/python -m pytest $(OPTIONS)

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

HOMEWORKS := $(notdir $(patsubst %/,%,$(dir $(wildcard assignments/*/assignment.toml))))
CORES := $(shell getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1)

# Each homework in a process of its own, as many at once as there are processors; all of them, whatever one comes to.
audit: setup
	@$(MAKE) --no-print-directory -k -j$(CORES) $(HOMEWORKS:%=audit-%)

$(HOMEWORKS:%=audit-%): audit-%: setup
	@mkdir -p .grade/audit
	@$(BIN)/grade audit --seeds 3 $* >.grade/audit/$*.log 2>&1 || { cat .grade/audit/$*.log; exit 1; }
	@echo "$*: $$(tail -1 .grade/audit/$*.log)"

# Every homework's versions under SEEDS seeds. It takes hours: make -k -j2 sweep runs two homeworks at once, all of them
# whatever one comes to; one that was interrupted goes on where it was. Findings and progress are in .grade/sweep/*.log.
SEEDS ?= 200

sweep: $(HOMEWORKS:%=sweep-%)

$(HOMEWORKS:%=sweep-%): sweep-%: setup
	@mkdir -p .grade/sweep
	@$(BIN)/grade audit --no-automatic --seeds $(SEEDS) $* >.grade/sweep/$*.log 2>&1 || { cat .grade/sweep/$*.log; exit 1; }
	@echo "$*: $$(tail -1 .grade/sweep/$*.log)"

# What a kit installs: make wheel, then grade release kit --wheel dist/nn_grader-VERSION-py3-none-any.whl
wheel: setup
	rm -rf dist
	$(BIN)/python -m build --wheel --outdir dist . >/dev/null
	@ls dist/*.whl

fuzz: setup
	$(BIN)/python -m tests.fuzz

bench: setup
	$(BIN)/python benchmarks/warm_loop.py

clean:
	rm -rf .venv .demo
