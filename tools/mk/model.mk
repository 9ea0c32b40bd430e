# The records' reader and the model: one archive that the command and the tests link, and what tests and measures it.
MODEL_LIB  := $(BUILD)/libthrace-model.a
MODEL_SRCS := $(wildcard userspace/decode/*.c userspace/model/*.c userspace/util/*.c)
MODEL_OBJS := $(MODEL_SRCS:%.c=$(BUILD)/%.o)

MODEL_TEST_NAMES := random graph ends arrival samples created context
MODEL_TESTS     := $(MODEL_TEST_NAMES:%=$(BUILD)/tests/unit/test_%)
MODEL_TEST_OBJS := $(MODEL_TESTS:=.o) $(BUILD)/tests/unit/feed.o

$(MODEL_OBJS) $(MODEL_TEST_OBJS): $(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC,$@)$(CC) $(ALL_CFLAGS) -I. -Ilib/include -MMD -MP -c $< -o $@

$(MODEL_LIB): $(MODEL_OBJS)
	$(call say,AR,$@)rm -f $@ && $(AR) rcs $@ $^

$(MODEL_TESTS): %: %.o $(BUILD)/tests/unit/feed.o $(MODEL_LIB)
	$(call say,LD,$@)$(CC) $(ALL_LDFLAGS) $^ -lcmocka -o $@

ALL_OUTPUTS += $(MODEL_LIB)
UNIT_TESTS  += $(MODEL_TESTS)
DEPS        += $(MODEL_OBJS:.o=.d) $(MODEL_TEST_OBJS:.o=.d)
