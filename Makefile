# The ways into this project; `make` alone lists them. Each says what it does before it does it.
# Packages: packages.txt. Anything longer than a few lines: scripts/.

PREFIX  ?= /usr/local
DESTDIR ?=
SECONDS ?= 60

BINARY   = .build/release/assay
BUILD    = swift build -c release --product assay $(static)
SOURCES  = Package.swift Sources Tests Fuzz/Package.swift Fuzz/Sources
manuals  = $(wildcard docs/man/*.[1-8])
bindir   = $(DESTDIR)$(PREFIX)/bin
datadir  = $(DESTDIR)$(PREFIX)/share

# Swift's runtime goes into the binary where the toolchain has what that takes: what is installed runs
# without the toolchain then, and starts in two thirds of the time.
runtime  = $(shell swiftc -static-stdlib -print-target-info 2>/dev/null | sed -n 's/.*"runtimeResourcePath": "\(.*\)".*/\1/p')
static   = $(and $(wildcard $(runtime)/linux/libswiftCore.a),$(wildcard $(runtime)/../../bin/ld.lld),--static-swift-stdlib -Xswiftc -use-ld=lld)

.DEFAULT_GOAL := help
.PHONY: help demo build test lint format release install uninstall bench fuzz golden-check clean \
	packages-build packages-test packages-bench

help: ## list the targets
	@echo 'usage: make TARGET'
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | while IFS="$$(printf '\t')" read -r name text; \
		do printf '  %-14s %s\n' "$$name" "$$text"; done

demo: packages-build ## build the reference image of golden/ and show that it is the blessed one
	@echo 'demo: builds assay in release mode (a few minutes the first time), then a reference image, and verifies it'
	@$(BUILD)
	@scripts/demo $(BINARY)

build: packages-build ## the release binary, .build/release/assay
	@echo 'build: compiles assay in release mode'
	@$(BUILD)

test: packages-test ## install what the tests need, and run them all
	@echo 'test: compiles everything and runs every test; those that need root skip without it'
	@scripts/run-tests

lint: ## swift-format and the forbidden words
	@echo 'lint: checks the layout of every Swift file, and for words that must not be there'
	@swift format lint --strict --parallel -r $(SOURCES)
	@scripts/forbidden-words

format: ## lay out every Swift file
	@swift format -i --parallel -r $(SOURCES)

release: packages-build ## a static, stripped binary in dist/, with its version in its name
	@echo 'release: builds the static binary and tries it'
	@scripts/build-release dist

# What is built is not built again: root may have no Swift, and should not own what a build leaves.
$(BINARY): Package.swift $(shell find Sources -type f)
	@$(MAKE) --no-print-directory build

install: $(BINARY) ## put binary, man pages and completions under PREFIX (and DESTDIR)
	@echo 'install: puts assay into $(DESTDIR)$(PREFIX)'
	@install -d '$(bindir)' '$(datadir)/man/man1' '$(datadir)/man/man5' \
		'$(datadir)/bash-completion/completions' '$(datadir)/zsh/site-functions' \
		'$(datadir)/fish/vendor_completions.d'
	@install -m 0755 '$(BINARY)' '$(bindir)/assay'
	@for page in $(manuals); do \
		install -m 0644 "$$page" '$(datadir)/man/man'"$${page##*.}/" || exit; done
	@'$(BINARY)' --generate-completion-script bash >'$(datadir)/bash-completion/completions/assay'
	@'$(BINARY)' --generate-completion-script zsh >'$(datadir)/zsh/site-functions/_assay'
	@'$(BINARY)' --generate-completion-script fish >'$(datadir)/fish/vendor_completions.d/assay.fish'

uninstall: ## take away what install put there
	@rm -f '$(bindir)/assay' $(foreach page,$(notdir $(manuals)),'$(datadir)/man/man$(subst .,,$(suffix $(page)))/$(page)') \
		'$(datadir)/bash-completion/completions/assay' '$(datadir)/zsh/site-functions/_assay' \
		'$(datadir)/fish/vendor_completions.d/assay.fish'

bench: packages-bench build ## measure assay beside tar, cp and mkfs.ext4 (FULL=1: the slow peers too; AS_IS=1: with the memory as it is)
	@python3 -B scripts/bench $(if $(FULL),--full) $(if $(AS_IS),--as-is) --assay '$(BINARY)' $(ROWS)

fuzz: packages-test ## fuzz the reader for SECONDS (60), or with FORMATS=1 the parsers of other files
	@scripts/fuzz '$(SECONDS)' $(if $(FORMATS),formats)

golden-check: build ## build every recipe of golden/ and verify the image against its golden
	@scripts/golden-check '$(BINARY)'

clean: ## remove everything that was built
	@rm -rf .build Fuzz/.build dist

packages-build:
	@scripts/install-packages build
packages-test:
	@scripts/install-packages build test
packages-bench:
	@scripts/install-packages build bench
