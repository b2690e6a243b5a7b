# Commline. `make` alone lists the targets.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

SWIFT ?= swift
DATA ?= .build/run
LISTEN ?= 127.0.0.1:8080
SECONDS_EACH ?= 60
KILLS ?= 50
METERS ?= 200
POISON_METERS ?= 10000
UPGRADE_SESSIONS ?= 500
ROUNDS ?= 100
FLEET ?= 1000
FAILED_CONNECTS ?= 100000
LATE_REPLIES ?= 500000
FAULT_BATCHES ?= 20
SOURCES := Package.swift Host Plugins SDK Tests
# Tests that start many processes: after the others, one target at a time, so that nobody waits for a processor.
CROWDS := (Check|Contract|EndToEnd)Tests\.
DEBUG := .build/debug
RELEASE := .build/release

.PHONY: demo
demo: ## Build, read four simulated meters, print a table of their readings, and end
	.ci/prepare build
	@echo "make: building without optimisation, which is the faster way to a first result"
	$(SWIFT) build
	.ci/demo $(DEBUG)

.PHONY: run
run: ## Build and serve until interrupted (DATA=folder LISTEN=host:port)
	.ci/prepare build
	$(SWIFT) build -c release
	$(MAKE) $(RELEASE)/libexample-c.so
	mkdir -p "$(DATA)"
	exec $(RELEASE)/commline serve --data "$(DATA)" --listen "$(LISTEN)" \
	    --manifests plugin-manifests --plugins $(RELEASE)

# The example driver in C is no part of the Swift package; the toolchain's own compiler builds it.
$(RELEASE)/libexample-c.so: $(wildcard SDK/Examples/C/*.c) SDK/include/commline.h
	clang -std=c11 -O2 -Wall -Wextra -Wpedantic -Werror -fPIC -fvisibility=hidden -DEXAMPLE_SIMULATOR \
	    -ISDK/include -shared -o $@ $(filter %.c,$^)

.PHONY: test
test: ## Lint, build for release and for debugging, and run every test
	.ci/prepare test
	$(MAKE) lint
	$(SWIFT) build -c release
	$(SWIFT) build --build-tests
	for part in "--skip $(CROWDS)" "--filter CheckTests\." "--filter ContractTests\." "--filter EndToEndTests\."; do \
	    COMMLINE_BINARY="$(CURDIR)/$(RELEASE)/commline" $(SWIFT) test --skip-build --disable-xctest $$part; \
	done

.PHONY: soak
soak: ## Kill the host KILLS times, poison one of POISON_METERS, upgrade amid UPGRADE_SESSIONS, misbehave ROUNDS times, a sick fleet, late replies, failing disks
	.ci/prepare test
	$(SWIFT) build -c release
	$(SWIFT) build --build-tests
	COMMLINE_BINARY="$(CURDIR)/$(RELEASE)/commline" COMMLINE_KILLS=$(KILLS) COMMLINE_METERS=$(METERS) \
	    $(SWIFT) test --skip-build --disable-xctest --filter KillTests
	COMMLINE_BINARY="$(CURDIR)/$(RELEASE)/commline" COMMLINE_POISON_METERS=$(POISON_METERS) \
	    $(SWIFT) test --skip-build --disable-xctest --filter PoisonTests
	COMMLINE_BINARY="$(CURDIR)/$(RELEASE)/commline" COMMLINE_UPGRADE_SESSIONS=$(UPGRADE_SESSIONS) \
	    $(SWIFT) test --skip-build --disable-xctest --filter HotUpgradeTests
	COMMLINE_BINARY="$(CURDIR)/$(RELEASE)/commline" COMMLINE_ROUNDS=$(ROUNDS) \
	    $(SWIFT) test --skip-build --disable-xctest --filter MisbehaviourTests
	COMMLINE_BINARY="$(CURDIR)/$(RELEASE)/commline" COMMLINE_FLEET=$(FLEET) \
	    $(SWIFT) test --skip-build --disable-xctest --filter SickFleetTests
	COMMLINE_BINARY="$(CURDIR)/$(RELEASE)/commline" COMMLINE_FAILED_CONNECTS=$(FAILED_CONNECTS) \
	    $(SWIFT) test --skip-build --disable-xctest --filter FailedConnectTests
	COMMLINE_LATE_REPLIES=$(LATE_REPLIES) $(SWIFT) test --skip-build --disable-xctest --filter LateReplyTests
	COMMLINE_FAULT_BATCHES=$(FAULT_BATCHES) $(SWIFT) test --skip-build --disable-xctest --filter FaultTests

.PHONY: lint
lint: ## Check the form of every Swift source
	$(SWIFT) format lint --strict --recursive --parallel $(SOURCES)

.PHONY: format
format: ## Put every Swift source into the project's form
	$(SWIFT) format --in-place --recursive --parallel $(SOURCES)

.PHONY: bench
bench: ## Measure against the stated figures; writes .build/bench/results.json
	.ci/prepare test
	$(SWIFT) build -c release
	.build/peers/bin/python Tests/Bench/bench.py --binaries $(RELEASE) --out .build/bench/results.json

.PHONY: fuzz
fuzz: ## Fuzz each decoder for SECONDS_EACH seconds under the address sanitiser
	.ci/prepare test
	Tests/Fuzz/run $(SECONDS_EACH)

.PHONY: clean
clean: ## Remove everything that the other targets made
	rm -rf .build .build-fuzz

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
