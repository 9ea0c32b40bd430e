# Checks on the source itself.
check-layers: ## who includes whom
	$(Q)tools/check-layers

check-headers: ## each header compiles by itself
	$(Q)CC=$(CC) tools/check-headers

CHECKS += check-layers check-headers
.PHONY: check-layers check-headers
