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

# Hidden visibility does the hiding; the map gives what is left its version.
LIB_SONAME := libthrace.so.0
LIB_SO     := $(LIB_OUT)/libthrace.so.$(VERSION)
$(LIB_SO): $(LIB_OBJECTS) lib/src/libthrace.map
	$(call say,LD,$@) $(CC) -shared -Wl,-soname,$(LIB_SONAME) -Wl,--version-script=lib/src/libthrace.map -Wl,-z,nodelete \
	 $(filter-out -pie,$(ALL_LDFLAGS)) -pthread -o $@ $(LIB_OBJECTS)
	$(Q)ln -sf $(@F) $(LIB_OUT)/$(LIB_SONAME) && ln -sf $(LIB_SONAME) $(LIB_OUT)/libthrace.so

$(LIB_OUT)/libthrace_exact.a: $(LIB_OUT)/exact.o
	$(call say,AR,$@) rm -f $@ && $(AR) rcs $@ $^

$(LIB_OUT)/%.pc: lib/src/%.pc.in tools/VERSION
	@mkdir -p $(@D)
	$(call say,GEN,$@) sed 's|@PREFIX@|$(PREFIX)|; s|@VERSION@|$(VERSION)|' $< > $@

LIB_FILES   := $(LIB_OUT)/libthrace.a $(LIB_SO) $(LIB_OUT)/libthrace_exact.a
LIB_PCS     := $(LIB_OUT)/thrace.pc $(LIB_OUT)/thrace-exact.pc
ALL_OUTPUTS += $(LIB_FILES) $(LIB_PCS)
LIB_DEST     = $(DESTDIR)$(PREFIX)
LIB_MANDIR   = $(DESTDIR)$(or $(MANDIR),$(PREFIX)/share/man)

install: install-lib
uninstall: uninstall-lib
install-lib: $(LIB_FILES) $(LIB_PCS)
	$(Q)install -d $(LIB_DEST)/include/thrace $(LIB_DEST)/lib/pkgconfig
	$(Q)install -m 644 lib/include/thrace/*.h $(LIB_DEST)/include/thrace
	$(Q)install -m 644 $(LIB_FILES) $(LIB_DEST)/lib
	$(Q)ln -sf $(notdir $(LIB_SO)) $(LIB_DEST)/lib/$(LIB_SONAME) && ln -sf $(LIB_SONAME) $(LIB_DEST)/lib/libthrace.so
	$(Q)install -m 644 $(LIB_PCS) $(LIB_DEST)/lib/pkgconfig
	$(Q)install -d $(LIB_MANDIR)/man3 $(LIB_MANDIR)/man7
	$(Q)install -m 644 lib/man/*.3 $(LIB_MANDIR)/man3
	$(Q)install -m 644 lib/man/*.7 $(LIB_MANDIR)/man7
	$(Q)while read -r name page; do echo ".so man3/$$page.3" > $(LIB_MANDIR)/man3/$$name.3 || exit 1; done < lib/man/links
uninstall-lib:
	$(Q)rm -rf $(LIB_DEST)/include/thrace
	$(Q)rm -f $(patsubst lib/man/%,$(LIB_MANDIR)/man3/%,$(wildcard lib/man/*.3)) $(LIB_MANDIR)/man7/libthrace.7
	$(Q)while read -r name page; do rm -f $(LIB_MANDIR)/man3/$$name.3; done < lib/man/links
	$(Q)rm -f $(LIB_DEST)/lib/libthrace.* $(LIB_DEST)/lib/libthrace_exact.a $(LIB_DEST)/lib/pkgconfig/thrace.pc \
	 $(LIB_DEST)/lib/pkgconfig/thrace-exact.pc
lib-man: ## write lib/man anew from the headers, which are the manual
	$(Q)tools/lib-man
check-lib-man: ## lib/man is what the headers say
	$(Q)tools/lib-man --check
LIVE_TESTS += tests/lib/install
.PHONY: install-lib uninstall-lib lib-man check-lib-man
