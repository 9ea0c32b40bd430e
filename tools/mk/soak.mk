# A mixed load for a long time, and the books compared at its end. `make test` runs it for some seconds.
SOAK_SECONDS ?= 1200
SOAK_MIXED   := $(BUILD)/tests/soak/programs/mixed

$(SOAK_MIXED): tests/soak/programs/mixed.c
	@mkdir -p $(@D)
	$(call say,TEST,$@)$(CC) $(ALL_CFLAGS) -pthread -MMD -MP -MF $@.d $(ALL_LDFLAGS) -o $@ $<

soak: all $(SOAK_MIXED) ## the books against the kernel's under a mixed load, SOAK_SECONDS (1200) long
	$(Q)tests/soak/run $(SOAK_SECONDS)

LIVE_NEEDS += $(SOAK_MIXED)
LIVE_TESTS += tests/soak/run tests/soak/stopped
DEPS       += $(SOAK_MIXED).d
.PHONY: soak
