# Builds and installs rtk; spec/checks.mk checks it. `make help` lists the targets.
#
# All of src/ is compiled in one run for each Lua in LUAS, and becomes rtk.so and
# librtk.a in build/<lua>/. Names of Luas are those of pkg-config and of the
# interpreters.

LUAS   ?= lua5.4 luajit
PREFIX ?= /usr/local
LIBDIR ?= $(PREFIX)/lib
PKG_CONFIG ?= pkg-config
OBJCOPY ?= objcopy
CFLAGS ?= -O2 -g

# The directories that Lua versions look in below PREFIX.
version_lua5.1 := 5.1
version_lua5.2 := 5.2
version_lua5.3 := 5.3
version_lua5.4 := 5.4
version_lua5.5 := 5.5
version_luajit := 5.1
$(foreach lua,$(LUAS),$(if $(version_$(lua)),,$(error LUAS has $(lua), and rtk runs on \
  lua5.1, lua5.2, lua5.3, lua5.4, lua5.5 and luajit)))

SOURCES := $(wildcard src/*.c src/*/*.c)
HEADERS := $(wildcard src/*.h src/*/*.h)
FORMATTED := $(SOURCES) $(HEADERS) $(wildcard spec/*/*.[ch] spec/*/*/*.[ch] examples/*/*.c)
# The Lua layer is part of the library.
BUNDLE_LIST := src/bundle_data.S
BUNDLE := $(BUNDLE_LIST)
BYTECODE := bytecode
# Read again by each recipe, as `make lists` changes it.
BUNDLED = $(shell sed -n 's|^ *file "\(.*\)"|lua/\1|p' $(BUNDLE_LIST))
RTK_VERSION = $(shell sed -n 's/^.define RTK_VERSION "\(.*\)"/\1/p' src/rtk.h)
LIBRARIES := $(foreach lua,$(LUAS),build/$(lua)/rtk.so build/$(lua)/librtk.a)

WARNINGS := -std=c11 -Wall -Wextra -Wpedantic -Wshadow -Wconversion \
  -Wstrict-prototypes -Wmissing-prototypes
DEFINES := -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -Isrc
# The module may still own a thread when a state closes: never unload it.
# The program that loads it provides the symbols of Lua: never link a Lua library.
MODULE := -shared -Wl,-z,nodelete
OBJECT := -r -nostdlib
# On 32 bit x86, functions that several objects may define are in groups, which objcopy would break.
UNGROUPED := -Wl,--force-group-allocation

# WAIT=poll needs no epoll, timerfd, assembler or other things of Linux: as on systems that have none.
SYSTEM := $(shell uname -s)
PLAIN := $(if $(filter poll,$(WAIT))$(filter-out Linux,$(SYSTEM)),1)
ifdef PLAIN
BUNDLE := build/bundle_data.c
BYTECODE := bytecode.inc
DEFINES += -DRTK_WAIT_POLL
UNGROUPED :=
endif
ifeq ($(SYSTEM),Darwin)
# Its linker hides what is hidden already.
OBJCOPY := :
MODULE := -bundle -undefined dynamic_lookup
endif

# Besides the Luas there are builds with a sanitizer, which are for Lua 5.4.
SANITIZERS := asan tsan
lua_of = $(if $(filter $(SANITIZERS),$(1)),lua5.4,$(1))
flags_asan := -O1 -fsanitize=address,undefined -fno-sanitize-recover=undefined \
  -fno-omit-frame-pointer
flags_tsan := -O1 -fsanitize=thread
# clang would put its runtime into the object already.
build/asan/% build/tsan/%: CC := gcc

# Says what is missing before anything is compiled; process.c knows the version, too.
needs_curl = $(PKG_CONFIG) --print-errors --exists 'libcurl >= 7.76' || { \
  echo "rtk needs libcurl 7.76 or newer with its headers, where $(PKG_CONFIG) finds its libcurl.pc" \
  "(PKG_CONFIG_PATH=folder)" >&2; exit 1; }
# Compiles all sources: $(1) is the build, $(2) more flags. A Lua loads its modules with all symbols
# bound, so calls need no PLT; a decoded page makes thousands.
compile = $(CC) $(WARNINGS) $(DEFINES) $(CFLAGS) $(CPPFLAGS) $(flags_$(1)) $(2) \
  $$($(PKG_CONFIG) --cflags $(lua_of) libcurl) $(openssl) -fPIC -fno-plt -fvisibility=hidden -pthread \
  $(anywhere) -o $@ $(SOURCES)
# The same bytes in whatever folder: debuggers find the sources from the tree's root.
anywhere = '-ffile-prefix-map=$(CURDIR)=.'
# OpenSSL's headers, if they are there: the library is loaded when it is needed, and never linked.
openssl = $$($(PKG_CONFIG) --cflags libcrypto 2>/dev/null)
with_curl = $(LDFLAGS) $$($(PKG_CONFIG) --libs libcurl)

# Runs a Lua with the build's modules: $(1) is the Lua, $(2) the module's directory.
lua_with = LUA_PATH='lua/?.lua;lua/?/init.lua;./?.lua;spec/?.lua;;' \
  LUA_CPATH='build/$(2)/?.so;;' $(1)
emulator = $(call lua_with,lua5.4,lua5.4) lua/rtk/emulator/main.lua

MAKEFLAGS += --no-print-directory
# nginx is there, which is not on every user's PATH.
export PATH := $(PATH):/usr/sbin
.SECONDARY:
.DELETE_ON_ERROR:
.PHONY: help deps build demo example emulator openresty format lists types install uninstall dist \
  dist-check deb deb-check clean

help: ## list the targets
	@sed -n 's/^\([a-z0-9.-]*\):.*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | expand -t 14

deps: ## install what building and testing need (Debian packages, three from npm)
	@.ci/deps test

build: $(LIBRARIES) ## build rtk.so and librtk.a for each Lua in LUAS, into build/<lua>/

build/%/core.o: $(SOURCES) $(HEADERS) Makefile build/wait
	@$(needs_curl)
	@mkdir -p $(@D)
	$(call compile,$*,$(OBJECT) $(WERROR))
# So that all is built again with another WAIT.
.PHONY: always
build/wait: always
	@mkdir -p $(@D)
	@echo '$(PLAIN)' | cmp -s - $@ || echo '$(PLAIN)' > $@
# One that was removed is gone from the list when the recipes run.
$(BUNDLED):
# What the Lua of the build makes of the Lua layer; nothing, if it is not here or cannot run here.
build/%/bytecode: $(wildcard src/bundle/*.lua) $(BUNDLE_LIST) $(BUNDLED)
	@mkdir -p $(@D)
	$(call lua_of,$*) src/bundle/compile.lua $@ $(BUNDLED:lua/%=%) || : > $@
# A file's bytes as numbers, for C.
numbers = od -An -v -td1 $(1) | sed 's/[-0-9][0-9]*/&,/g'
build/%/bytecode.inc: build/%/bytecode
	$(call numbers,$<) > $@
build/bundle_data.c: $(BUNDLE_LIST) $(BUNDLED) Makefile
	@mkdir -p $(@D)
	{ echo '#include "bundle/archive.h"'; echo 'const struct archive_file rtk_files[] = {'; \
	  for file in $(BUNDLED); do printf '{%d, "%s"},' $$(wc -c < $$file) "$${file#lua/}"; done; \
	  echo '{0, ""}};'; \
	  echo 'const uint32_t rtk_file_count = sizeof rtk_files / sizeof *rtk_files - 1;'; \
	  echo 'const char rtk_texts[] = {'; \
	  for file in $(BUNDLED); do $(call numbers,$$file); echo '0,'; done; \
	  echo '};'; echo 'const char rtk_bytecode[] = {'; echo '#ifdef RTK_BYTECODE'; \
	  echo '#include RTK_BYTECODE'; echo '#endif'; echo '0};'; } > $@
# Names other than those in rtk.h must not meet those of a program.
build/%/rtk.o: build/%/core.o $(BUNDLE) $(BUNDLED) build/%/$(BYTECODE)
	$(CC) $(OBJECT) $(UNGROUPED) -Isrc -I. -DRTK_BYTECODE='"build/$*/$(BYTECODE)"' \
	  -fPIC -fvisibility=hidden -o $@ $< $(BUNDLE)
	$(OBJCOPY) --localize-hidden $@
build/%/rtk.so: build/%/rtk.o
	$(CC) $(CFLAGS) $(flags_$*) $(MODULE) -pthread -o $@ $< $(with_curl)
build/%/librtk.a: build/%/rtk.o
	rm -f $@
	$(AR) rcs $@ $<

demo: ## install what is missing, build, run the quick start against the emulator
	@.ci/deps demo
	@$(MAKE) -s build
	@$(emulator) -- lua5.4 examples/quickstart.lua

emulator: build/lua5.4/rtk.so ## serve the emulator in the foreground (PORT=8787)
	@$(emulator) --port $(or $(PORT),8787)

example: ## install what is missing, build, run an example with the emulator (NAME=dashboard)
	@.ci/deps demo
	@$(MAKE) -s build
	@$(call lua_with,lua5.4,lua5.4) examples/gallery/run.lua $(NAME)

openresty: ## the same as NAME=openresty: serve the join page (PORT=8080)
	@$(MAKE) example NAME=openresty

format: ## format all sources
	$(STYLUA) lua spec examples src
	clang-format -i $(FORMATTED)

lists: ## write the rockspecs from their template, and the list of files in src/bundle_data.S
	$(call lua_with,lua5.4,lua5.4) spec/support/programs/generate_lists.lua

types: ## write the index of the schema, the editor's types, the table of methods in the guide to resources
	$(call lua_with,lua5.4,lua5.4) spec/support/programs/generate_index.lua lua/rtk/schema/index.lua
	$(call lua_with,lua5.4,lua5.4) spec/support/programs/generate_types.lua lua/rtk/types.lua
	$(call lua_with,lua5.4,lua5.4) spec/support/programs/generate_methods.lua

# A copy of the sources without spec builds and installs all the same.
-include spec/checks.mk

install: build $(LUAS:%=install-%) ## copy the library below DESTDIR/PREFIX for each Lua in LUAS
	install -d "$(bin)"
	install -Dm 644 src/rtk.h "$(include)/rtk.h"
	printf '#!/bin/sh\nexec %s -e '\''package.path = "%s/?.lua;%s/?/init.lua;" .. package.path'\'' "%s" "$$@"\n' \
	  $(firstword $(LUAS)) "$(own_share)" "$(own_share)" "$(own_share)/rtk/emulator/main.lua" \
	  > "$(bin)/rtk-emulator"
	chmod 755 "$(bin)/rtk-emulator"
install-%: build/%/rtk.so build/%/librtk.a
	$(call missing,"$(PREFIX)/bin" "$(PREFIX)/include" "$(LIBDIR)/pkgconfig" \
	  "$(LIBDIR)/lua/$(version_$*)" "$(PREFIX)/share/lua/$(version_$*)" "$(PREFIX)/share/rtk") \
	  > build/$*/folders
	install -d "$(root)/share/rtk"
	cat build/$*/folders >> "$(folders)"
	install -Dm 644 build/$*/rtk.so "$(lib)/lua/$(version_$*)/rtk.so"
	install -Dm 644 build/$*/librtk.a "$(lib)/librtk-$*.a"
	install -d "$(lib)/pkgconfig"
	sed -e "s|@prefix@|$(PREFIX)|; s|@libdir@|$(LIBDIR)|; s|@lua@|$*|; s|@version@|$(RTK_VERSION)|" \
	  src/rtk.pc.in > "$(lib)/pkgconfig/rtk-$*.pc"
	for file in $$(cd lua && find rtk -type f ! -name README.md); do \
	  install -Dm 644 "lua/$$file" "$(share)/$$file" || exit; done

uninstall: $(LUAS:%=uninstall-%) ## remove what install made
	rm -f "$(bin)/rtk-emulator" "$(include)/rtk.h"
	ls -d "$(root)"/share/lua/*/rtk >/dev/null 2>&1 || { \
	  made=$$(LC_ALL=C sort -ru "$(folders)"); rm -f "$(folders)"; \
	  printf '%s\n' "$$made" | while read -r folder; do \
	    rmdir --ignore-fail-on-non-empty "$(DESTDIR)$$folder"; done; }
uninstall-%:
	rm -f "$(lib)/lua/$(version_$*)/rtk.so" "$(lib)/librtk-$*.a" "$(lib)/pkgconfig/rtk-$*.pc"
	rm -rf "$(share)/rtk"

root = $(DESTDIR)$(PREFIX)
bin = $(root)/bin
include = $(root)/include
lib = $(DESTDIR)$(LIBDIR)
share = $(root)/share/lua/$(version_$*)
# Where the Lua files will be found, for the Lua that runs rtk-emulator.
own_share = $(PREFIX)/share/lua/$(version_$(firstword $(LUAS)))
# The folders that install made, so that uninstall removes those and no others.
folders = $(root)/share/rtk/folders
missing = for folder in $(1); do \
  while [ ! -d "$(DESTDIR)$$folder" ]; do \
    printf '%s\n' "$$folder"; [ "$$folder" = "$$(dirname "$$folder")" ] && break; \
    folder=$$(dirname "$$folder"); done; done

dist: ## pack the sources into build/dist/rtk-<version>.tar.gz, the same bytes each time
	@rockspec/dist
dist-check: ## build what make dist packs without git, in two folders, and run the quick start
	@rockspec/dist-check

deb: ## install what is missing, build Debian packages into build/deb/
	@.ci/deps deb
	@rockspec/debian/build
deb-check: ## try what make deb built in a fresh Debian, and remove it (as root, with debootstrap)
	@rockspec/debian/try-fresh

clean: ## remove everything that was built, by luarocks too
	rm -rf build
	rm -f rtk.so src/*.o src/*/*.o
