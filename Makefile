# relais: build, demo and checks.  Debian 12 is the baseline; see README.md.
#
#   make            build/relais          make demo    a private directory and the console
#   make install    PREFIX, DESTDIR       make check   every test
#   make bench      figures and aims      make fuzz    FUZZ_S seconds for each target
#
# Knobs: CC=clang  WERROR=1  SAN=address,undefined  BUILD=dir  O=-O0

CC       ?= cc
PREFIX   ?= /usr/local
BUILD    ?= build
O        ?= -O2
VERSION  := 0.1

PKGS     := ncursesw libconfuse libidn2 ldap lber jansson gnutls
WARN     := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
            -Wpointer-arith -Wwrite-strings -Wvla -Wformat=2 -Wundef -Wimplicit-fallthrough
ifdef WERROR
WARN     += -Werror
endif
ifdef SAN
SANFLAGS := -fsanitize=$(SAN) -fno-sanitize-recover=all -fno-omit-frame-pointer
endif

CPPFLAGS += -I. -D_GNU_SOURCE -DRELAIS_VERSION='"$(VERSION)"' \
            -DRELAIS_LOCALEDIR='"$(PREFIX)/share/locale"'
CFLAGS   += -std=c11 -g $(O) $(WARN) -fstack-protector-strong $(SANFLAGS)
ifneq ($(O),-O0)
CPPFLAGS += -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
endif
LDFLAGS  += -Wl,-z,relro,-z,now $(SANFLAGS)

CORE_SRC := $(wildcard core/*.c)
SYS_SRC  := $(wildcard core/sys/*.c)
LDAP_SRC := $(wildcard ldap/*.c)
TUI_SRC  := $(filter-out tui/main.c,$(wildcard tui/*.c))
obj       = $(patsubst %.c,$(BUILD)/%.o,$(1))
CORE_OBJ := $(call obj,$(CORE_SRC))
SYS_OBJ  := $(call obj,$(SYS_SRC))
LDAP_OBJ := $(call obj,$(LDAP_SRC))
TUI_OBJ  := $(call obj,$(TUI_SRC))
ALL_OBJ  := $(CORE_OBJ) $(SYS_OBJ) $(LDAP_OBJ) $(TUI_OBJ)

CORE_LIB := -lidn2 -lunistring
SYS_LIB  := -lconfuse -lcsv -lresolv -lgnutls
LDAP_LIB := -lldap -llber -lsasl2 -lpthread
TUI_LIB  := -lncursesw -ltinfo -ljansson

LINGUAS  := $(patsubst tui/po/%.po,%,$(wildcard tui/po/*.po))
MO       := $(LINGUAS:%=$(BUILD)/locale/%/LC_MESSAGES/relais.mo)

# Pages and completion, from templates and the program's own tables.
PAGES    := $(addprefix $(BUILD)/,relais.1 relais.conf.5 relais.bash)
MANUAL   := $(BUILD)/tui/man/manual

all: $(BUILD)/relais $(MO) $(PAGES)

$(BUILD)/relais: $(ALL_OBJ) $(BUILD)/tui/main.o
	$(CC) $(LDFLAGS) -o $@ $^ $(CORE_LIB) $(SYS_LIB) $(LDAP_LIB) $(TUI_LIB)

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/locale/%/LC_MESSAGES/relais.mo: tui/po/%.po
	@mkdir -p $(@D)
	msgfmt --check-format --check-domain -o $@ $<

$(MANUAL): $(call obj,tui/man/manual.c tui/options.c tui/key.c tui/keytable.c tui/i18n.c \
	core/sys/config_keys.c) $(CORE_OBJ)
	$(CC) $(LDFLAGS) -o $@ $^ $(CORE_LIB)

$(PAGES): $(BUILD)/%: tui/man/%.in $(MANUAL)
	$(MANUAL) $< >$@.new && mv $@.new $@

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)

# ---- tests -------------------------------------------------------------------
# A suite is every tests/SUITE/test_*.c, a program each, linked with what its
# layer may see, and every executable tests/SUITE/test_*.sh; both print TAP.

core_LINK := $(CORE_OBJ)
tui_LINK  := $(CORE_OBJ) $(SYS_OBJ) $(TUI_OBJ)
ldap_LINK := $(CORE_OBJ) $(SYS_OBJ) $(LDAP_OBJ)
pty_LINK  := $(CORE_OBJ)
mail_LINK := $(CORE_OBJ) $(SYS_OBJ) $(LDAP_OBJ)
core_LIBS := $(CORE_LIB)
tui_LIBS  := $(CORE_LIB) $(SYS_LIB) $(TUI_LIB)
ldap_LIBS := $(CORE_LIB) $(SYS_LIB) $(LDAP_LIB)
pty_LIBS  := $(CORE_LIB) -lvterm -lutil -llber -lpthread
mail_LIBS := $(CORE_LIB) $(SYS_LIB) $(LDAP_LIB) -lvterm -lutil -lpthread -ljansson

suite_src  = $(wildcard tests/$(1)/test_*.c)
suite_bin  = $(patsubst tests/%.c,$(BUILD)/tests/%,$(call suite_src,$(1)))
suite_help = $(call obj,$(filter-out $(call suite_src,$(1)) tests/$(1)/prog_%.c,$(wildcard tests/$(1)/*.c)))
SUITES    := core tui ldap pty mail fuzz

define suite_rules
$(BUILD)/tests/$(1)/test_%: $(BUILD)/tests/$(1)/test_%.o $$(call suite_help,$(1)) $$($(1)_HELP) $$($(1)_LINK)
	$$(CC) $$(LDFLAGS) -o $$@ $$^ -lcmocka $$($(1)_LIBS)
build-check-$(1): all $$(call suite_bin,$(1))
check-$(1):
	@.ci/deps check
	@$$(MAKE) --no-print-directory build-check-$(1)
	tests/run $(BUILD) $(1)
.PHONY: check-$(1) build-check-$(1)
endef
pty_HELP  := $(patsubst %,$(BUILD)/tests/ldap/%.o,proxy record replica dave kdc directory turn certificates) \
             $(BUILD)/tests/tui/hostile.o
mail_HELP := $(call suite_help,pty) $(pty_HELP)
tui_HELP  := $(BUILD)/tests/core/helpers.o
ldap_HELP := $(BUILD)/tests/tui/hostile.o
$(foreach s,$(SUITES),$(eval $(call suite_rules,$(s))))
.SECONDARY:

# A stand-in between the console and slapd, for the suites that make things go wrong.
PROXY := $(BUILD)/tests/ldap/proxy
$(PROXY): $(patsubst %,$(BUILD)/tests/ldap/%.o,prog_proxy proxy record) $(CORE_OBJ)
	$(CC) $(LDFLAGS) -o $@ $^ -llber -lpthread $(CORE_LIB)
build-check-ldap build-check-pty build-check-mail: $(PROXY)

# The terminal alone, without a console on it.
PROBE := $(BUILD)/tests/pty/probe
$(PROBE): $(BUILD)/tests/pty/prog_probe.o $(CORE_OBJ) $(SYS_OBJ) $(TUI_OBJ)
	$(CC) $(LDFLAGS) -o $@ $^ $(CORE_LIB) $(SYS_LIB) $(TUI_LIB)
build-check-pty: $(PROBE)

# Changes thousands of entries a second.
STORM := $(BUILD)/tests/pty/storm
$(STORM): $(BUILD)/tests/pty/prog_storm.o
	$(CC) $(LDFLAGS) -o $@ $^ -lldap -llber
build-check-pty: $(STORM)

# Types at the console, for tests that are shell scripts.
TYPE := $(BUILD)/tests/pty/type
$(TYPE): $(patsubst %,$(BUILD)/tests/pty/%.o,prog_type pty) $(CORE_OBJ)
	$(CC) $(LDFLAGS) -o $@ $^ -lvterm -lutil $(CORE_LIB)
build-check-ldap build-check-pty build-check-mail: $(TYPE)

# Kills the console between two system calls of a save.
KILL := $(BUILD)/tests/pty/kill.so
$(KILL): tests/pty/prog_kill.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) -std=c11 -g -O1 $(WARN) -fPIC -shared -o $@ $<
build-check-pty: $(KILL)

# Fuzz targets, tests/fuzz/fuzz_*.c: `make fuzz` with libFuzzer, in a build of its own; for
# `make check` with a main() that runs the inputs of tests/fuzz/corpus once.
FUZZ_S    ?= 30
FUZZ      := $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
FUZZ_BIN  := $(FUZZ:%=$(BUILD)/tests/fuzz/fuzz_%)
REPLAY    := $(FUZZ:%=$(BUILD)/tests/fuzz/replay_%)
FUZZ_HELP := $(patsubst %,$(BUILD)/tests/fuzz/%.o,common ldif_reader)
FUZZ_OBJ  := $(BUILD)/tests/fuzz/relais.a
FUZZ_LIBS := $(CORE_LIB) $(SYS_LIB) $(LDAP_LIB) $(TUI_LIB)
FUZZ_WITH := CC=clang SAN=address,undefined,fuzzer-no-link O=-O1 BUILD=$(BUILD)/fuzz

$(FUZZ_OBJ): $(ALL_OBJ)
	@mkdir -p $(@D)
	@rm -f $@
	ar qcs $@ $^
$(FUZZ_BIN): $(BUILD)/tests/fuzz/fuzz_%: $(BUILD)/tests/fuzz/fuzz_%.o $(FUZZ_HELP) $(FUZZ_OBJ)
	$(CC) $(LDFLAGS) -fsanitize=fuzzer -Wl,--as-needed -o $@ $^ $(FUZZ_LIBS)
$(REPLAY): $(BUILD)/tests/fuzz/replay_%: $(BUILD)/tests/fuzz/fuzz_%.o $(BUILD)/tests/fuzz/replay.o \
	$(FUZZ_HELP) $(FUZZ_OBJ)
	$(CC) $(LDFLAGS) -Wl,--as-needed -o $@ $^ $(FUZZ_LIBS)
build-check-fuzz: $(REPLAY)
fuzz-programs: $(FUZZ_BIN)
fuzz-build:
	$(MAKE) --no-print-directory $(FUZZ_WITH) fuzz-programs
fuzz:
	@.ci/deps fuzz
	@$(MAKE) --no-print-directory -s $(FUZZ_WITH) fuzz-programs
	tests/fuzz/run $(BUILD)/fuzz $(FUZZ_S)

check:
	@.ci/deps check
	@$(MAKE) --no-print-directory build-check
	@$(MAKE) --no-print-directory layers
	tests/run $(BUILD) $(SUITES)

build-check: all $(SUITES:%=build-check-%)

# tui -> core <- ldap, <curses.h> in one file, <ldap.h> inside ldap/ only.
layers: $(ALL_OBJ)
	tests/layers $(BUILD)

deps:
	@.ci/deps check

demo:
	@.ci/deps demo
	@$(MAKE) --no-print-directory all
	@ldap/demo/run $(BUILD)

install: all
	@$(MAKE) --no-print-directory install-files

# What is built already, so that root compiles nothing.
install-files:
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/relais/schema
	install -m 755 $(BUILD)/relais $(DESTDIR)$(PREFIX)/bin/relais
	install -m 644 ldap/schema/*.schema ldap/schema/*.ldif ldap/schema/*.conf \
	  $(DESTDIR)$(PREFIX)/share/relais/schema/
	install -d $(DESTDIR)$(PREFIX)/share/man/man1 $(DESTDIR)$(PREFIX)/share/man/man5
	install -m 644 $(BUILD)/relais.1 $(DESTDIR)$(PREFIX)/share/man/man1/
	install -m 644 $(BUILD)/relais.conf.5 $(DESTDIR)$(PREFIX)/share/man/man5/
	install -d $(DESTDIR)$(PREFIX)/share/bash-completion/completions
	install -m 644 $(BUILD)/relais.bash \
	  $(DESTDIR)$(PREFIX)/share/bash-completion/completions/relais
	for l in $(LINGUAS); do \
	  install -d $(DESTDIR)$(PREFIX)/share/locale/$$l/LC_MESSAGES && \
	  install -m 644 $(BUILD)/locale/$$l/LC_MESSAGES/relais.mo \
	    $(DESTDIR)$(PREFIX)/share/locale/$$l/LC_MESSAGES/ || exit; done

# Figures and aims, in one run; nothing is asserted.
BENCH      := $(BUILD)/tests/bench/bench
BENCH_SRC  := $(filter-out tests/bench/prog_%.c,$(wildcard tests/bench/*.c)) tests/pty/pty.c
BENCH_RAW  := $(BUILD)/tests/bench/raw
BENCH_MANY := $(BUILD)/tests/bench/changes
$(BENCH): $(call obj,$(BENCH_SRC)) $(CORE_OBJ) $(SYS_OBJ)
	$(CC) $(LDFLAGS) -o $@ $^ -lvterm -lutil $(CORE_LIB) $(SYS_LIB)
$(BENCH_RAW): $(BUILD)/tests/bench/prog_raw.o
	$(CC) $(LDFLAGS) -o $@ $^ -lldap -llber
$(BENCH_MANY): $(BUILD)/tests/bench/prog_changes.o $(CORE_OBJ) $(SYS_OBJ) $(LDAP_OBJ)
	$(CC) $(LDFLAGS) -o $@ $^ $(CORE_LIB) $(SYS_LIB) $(LDAP_LIB)
build-check-pty: $(BENCH) $(BENCH_RAW) $(BENCH_MANY)

bench:
	@.ci/deps bench
	@$(MAKE) --no-print-directory all $(BENCH) $(BENCH_RAW) $(BENCH_MANY)
	@tests/bench/run $(BUILD)

screenshots:
	@.ci/deps screenshots
	@$(MAKE) --no-print-directory all
	screenshots/make $(BUILD)

format:
	clang-format -i $(wildcard core/*.[ch] core/sys/*.[ch] ldap/*.[ch] tui/*.[ch] tui/man/*.c tests/*/*.[ch])

clean:
	rm -rf $(BUILD)

.PHONY: all check build-check layers deps demo install install-files bench screenshots format clean \
	fuzz fuzz-build fuzz-programs
