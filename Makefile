# The two commands of this project are `make demo` and `make test`; both do their own set-up.

.PHONY: demo test check format requirements messages picture reset

demo: ## set up, then serve on 127.0.0.1:8000 (make demo PORT=8001)
	@scripts/setup demo && exec scripts/serve

test: ## set up, then everything: format, lint, types, imports, checks, unit and browser tests
	@scripts/setup test && exec scripts/check

check: ## one stage of it: make check STAGE=types
	@scripts/setup test && exec scripts/check $(STAGE)

format: ## write the formatting that `make test` asks for
	@scripts/setup test && .venv/bin/ruff check --fix-only --quiet . && .venv/bin/ruff format .

requirements: ## pin requirements/*.in with hashes (UPGRADE=--upgrade for newer ones)
	@scripts/setup test
	.venv/bin/uv pip compile requirements/base.in -o requirements/base.txt $(COMPILE) $(UPGRADE)
	.venv/bin/uv pip compile requirements/test.in -o requirements/test.txt $(COMPILE) $(UPGRADE)

COMPILE = --quiet --generate-hashes --no-header --python-version 3.11

messages: ## write the sentences of templates and code into locale/
	@scripts/setup test && .venv/bin/python manage.py makemessages --locale en \
		--ignore '.venv' --ignore var --ignore tests --no-wrap --add-location file

picture: ## take docs/picture.png from the running product
	@scripts/setup test && .venv/bin/python scripts/picture.py

reset: ## throw the demo's data away; the next `make demo` begins anew
	@rm -rf var && echo "var/ is gone"
