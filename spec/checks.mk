# What checks rtk, a part of the Makefile: specs, static checks, sanitizers, fuzzing, measurements.

BUSTED := $(or $(shell command -v busted),/usr/bin/busted)
STYLUA := build/npm/node_modules/.bin/stylua
OFFICIAL_SDK := build/npm/node_modules/cloudflare
OFFICIAL_TOOL := build/npm/node_modules/cf
# Node for the tool: that of Debian 12 is too old.
TOOL_NODE = $(firstword $(wildcard build/npm/node_modules/node-linux-*/bin/node) node)

# Shows and logs what $(2) prints, as build/log/$(1).txt, and ends with its status, not with tee's.
logged = { $(2); echo $$? >build/log/$(1).status; } 2>&1 | tee build/log/$(1).txt; \
  exit $$(cat build/log/$(1).status)

.PHONY: test lint spec matrix sdk faults ensures endurance walk bench drift asan valgrind oom fuzz

test: ## install what is missing, build, run every check
	@.ci/deps test
	@$(MAKE) WERROR=-Werror spec-programs
	@$(MAKE) WERROR=-Werror -j -O $(LANES)
	@spec/support/summary

# Specs mostly wait, so those of each Lua are a lane beside the checks, which mostly compute; with
# valgrind in their lane it would be the last to end by far. What two lanes need is built before, so
# that it is not built twice at once.
LANES := $(LUAS:%=lane-spec-%) lane-checks lane-valgrind
.PHONY: $(LANES)
$(LUAS:%=lane-spec-%): lane-spec-%:
	@$(MAKE) LANE=$@ spec-$*
lane-checks:
	@$(MAKE) LANE=$@ FUZZ_SECONDS=5 lint asan oom $(SANITIZERS:%=embed-%) sdk fuzz
lane-valgrind:
	@$(MAKE) LANE=$@ valgrind
ifdef LANE
.NOTPARALLEL:
endif

lint: luacheck stylua clang-format clang-tidy cppcheck fanalyzer musl ## run all static checks

.PHONY: luacheck stylua clang-format clang-tidy cppcheck fanalyzer musl
luacheck:
	luacheck -q --no-color lua spec examples src rockspec/*.rockspec .busted .luacheckrc
stylua:
	@if [ -x $(STYLUA) ]; then $(STYLUA) --check lua spec examples src; \
	else echo "SKIPPED: stylua is not here (see make deps), formatting is not checked"; fi
clang-format:
	clang-format --dry-run -Werror $(FORMATTED)
# The checks of types in libcurl's headers would count as branches of the functions that call it (8.23).
clang-tidy:
	clang-tidy --quiet $(SOURCES) -- -std=c11 $(DEFINES) -DCURL_DISABLE_TYPECHECK \
	  $$($(PKG_CONFIG) --cflags lua5.4 libcurl) $(openssl)
# That of Debian 13 follows every branch if it is asked to, and fails if not.
cppcheck:
	cppcheck -q --std=c11 --enable=warning,performance,portability \
	  $$(cppcheck --help | grep -q -e --check-level= && echo --check-level=exhaustive) \
	  --inline-suppr --error-exitcode=1 $(DEFINES) src
fanalyzer: build/analyzed/core.o
# gcc's analyzer, which also wants the code to be optimised.
build/analyzed/core.o: CC := gcc
build/analyzed/core.o: $(SOURCES) $(HEADERS) Makefile
	@mkdir -p $(@D)
	$(call compile,lua5.4,$(OBJECT) -Werror -fanalyzer)

# Whether musl, as in Alpine, has what the sources use; headers that it has not got are the system's.
system_headers = /usr/include /usr/include/$$(gcc -print-multiarch)
musl:
	musl-gcc -fsyntax-only -Werror $(WARNINGS) $(DEFINES) $$(printf ' -idirafter %s' $(system_headers)) \
	  $$($(PKG_CONFIG) --cflags lua5.4 libcurl) $(openssl) $(SOURCES)

# Programs that embed Lua: $(1) is the build, $(2) what to compile or link besides
# the first prerequisite, $(3) more libraries.
program = $(CC) $(WARNINGS) $(DEFINES) $(CFLAGS) $(flags_$(1)) \
  $$($(PKG_CONFIG) --cflags $(lua_of)) $< $(2) -o $@ -Wl,-E -pthread \
  $$($(PKG_CONFIG) --libs $(lua_of)) $(3)

# What specs are run with, besides Lua: servers that misbehave, fork, poll.
build/spec/%: spec/support/programs/%.c
	@mkdir -p $(@D)
	$(CC) $(WARNINGS) $(DEFINES) $(CFLAGS) $< -o $@ $$($(PKG_CONFIG) --cflags --libs libcurl)
build/%/spec_process.so: spec/support/programs/process.c
	@mkdir -p $(@D)
	$(CC) $(WARNINGS) $(DEFINES) $(CFLAGS) -shared -fPIC $< -o $@ \
	  $$($(PKG_CONFIG) --cflags $(call lua_of,$*))
build/%/json_floor.so: spec/support/programs/json_floor.c
	@mkdir -p $(@D)
	$(CC) $(WARNINGS) $(DEFINES) $(CFLAGS) -shared -fPIC $< -o $@ \
	  $$($(PKG_CONFIG) --cflags $(call lua_of,$*))
build/%/lua: spec/support/programs/host.c
	@mkdir -p $(@D)
	$(call program,$*)
build/%/oom: spec/embed/oom.c build/%/rtk.so
	$(call program,$*)

# Programs that embed rtk. A pattern rule has one %, and these have the build and the program: eval
# makes one rule for each build.
EMBEDDING := $(foreach program,churn forks keys limit loop signals threads wakers,build/%/embed/$(program))
build/%/host: examples/embed/host.c build/%/librtk.a
	$(call program,$*,build/$*/librtk.a,$(with_curl))
define embedding_rule
build/$(1)/embed/loop: examples/embed/loop.c build/$(1)/librtk.a
	@mkdir -p $$(@D)
	$$(call program,$(1),build/$(1)/librtk.a,$$(with_curl) -lm)
build/$(1)/embed/%: spec/embed/%.c spec/embed/state.c spec/embed/state.h build/$(1)/librtk.a
	@mkdir -p $$(@D)
	$$(call program,$(1),spec/embed/state.c build/$(1)/librtk.a,$$(with_curl))
endef
$(foreach build,$(LUAS) $(SANITIZERS),$(eval $(call embedding_rule,$(build))))

# The libraries of every Lua, because specs on one start nginx, which has the other. The example of a
# C program, because specs on both would build it, at once.
SPEC_PARTS := $(LIBRARIES) $(LUAS:%=build/%/spec_process.so) build/spec/rawserver \
  build/lua5.4/host
.PHONY: spec-programs
spec-programs: $(SPEC_PARTS) $(foreach lua,$(LUAS),$(subst %,$(lua),$(EMBEDDING)))

spec: ## install what is missing, build, run every spec on each Lua (the others: what is about Lua)
	@.ci/deps test
	@$(MAKE) $(LUAS:%=spec-%)

.PHONY: spec-luas
spec-luas: ## install what is missing, run what is about Lua on 5.1, 5.2 and 5.3; not part of test
	@.ci/deps luas
	@$(MAKE) -k spec-lua5.1 spec-lua5.2 spec-lua5.3 LUAS="$(LUAS) lua5.1 lua5.2 lua5.3"

# Lua 5.4 and LuaJIT run every spec. Plain Lua 5.1 has no tasks, so there are those that need none.
specs_lua5.2 := spec/unit spec/wire spec/security spec/embed/environments_spec.lua
specs_lua5.3 := $(specs_lua5.2)
specs_lua5.5 := $(specs_lua5.2)
specs_lua5.1 := $(addprefix spec/unit/,base config crypto errors eventloop json request schema store transport validate_spec.lua) \
  spec/wire spec/embed/environments_spec.lua --exclude-pattern=combinations

spec-%: $(SPEC_PARTS) $(EMBEDDING)
	@mkdir -p build/log
	@echo "specs on $*"
	@$(call logged,spec-$*,$(call lua_with,$*,$*) $(BUSTED) $(specs_$*))

sdk: build/lua5.4/rtk.so ## let the official SDK perform all of its operations on the emulator, and the official tool some
	@if [ -d $(OFFICIAL_SDK) ]; then $(emulator) -- \
	  node spec/sdk/official.mjs build/npm; \
	else echo "SKIPPED: the official SDK is not here (see make deps), nothing is checked with it"; fi
	@if [ ! -d $(OFFICIAL_TOOL) ]; then \
	  echo "SKIPPED: the official tool is not here (see make deps), nothing is checked with it"; \
	elif ! $(TOOL_NODE) -e 'process.exit("styleText" in require("util") ? 0 : 1)'; then \
	  echo "SKIPPED: the official tool needs Node 20.12 (see make deps), nothing is checked with it"; \
	else $(emulator) -- $(TOOL_NODE) spec/sdk/cli.mjs build/npm; fi

matrix: ## build and run all specs in Debian 12, 13 and sid, on 32 bits, JSON on arm64 and s390x (as root; hours)
	@SYSTEMS="$(SYSTEMS)" SUITES="$(SUITES)" LUAS="$(LUAS)" ROOTS="$(ROOTS)" .ci/matrix

faults: $(SPEC_PARTS) ## print the outcome of each fault for each kind of call
	@$(call lua_with,lua5.4,lua5.4) spec/faults/print.lua

ensures: $(SPEC_PARTS) ## print how each ensure method ends when something happens at its steps
	@$(call lua_with,lua5.4,lua5.4) spec/ensure/print.lua

endurance: $(patsubst %,endurance-%,$(LUAS)) ## make many calls with random faults, watch memory (CALLS=100000)
endurance-%: build/%/rtk.so build/%/spec_process.so
	@echo "endurance on $*"
	@$(call lua_with,$*,$*) spec/endurance/run.lua $(or $(CALLS),100000)
	@$(call lua_with,$*,$*) spec/endurance/run.lua $(or $(CALLS),100000) 8

walk: build/lua5.4/rtk.so ## count the files that a call enters and the switches between them
	@$(call lua_with,lua5.4,lua5.4) spec/support/programs/walk.lua

bench: $(LUAS:%=build/%/rtk.so) $(LUAS:%=build/%/spec_process.so) $(LUAS:%=build/%/json_floor.so) build/spec/bare_curl build/spec/bare_multi ## measure speed as ratios to peers
	@$(foreach lua,$(LUAS),$(foreach bench,json webhook request client pages walk cold growth download start memory emulator,\
	  echo "$(lua), $(bench)" && $(call lua_with,$(lua),$(lua)) spec/bench/$(bench).lua &&)) true
	@$(if $(filter luajit,$(LUAS)),echo nginx && $(call lua_with,luajit,luajit) spec/bench/nginx.lua)

drift: build/lua5.4/rtk.so ## compare the schema with newer sources: REFERENCE (a folder) and the SDK
	@$(call lua_with,lua5.4,lua5.4) spec/support/programs/drift.lua --explained $(REFERENCE)

asan: build/asan/rtk.so build/lua5.4/rtk.so build/asan/lua build/asan/spec_process.so build/spec/rawserver ## run the specs of the C part under ASan and UBSan
	@mkdir -p build/log
	@rm -f build/log/asan-report.*
	@export ASAN_OPTIONS=log_path=$(CURDIR)/build/log/asan-report; \
	  $(call logged,asan,$(call lua_with,build/asan/lua,asan) $(BUSTED) spec/unit)
# What processes reported that a spec started.
	@! cat build/log/asan-report.* 2>/dev/null

VALGRIND := valgrind -q --child-silent-after-fork=yes --leak-check=full \
  --show-leak-kinds=definite --errors-for-leak-kinds=definite --error-exitcode=9 lua5.4

# Those of the Lua layer call nothing else of it, and run under ASan and in the endurance. Making keys
# takes minutes under valgrind: what is about a key that is new runs under ASan alone.
C_SPECS := $(addprefix spec/unit/,base crypto eventloop json transport) --filter-out='is new'

valgrind: build/lua5.4/rtk.so build/lua5.4/spec_process.so build/spec/rawserver ## run the specs of the C part and calls with faults under valgrind
	$(call lua_with,$(VALGRIND),lua5.4) $(BUSTED) $(C_SPECS)
	$(call lua_with,$(VALGRIND),lua5.4) spec/endurance/run.lua 1000
	$(call lua_with,$(VALGRIND),lua5.4) spec/endurance/run.lua 1000 8

oom: $(patsubst %,oom-%,$(LUAS)) ## let Lua run out of memory at every allocation
	@$(MAKE) build/asan/rtk.so build/asan/oom
	@echo "out of memory, under ASan"
	@$(emulator) -- \
	  env LUA_CPATH='build/asan/?.so' build/asan/oom
oom-%: build/%/oom
	@echo "out of memory on $*"
	@$(call lua_with,$*,$*) lua/rtk/emulator/main.lua -- build/$*/oom

environment_tsan := EMBEDDED_STATES=1000
# Memory that ASan keeps back must not look like a leak, nor the stacks of its own that newer ones have.
environment_asan := EMBEDDED_STATES=1000 \
  ASAN_OPTIONS=quarantine_size_mb=1:detect_stack_use_after_return=0
.PHONY: embed host
embed: $(patsubst %,embed-%,$(LUAS) $(SANITIZERS)) ## run C programs with rtk in them, with sanitizers, too
embed-%: $(EMBEDDING) build/lua5.4/rtk.so build/lua5.4/spec_process.so
	@echo "C programs with rtk, $*"
	@EMBEDDED=build/$*/embed $(environment_$*) \
	  $(call lua_with,lua5.4,lua5.4) $(BUSTED) spec/embed/embedding_spec.lua

host: build/lua5.4/host build/lua5.4/embed/loop ## build the examples of C programs

# Fuzz targets and their dictionaries; spec/fuzz/fuzz.c says how they run.
FUZZ_SECONDS ?= 60
dictionary_json := json
dictionary_encode := json
dictionary_key := key
dictionary_pipeline := reply
dictionary_wire := reply

build/fuzz/fuzz: spec/fuzz/fuzz.c $(SOURCES) $(HEADERS) $(BUNDLE) $(BUNDLED) Makefile
	@mkdir -p $(@D)
	clang $(WARNINGS) $(DEFINES) -O1 -g -fsanitize=fuzzer,address,undefined \
	  -fno-sanitize-recover=undefined -fno-omit-frame-pointer \
	  $$($(PKG_CONFIG) --cflags lua5.4 libcurl) $(openssl) $(SOURCES) $(BUNDLE) $< -o $@ \
	  -Wl,-E -pthread $$($(PKG_CONFIG) --libs lua5.4 libcurl)

fuzz: fuzz-json fuzz-encode fuzz-key fuzz-pipeline fuzz-wire ## fuzz JSON both ways, keys and replies, FUZZ_SECONDS=60 each
# What is new goes into build/fuzz/<target>, what fails into build/fuzz/<target>-*.
fuzz-%: build/fuzz/fuzz
	@echo "fuzzing $* for $(FUZZ_SECONDS) s"
	@mkdir -p build/fuzz/$* build/log
	@$(call lua_with,env FUZZ_TARGET=spec/fuzz/$*.lua build/fuzz/fuzz,lua5.4) \
	  -max_total_time=$(FUZZ_SECONDS) -timeout=120 -max_len=4096 -detect_leaks=0 -print_final_stats=1 \
	  -dict=spec/fuzz/$(dictionary_$*).dict -artifact_prefix=build/fuzz/$*- \
	  build/fuzz/$* spec/fuzz/corpus/$* >build/log/fuzz-$*.txt 2>&1 || \
	  { tail -n 60 build/log/fuzz-$*.txt; exit 1; }
	@sed -n 's/^stat::number_of_executed_units: */  inputs tried: /p' build/log/fuzz-$*.txt
