# Every command a person or a machine needs. A bare `make` lists them.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:
MAKEFLAGS += --no-print-directory

SWIFT ?= swift
# What `make demo` gives to the demo; empty keeps it running until Ctrl-C.
DEMO_FLAGS ?= --exit
# Tests that run at once: two cores carry four of them without making the clocks in them lie.
WIDTH ?= 4
# Faults that are made side by side, each with a database and a fleet of its own.
FAULT_WIDTH ?= 3
# How the release is built: the Swift runtime is part of it, so that it starts on a machine that has none.
RELEASE := -c release --static-swift-stdlib --product muster
# What `make test` and `make asan` run, as a regular expression over names; empty means everything.
FILTER ?=
ASAN_FILTER ?= ^(PostgresTests|RedisTests|StoreTests|WorkerTests)\.
# Requests that `make fuzz` makes up for each operation.
EXAMPLES ?= 30
ASAN_SCRATCH := .build-asan
# Where `make faults` builds the version before this one.
PREVIOUS := .build-previous
# What LeakSanitizer reports and is not ours; a relative path would be looked for from wherever a test stands.
LSAN_SUPPRESSIONS := $(CURDIR)/scripts/lsan-suppressions.txt

say = @printf '==> %s\n'
filter = $(if $(FILTER),--filter '$(FILTER)')

.PHONY: help demo test bench bench-quick bench-build release release-test faults check build format lint layers habits length selftest model smallmodel fuzz deps toolchain synapse asan clean

help: ## print this list
	@printf 'usage: make <target>\n\n'
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@printf '\nThe first build compiles all dependencies and takes minutes; later ones take seconds.\n'

demo: deps toolchain ## install what is missing, build, and watch a redact and a purge run to their end
	$(say) 'building the muster command'
	@$(SWIFT) build --product muster
	$(say) 'running the demo on a private PostgreSQL and a sandbox homeserver'
	@.build/debug/muster demo $(DEMO_FLAGS)

test: deps synapse check ## install what is missing, check, and run every test (FILTER=regex runs some)
	$(say) 'running the tests'
	@scripts/run-tests .build/tests.log $(SWIFT) test --disable-xctest --experimental-maximum-parallelization-width $(WIDTH) $(filter)

bench: bench-build ## measure everything (half an hour, at most 35 minutes, an idle machine) and write docs/benchmarks.md
	$(say) 'measuring; leave the machine alone meanwhile'
	@Benchmarks/run

bench-quick: bench-build ## each benchmark once and small; fails when drain is below half the limit of the same run
	$(say) 'running each benchmark once'
	@.build/release/muster bench quick

bench-build: release

release: deps toolchain ## build .build/release/muster, which runs where no Swift is installed
	$(say) 'building the muster command for release'
	@$(SWIFT) build $(RELEASE)

release-test: release ## build the release, and run its demo where the toolchain is out of reach
	$(say) 'starting the release build without the toolchain'
	@scripts/test-release-binary

faults: deps toolchain ## run the whole fault suite and write docs/faults.md (some minutes)
	$(say) 'building'
	@$(SWIFT) build --build-tests
	$(say) 'building the version before this one (once; some minutes)'
	@scripts/previous-build $(PREVIOUS)
	$(say) 'breaking things'
	@rm -f .build/faults.jsonl
	@MUSTER_FAULTS=all MUSTER_PREVIOUS_BUILD=$(CURDIR)/$(PREVIOUS) MUSTER_FAULTS_ROWS=$(CURDIR)/.build/faults.jsonl \
		scripts/run-tests .build/faults.log $(SWIFT) test --skip-build --disable-xctest \
		--experimental-maximum-parallelization-width $(FAULT_WIDTH) --filter '^FaultTests\.'
	@scripts/fault-table .build/faults.jsonl docs/faults.md README.md

check: deps toolchain lint layers habits length selftest smallmodel ## format, layers, habits, file length, model; build with warnings as errors
	$(say) 'building every target and test, warnings as errors'
	@$(SWIFT) build --build-tests

build: deps toolchain ## build everything, for debugging
	$(say) 'building'
	@$(SWIFT) build

format: toolchain ## rewrite all Swift files in the house format
	$(say) 'formatting'
	@$(SWIFT) format -i -r Package.swift Sources Tests migrations

lint: toolchain
	$(say) 'checking the format of all Swift files'
	@$(SWIFT) format lint --strict -r Package.swift Sources Tests migrations || { echo 'Run `make format`; what is left needs a hand.' >&2; exit 1; }

layers:
	$(say) 'checking who imports whom and where SQL stands'
	@scripts/check-layers

habits:
	$(say) 'checking habits, in code and in documents'
	@scripts/check-habits

selftest:
	$(say) 'checking that the checks see what they are for'
	@scripts/test-checks

model: deps ## go through every order of steps of the claim protocol, with faults, and see that broken ones are caught
	$(say) 'checking the models in docs/model with spin'
	@scripts/check-model

fuzz: deps toolchain ## build, and send thousands of wrong requests to a fleet on a sandbox homeserver (EXAMPLES=100 for more)
	$(say) 'building the muster command'
	@$(SWIFT) build --product muster
	$(say) 'fuzzing the HTTP interface with Schemathesis'
	@scripts/fuzz $(EXAMPLES)

smallmodel: deps
	$(say) 'checking small instances of the models in docs/model with spin'
	@scripts/check-model quick

length:
	$(say) 'checking that no file is over 300 lines'
	@scripts/check-file-length

deps: ## install the system packages that are missing (apt; sudo when not root)
	@scripts/install-deps

toolchain:
	@command -v $(SWIFT) >/dev/null || { echo 'There is no `swift` in PATH; install Swift 6.3 from https://www.swift.org/install/linux/ and try again.' >&2; exit 1; }

synapse: deps ## install the real Synapse that the tests start, and its client synadm (once)
	$(say) 'making sure that the Synapse for the tests is installed'
	@scripts/synapse install
	@scripts/synadm install

asan: deps toolchain ## run the database and worker tests under AddressSanitizer with leak detection
	$(say) 'building and testing with AddressSanitizer in $(ASAN_SCRATCH)'
	@ASAN_OPTIONS=detect_leaks=1 LSAN_OPTIONS='suppressions="$(LSAN_SUPPRESSIONS)"' \
		scripts/run-tests .build/asan.log $(SWIFT) test --sanitize=address --scratch-path $(ASAN_SCRATCH) --disable-xctest \
		--experimental-maximum-parallelization-width $(WIDTH) --filter '$(or $(FILTER),$(ASAN_FILTER))'

clean: ## remove what was built, and keep the downloaded dependencies
	$(say) 'removing build products'
	@rm -rf $(ASAN_SCRATCH)
	@[ ! -d .build ] || $(SWIFT) package clean
