# The lessons' programs: small ones, each by itself, that `thrace learn` and tests/lessons run.
LESSONS := $(patsubst lib/examples/lessons/%.c,$(BUILD)/examples/lessons/%,$(wildcard lib/examples/lessons/*.c))

$(BUILD)/examples/lessons/%: lib/examples/lessons/%.c $(BUILD)/lib/libthrace.a
	@mkdir -p $(@D)
	$(call say,CC,$@)$(CC) $(ALL_CFLAGS) -Ilib/include -pthread -MMD -MP -MF $@.d $(ALL_LDFLAGS) -o $@ $< $(BUILD)/lib/libthrace.a

# The canteen's broker has carriers of its own; RabbitMQ where its library is there.
BROKER_SRCS   := $(wildcard lib/examples/lessons/broker/*.c)
RABBITMQ_LIBS := $(shell pkg-config --silence-errors --libs librabbitmq)
RABBITMQ_FLAGS := $(if $(RABBITMQ_LIBS),-DHAVE_RABBITMQ $(shell pkg-config --cflags librabbitmq))
$(BUILD)/examples/lessons/canteen_broker: lib/examples/lessons/canteen_broker.c $(BROKER_SRCS) $(BUILD)/lib/libthrace.a \
					  lib/examples/lessons/broker/broker.h lib/examples/lessons/canteen.h
	@mkdir -p $(@D)
	$(if $(RABBITMQ_LIBS),,$(Q)echo '  no librabbitmq here: canteen_broker knows POSIX message queues only')
	$(call say,CC,$@)$(CC) $(ALL_CFLAGS) $(RABBITMQ_FLAGS) -Ilib/include -pthread $(ALL_LDFLAGS) -o $@ $< $(BROKER_SRCS) \
	 $(BUILD)/lib/libthrace.a $(RABBITMQ_LIBS) -lrt

ALL_OUTPUTS += $(LESSONS)
DEPS        += $(LESSONS:=.d)

# --- the course: texts, translations and sources in one folder, as `thrace learn` finds it beside itself ---
COURSE := $(patsubst userspace/learn/%.lesson,$(BUILD)/learn/%.lesson,$(wildcard userspace/learn/*.lesson)) \
	  $(patsubst userspace/learn/po/%.po,$(BUILD)/learn/%.mo,$(wildcard userspace/learn/po/*.po)) \
	  $(patsubst lib/examples/lessons/%,$(BUILD)/learn/%,$(wildcard lib/examples/lessons/*.[ch]))

$(BUILD)/learn/%.lesson: userspace/learn/%.lesson
	@mkdir -p $(@D)
	$(Q)install -m 644 $< $@
$(BUILD)/learn/%: lib/examples/lessons/%
	@mkdir -p $(@D)
	$(Q)install -m 644 $< $@
$(BUILD)/learn/%.mo: userspace/learn/po/%.po
	@mkdir -p $(@D)
	$(call say,MSGFMT,$@)msgfmt --check-format -o $@ $<

ALL_OUTPUTS += $(COURSE)

LESSON_TEXTS    = $(DESTDIR)$(PREFIX)/share/thrace/lessons
LESSON_PROGRAMS = $(DESTDIR)$(PREFIX)/lib/thrace/lessons

install: install-lessons
install-lessons: $(LESSONS) $(COURSE)
	$(Q)install -d $(LESSON_TEXTS) $(LESSON_PROGRAMS)
	$(Q)install -m 644 $(COURSE) $(LESSON_TEXTS)
	$(Q)install -m 755 $(LESSONS) $(LESSON_PROGRAMS)
uninstall: uninstall-lessons
uninstall-lessons:
	$(Q)rm -rf $(LESSON_TEXTS) $(LESSON_PROGRAMS)
	$(Q)rmdir --ignore-fail-on-non-empty $(DESTDIR)$(PREFIX)/share/thrace $(DESTDIR)$(PREFIX)/lib/thrace 2>/dev/null || true
.PHONY: install-lessons uninstall-lessons

# --- tests ---
UNIT_TESTS += $(addprefix tests/lessons/,programs cost canteen texts learn)
LIVE_TESTS += $(addprefix tests/lessons/,seen site)
LIVE_NEEDS += $(LESSONS) $(COURSE) $(CMD)
tests/lessons/programs tests/lessons/canteen: $(LESSONS)
tests/lessons/cost: $(CMD)
tests/lessons/texts tests/lessons/learn: $(LESSONS) $(COURSE) $(CMD)
