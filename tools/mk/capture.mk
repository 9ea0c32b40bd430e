# What observing costs: tests/bench/capture/README.md.
BENCH_PINGPONG := $(BUILD)/tests/bench/capture/pingpong

$(BENCH_PINGPONG): tests/bench/capture/pingpong.c
	@mkdir -p $(@D)
	$(call say,BENCH,$@)$(CC) $(ALL_CFLAGS) -pthread -MMD -MP -MF $@.d $(ALL_LDFLAGS) -o $@ $<

bench-capture: all $(BENCH_PINGPONG) ## what observing adds to a context switch, beside perf, bpftrace and strace
	$(Q)tools/setup build bench
	$(Q)tests/bench/capture/run

BENCHES += bench-capture
DEPS    += $(BENCH_PINGPONG).d
.PHONY: bench-capture
