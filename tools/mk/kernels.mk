# The kernel matrix: thrace inside each kernel of tests/kernels/kernels.tsv, under emulation.
KERNELS_PROGRAMS := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/kernels/programs/*.c))

$(KERNELS_PROGRAMS): $(BUILD)/%: %.c
	@mkdir -p $(@D)
	$(call say,TEST,$@)$(CC) $(ALL_CFLAGS) -pthread -MMD -MP -MF $@.d $(ALL_LDFLAGS) -o $@ $<

test-kernels: ## thrace on other kernels, fetched by name and booted under emulation; minutes
	$(Q)tools/setup build test kernels
	$(Q)$(MAKE) --no-print-directory all $(LIVE_NEEDS) $(KERNELS_PROGRAMS)
	$(Q)tests/kernels/matrix $(if $(KERNELS),$(KERNELS),--write)

.PHONY: test-kernels
DEPS += $(KERNELS_PROGRAMS:=.d)
