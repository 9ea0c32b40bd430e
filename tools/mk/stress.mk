# libthrace under pressure: storms, histories of calls that must have an order, refused allocations, exits under busy daemons; and all of it, with CPython's rows,
# under the sanitizers and Valgrind. Short in `make test`, longer by stress-lib and sanitize-lib.
STRESS      := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/stress/*.c))
STRESS_OBJS := $(STRESS:=.o)
FAULTS      := malloc calloc realloc free strdup vasprintf __vasprintf_chk open_memstream pthread_create

$(STRESS_OBJS): $(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC,$@)$(CC) $(ALL_CFLAGS) -Ilib/include -pthread -MMD -MP -c $< -o $@

$(BUILD)/tests/stress/faults: STRESS_LDFLAGS := $(FAULTS:%=-Wl,--wrap=%)
$(STRESS): %: %.o $(BUILD)/lib/libthrace.a
	$(call say,LD,$@)$(CC) $(ALL_LDFLAGS) $(STRESS_LDFLAGS) -pthread $^ -o $@

DEPS += $(STRESS_OBJS:.o=.d)

# Seconds of each storm; runs of the exits.
STORM ?= 60
EXITS ?= 10000

stress-lib: $(STRESS) ## storms of a minute each with ten seeds, and 10,000 exits under busy daemons (STORM=, EXITS=)
	$(Q)for seed in 1 2 3 4 5 6 7 8 9 10; do $(BUILD)/tests/stress/storm $$(($(STORM) * 1000)) $$seed || exit 1; done
	$(Q)$(BUILD)/tests/stress/histories $$(($(STORM) * 1000)) $$$$
	$(Q)$(BUILD)/tests/stress/faults
	$(Q)$(BUILD)/tests/stress/daemons $(EXITS)

sanitize-lib: ## CPython's rows, storms and faults under TSan, ASan and UBSan, and Valgrind (STORM=60)
	$(Q)tests/stress/sanitizers $(STORM)

.PHONY: stress-lib sanitize-lib
UNIT_TESTS += $(STRESS)
LIVE_TESTS += tests/stress/sanitizers
