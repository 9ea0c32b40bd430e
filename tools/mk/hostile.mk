# Targets that mean harm: tests/hostile/README.md.
HOSTILE_PROGRAMS := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/hostile/programs/*.c))
HOSTILE_THREADS  ?= 32000

$(HOSTILE_PROGRAMS): $(BUILD)/%: %.c
	@mkdir -p $(@D)
	$(call say,TEST,$@)$(CC) $(ALL_CFLAGS) -I. -Ilib/include -pthread -MMD -MP -MF $@.d $(ALL_LDFLAGS) -o $@ $<

hostile-big: all $(HOSTILE_PROGRAMS) ## as many threads at once as the kernel's numbers allow (HOSTILE_THREADS=32000)
	$(Q)tests/hostile/crowds $(HOSTILE_THREADS)

LIVE_NEEDS += $(HOSTILE_PROGRAMS)
LIVE_TESTS += $(addprefix tests/hostile/,names crowds registry memory files silent states keys)
DEPS       += $(HOSTILE_PROGRAMS:=.d)
.PHONY: hostile-big
