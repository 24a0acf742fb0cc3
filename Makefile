# `make` alone lists the commands. Every one of them installs what it needs first.
PYTHON3 ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
PYTHON := $(BIN)/python
PYTEST ?= -n 2
OURS := benchmarks catalog contracts deploy reports servicedesk sla tests workflows
# Values of a production, so that `check --deploy` has something to judge.
PRODUCTION := env DEBUG=False SECRET_KEY=$$($(PYTHON) -c 'import secrets; print(secrets.token_urlsafe(50))') \
	BASE_URL=https://desk.example.com ALLOWED_HOSTS=desk.example.com EMAIL_HOST=mail.example.com \
	COMPANY_NAME="Example Support" DEFAULT_FROM_EMAIL=desk@desk.example.com \
	PROXY_COUNT=1 \
	DATABASE_URL=sqlite://:memory:
QUIET := env DEBUG=True SECRET_KEY=only-for-checks DATABASE_URL=sqlite://:memory:

# Compiled modules make every start faster; they are ignored by git.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run test test-fast test-postgres check bench bench-postgres house screenshots messages format lock install install-dev

help: ## List the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 18

run: install ## Start the desk with demo data on http://127.0.0.1:8000 (PORT=… HOST=…)
	@$(PYTHON) -m deploy.run

test: install-dev ## Run all tests on SQLite, or on the database that DATABASE_URL names
	@$(QUIET) $(PYTHON) manage.py compile_translations
	$(BIN)/pytest $(PYTEST)

test-fast: install-dev ## Run what one runs all day: one database, no browser, no long search for odd cases
	@$(QUIET) $(PYTHON) manage.py compile_translations
	HYPOTHESIS_PROFILE=fast $(BIN)/pytest $(PYTEST) -m "not browser and not slow"

test-postgres: install-dev ## Run the tests that touch a database on PostgreSQL (its own throw-away cluster)
	@$(PYTHON3) -m deploy.with_postgres $(MAKE) --no-print-directory test \
		PYTEST="$(PYTEST) --only-database -m 'not browser'"

check: install-dev ## Judge format, lint, types, imports, migrations, settings, translations, templates
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	find templates $(OURS) -name '*.html' | sort -u | xargs -r $(BIN)/djade --check --target-version 5.2
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(QUIET) $(PYTHON) manage.py makemigrations --check --dry-run
	$(PRODUCTION) $(PYTHON) manage.py check --deploy --fail-level WARNING
	$(QUIET) $(PYTHON) manage.py check_translations

bench: install-dev ## Measure speed: one JSON line per measure (WORLD=100000: on a desk of so many tickets)
	@$(PYTHON) -m benchmarks $(if $(WORLD),--world $(WORLD))

bench-postgres: install-dev ## The same on PostgreSQL (its own throw-away cluster)
	@$(PYTHON3) -m deploy.with_postgres $(MAKE) --no-print-directory bench

house: install-dev ## Draw the rooms and their imports: docs/architecture.md
	$(PYTHON) -m deploy.house

screenshots: install-dev ## Take the pictures of docs/pictures
	$(PYTHON) -m deploy.screenshots

format: install-dev ## Put code and templates into shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	find templates $(OURS) -name '*.html' | sort -u | xargs -r $(BIN)/djade --target-version 5.2

messages: install-dev ## Bring the .po files up to date with the strings in the code
	$(QUIET) $(PYTHON) manage.py makemessages -l ru -l es --no-location \
		-i tests -i docs -i benchmarks -i deploy -i var

lock: ## Renew requirements*.lock from pyproject.toml (needs uv)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-header pyproject.toml -o requirements.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-header pyproject.toml --group dev -c requirements.lock -o requirements-dev.lock

install: # what the product needs
	@$(PYTHON3) -m deploy.install run

install-dev: # what tests and checks need
	@$(PYTHON3) -m deploy.install test
