# CPython's own tests of threading and queue, row by row, against libthrace; run, and held against their table, by
# tests/conformance/run.
ROWS         := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/conformance/test_*.c)) $(BUILD)/tests/conformance/test_exit_exact
ROWS_SUPPORT := $(BUILD)/tests/conformance/support.o
LOADER       := $(BUILD)/tests/conformance/loader
ROWS_OBJECTS := $(filter-out %_exact.o,$(ROWS:=.o)) $(ROWS_SUPPORT)

$(ROWS_OBJECTS): $(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC,$@)$(CC) $(ALL_CFLAGS) -Ilib/include -pthread -MMD -MP -c $< -o $@

# The rows about the end of a process hold in both ways to have it in order.
$(BUILD)/tests/conformance/test_exit_exact: $(BUILD)/tests/conformance/test_exit.o $(BUILD)/lib/libthrace_exact.a
$(BUILD)/tests/conformance/test_exit_exact: ROWS_LDFLAGS := -Wl,--wrap=main
$(BUILD)/tests/conformance/test_thread: ROWS_LDFLAGS := -Wl,--wrap=pthread_create
$(ROWS_OBJECTS): ALL_CFLAGS += -DTREE='"$(CURDIR)"' -DLIBTHRACE='"$(CURDIR)/$(LIB_OUT)/libthrace.so"' \
	-DLOADER='"$(CURDIR)/$(LOADER)"'
$(BUILD)/tests/conformance/test_misc $(LOADER): $(BUILD)/lib/libthrace.so.$(VERSION)
$(BUILD)/tests/conformance/test_exit $(BUILD)/tests/conformance/test_exit_exact: $(LOADER)
$(filter-out %_exact,$(ROWS)): %: %.o
$(ROWS): $(ROWS_SUPPORT) $(BUILD)/lib/libthrace.a
	$(call say,LD,$@)$(CC) $(ALL_LDFLAGS) $(ROWS_LDFLAGS) -pthread $(filter %.o,$^) $(filter %_exact.a,$^) \
	 $(BUILD)/lib/libthrace.a -lcmocka -o $@

$(LOADER): tests/conformance/loader.c
	@mkdir -p $(@D)
	$(call say,CC,$@)$(CC) $(ALL_CFLAGS) -pthread $(ALL_LDFLAGS) $< -o $@

tests/conformance/run: $(ROWS)
conformance-table: $(ROWS) ## write tests/conformance/README.md anew; read the difference before you commit it
	$(Q)tests/conformance/run --update

# Rules beyond the rows are test programs of their own.
UNIT_TESTS += tests/conformance/run $(filter %/test_rules %/test_rules_extras %/test_rules_end,$(ROWS))
.PHONY: conformance-table
DEPS       += $(ROWS_OBJECTS:.o=.d)
