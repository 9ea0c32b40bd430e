# One call at a time refused, and other misfortunes: tests/faults/README.md. `make test` runs a part of it.
FAULTS_OUT      := $(BUILD)/tests/faults
FAULTS_INJECT   := $(FAULTS_OUT)/inject.so
FAULTS_PROGRAMS := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/faults/programs/*.c))

# Never sanitised: it stands before the sanitizer's own allocator.
$(FAULTS_INJECT): tests/faults/inject.c
	@mkdir -p $(@D)
	$(call say,TEST,$@)$(CC) -std=gnu11 -D_GNU_SOURCE $(WARN) -O1 -g -fPIC -shared -MMD -MP -MF $@.d -o $@ $<

$(FAULTS_PROGRAMS): $(BUILD)/%: %.c $(BUILD)/lib/libthrace.a
	@mkdir -p $(@D)
	$(call say,TEST,$@)$(CC) $(ALL_CFLAGS) -Ilib/include -pthread -MMD -MP -MF $@.d $(ALL_LDFLAGS) -o $@ $< $(BUILD)/lib/libthrace.a

# The quick part of tests/faults/each under this name: a test is a program without arguments.
FAULTS_ENTRY := tests/faults/some tests/faults/moments tests/faults/full tests/faults/machine

faults: all $(FAULTS_INJECT) $(FAULTS_PROGRAMS) ## refuse every call of the command in turn; signals, memory, CPUs, clock (takes CPUs away, sets the clock)
	$(Q)tests/faults/each --all
	$(Q)tests/faults/moments 20
	$(Q)tests/faults/full
	$(Q)tests/faults/machine --all

LIVE_NEEDS += $(FAULTS_INJECT) $(FAULTS_PROGRAMS)
LIVE_TESTS += $(FAULTS_ENTRY)
DEPS       += $(FAULTS_INJECT).d $(FAULTS_PROGRAMS:=.d)
.PHONY: faults
