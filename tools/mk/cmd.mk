# The command: built from the command line's own parts, the model and the sources.
CMD      := $(BUILD)/thrace
CMD_SRCS := $(wildcard userspace/main.c $(foreach part,cmd view ui,userspace/$(part)/*.c userspace/$(part)/*/*.c))
CMD_OBJS := $(CMD_SRCS:%.c=$(BUILD)/%.o)
CMD_LIBS  = -lbpf -lelf -ldw -lz -lzstd $(EXPORT_LIBS) -liberty -lncursesw -ltinfo -pthread

# Archives are named in other parts' files, which may come after this one.
.SECONDEXPANSION:

$(CMD_OBJS): $(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC,$@)$(CC) $(ALL_CFLAGS) -I. -Ilib/include -MMD -MP -c $< -o $@

# What the command links, in the order that the linker wants.
CMD_ARCHIVES = $(SOURCE_LIB) $(EXPORT_LIB) $(ENRICH_LIB) $(MODEL_LIB)

$(CMD): $(CMD_OBJS) $$(CMD_ARCHIVES)
	$(call say,LD,$@)$(CC) $(ALL_LDFLAGS) $^ $(CMD_LIBS) -o $@

ALL_OUTPUTS += $(CMD)
DEPS        += $(CMD_OBJS:.o=.d)

# --- tests ---
CLI_TEST_NAMES := catalogue privilege ui keys options procfs names function_name spaces views partial json
CLI_TESTS      := $(CLI_TEST_NAMES:%=$(BUILD)/tests/cli/test_%)
CLI_TEST_OBJS  := $(CLI_TESTS:=.o) $(BUILD)/tests/cli/models.o
CLI_PARTS      := $(filter-out $(BUILD)/userspace/main.o $(BUILD)/userspace/cmd/%,$(CMD_OBJS))

$(CLI_TEST_OBJS): $(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC,$@)$(CC) $(ALL_CFLAGS) -I. -MMD -MP -c $< -o $@

$(BUILD)/tests/cli/test_options: $(addprefix $(BUILD)/userspace/cmd/,source_options.o option_rows.o option_values.o nearest.o)
$(BUILD)/tests/cli/test_spaces: $(BUILD)/userspace/cmd/resolve/process_spaces.o
$(BUILD)/tests/cli/test_views $(BUILD)/tests/cli/test_json: $(BUILD)/tests/cli/models.o $(BUILD)/tests/unit/feed.o
$(BUILD)/tests/cli/test_partial: $(BUILD)/tests/unit/feed.o
$(CLI_TESTS): %: %.o $(CLI_PARTS) $$(CMD_ARCHIVES)
	$(call say,LD,$@)$(CC) $(ALL_LDFLAGS) $(filter %.o,$^) $(filter %.a,$^) $(CMD_LIBS) -lcmocka -lm -o $@

cli-golden: $(BUILD)/tests/cli/test_views ## write the expected pages of tests/cli anew; read the difference before you commit it
	$(Q)$< --update

.PHONY: cli-golden
UNIT_TESTS += $(CLI_TESTS) tests/cli/bad-input tests/cli/kept tests/cli/signals tests/cli/sampled tests/cli/checks
DEPS       += $(CLI_TEST_OBJS:.o=.d)
tests/cli/bad-input tests/cli/kept tests/cli/signals tests/cli/sampled: $(CMD)

# --- install ---
BINDIR  ?= $(PREFIX)/bin
MANDIR  ?= $(PREFIX)/share/man
BASHDIR ?= $(PREFIX)/share/bash-completion/completions
CMD_MAN := $(wildcard userspace/cmd/man/*.1)

install: install-cmd
install-cmd: $(CMD)
	$(Q)install -d $(DESTDIR)$(BINDIR) $(DESTDIR)$(MANDIR)/man1 $(DESTDIR)$(BASHDIR)
	$(Q)install -m 755 $(CMD) $(DESTDIR)$(BINDIR)/thrace
	$(Q)install -m 644 $(CMD_MAN) $(DESTDIR)$(MANDIR)/man1
	$(Q)install -m 644 userspace/cmd/completion/thrace.bash $(DESTDIR)$(BASHDIR)/thrace

uninstall: uninstall-cmd
uninstall-cmd:
	$(Q)rm -f $(DESTDIR)$(BINDIR)/thrace $(addprefix $(DESTDIR)$(MANDIR)/man1/,$(notdir $(CMD_MAN))) $(DESTDIR)$(BASHDIR)/thrace

.PHONY: install-cmd uninstall-cmd
