# `thrace waits` against programs that know their own state.
WAITS_OUT  := $(BUILD)/tests/live/waits
TRUTH      := $(WAITS_OUT)/truth
TRUTH_OBJS := $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/live/waits/truth*.c))
WAITS_OBJS := $(TRUTH_OBJS) $(WAITS_OUT)/busy.o $(WAITS_OUT)/looks.o

$(WAITS_OBJS): $(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC,$@)$(CC) $(ALL_CFLAGS) -I. -pthread -MMD -MP -c $< -o $@

$(TRUTH): $(TRUTH_OBJS)
$(WAITS_OUT)/busy: $(WAITS_OUT)/busy.o
$(TRUTH) $(WAITS_OUT)/busy:
	$(call say,LD,$@)$(CC) $(ALL_LDFLAGS) $^ -pthread -o $@

# All of the command but its main, which only dispatches.
$(WAITS_OUT)/looks: $(WAITS_OUT)/looks.o $(filter-out %/main.o,$(CMD_OBJS)) $$(SOURCE_LIB) $$(ENRICH_LIB) $$(MODEL_LIB)
	$(call say,LD,$@)$(CC) $(ALL_LDFLAGS) $^ $(CMD_LIBS) -o $@

LIVE_TESTS += tests/live/waits/waits tests/live/waits/busy
LIVE_NEEDS += $(TRUTH) $(WAITS_OUT)/busy $(WAITS_OUT)/looks
DEPS       += $(WAITS_OBJS:.o=.d)
