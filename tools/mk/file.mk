# The trace file: its tests, its fuzz targets, and what measures it.
FILE_TEST_NAMES := pack file record keyframe
FILE_TESTS      := $(FILE_TEST_NAMES:%=$(BUILD)/tests/file/test_%)
FILE_BENCHES    := $(BUILD)/tests/file/bench_replay
FILE_TEST_OBJS  := $(FILE_TESTS:=.o) $(FILE_BENCHES:=.o) $(BUILD)/tests/file/stream.o $(BUILD)/tests/file/recording.o
FILE_LIBS       := -lbpf -lelf -lz -lzstd -pthread

.SECONDEXPANSION:

$(FILE_TEST_OBJS): $(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC,$@)$(CC) $(ALL_CFLAGS) -I. -MMD -MP -c $< -o $@

$(BUILD)/tests/file/test_file $(BUILD)/tests/file/test_record: $(BUILD)/tests/file/recording.o
$(BUILD)/tests/file/test_keyframe: $(BUILD)/tests/unit/feed.o
$(FILE_TESTS) $(FILE_BENCHES): %: %.o $(BUILD)/tests/file/stream.o $$(SOURCE_LIB) $$(ENRICH_LIB) $$(MODEL_LIB)
	$(call say,LD,$@)$(CC) $(ALL_LDFLAGS) $(filter %.o,$^) $(filter %.a,$^) $(FILE_LIBS) -lcmocka -o $@

bench-replay: $(FILE_BENCHES) ## how fast a recording is written and replayed, with a made-up stream
	$(Q)$<
	$(Q)$< 10000

bench-file: all $$(BENCH_PINGPONG) ## bytes a context switch and time added, beside perf and trace-cmd
	$(Q)tools/setup build bench
	$(Q)tests/bench/file/run

BENCHES    += bench-replay bench-file
LIVE_TESTS += tests/live/file/replay
UNIT_TESTS += $(FILE_TESTS)
DEPS       += $(FILE_TEST_OBJS:.o=.d)
.PHONY: bench-replay bench-file
