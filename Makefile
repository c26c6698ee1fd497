# The verbs of the house. Everything is made inside the checkout: .tools/ (uv), .venv/, var/, .env.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test bench lint audit format lock messages clean

UV_VERSION := 0.13.9
UV := .tools/uv-$(UV_VERSION)/bin/uv
RUN := .venv/bin/python
# Never a Python of uv's own: it would be fetched from a place that a closed network does not reach.
export UV_PYTHON_DOWNLOADS := never

help: ## Show this list
	@awk -F ': .*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: .venv/run .env messages ## Run the whole house here: web, worker, scheduler, mailbox (Ctrl-C ends it)
	@exec $(RUN) manage.py demo $(ARGS)

test: .venv/dev messages ## Run the tests; ARGS goes to pytest: make test ARGS="tests/issues -k typography"
	$(RUN) -m pytest -q $(ARGS)

bench: .venv/run messages ## Measure how fast mails go out; needs PostgreSQL, a broker and smtp-sink: benchmarks/README.md
	@$(RUN) -m benchmarks.sending $(ARGS)

# On SQLite and a broker in files, or on what DATABASE_URL and CELERY_BROKER_URL say.
faults: export VEILLE_FAULTS := long
faults: .venv/dev messages ## Kill, cut and fill up everything for an hour, count the mails, print the table
	$(RUN) -m pytest -q tests/faults $(ARGS)

# The settings of a production site, for tools that read them and start nothing.
lint: export SECRET_KEY = $(shell od -An -N32 -tx1 /dev/urandom | tr -d ' \n')
lint: export SITE_URL := https://veille.example
lint: export DEBUG := false
lint: export EMAIL_URL := smtps://mail.veille.example
lint: export VEILLE_DATA_DIR := var/lint
lint: .venv/dev ## Check style, types, imports between rooms, migrations and production settings
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports --no-logo
	$(RUN) manage.py makemigrations --check --dry-run
	$(RUN) manage.py check --deploy --fail-level WARNING

audit: .venv/dev ## Look the locked libraries up among the known vulnerabilities; needs the web
	@$(RUN) deploy/audit.py requirements.txt

format: .venv/dev ## Format the code, and repair what ruff can repair
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

messages: .venv/run ## Compile the message catalogues of locale/
	@$(RUN) -m veille.catalogues

lock: $(UV) ## Lock pyproject.toml into requirements*.txt, with hashes
	$(COMPILE) -o requirements.txt
	$(COMPILE) --extra s3 -c requirements.txt -o requirements-s3.txt
	$(COMPILE) --group dev -c requirements.txt -o requirements-dev.txt
	@! grep -nE '://|--(extra-)?index|--find-links|--trusted-host' requirements*.txt

COMPILE = $(UV) pip compile --quiet --universal --python-version 3.12 --generate-hashes \
	--no-header --no-annotate pyproject.toml

clean: ## Delete what was made here, except .env and the data in var/
	rm -rf .tools .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache var/lint test-results

# The two locks agree, so each adds what it needs and neither takes away what the other brought.
.venv/run: requirements.txt | .venv/bin/python
	@echo "Installing requirements.txt"
	@$(UV) pip install --quiet --require-hashes --python .venv -r requirements.txt
	@touch $@

.venv/dev: requirements-dev.txt .venv/run
	@echo "Installing requirements-dev.txt"
	@$(UV) pip install --quiet --require-hashes --python .venv -r requirements-dev.txt
	@touch $@

.venv/bin/python: | $(UV)
	@python=$$(PYTHON="$(PYTHON)" sh deploy/find-python) && $(UV) venv --quiet --clear --python "$$python" .venv

$(UV):
	@python=$$(PYTHON="$(PYTHON)" sh deploy/find-python) && echo "Setting up with $$python" \
	&& "$$python" -m venv --clear .tools/uv-$(UV_VERSION) \
	&& .tools/uv-$(UV_VERSION)/bin/python -m pip install -qq --disable-pip-version-check uv==$(UV_VERSION)

.env: | .venv/run
	@$(RUN) -m veille.embedded.dotenv
