# The lessons' programs: small ones, each by itself, that `thrace learn` and tests/lessons run.
LESSONS := $(patsubst lib/examples/lessons/%.c,$(BUILD)/examples/lessons/%,$(wildcard lib/examples/lessons/*.c))

$(BUILD)/examples/lessons/%: lib/examples/lessons/%.c $(BUILD)/lib/libthrace.a
	@mkdir -p $(@D)
	$(call say,CC,$@)$(CC) $(ALL_CFLAGS) -Ilib/include -pthread -MMD -MP -MF $@.d $(ALL_LDFLAGS) -o $@ $< $(BUILD)/lib/libthrace.a

ALL_OUTPUTS += $(LESSONS)
DEPS        += $(LESSONS:=.d)

# --- tests ---
UNIT_TESTS += tests/lessons/programs
tests/lessons/programs: $(LESSONS)
UNIT_TESTS += tests/lessons/cost
tests/lessons/cost: $(CMD)
LIVE_TESTS += tests/lessons/seen
LIVE_NEEDS += $(LESSONS) $(CMD)
