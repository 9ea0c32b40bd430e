# Live tests of the capture: thrace on real programs, as root.
CAPTURE_PROGRAMS := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/live/capture/programs/*.c))

$(CAPTURE_PROGRAMS): $(BUILD)/%: %.c
	@mkdir -p $(@D)
	$(call say,TEST,$@)$(CC) $(ALL_CFLAGS) -pthread -MMD -MP -MF $@.d $(ALL_LDFLAGS) -o $@ $<

LIVE_NEEDS += $(CAPTURE_PROGRAMS)
LIVE_TESTS += tests/live/capture/truth tests/live/capture/attach tests/live/capture/scale tests/live/capture/strangers tests/live/capture/privilege
DEPS       += $(CAPTURE_PROGRAMS:=.d)

# --- larger programs of others: what is installed here, or with all of them installed first ---
LIVE_TESTS += tests/live/strangers/run

test-strangers: $(CMD) ## a Java machine, PostgreSQL, Redis, Python and a parallel compilation under thrace; installs them
	$(Q)tools/setup build test strangers
	$(Q)tests/live/strangers/run python java compile redis postgres

.PHONY: test-strangers
