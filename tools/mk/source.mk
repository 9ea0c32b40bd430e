# Where records come from: the BPF programs, the skeleton that carries them, and the sources that read.
BPF_OUT     := $(BUILD)/bpf
BPF_SRCS    := $(wildcard bpf/core/*.bpf.c bpf/probes/*.bpf.c)
BPF_OBJS    := $(BPF_SRCS:%.bpf.c=$(BUILD)/%.bpf.o)
BPF_CFLAGS  := -target bpf -mcpu=v3 -O2 -g -std=gnu11 -Wall -Wextra -Wno-unused-parameter $(if $(DEV),-Werror) -I. -Ilib/include \
	       -I/usr/include/$(shell $(CC) -print-multiarch)
BPFTOOL     ?= $(firstword $(wildcard /usr/sbin/bpftool /usr/lib/linux-tools/*/bpftool) bpftool)
SKELETON    := $(BPF_OUT)/thrace.skel.h
SOURCE_LIB  := $(BUILD)/libthrace-source.a
SOURCE_SRCS := $(wildcard userspace/source/*.c userspace/source/*/*.c)
SOURCE_OBJS := $(SOURCE_SRCS:%.c=$(BUILD)/%.o)

$(BPF_OBJS): $(BUILD)/%.bpf.o: %.bpf.c
	@mkdir -p $(@D)
	$(call say,BPF,$@)$(CLANG) $(BPF_CFLAGS) -MMD -MP -c $< -o $@

# A frame of 64 bytes is one for a CPU, not for a thread (words in library.bpf.c); the kernel rounds up to 16.
$(BPF_OUT)/probes/library.bpf.o: BPF_CFLAGS += -Wframe-larger-than=48

$(BPF_OUT)/thrace.bpf.o: $(BPF_OBJS)
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(BPFTOOL) gen object $@ $^

# Written beside and moved, so that a failure leaves no half of it.
$(SKELETON): $(BPF_OUT)/thrace.bpf.o
	$(call say,SKEL,$@)$(BPFTOOL) gen skeleton $< name thrace_bpf > $@.new && mv $@.new $@

$(SOURCE_OBJS): $(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC,$@)$(CC) $(ALL_CFLAGS) -I. -Ilib/include -I$(BPF_OUT) -MMD -MP -c $< -o $@
$(filter %/live_load.o,$(SOURCE_OBJS)): $(SKELETON)

$(SOURCE_LIB): $(SOURCE_OBJS)
	$(call say,AR,$@)rm -f $@ && $(AR) rcs $@ $^

ALL_OUTPUTS += $(SOURCE_LIB)
DEPS        += $(BPF_OBJS:.o=.d) $(SOURCE_OBJS:.o=.d)

# --- tests ---
SOURCE_TESTS     := $(BUILD)/tests/unit/test_lost $(BUILD)/tests/unit/test_merge
SOURCE_TEST_OBJS := $(SOURCE_TESTS:=.o)

$(SOURCE_TEST_OBJS): $(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC,$@)$(CC) $(ALL_CFLAGS) -I. -MMD -MP -c $< -o $@

$(SOURCE_TESTS): %: %.o $(SOURCE_LIB) $$(MODEL_LIB)
	$(call say,LD,$@)$(CC) $(ALL_LDFLAGS) $^ -lbpf -lcmocka -o $@

UNIT_TESTS += $(SOURCE_TESTS)
DEPS       += $(SOURCE_TEST_OBJS:.o=.d)
