# The records' reader and the model: one archive that the command and the tests link.
MODEL_LIB  := $(BUILD)/libthrace-model.a
MODEL_SRCS := $(wildcard userspace/decode/*.c userspace/model/*.c userspace/util/*.c)
MODEL_OBJS := $(MODEL_SRCS:%.c=$(BUILD)/%.o)

$(MODEL_OBJS): $(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC,$@)$(CC) $(ALL_CFLAGS) -I. -MMD -MP -c $< -o $@

$(MODEL_LIB): $(MODEL_OBJS)
	$(call say,AR,$@)rm -f $@ && $(AR) rcs $@ $^

ALL_OUTPUTS += $(MODEL_LIB)
DEPS += $(MODEL_OBJS:.o=.d)
