# The library's examples, and the demo that watches one of them.
EXAMPLES := $(patsubst lib/examples/%.c,$(BUILD)/examples/%,$(wildcard lib/examples/*.c))

$(BUILD)/examples/%: lib/examples/%.c $(BUILD)/lib/libthrace.a
	@mkdir -p $(@D)
	$(call say,CC,$@)$(CC) $(ALL_CFLAGS) -Ilib/include -pthread -MMD -MP -MF $@.d $(ALL_LDFLAGS) -o $@ $< $(BUILD)/lib/libthrace.a

ALL_OUTPUTS += $(EXAMPLES)
DEPS        += $(EXAMPLES:=.d)

demo:
	$(Q)tools/setup build
	$(Q)$(MAKE) --no-print-directory all
	$(Q)tools/demo
