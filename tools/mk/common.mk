# What every part shares: compilers, flags, quiet rules, and the lists that each part adds to.
#   ALL_OUTPUTS  files that `make all` builds         UNIT_TESTS   test programs (built, then run; need no root)
#   CHECKS       phony targets of `make check`        LIVE_TESTS   test scripts in the tree that `make test` runs as root
#   LIVE_NEEDS   programs that the live tests run     BENCHES      phony targets run by `make bench`
#   DEPS         dependency files the compilers wrote
# A test program or script exits 0 for passed, anything else for failed; there is no skip.

SAN     ?=
BUILD   := build$(if $(SAN),/$(SAN))
CC      ?= gcc
CLANG   ?= clang
AR      ?= ar
PREFIX  ?= /usr/local
DESTDIR ?=
VERSION := $(shell cat tools/VERSION)

CFLAGS  ?= -O2 -g
WARN    := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wformat=2
WARN    += $(if $(DEV),-Werror)
HARDEN  := -fstack-protector-strong -fPIE $(if $(SAN),,-D_FORTIFY_SOURCE=2)
ALL_CFLAGS = -std=gnu11 -D_GNU_SOURCE -DTHRACE_VERSION='"$(VERSION)"' $(WARN) $(HARDEN) \
	     $(if $(SAN),-fsanitize=$(SAN) -fno-omit-frame-pointer -fno-sanitize-recover=all) $(CFLAGS)
ALL_LDFLAGS = -pie -Wl,-z,relro,-z,now $(if $(SAN),-fsanitize=$(SAN)) $(LDFLAGS)

Q   := $(if $(V),,@)
say  = $(if $(V),,@printf '  %-8s %s\n' '$(1)' '$(patsubst $(BUILD)/%,%,$(2))' &&)

ALL_OUTPUTS :=
UNIT_TESTS  :=
CHECKS      :=
LIVE_TESTS  :=
LIVE_NEEDS  :=
BENCHES     :=
DEPS        :=

clean:
	$(Q)rm -rf build

setup:
	$(Q)tools/setup build test browser
