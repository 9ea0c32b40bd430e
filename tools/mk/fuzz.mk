# Fuzz targets for whatever reads strangers' bytes: built by clang with ASan and UBSan, checksums taken for right.
FUZZ_OUT     := $(BUILD)/fuzz
FUZZ_NAMES   := record unpack file procfs memory options names
FUZZ_TARGETS := $(FUZZ_NAMES:%=$(FUZZ_OUT)/fuzz_%)
FUZZ_SECONDS ?= 120
FUZZ_CFLAGS  := -std=gnu11 -D_GNU_SOURCE -DTHRACE_VERSION='"$(VERSION)"' -DFUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION -O1 -g \
		-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer -I. -Ilib/include
# Of the user interface, all but the terminal: pages go to a stream.
FUZZ_PARTS   := $(filter-out userspace/ui/term%,$(wildcard userspace/decode/*.c userspace/model/*.c userspace/util/*.c \
		userspace/view/*.c userspace/view/*/*.c userspace/ui/*.c userspace/source/source.c userspace/source/file/*.c)) tests/fuzz/fuzz.c
FUZZ_OBJS    := $(FUZZ_PARTS:%.c=$(FUZZ_OUT)/%.o)
# What only one target reads with.
FUZZ_ONLY_procfs  := userspace/source/procfs/procfs_file.c userspace/enrich/own.c userspace/enrich/target.c
FUZZ_ONLY_memory  := userspace/enrich/registry.c userspace/enrich/memory.c userspace/enrich/locks.c userspace/enrich/lock_bytes.c
FUZZ_ONLY_options := userspace/cmd/source_options.c userspace/cmd/option_rows.c userspace/cmd/option_values.c userspace/cmd/nearest.c
FUZZ_ONLY    := $(patsubst %.c,$(FUZZ_OUT)/%.o,$(foreach name,$(FUZZ_NAMES),$(FUZZ_ONLY_$(name))))
FUZZ_MAINS   := $(FUZZ_NAMES:%=$(FUZZ_OUT)/tests/fuzz/fuzz_%.o)

# The whole command, its exporters aside, built as the targets are: tests/hostile/keys plays with it. In build/ itself, for the course
# lies beside it.
FUZZ_THRACE      := $(BUILD)/thrace-sanitized
FUZZ_THRACE_OBJS := $(patsubst %.c,$(FUZZ_OUT)/%.o,$(wildcard userspace/main.c $(foreach part,cmd view ui source enrich decode model util,\
		    userspace/$(part)/*.c userspace/$(part)/*/*.c)))

$(sort $(FUZZ_OBJS) $(FUZZ_ONLY) $(FUZZ_MAINS) $(FUZZ_THRACE_OBJS)): $(FUZZ_OUT)/%.o: %.c
	@mkdir -p $(@D)
	$(call say,FUZZ,$@)$(CLANG) $(FUZZ_CFLAGS) -I$(BUILD)/bpf -MMD -MP -c $< -o $@

.SECONDEXPANSION:

$(FUZZ_TARGETS): $(FUZZ_OUT)/fuzz_%: $(FUZZ_OUT)/tests/fuzz/fuzz_%.o $(FUZZ_OBJS) $$(addprefix $(FUZZ_OUT)/,$$(FUZZ_ONLY_$$*:.c=.o))
	$(call say,LD,$@)$(CLANG) -fsanitize=fuzzer,address,undefined $(filter %.o,$^) $(FUZZ_LIBS) -o $@

$(filter %/live_load.o,$(FUZZ_THRACE_OBJS)): $$(SKELETON)
$(FUZZ_THRACE): $(FUZZ_THRACE_OBJS) $$(EXPORT_LIB)
	$(call say,LD,$@)$(CLANG) -fsanitize=address,undefined $^ $(CMD_LIBS) -o $@

FUZZ_LIBS    := -lz -lzstd -liberty

# What is found goes to build/fuzz/new, not into the corpus: look at it, then keep what is worth keeping.
fuzz: $(FUZZ_TARGETS) $(FUZZ_THRACE) $$(HOSTILE_PROGRAMS)
	$(Q)for name in $(FUZZ_NAMES); do FUZZ_OUT=$(FUZZ_OUT) tests/fuzz/run $$name $(FUZZ_SECONDS) || exit 1; done
	$(Q)tests/hostile/keys $$(( $(FUZZ_SECONDS) / 10 ))

$(FUZZ_OUT)/make_corpus: tests/fuzz/make_corpus.c tests/file/stream.c $$(SOURCE_LIB) $$(MODEL_LIB)
	@mkdir -p $(@D)
	$(call say,CC,$@)$(CC) $(ALL_CFLAGS) -I. $(ALL_LDFLAGS) $^ -lbpf -lelf -lz -lzstd -pthread -o $@

LIVE_NEEDS += $(FUZZ_TARGETS) $(FUZZ_THRACE)
LIVE_TESTS += tests/fuzz/short
DEPS       += $(FUZZ_OBJS:.o=.d) $(FUZZ_ONLY:.o=.d) $(FUZZ_MAINS:.o=.d) $(FUZZ_THRACE_OBJS:.o=.d)
