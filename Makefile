# Sojourn. `make` builds ./sojourn; see README.md for the two commands to start with.
# One file, no recursion; a tree per sanitizer and compiler under build/; V=1 shows commands.

# All processors, unless the user says -jN. A make below another shares its.
ifeq (0,$(MAKELEVEL))
MAKEFLAGS += -j$(shell nproc)
endif

SAN     ?=
PREFIX  ?= /usr/local
ORACLES ?= ../shared/oracles
TRACES  ?= ../shared/traces
CFLAGS  ?= -O3 -g
comma   := ,
TREE    ?= $(if $(SAN),$(subst $(comma),-,$(SAN)),release)
B       := build/$(TREE)
Q       := $(if $(V),,@)
say      = @$(if $V,:,printf '  %-7s %s\n' $(1) $(2))

PKGS     := gsl sqlite3 jansson yaml-0.1 zlib libzstd libxxhash libmd expat
# Optional: the machine this runs on, for `cluster show --from-host`.
HWLOC    := $(shell pkg-config --exists hwloc 2>/dev/null && echo hwloc)
PKGS     += $(HWLOC)
PKG_CF   := $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
PKG_LIBS := $(shell pkg-config --libs $(PKGS) 2>/dev/null) -lglpk -ldl -lm

WARN    := -Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion -Wvla \
           -Wstrict-prototypes -Wmissing-prototypes -Wwrite-strings
# The compiler enforces the architecture: each folder gets only the -I it may see.
INC_sim       := -Isim
INC_policies  :=
INC_workloads :=
INC_src       := -Isim -Isrc
INC_tests     := -Isim -Isrc -Itests
SJFLAGS  = -std=c11 -D_GNU_SOURCE -ffp-contract=off $(WARN) -MMD -MP -Iinclude \
           $(INC_$(firstword $(subst /, ,$<))) $(PKG_CF) \
           $(if $(SAN),-fsanitize=$(SAN) -fno-sanitize-recover=all -fno-omit-frame-pointer)
LDFLAGS_ALL = -rdynamic $(if $(SAN),-fsanitize=$(SAN)) $(LDFLAGS)

SIM  := $(wildcard sim/*.c)
POL  := $(wildcard policies/*.c)
WRK  := $(wildcard workloads/*.c)
PROG := $(wildcard src/*/*.c)
SQL  := $(wildcard src/*/*.sql)
FIGS := $(wildcard plots/*.sql plots/*.gp)
obj   = $(patsubst %.c,$B/%.o,$(1))
LIB  := $B/libsojourn.a
BIN  := $B/sojourn
TESTS := $(patsubst tests/%.c,$B/tests/%,$(wildcard tests/unit/*.c tests/property/*.c))
# The runners: each is its own folder and the harness.
HARNESS := $(wildcard tests/harness/*.c)
RUNNERS := $B/tests/run-oracles $B/tests/run-conformance

.DEFAULT_GOAL := all
all: sojourn

# Always: another tree may have the link.
sojourn: $(BIN) FORCE
	$(Q)ln -sf $(BIN) $@

$(LIB): $(call obj,$(SIM))
	$(call say,AR,$@)
	$(Q)rm -f $@ && ar rcs $@ $^

# libsojourn goes in whole: policies loaded at run time may use any of it.
$(BIN): $(call obj,$(PROG)) $(patsubst %.sql,$B/%.sql.o,$(SQL)) $(FIGS:%=$B/%.o) $(call obj,$(POL)) $(call obj,$(WRK)) $(LIB)
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $(filter %.o,$^) -Wl,--whole-archive $(LIB) -Wl,--no-whole-archive $(PKG_LIBS)

$B/%.o: %.c Makefile $B/flags.stamp
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(SJFLAGS) $(CFLAGS) -c -o $@ $<

# Another compiler or other flags in the same tree: everything is built again.
$B/flags.stamp: FORCE
	@mkdir -p $(@D)
	@echo "$(CC) $(CFLAGS) $(CPPFLAGS)" | cmp -s - $@ || echo "$(CC) $(CFLAGS) $(CPPFLAGS)" > $@

# The binary knows its commit and flags; version.o is rebuilt only when they change.
COMMIT := $(or $(shell git describe --always --dirty --abbrev=12 --exclude='*' 2>/dev/null),unknown)
VERSION_DEFS = -DSJ_COMMIT='"$(COMMIT)"' -DSJ_CFLAGS='"$(strip $(CFLAGS) $(if $(SAN),-fsanitize=$(SAN)))"'
$B/src/config/version.o: SJFLAGS += $(VERSION_DEFS)
$B/src/config/version.o: $B/version.stamp
$B/version.stamp: FORCE
	@mkdir -p $(@D)
	@echo "$(COMMIT) $(CC) $(CFLAGS)" | cmp -s - $@ || echo "$(COMMIT) $(CC) $(CFLAGS)" > $@
$B/src/config/host.o: SJFLAGS += $(if $(HWLOC),-DSJ_HWLOC)
$B/src/config/host.o: $B/hwloc.stamp
$B/hwloc.stamp: FORCE
	@mkdir -p $(@D)
	@echo "$(HWLOC)" | cmp -s - $@ || echo "$(HWLOC)" > $@
FORCE:

# SQL is source: compiled in as a string named after the file.
$B/%.sql.o: %.sql Makefile
	@mkdir -p $(@D)
	$(call say,SQL,$<)
	$(Q){ printf 'extern const char sj_sql_$(notdir $*)[];\nconst char sj_sql_$(notdir $*)[] =\n'; \
	  sed 's/\\/\\\\/g; s/"/\\"/g; s/^/"/; s/$$/\\n"/' $<; echo ';'; } > $@.c
	$(Q)$(CC) -c -o $@ $@.c

# So are the figures: plots/cdf.gp is plot_cdf_gp.
$B/plots/%.o: plots/% Makefile
	@mkdir -p $(@D)
	$(call say,FIGURE,$<)
	$(Q){ n=plot_$(subst -,_,$(subst .,_,$*)); printf 'extern const char %s[];\nconst char %s[] =\n' $$n $$n; \
	  sed 's/\\/\\\\/g; s/"/\\"/g; s/^/"/; s/$$/\\n"/' $<; echo ';'; } > $@.c
	$(Q)$(CC) -c -o $@ $@.c

# ---- tests --------------------------------------------------------------------
# Everything but main(), so that a test may use any part; an archive, so that it
# gets no more than it uses.
PARTS := $B/libparts.a
$(PARTS): $(call obj,$(filter-out src/cli/main.c,$(PROG)) $(POL) $(WRK)) $(patsubst %.sql,$B/%.sql.o,$(SQL)) $(FIGS:%=$B/%.o)
	$(call say,AR,$@)
	$(Q)rm -f $@ && ar rcs $@ $^

$(TESTS): $B/tests/%: $B/tests/%.o $(PARTS) $(LIB)
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $< -Wl,--start-group $(PARTS) $(LIB) -Wl,--end-group $(PKG_LIBS)

# Its allocations fail on purpose: those of our objects go through the test.
$B/tests/unit/test_nomem: LDFLAGS_ALL += $(foreach f,malloc calloc realloc aligned_alloc strdup,-Wl,--wrap=$f)

$B/tests/run-oracles: $(call obj,$(wildcard tests/oracle/*.c) $(HARNESS))
$B/tests/run-conformance: $(call obj,$(wildcard tests/conformance/*.c) $(HARNESS))
$(RUNNERS):
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $^ $(PKG_LIBS)

# Unit, property and command-line tests; the closing line sums them up.
test: sojourn $(TESTS)
	@command -v bats >/dev/null || scripts/deps.sh --test || true
	@tests/run.sh $(BIN) $(TESTS)

oracles: sojourn $B/tests/run-oracles
	@$B/tests/run-oracles --sojourn $(BIN) --traces $(TRACES) $(if $(ONLY),--only '$(ONLY)') $(ORACLES)

conformance: sojourn $B/tests/run-conformance
	@$B/tests/run-conformance --sojourn $(BIN) --oracles $(ORACLES) --traces $(TRACES) $(if $(ONLY),--only '$(ONLY)')

-include $(patsubst %.o,%.d,$(call obj,$(SIM) $(POL) $(WRK) $(PROG) $(HARNESS) $(wildcard tests/*/*.c)))

# libFuzzer on the readers, by clang: build/fuzz/fuzz_swf CORPUS-FOLDER
FUZZERS := $(patsubst tests/fuzz/%.c,build/fuzz/%,$(wildcard tests/fuzz/*.c))
fuzz: $(FUZZERS)
build/fuzz/fuzz_platform build/fuzz/fuzz_simgrid build/fuzz/fuzz_nodelist build/fuzz/fuzz_wfmachines: $(wildcard src/config/*.c) $(addprefix src/input/,hash.c input.c unpack.c)
build/fuzz/%: tests/fuzz/%.c tests/fuzz/fuzz_reader.h $(WRK) $(SIM)
	@mkdir -p $(@D)
	$(call say,CLANG,$@)
	$(Q)clang $(filter-out -MMD -MP,$(SJFLAGS)) -g -O1 -fsanitize=fuzzer,address,undefined \
	  -fno-sanitize-recover=all -o $@ $(filter %.c,$^) $(PKG_LIBS)

# ---- for users ------------------------------------------------------------------
deps:
	@scripts/deps.sh

# A second make, because this one looked for the libraries before they were there.
demo: deps
	@$(MAKE) --no-print-directory all
	@scripts/demo.sh

figures: sojourn
	@mkdir -p figures
	@test -f results/demo/results.db || scripts/demo.sh
	@./sojourn plot all results/demo/results.db -T pdf -o figures

# Many runs, their tables and figures: docs/STUDIES.md.
STUDIES := results/studies
studies: sojourn
	@scripts/studies/scenarios.sh $(STUDIES)/scenarios
	@scripts/studies/graphs.sh $(TRACES) $(STUDIES)
	@scripts/studies/span.sh $(STUDIES)
	@scripts/studies/repair.sh $(STUDIES)
	@scripts/studies/elastic.sh $(TRACES) $(STUDIES)
	@scripts/studies/learners.sh $(TRACES) $(STUDIES)
	@scripts/studies/families.sh $(TRACES) $(STUDIES)

bench: sojourn
	@scripts/bench.sh $(if $(LIMITS),$(LIMITS),../shared/limits)

# Flow by flow beside SimGrid, where its library is installed (Debian: libsimgrid-dev, g++).
SIMGRID := $(shell pkg-config --exists simgrid 2>/dev/null && command -v $(CXX))
$B/tests/simgrid_flows: tests/bench/simgrid_flows.cpp
	@mkdir -p $(@D)
	$(call say,CXX,$<)
	$(Q)$(CXX) -std=c++17 -O2 -Wall -Wextra -o $@ $< $(shell pkg-config --cflags --libs simgrid jansson)
simgrid: sojourn $(if $(SIMGRID),$B/tests/simgrid_flows)
	@$(if $(SIMGRID),tests/bench/simgrid_compare.sh $(BIN) $B/tests/simgrid_flows $(or $(MOST),10000) $(or $(LAZY),1000) '$(ONLY)',\
	  echo "skipped: SimGrid's library (libsimgrid-dev) or a C++ compiler is not installed")

# Written from the tables in policies/; a test compares.
docs/POLICIES.md policies-doc: sojourn
	$(Q)./sojourn policy help --all --markdown > docs/POLICIES.md.new
	$(Q)mv docs/POLICIES.md.new docs/POLICIES.md

INCLUDES := $(wildcard include/sojourn/*.h) include/sojourn/LICENSE
install: sojourn
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/lib $(DESTDIR)$(PREFIX)/include/sojourn
	install -m 755 $(BIN) $(DESTDIR)$(PREFIX)/bin/sojourn
	install -m 644 $(LIB) $(DESTDIR)$(PREFIX)/lib/libsojourn.a
	install -m 644 $(INCLUDES) $(DESTDIR)$(PREFIX)/include/sojourn/

uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/sojourn $(DESTDIR)$(PREFIX)/lib/libsojourn.a
	rm -rf $(DESTDIR)$(PREFIX)/include/sojourn

check: sojourn $(TESTS)
	@tests/check.sh

clean:
	rm -rf build sojourn

.PHONY: all clean policies-doc test oracles conformance fuzz deps demo figures studies bench simgrid install uninstall check FORCE
