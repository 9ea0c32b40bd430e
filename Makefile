# Targets only; how each is made stands in tools/mk/*.mk. Everything built lands under build/.
.DEFAULT_GOAL := all

all:            ## build the command, the library and the examples
demo:           ## install what is missing, build, and watch a real multi-threaded program
test:           ## install what is missing, build, and run every test
check:          ## the tests that need no root, and the checks on the source itself
bench:          ## the figures of tests/bench/README.md, side by side in one run
fuzz:           ## fuzz the byte readers for longer than the tests do
install:        ## install under PREFIX (DESTDIR honoured)
uninstall:      ## remove what install put there
format:         ## lay out, with clang-format, the lines that you changed since the last commit
setup:          ## install the packages that building and testing need
clean:          ## remove build/
help:           ## this list
	@sed -n 's/^\([a-z-]*\): *##/\1\t/p' $(MAKEFILE_LIST) | sort | \
	 awk -F'\t' '{ printf "  make %-18s %s\n", $$1, $$2 }'
	@echo '  V=1 shows commands, DEV=1 makes warnings errors, SAN=address|undefined|thread builds with a sanitizer'

include tools/mk/common.mk
include $(filter-out tools/mk/common.mk,$(sort $(wildcard tools/mk/*.mk)))

# After the includes, so that every part has added to its list.
all: $(ALL_OUTPUTS)
check: $(CHECKS) $(UNIT_TESTS)
	$(Q)tools/run-tests $(UNIT_TESTS)
test: setup
	$(Q)$(MAKE) --no-print-directory -j$$(nproc) tests
	$(Q)$(MAKE) --no-print-directory $(CHECKS)
	$(Q)tools/run-tests $(UNIT_TESTS) $(LIVE_TESTS)
# Everything that `make test` runs, built and not run.
tests: all $(UNIT_TESTS) $(LIVE_NEEDS)
bench: all
	$(Q)$(MAKE) --no-print-directory $(BENCHES)

-include $(DEPS)
# `tests` is a folder as well.
.PHONY: all tests demo test check bench fuzz install uninstall format setup clean help
