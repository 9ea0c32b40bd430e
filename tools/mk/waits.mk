# `thrace waits` against programs that know their own state.
WAITS_OUT  := $(BUILD)/tests/live/waits
TRUTH      := $(WAITS_OUT)/truth
TRUTH_OBJS := $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/live/waits/truth*.c))
WAITS_OBJS := $(TRUTH_OBJS) $(WAITS_OUT)/busy.o $(WAITS_OUT)/looks.o \
	      $(WAITS_OUT)/library.o

$(WAITS_OBJS): $(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC,$@)$(CC) $(ALL_CFLAGS) -I. -Ilib/include -pthread -MMD -MP -c $< -o $@

$(TRUTH): $(TRUTH_OBJS)
$(WAITS_OUT)/busy: $(WAITS_OUT)/busy.o
$(TRUTH) $(WAITS_OUT)/busy:
	$(call say,LD,$@)$(CC) $(ALL_LDFLAGS) $^ -pthread -o $@

# A program with libthrace inside, and one with it beside.
$(WAITS_OUT)/library: $(WAITS_OUT)/library.o $(LIB_OUT)/libthrace.a
	$(call say,LD,$@)$(CC) $(ALL_LDFLAGS) $^ -pthread -o $@
$(WAITS_OUT)/library_shared: $(WAITS_OUT)/library.o $(LIB_SO)
	$(call say,LD,$@)$(CC) $(ALL_LDFLAGS) $< -L$(LIB_OUT) -lthrace -Wl,-rpath,$(abspath $(LIB_OUT)) -pthread -o $@

# All of the command but its main, which only dispatches.
$(WAITS_OUT)/looks: $(WAITS_OUT)/looks.o $(filter-out %/main.o,$(CMD_OBJS)) $$(CMD_ARCHIVES)
	$(call say,LD,$@)$(CC) $(ALL_LDFLAGS) $^ $(CMD_LIBS) -o $@

LIVE_TESTS += tests/live/waits/waits tests/live/waits/busy tests/live/waits/words tests/live/waits/ways
LIVE_NEEDS += $(TRUTH) $(addprefix $(WAITS_OUT)/,busy looks library library_shared)
DEPS       += $(WAITS_OBJS:.o=.d)

WAITS_TEST := $(BUILD)/tests/unit/test_waits
$(WAITS_TEST).o: tests/unit/test_waits.c
	@mkdir -p $(@D)
	$(call say,CC,$@)$(CC) $(ALL_CFLAGS) -I. -Ilib/include -MMD -MP -c $< -o $@
$(WAITS_TEST): $(WAITS_TEST).o $$(ENRICH_LIB) $$(MODEL_LIB)
	$(call say,LD,$@)$(CC) $(ALL_LDFLAGS) $^ -lelf -ldw -lcmocka -o $@

UNIT_TESTS += $(WAITS_TEST)
DEPS       += $(WAITS_TEST).d
