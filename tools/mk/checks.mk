# Checks on the source itself.
check-layers: ## who includes whom
	$(Q)tools/check-layers

check-headers: ## each header compiles by itself
	$(Q)CC=$(CC) tools/check-headers

check-readme: ## what the READMEs tell to run is there, or they say what makes it
	$(Q)tools/check-readme $(ALL_OUTPUTS)

# Only what was changed: tables are laid out by hand, and stay so.
format:
	$(Q)tools/setup format
	$(Q)git clang-format --extensions c,h

CHECKS += check-layers check-headers check-readme
.PHONY: check-layers check-headers check-readme
