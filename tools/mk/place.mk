# Where threads are created: programs that know, and thrace's word beside theirs.
PLACE_DIR      := $(BUILD)/tests/live/place/programs
PLACE_LIBRARY  := $(PLACE_DIR)/libplaces.so
PLACE_PROGRAMS := $(PLACE_DIR)/places $(PLACE_DIR)/with_libthrace $(PLACE_DIR)/with_cpp $(PLACE_DIR)/places_static $(PLACE_DIR)/brief
PLACE_FLAGS    := -O1 -g -fomit-frame-pointer -fno-optimize-sibling-calls -pthread -I.

$(PLACE_LIBRARY): tests/live/place/programs/library.c
	@mkdir -p $(@D)
	$(call say,TEST,$@)$(CC) $(PLACE_FLAGS) -fPIC -shared -o $@ $<

$(PLACE_DIR)/places: tests/live/place/programs/places.c $(PLACE_LIBRARY)
	$(call say,TEST,$@)$(CC) $(PLACE_FLAGS) -D_GNU_SOURCE -o $@ $< -L$(PLACE_DIR) -lplaces -Wl,-rpath,'$$ORIGIN'

$(PLACE_DIR)/places_static: tests/live/place/programs/places.c tests/live/place/programs/library.c
	@mkdir -p $(@D)
	$(call say,TEST,$@)$(CC) $(PLACE_FLAGS) -D_GNU_SOURCE -static -o $@ $^

$(PLACE_DIR)/brief: tests/live/place/programs/brief.c
	@mkdir -p $(@D)
	$(call say,TEST,$@)$(CC) $(PLACE_FLAGS) -D_GNU_SOURCE -o $@ $<

$(PLACE_DIR)/with_libthrace: tests/live/place/programs/with_libthrace.c $(BUILD)/lib/libthrace.a
	@mkdir -p $(@D)
	$(call say,TEST,$@)$(CC) $(PLACE_FLAGS) -D_GNU_SOURCE -Ilib/include $(ALL_LDFLAGS) -o $@ $^

$(PLACE_DIR)/with_cpp: tests/live/place/programs/with_cpp.cc
	@mkdir -p $(@D)
	$(call say,TEST,$@)$(CXX) $(PLACE_FLAGS) -o $@ $<

LIVE_NEEDS += $(PLACE_PROGRAMS)
LIVE_TESTS += tests/live/place/truth
