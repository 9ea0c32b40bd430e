# The live screen: its tests, and the screens that they compare with.
TOP_TEST_NAMES := top recent timeline
TOP_TESTS      := $(TOP_TEST_NAMES:%=$(BUILD)/tests/top/test_%)
TOP_TEST_PARTS := $(BUILD)/tests/top/scenes.o $(BUILD)/tests/top/golden.o
TOP_TEST_OBJS  := $(TOP_TESTS:=.o) $(TOP_TEST_PARTS)

$(TOP_TEST_OBJS): $(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC,$@)$(CC) $(ALL_CFLAGS) -I. -MMD -MP -c $< -o $@

$(TOP_TESTS): %: %.o $(TOP_TEST_PARTS) $(BUILD)/tests/unit/feed.o $$(CLI_PARTS) $$(SOURCE_LIB) $$(MODEL_LIB)
	$(call say,LD,$@)$(CC) $(ALL_LDFLAGS) $(filter %.o,$^) $(filter %.a,$^) $(CMD_LIBS) -lcmocka -lm -o $@

top-golden: $(BUILD)/tests/top/test_top $(BUILD)/tests/top/test_timeline ## write the expected screens of tests/top anew; read the difference before you commit it
	$(Q)for test in $^; do $$test --update || exit 1; done

.PHONY: top-golden
UNIT_TESTS += $(TOP_TESTS)
DEPS       += $(TOP_TEST_OBJS:.o=.d)

# --- the real program, in a terminal ---
TOP_CROWD := $(BUILD)/tests/live/top/crowd

$(TOP_CROWD): tests/live/top/crowd.c
	@mkdir -p $(@D)
	$(call say,CC,$@)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -pthread $< -o $@

LIVE_NEEDS += $(TOP_CROWD)
LIVE_TESTS += tests/live/top/screen tests/live/top/keys

# --- measured ---
TOP_RING := $(BUILD)/tests/bench/top/ring

$(TOP_RING): tests/bench/top/ring.c
	@mkdir -p $(@D)
	$(call say,CC,$@)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -pthread $< -o $@

TOP_DRAW := $(BUILD)/tests/bench/top/draw

$(TOP_DRAW).o: tests/bench/top/draw.c
	@mkdir -p $(@D)
	$(call say,CC,$@)$(CC) $(ALL_CFLAGS) -I. -MMD -MP -c $< -o $@

$(TOP_DRAW): $(TOP_DRAW).o $$(CLI_PARTS) $$(SOURCE_LIB) $$(ENRICH_LIB) $$(MODEL_LIB)
	$(call say,LD,$@)$(CC) $(ALL_LDFLAGS) $(filter %.o,$^) $(filter %.a,$^) $(CMD_LIBS) -lm -o $@

DEPS += $(TOP_DRAW).d

bench-top: $(CMD) $(TOP_RING) $(TOP_DRAW) ## what the live screen costs beside htop and top, on the same load
	$(Q)echo "A picture alone"
	$(Q)$(TOP_DRAW) 10000 100000
	$(Q)$(TOP_DRAW) 50 0
	$(Q)tests/bench/top/run 10 $(CMD) $(TOP_RING)

bench-first: $(CMD) $(TOP_RING) ## how soon waits and top show something (OTHER=THRACE: beside another build)
	$(Q)tests/bench/top/first $(TOP_RING) $(OTHER) $(CMD)

BENCHES += bench-top bench-first
.PHONY: bench-top bench-first
