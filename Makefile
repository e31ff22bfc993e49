# Everything from a fresh clone with nothing else by hand: `make run`, `make test`. `make help` lists the rest.

PORT ?= 8080
DATA ?= ./data
# Where the operator looks in; `off`, or another address, when another program has 9090.
OPERATOR ?=
JOBS ?= $(shell nproc)
# Rooms with threads of their own: their tests run under ThreadSanitizer in `make test`. `make tsan` runs all.
THREADED := net channels store login
FUZZ_RUNS ?= 20000
FUZZ_SECONDS ?= 600

CMAKE_BUILD = cmake --build --parallel $(JOBS) --preset

.DEFAULT_GOAL := help
.PHONY: help run build test tsan fuzz bench format tidy clean

help: ## Lists the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

run: build ## Builds and serves on PORT (8080) with the data in DATA (./data)
	@echo "Serving on port $(PORT), on all addresses of this machine; the data lies in $(DATA). Ctrl-C stops it."
	@echo "Open http://localhost:$(PORT)/ here. On the first run, make your account with the link printed below."
	@echo "Should a port be taken: make run PORT=8081, or make run OPERATOR=off for the one of the metrics."
	@addresses=$$(hostname -I 2>/dev/null); for address in $$addresses; do case $$address in \
	    *:*) ;; *) echo "A phone in the same network: http://$$address:$(PORT)/";; esac; done
	@exec build/release/latchkey serve --listen 0.0.0.0:$(PORT) --data $(DATA) \
	    $(if $(OPERATOR),--operator-listen $(OPERATOR))

build: ## Leaves build/release/latchkey
	@tools/setup
	@cmake --preset release --log-level=ERROR
	@$(CMAKE_BUILD) release --target latchkey latchkey-echo

test: ## Every test: sanitizers, web, style, a bounded fuzz; one count at the end
	@tools/setup --test
	@echo "== building what is shipped"
	@cmake --preset release --log-level=ERROR
	@$(CMAKE_BUILD) release --target latchkey latchkey-echo
	@echo "== building the tests with AddressSanitizer and UndefinedBehaviorSanitizer"
	@cmake --preset asan --log-level=ERROR -DLATCHKEY_UNITY=ON -DLATCHKEY_WHOLE_SUITE=ON \
	    "-DLATCHKEY_THREADED=$(THREADED)" -DLATCHKEY_FUZZ_RUNS=$(FUZZ_RUNS)
	@$(CMAKE_BUILD) asan
	@echo "== building the tests of the rooms with threads with ThreadSanitizer"
	@cmake --preset tsan --log-level=ERROR -DLATCHKEY_UNITY=ON
	@$(CMAKE_BUILD) tsan --target $(addprefix test_,$(THREADED))
	@if [ -e fuzz/CMakeLists.txt ]; then echo "== building the fuzz targets"; \
	    cmake --preset fuzz --log-level=ERROR && $(CMAKE_BUILD) fuzz; fi
	@echo "== running the tests"
	@ctest --preset asan --parallel $(JOBS)

tsan: ## The whole suite of the rooms under ThreadSanitizer
	@tools/setup --test
	@cmake --preset tsan --log-level=ERROR -DLATCHKEY_UNITY=ON
	@$(CMAKE_BUILD) tsan
	@ctest --preset tsan --parallel $(JOBS)

fuzz: ## Each fuzz target for FUZZ_SECONDS (600); what it finds stays in build/fuzz/corpus
	@tools/setup --test
	@cmake --preset fuzz --log-level=ERROR
	@$(CMAKE_BUILD) fuzz
	@tools/fuzz build/fuzz -max_total_time=$(FUZZ_SECONDS)

bench: build ## Measures Latchkey beside its peers and writes docs/performance.md
	@tools/setup --bench
	@bench/run

format: ## Formats all C++
	@git ls-files '*.cpp' '*.hpp' | xargs clang-format-19 -i

tidy: ## clang-tidy over src and tests
	@tools/setup --test
	@cmake --preset dev --log-level=ERROR
	@python3 -B tests/tidy/clang_tidy.py . build/dev $(JOBS) src tests

clean: ## Removes what was built, not the data
	rm -rf build web/dist
