# CPython's own tests of threading and queue, row by row, against libthrace.
CONFORMANCE := $(patsubst tests/conformance/%.c,$(BUILD)/tests/conformance/%,$(wildcard tests/conformance/*.c))
UNIT_TESTS  += $(CONFORMANCE)
DEPS        += $(CONFORMANCE:=.d)

$(BUILD)/tests/conformance/%: tests/conformance/%.c $(BUILD)/lib/libthrace.a
	@mkdir -p $(@D)
	$(call say,TEST,$@) $(CC) $(ALL_CFLAGS) -Ilib/include -pthread -MMD -MP -MF $@.d $(ALL_LDFLAGS) -o $@ $< \
	 $(BUILD)/lib/libthrace.a -lcmocka
