# Targets that mean harm: tests/hostile/README.md.
HOSTILE_PROGRAMS := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/hostile/programs/*.c))

$(HOSTILE_PROGRAMS): $(BUILD)/%: %.c
	@mkdir -p $(@D)
	$(call say,TEST,$@)$(CC) $(ALL_CFLAGS) -I. -Ilib/include -pthread -MMD -MP -MF $@.d $(ALL_LDFLAGS) -o $@ $<

LIVE_NEEDS += $(HOSTILE_PROGRAMS)
LIVE_TESTS += $(addprefix tests/hostile/,names crowds registry)
DEPS       += $(HOSTILE_PROGRAMS:=.d)
