# `thrace waits` against programs that know their own state.
TRUTH      := $(BUILD)/tests/live/waits/truth
TRUTH_SRCS := $(wildcard tests/live/waits/truth*.c)
TRUTH_OBJS := $(TRUTH_SRCS:%.c=$(BUILD)/%.o)

$(TRUTH_OBJS): $(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC,$@)$(CC) $(ALL_CFLAGS) -I. -pthread -MMD -MP -c $< -o $@

$(TRUTH): $(TRUTH_OBJS)
	$(call say,LD,$@)$(CC) $(ALL_LDFLAGS) $^ -pthread -o $@

LIVE_TESTS += tests/live/waits/waits
LIVE_NEEDS += $(TRUTH)
DEPS       += $(TRUTH_OBJS:.o=.d)
