# What is learned of a process from outside: one archive that the command and the tests link, and what tests it.
ENRICH_LIB  := $(BUILD)/libthrace-enrich.a
ENRICH_SRCS := $(wildcard userspace/enrich/*.c userspace/enrich/*/*.c)
ENRICH_OBJS := $(ENRICH_SRCS:%.c=$(BUILD)/%.o)

$(ENRICH_OBJS): $(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC,$@)$(CC) $(ALL_CFLAGS) -I. -Ilib/include -MMD -MP -c $< -o $@

$(ENRICH_LIB): $(ENRICH_OBJS)
	$(call say,AR,$@)rm -f $@ && $(AR) rcs $@ $^

ALL_OUTPUTS += $(ENRICH_LIB)
DEPS        += $(ENRICH_OBJS:.o=.d)

# --- tests ---
SHARE_UNITS     := $(BUILD)/tests/share/test_share_views $(BUILD)/tests/share/test_stack $(BUILD)/tests/share/test_confined
SHARE_PARTS     := $(BUILD)/tests/share/models.o $(BUILD)/tests/unit/feed.o
SHARE_TEST_OBJS := $(SHARE_UNITS:=.o) $(BUILD)/tests/share/models.o $(BUILD)/tests/fuzz/fuzz_symbols.o
SHARE_FUZZ      := $(BUILD)/tests/fuzz/fuzz_symbols
SHARE_PROGRAMS  := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/live/share/programs/*.c))

# Its own calls are unwound with the two registers that /proc has: no function of it may keep its frame in a third.
$(BUILD)/tests/share/test_stack.o: SHARE_CFLAGS := -fomit-frame-pointer -fno-sanitize=all

$(SHARE_TEST_OBJS): $(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC,$@)$(CC) $(ALL_CFLAGS) $(SHARE_CFLAGS) -I. -MMD -MP -c $< -o $@

$(BUILD)/tests/share/test_share_views: %: %.o $(SHARE_PARTS) $$(CLI_PARTS) $$(CMD_ARCHIVES)
	$(call say,LD,$@)$(CC) $(ALL_LDFLAGS) $(filter %.o,$^) $(filter %.a,$^) $(CMD_LIBS) -lcmocka -lm -o $@
$(BUILD)/tests/share/test_stack $(BUILD)/tests/share/test_confined $(SHARE_FUZZ): %: %.o $(ENRICH_LIB) $$(MODEL_LIB)
	$(call say,LD,$@)$(CC) $(ALL_LDFLAGS) $^ -ldw -lelf -liberty -lcmocka -pthread -o $@

# Without frame pointers and with lines: what the stacks are read from.
$(SHARE_PROGRAMS): $(BUILD)/%: %.c
	@mkdir -p $(@D)
	$(call say,TEST,$@)$(CC) $(ALL_CFLAGS) -O1 -g -fomit-frame-pointer -fno-optimize-sibling-calls -pthread -MMD -MP -MF $@.d \
	 $(ALL_LDFLAGS) -o $@ $<

share-golden: $(BUILD)/tests/share/test_share_views ## write the expected pages of tests/share anew; read the difference first
	$(Q)$< --update

fuzz: fuzz-symbols
fuzz-symbols: $(SHARE_FUZZ)
	$(Q)$< 20000

.PHONY: share-golden fuzz-symbols
UNIT_TESTS += $(SHARE_UNITS) $(SHARE_FUZZ)
LIVE_NEEDS += $(SHARE_PROGRAMS)
LIVE_TESTS += tests/live/share/truth tests/live/share/stacks tests/live/share/strangers
DEPS       += $(SHARE_TEST_OBJS:.o=.d) $(SHARE_PROGRAMS:=.d)
