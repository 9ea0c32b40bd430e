# One call at a time refused, and other misfortunes: tests/faults/README.md.
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

DEPS += $(FAULTS_INJECT).d $(FAULTS_PROGRAMS:=.d)
