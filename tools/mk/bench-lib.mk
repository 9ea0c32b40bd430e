# libthrace beside pthread, C11, GLib, libuv and CPython: tests/bench/lib/README.md has the figures.
LIB_BENCH      := $(BUILD)/tests/bench/lib/bench
LIB_BENCH_OBJS := $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/bench/lib/*.c))
ROUNDS         ?= 15

$(LIB_BENCH_OBJS): ALL_CFLAGS += -DTREE='"$(CURDIR)"' $(shell pkg-config --cflags glib-2.0 2>/dev/null)
$(LIB_BENCH_OBJS): $(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC,$@)$(CC) $(ALL_CFLAGS) -Ilib/include -pthread -MMD -MP -c $< -o $@

$(LIB_BENCH): $(LIB_BENCH_OBJS) $(BUILD)/lib/libthrace.a
	$(call say,LD,$@)$(CC) $(ALL_LDFLAGS) -pthread $^ $(shell pkg-config --libs glib-2.0 libuv) -o $@

bench-lib: ## the library beside pthread, C11, GLib, libuv and CPython, in one run (ROUNDS=15)
	$(Q)tools/setup build bench
	$(Q)$(MAKE) --no-print-directory $(LIB_BENCH)
	$(Q)$(LIB_BENCH) $(ROUNDS)

BENCHES += bench-lib
DEPS    += $(LIB_BENCH_OBJS:.o=.d)
.PHONY: bench-lib
