# libthrace: the native threading library. One set of position-independent objects makes both archive and shared object.
LIB_OUT     := $(BUILD)/lib
LIB_SOURCES := $(filter-out lib/src/exact.c,$(wildcard lib/src/*.c))
LIB_OBJECTS := $(LIB_SOURCES:lib/src/%.c=$(LIB_OUT)/%.o)
LIB_CFLAGS   = $(ALL_CFLAGS) -Ilib/include -fPIC -fvisibility=hidden -fno-semantic-interposition -pthread
DEPS        += $(LIB_OBJECTS:.o=.d)

$(LIB_OUT)/%.o: lib/src/%.c
	@mkdir -p $(@D)
	$(call say,CC,$@) $(CC) $(LIB_CFLAGS) -MMD -MP -c -o $@ $<

$(LIB_OUT)/libthrace.a: $(LIB_OBJECTS)
	$(call say,AR,$@) rm -f $@ && $(AR) rcs $@ $^

ALL_OUTPUTS += $(LIB_OUT)/libthrace.a
