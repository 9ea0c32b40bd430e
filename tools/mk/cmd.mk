# The command: built from the command line's own parts, the model and the sources.
CMD      := $(BUILD)/thrace
CMD_SRCS := $(wildcard userspace/main.c userspace/cmd/*.c userspace/view/*.c userspace/export/*.c userspace/ui/*.c)
# Sources that need no BPF program. Where tools/mk/source.mk builds the archive of all of them, they come from there.
PROCFS_SRCS := $(wildcard userspace/source/procfs*.c userspace/source/features*.c)
CMD_SRCS += $(if $(wildcard tools/mk/source.mk),,$(PROCFS_SRCS))
CMD_OBJS := $(CMD_SRCS:%.c=$(BUILD)/%.o)
CMD_LIBS := -lbpf -lelf -lz -ljansson

# Archives are named in other parts' files, which may come after this one.
.SECONDEXPANSION:

$(CMD_OBJS): $(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC,$@)$(CC) $(ALL_CFLAGS) -I. -MMD -MP -c $< -o $@

$(CMD): $(CMD_OBJS) $$(SOURCE_LIB) $$(MODEL_LIB)
	$(call say,LD,$@)$(CC) $(ALL_LDFLAGS) $^ $(CMD_LIBS) -o $@

ALL_OUTPUTS += $(CMD)
DEPS        += $(CMD_OBJS:.o=.d)
