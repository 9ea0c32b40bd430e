# The exporters: one archive that the command and the tests link, what is generated for it, and what tests it.
EXPORT_LIB  := $(BUILD)/libthrace-export.a
EXPORT_LIBS := -ljansson -lprotobuf-c
EXPORT_GEN  := $(BUILD)/export
EXPORT_SRCS := $(wildcard userspace/export/*.c)
EXPORT_OBJS := $(EXPORT_SRCS:%.c=$(BUILD)/%.o)

$(EXPORT_OBJS): $(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC,$@)$(CC) $(ALL_CFLAGS) -I. -I$(EXPORT_GEN) -MMD -MP -c $< -o $@

$(EXPORT_GEN)/perfetto.pb-c.c: userspace/export/perfetto.proto
	@mkdir -p $(@D)
	$(call say,GEN,$@)protoc-c --proto_path=userspace/export --c_out=$(@D) $<
$(filter %/perfetto_packets.o %/perfetto_sched.o,$(EXPORT_OBJS)): $(EXPORT_GEN)/perfetto.pb-c.c

HTML_PARTS := $(wildcard userspace/export/html/*)
$(EXPORT_GEN)/page_head.html: $(HTML_PARTS)
	@mkdir -p $(@D)
	$(call say,GEN,$@)userspace/export/html/assemble $@ $(EXPORT_GEN)/page_tail.html
$(filter %/html_page.o,$(EXPORT_OBJS)): ALL_CFLAGS += -DHTML_PAGE_FOLDER='"$(EXPORT_GEN)"'
$(filter %/html_page.o,$(EXPORT_OBJS)): $(EXPORT_GEN)/page_head.html

# What protoc-c writes is not held to our warnings.
$(EXPORT_GEN)/perfetto.pb-c.o: $(EXPORT_GEN)/perfetto.pb-c.c
	$(call say,CC,$@)$(CC) $(filter-out -W%,$(ALL_CFLAGS)) -I$(EXPORT_GEN) -MMD -MP -c $< -o $@

$(EXPORT_LIB): $(EXPORT_OBJS) $(EXPORT_GEN)/perfetto.pb-c.o
	$(call say,AR,$@)rm -f $@ && $(AR) rcs $@ $^

ALL_OUTPUTS += $(EXPORT_LIB)
DEPS        += $(EXPORT_OBJS:.o=.d) $(EXPORT_GEN)/perfetto.pb-c.d

# --- tests ---
EXPORT_TEST      := $(BUILD)/tests/export/test_export
EXPORT_TEST_OBJS := $(EXPORT_TEST).o

$(EXPORT_TEST_OBJS): $(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC,$@)$(CC) $(ALL_CFLAGS) -I. -MMD -MP -c $< -o $@

$(EXPORT_TEST): $(EXPORT_TEST_OBJS) $(BUILD)/tests/cli/models.o $(BUILD)/tests/unit/feed.o $(EXPORT_LIB) $(BUILD)/libthrace-model.a
	$(call say,LD,$@)$(CC) $(ALL_LDFLAGS) $^ $(EXPORT_LIBS) -liberty -lcmocka -lm -o $@

export-golden: $(EXPORT_TEST) ## write the expected exports of tests/export anew; read the difference before you commit it
	$(Q)tests/export/golden --update

.PHONY: export-golden
UNIT_TESTS += $(EXPORT_TEST) tests/export/golden tests/export/bad-input
DEPS       += $(EXPORT_TEST_OBJS:.o=.d)
tests/export/golden: $(EXPORT_TEST)
tests/export/bad-input: $(BUILD)/thrace

# In a browser: not for `make check`, which installs nothing.
LIVE_TESTS += tests/export/page tests/export/live
LIVE_NEEDS += $(EXPORT_TEST) $(BUILD)/thrace $(BUILD)/examples/canteen

# --- measurements: tests/bench/export/README.md ---
EXPORT_BENCH      := $(BUILD)/tests/bench/export/make_trace
EXPORT_BENCH_OBJS := $(EXPORT_BENCH).o

$(EXPORT_BENCH_OBJS): $(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC,$@)$(CC) $(ALL_CFLAGS) -I. -MMD -MP -c $< -o $@

$(EXPORT_BENCH): $(EXPORT_BENCH_OBJS) $(BUILD)/tests/file/stream.o $$(SOURCE_LIB) $$(MODEL_LIB)
	$(call say,LD,$@)$(CC) $(ALL_LDFLAGS) $^ -lbpf -lelf -lz -lzstd -pthread -lcmocka -o $@

bench-export: all $(EXPORT_BENCH) ## how fast each format is written, and how much memory that takes
	$(Q)tests/bench/export/run

BENCHES += bench-export
DEPS    += $(EXPORT_BENCH_OBJS:.o=.d)
.PHONY: bench-export
