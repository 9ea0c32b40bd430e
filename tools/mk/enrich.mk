# What is learned of a process from outside: one archive that the command and the tests link, and what tests it.
ENRICH_LIB  := $(BUILD)/libthrace-enrich.a
ENRICH_SRCS := $(wildcard userspace/enrich/*.c)
ENRICH_OBJS := $(ENRICH_SRCS:%.c=$(BUILD)/%.o)

$(ENRICH_OBJS): $(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC,$@)$(CC) $(ALL_CFLAGS) -I. -Ilib/include -MMD -MP -c $< -o $@

$(ENRICH_LIB): $(ENRICH_OBJS)
	$(call say,AR,$@)rm -f $@ && $(AR) rcs $@ $^

ALL_OUTPUTS += $(ENRICH_LIB)
DEPS        += $(ENRICH_OBJS:.o=.d)
