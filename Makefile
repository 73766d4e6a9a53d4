# Builds, checks and installs rtk. `make help` lists the targets.
#
# One rtk.so is built for each Lua in LUAS, from all of src/ in one compiler
# run, into build/<lua>/. Names of Luas are those of pkg-config and of the
# interpreters.

LUAS   ?= lua5.4 luajit
PREFIX ?= /usr/local
PKG_CONFIG ?= pkg-config
CFLAGS ?= -O2 -g

# The directories that Lua versions look in below PREFIX.
version_lua5.4 := 5.4
version_luajit := 5.1

SOURCES := $(wildcard src/*.c)
HEADERS := $(wildcard src/*.h)
MODULES := $(patsubst %,build/%/rtk.so,$(LUAS))

WARNINGS := -std=c11 -Wall -Wextra -Wpedantic -Wshadow -Wconversion \
  -Wstrict-prototypes -Wmissing-prototypes
DEFINES := -D_GNU_SOURCE
# The module may still own a thread when a state closes: never unload it.
# Symbols of Lua come from whoever loads it: never link a Lua library.
LINK := -shared -fPIC -fvisibility=hidden -Wl,-z,nodelete -pthread

# Compiles all sources: $(1) is the Lua, $(2) more flags.
compile = $(CC) $(WARNINGS) $(DEFINES) $(CFLAGS) $(CPPFLAGS) $(2) \
  $$($(PKG_CONFIG) --cflags $(1) libcurl) $(LINK) -o $@ $(SOURCES) \
  $(LDFLAGS) $$($(PKG_CONFIG) --libs libcurl)

# Runs a Lua with the build's modules: $(1) is the Lua, $(2) the module's directory.
lua_with = LUA_PATH='lua/?.lua;lua/?/init.lua;./?.lua;spec/?.lua;;' \
  LUA_CPATH='build/$(2)/?.so;;' $(1)
BUSTED := $(or $(shell command -v busted),/usr/bin/busted)
STYLUA := build/npm/node_modules/.bin/stylua
OFFICIAL_SDK := build/npm/node_modules/cloudflare

.SECONDARY:
.PHONY: help deps build demo test lint format spec sdk types bench asan valgrind oom \
  fuzz emulator install uninstall clean

help: ## list the targets
	@sed -n 's/^\([a-z0-9.-]*\):.*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | expand -t 14

deps: ## install what building and testing need (Debian packages, two from npm)
	@.ci/deps test

build: $(MODULES) ## build rtk.so for each Lua in LUAS, into build/<lua>/

build/%/rtk.so: $(SOURCES) $(HEADERS) Makefile
	@mkdir -p $(@D)
	$(call compile,$*,$(WERROR))

demo: ## install what is missing, build, run the quick start against the emulator
	@.ci/deps demo
	@$(MAKE) --no-print-directory -s build
	@$(call lua_with,lua5.4,lua5.4) lua/rtk/emulator/main.lua -- lua5.4 examples/quickstart.lua

emulator: build/lua5.4/rtk.so ## serve the emulator in the foreground (PORT=8787)
	@$(call lua_with,lua5.4,lua5.4) lua/rtk/emulator/main.lua --port $(or $(PORT),8787)

test: ## install what is missing, build, run every check
	@.ci/deps test
	@$(MAKE) --no-print-directory WERROR=-Werror build lint spec sdk asan valgrind oom
	@$(MAKE) --no-print-directory fuzz FUZZ_SECONDS=5
	@spec/support/summary

lint: luacheck stylua clang-format clang-tidy cppcheck fanalyzer ## run all static checks

.PHONY: luacheck stylua clang-format clang-tidy cppcheck fanalyzer
luacheck:
	luacheck -q --no-color lua spec examples rockspec/*.rockspec .busted .luacheckrc
stylua:
	@if [ -x $(STYLUA) ]; then $(STYLUA) --check lua spec examples; \
	else echo "SKIPPED: stylua is not here (see make deps), formatting is not checked"; fi
clang-format:
	clang-format --dry-run -Werror $(SOURCES) $(HEADERS) $(wildcard spec/*/*.c)
clang-tidy:
	clang-tidy --quiet $(SOURCES) -- -std=c11 $(DEFINES) $$($(PKG_CONFIG) --cflags lua5.4 libcurl)
cppcheck:
	cppcheck -q --std=c11 --enable=warning,performance,portability \
	  --inline-suppr --error-exitcode=1 $(DEFINES) src
fanalyzer: build/analyzed/rtk.so
# gcc's analyzer, which also wants the code to be optimised.
build/analyzed/rtk.so: CC := gcc
build/analyzed/rtk.so: $(SOURCES) $(HEADERS) Makefile
	@mkdir -p $(@D)
	$(call compile,lua5.4,-Werror -fanalyzer)

format: ## format all sources
	$(STYLUA) lua spec examples
	clang-format -i $(SOURCES) $(HEADERS) $(wildcard spec/*/*.c)

spec: $(patsubst %,spec-%,$(LUAS)) ## run every spec on each Lua

spec-%: build/%/rtk.so build/%/spec_process.so build/spec/rawserver
	@mkdir -p build/log
	@echo "specs on $*"
	@$(call lua_with,$*,$*) $(BUSTED) 2>&1 | tee build/log/spec-$*.txt; \
	  tail -n 400 build/log/spec-$*.txt | grep -q ' 0 failures / 0 errors'

sdk: build/lua5.4/rtk.so ## let the official SDK perform all of its operations on the emulator
	@if [ -d $(OFFICIAL_SDK) ]; then $(call lua_with,lua5.4,lua5.4) lua/rtk/emulator/main.lua -- \
	  node spec/sdk/official.mjs build/npm; \
	else echo "SKIPPED: the official SDK is not here (see make deps), nothing is checked with it"; fi

bench: $(LUAS:%=build/%/rtk.so) $(LUAS:%=build/%/spec_process.so) build/spec/bare_curl ## measure speed as ratios to peers
	@$(foreach lua,$(LUAS),$(foreach bench,json request client pages,\
	  echo "$(lua), $(bench)" && $(call lua_with,$(lua),$(lua)) spec/bench/$(bench).lua &&)) true

types: ## write lua/rtk/types.lua, the editor's types, from the schema
	$(call lua_with,lua5.4,lua5.4) spec/support/generate_types.lua lua/rtk/types.lua

SANITIZE := -O1 -fsanitize=address,undefined -fno-sanitize-recover=undefined \
  -fno-omit-frame-pointer

# Programs that embed Lua: $(1) is the source, $(2) the Lua, $(3) more flags.
program = $(CC) $(WARNINGS) $(CFLAGS) $(3) $$($(PKG_CONFIG) --cflags $(2)) \
  $(1) -o $@ -Wl,-E $$($(PKG_CONFIG) --libs $(2))

# What specs are run with, besides Lua: servers that misbehave, fork, poll.
build/spec/%: spec/support/%.c
	@mkdir -p $(@D)
	$(CC) $(WARNINGS) $(DEFINES) $(CFLAGS) $< -o $@ $$($(PKG_CONFIG) --cflags --libs libcurl)
build/%/spec_process.so: spec/support/process.c
	@mkdir -p $(@D)
	$(CC) $(WARNINGS) $(DEFINES) $(CFLAGS) -shared -fPIC $< -o $@ \
	  $$($(PKG_CONFIG) --cflags $(subst asan,lua5.4,$*))

build/asan/rtk.so: $(SOURCES) $(HEADERS) Makefile
	@mkdir -p $(@D)
	$(call compile,lua5.4,$(SANITIZE))
build/asan/host: spec/support/host.c
	@mkdir -p $(@D)
	$(call program,$<,lua5.4,$(SANITIZE))
build/asan/oom: spec/embed/oom.c
	@mkdir -p $(@D)
	$(call program,$<,lua5.4,$(SANITIZE))
build/%/oom: spec/embed/oom.c build/%/rtk.so
	$(call program,$<,$*)

asan: build/asan/rtk.so build/asan/host build/asan/spec_process.so build/spec/rawserver ## run the specs of the C part under ASan and UBSan
	@mkdir -p build/log
	@$(call lua_with,build/asan/host,asan) $(BUSTED) spec/unit 2>&1 | tee build/log/asan.txt; \
	  grep -q ' 0 failures / 0 errors' build/log/asan.txt && \
	  ! grep -E 'ERROR: |runtime error' build/log/asan.txt

valgrind: build/lua5.4/rtk.so build/lua5.4/spec_process.so build/spec/rawserver ## run the specs of the C part under valgrind
	$(call lua_with,valgrind -q --child-silent-after-fork=yes --leak-check=full \
	  --show-leak-kinds=definite --errors-for-leak-kinds=definite --error-exitcode=9 lua5.4,lua5.4) $(BUSTED) spec/unit

oom: $(patsubst %,oom-%,$(LUAS)) ## let Lua run out of memory at every allocation
	@$(MAKE) --no-print-directory build/asan/rtk.so build/asan/oom
	@echo "out of memory, under ASan"
	@$(call lua_with,lua5.4,lua5.4) lua/rtk/emulator/main.lua -- \
	  env LUA_CPATH='build/asan/?.so' build/asan/oom
oom-%: build/%/oom
	@echo "out of memory on $*"
	@$(call lua_with,$*,$*) lua/rtk/emulator/main.lua -- build/$*/oom

# Fuzz targets and their dictionaries; spec/fuzz/fuzz.c says how they run.
FUZZ_SECONDS ?= 60
dictionary_json := json
dictionary_encode := json
dictionary_pipeline := reply
dictionary_wire := reply

build/fuzz/fuzz: spec/fuzz/fuzz.c $(SOURCES) $(HEADERS) Makefile
	@mkdir -p $(@D)
	clang $(WARNINGS) $(DEFINES) -O1 -g -fsanitize=fuzzer,address,undefined \
	  -fno-sanitize-recover=undefined -fno-omit-frame-pointer \
	  $$($(PKG_CONFIG) --cflags lua5.4 libcurl) $(SOURCES) $< -o $@ \
	  -Wl,-E -pthread $$($(PKG_CONFIG) --libs lua5.4 libcurl)

fuzz: fuzz-json fuzz-encode fuzz-pipeline fuzz-wire ## fuzz JSON both ways and replies, FUZZ_SECONDS=60 each
# What is new goes into build/fuzz/<target>, what fails into build/fuzz/<target>-*.
fuzz-%: build/fuzz/fuzz
	@echo "fuzzing $* for $(FUZZ_SECONDS) s"
	@mkdir -p build/fuzz/$* build/log
	@$(call lua_with,env FUZZ_TARGET=spec/fuzz/$*.lua build/fuzz/fuzz,lua5.4) \
	  -max_total_time=$(FUZZ_SECONDS) -timeout=10 -max_len=4096 -detect_leaks=0 -print_final_stats=1 \
	  -dict=spec/fuzz/$(dictionary_$*).dict -artifact_prefix=build/fuzz/$*- \
	  build/fuzz/$* spec/fuzz/corpus/$* >build/log/fuzz-$*.txt 2>&1 || \
	  { tail -n 60 build/log/fuzz-$*.txt; exit 1; }
	@sed -n 's/^stat::number_of_executed_units: */  inputs tried: /p' build/log/fuzz-$*.txt

install: build ## copy the library below DESTDIR/PREFIX for each Lua in LUAS
	install -d $(bin)
	printf '#!/bin/sh\nexec %s %s/rtk/emulator/main.lua "$$@"\n' $(firstword $(LUAS)) \
	  $(PREFIX)/share/lua/$(version_$(firstword $(LUAS))) > $(bin)/rtk-emulator
	chmod 755 $(bin)/rtk-emulator
	$(foreach lua,$(LUAS),$(call install_for,$(lua),$(version_$(lua)))$(newline))

uninstall: ## remove what install copied
	rm -f $(bin)/rtk-emulator
	$(foreach lua,$(LUAS),$(call uninstall_for,$(version_$(lua)))$(newline))

define newline


endef
bin = $(DESTDIR)$(PREFIX)/bin
share = $(DESTDIR)$(PREFIX)/share/lua/$(1)
lib = $(DESTDIR)$(PREFIX)/lib/lua/$(1)
define install_for
	install -d $(call lib,$(2))
	install -m 644 build/$(1)/rtk.so $(call lib,$(2))/rtk.so
	cd lua && find rtk -name '*.lua' -exec install -Dm 644 {} $(abspath $(call share,$(2)))/{} \;
endef
define uninstall_for
	rm -f $(call lib,$(1))/rtk.so
	rm -rf $(call share,$(1))/rtk
endef

clean: ## remove everything that was built
	rm -rf build
