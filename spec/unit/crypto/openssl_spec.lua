-- SPDX-License-Identifier: MIT
-- Which OpenSSL does the work, what is said where there is none, and what is left in its error
-- queue.

local core = require("rtk.core")
local forged = require("spec.fixtures.forged_signatures")
local process = require("spec_process")
local shell = require("spec.support.servers.shell")
local shim = require("spec.support.servers.shim")
local signing_key = require("spec.fixtures.signing_key")
local workdir = require("spec.support.servers.workdir")

-- Gives Lua the error queue of the OpenSSL that libcurl uses.
local QUEUE = [[
#include <lua.h>
#include <lauxlib.h>
#include <openssl/err.h>

static int fill(lua_State *L)
{
  int i;
  for (i = 1; i <= luaL_checkinteger(L, 1); i++)
    ERR_put_error(ERR_LIB_USER, 0, i, __FILE__, __LINE__);
  return 0;
}

/* Empties the queue, too. */
static int reasons(lua_State *L)
{
  unsigned long error;
  int count = 0;
  lua_newtable(L);
  while ((error = ERR_get_error()) != 0) {
    lua_pushinteger(L, ERR_GET_REASON(error));
    lua_rawseti(L, -2, ++count);
  }
  return 1;
}

int luaopen_queue(lua_State *L)
{
  lua_newtable(L);
  lua_pushcfunction(L, fill);
  lua_setfield(L, -2, "fill");
  lua_pushcfunction(L, reasons);
  lua_setfield(L, -2, "reasons");
  return 1;
}
]]

-- A program with Lua and a TLS server's functions in it, from libraries without the shared ones.
local HOST = [[
#include <lauxlib.h>
#include <lualib.h>
#include <openssl/ssl.h>
#include <stdio.h>

int main(int argc, char **argv)
{
  SSL_CTX *context = SSL_CTX_new(TLS_server_method());
  lua_State *L = luaL_newstate();
  int failed;
  SSL_CTX_use_PrivateKey_file(context, argv[argc - 1], SSL_FILETYPE_PEM);
  SSL_CTX_use_certificate_chain_file(context, argv[argc - 1]);
  SSL_CTX_free(context);
  luaL_openlibs(L);
  failed = luaL_dofile(L, argv[1]);
  if (failed)
    puts(lua_tostring(L, -1));
  lua_close(L);
  return failed;
}
]]

-- Does not load the library.
local NO_LIBRARY = [[
#include <dlfcn.h>
#include <string.h>

void *dlopen(const char *name, int flags)
{
  void *(*next)(const char *, int);
  *(void **)&next = dlsym(RTLD_NEXT, "dlopen");
  return name && strstr(name, "libcrypto") ? NULL : next(name, flags);
}
]]

-- Prints what each function gives first, or its message.
local TRY = [[
local core = require("rtk.core")
local forged = require("spec.fixtures.forged_signatures")
local signing_key = require("spec.fixtures.signing_key")
local function show(name, first, message)
  print(name .. ": " .. tostring(message or first))
  return first
end
local public = show("public_key", core.public_key(forged.public_pem))
if public then
  local genuine = forged.genuine
  show("valid", public:verify(genuine.body, genuine.signature))
  show("invalid", public:verify(genuine.body .. " ", genuine.signature))
end
local private = show("private_key", core.private_key(signing_key))
if private then
  show("signed", private:verify("text", private:sign("text")))
  show("written", private:private_pem() == signing_key)
end
show("new_private_key", core.new_private_key())
show("sha256", core.sha256("abc"))
]]

local PUBLIC = {
  "public_key: rtk.key (public, RSA, 2048 bits)",
  "valid: true",
  "invalid: the signature is not the key's for this text",
}
local PRIVATE = {
  "private_key: rtk.key (private, RSA, 2048 bits)",
  "signed: true",
  "written: true",
  "new_private_key: rtk.key (private, RSA, 2048 bits)",
}
local DIGEST = {
  "sha256: ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
}

describe("OpenSSL", function()
  local directory, library

  setup(function()
    directory = workdir.new()
    library = shell.check("ldd build/" .. shell.lua() .. "/rtk.so"):match("libcrypto%.so%.%d+")
    workdir.write(directory .. "/try.lua", TRY)
  end)

  teardown(function()
    workdir.remove(directory)
  end)

  local function compile(name, source, options)
    workdir.write(directory .. "/" .. name .. ".c", source)
    local cc = "cd %s && cc -D_GNU_SOURCE -w -o %s %s.c %s"
    shell.check(cc:format(directory, name, name, options))
    return directory .. "/" .. name
  end

  local function try(interpreter, environment)
    local command = "env %s %s %s/try.lua"
    return shell.lines(command:format(environment or "", interpreter, directory))
  end

  local function try_with(preloaded)
    return try(shell.interpreter(), shim.before(preloaded))
  end

  local function all(...)
    local lines = {}
    for _, part in ipairs({ ... }) do
      for _, line in ipairs(part) do
        lines[#lines + 1] = line
      end
    end
    return lines
  end

  -- The same message from every function.
  local function nothing(message)
    local lines = {}
    for index, name in ipairs({ "public_key", "private_key", "new_private_key", "sha256" }) do
      lines[index] = name .. ": " .. message
    end
    return lines
  end

  -- The names of functions that a list in openssl.h has.
  local function names_in(list)
    local header = shell.read("src/crypto/openssl.h")
    local names = {}
    for line in header:match("#define " .. list .. "%(F%)(.-)\n\n"):gmatch("F%(([%w_]+)%)") do
      names[#names + 1] = line
    end
    return names
  end

  -- A library that has these functions of an OpenSSL of its own and exports no others.
  local function own_openssl(name, names)
    local script = directory .. "/" .. name .. ".map"
    workdir.write(script, "{ global: " .. table.concat(names, "; ") .. "; local: *; };")
    local wanted = "-Wl,-u," .. table.concat(names, " -Wl,-u,")
    local options = "%s -Wl,--version-script=%s -Wl,-Bstatic -lcrypto -Wl,-Bdynamic"
    return shim.build(directory, name, "", options:format(wanted, script))
  end

  -- What verifying takes, with the names of version 3.
  local function to_verify()
    local names = names_in("RTK_OPENSSL_VERIFY")
    assert(#names > 10)
    local version = shell.check("openssl version"):match("OpenSSL (%d)")
    local lists = shell.read("src/crypto/openssl.h"):gmatch("define RTK_OPENSSL_READ_NUMBERS(.-)#")
    local since_3, before = lists(), lists()
    for name in (version == "1" and before or since_3):gmatch("F%(([%w_]+)%)") do
      names[#names + 1] = name
    end
    return names
  end

  it("is libcurl's library", function()
    assert.same(all(PUBLIC, PRIVATE, DIGEST), try(shell.interpreter()))
    assert.truthy(library)
  end)

  it("may be inside the program, with all that is needed", function()
    local lua = "$(pkg-config --cflags %s) -Wl,-E -Wl,-Bstatic -lssl -lcrypto -Wl,-Bdynamic "
      .. "$(pkg-config --static --libs libcrypto | sed s/-lcrypto//) "
      .. "$(pkg-config --libs %s) -ldl -pthread"
    local host = compile("host", HOST, lua:format(shell.lua(), shell.lua()))
    local module = "build/" .. shell.lua() .. "/?.so"
    local path = ("LUA_PATH='./?.lua;;' LUA_CPATH='%s'"):format(module)
    assert.same(all(PUBLIC, PRIVATE, DIGEST), try(host, path))
  end)

  it("may be inside the program without what private keys need", function()
    local message = "this program has its own OpenSSL linked in, without what private keys need"
    assert.same(
      all(PUBLIC, { "private_key: " .. message, "new_private_key: " .. message }, DIGEST),
      try_with(own_openssl("some", to_verify()))
    )
  end)

  it("is not used when parts of it are of one program and parts of another", function()
    local message = "signatures need OpenSSL: this program contains parts of another one than "
      .. "the "
      .. library
      .. " that this rtk was built for"
    local names = to_verify()
    for index, missing in ipairs({ names[1], names[#names] }) do
      local others = {}
      for _, name in ipairs(names) do
        if name ~= missing then others[#others + 1] = name end
      end
      local part = own_openssl("part" .. index, others)
      assert.same(nothing(message), try_with(part), missing)
    end
    local lie = "int EVP_PKEY_verify(void) { return 1; }"
    assert.same(nothing(message), try_with(shim.build(directory, "lie", lie)))
  end)

  it("is named when it cannot be loaded", function()
    local stub = shim.build(directory, "none", NO_LIBRARY, "-ldl")
    local message = "signatures need OpenSSL: this rtk was built for %s, which cannot be loaded"
    assert.same(nothing(message:format(library)), try_with(stub))
  end)

  it("is not needed for the rest: a build without its headers lacks only signatures", function()
    local lua = shell.lua()
    local build = "cc -w -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -DRTK_WITHOUT_OPENSSL "
      .. "-Isrc -shared -fPIC -o %s/rtk.so "
      .. "$(pkg-config --cflags %s libcurl) src/*.c src/*/*.c src/bundle_data.S "
      .. "$(pkg-config --libs libcurl) -pthread"
    shell.check(build:format(directory, lua))
    local path = "LUA_PATH='./?.lua;;' LUA_CPATH='" .. directory .. "/?.so'"
    assert.same(
      nothing(
        "signatures need OpenSSL: this rtk was built without its headers; install them "
          .. "(libssl-dev on Debian) and build rtk again"
      ),
      try(lua, path)
    )
    local rest = [[-e 'print(require("rtk.core").encode({ a = 1 }), require("rtk")._VERSION)']]
    local printed =
      shell.check(("cd / && env LUA_PATH= %s %s %s"):format(path:match("LUA_C.*"), lua, rest))
    assert.equal('{"a":1}\t' .. core._VERSION, printed)
  end)

  -- Access to OpenSSL's queue of errors.
  local function open_queue()
    local flags = "-shared -fPIC $(pkg-config --cflags %s) -lcrypto"
    local path = compile("queue.so", QUEUE, flags:format(shell.lua()))
    return assert(package.loadlib(path, "luaopen_queue"))()
  end

  it("keeps its errors to itself, and those of the host", function()
    local queue = open_queue()
    local private, public = core.private_key(signing_key), core.public_key(forged.public_pem)
    local signature = private:sign("text")
    local uses = {
      public_key = function()
        return assert(core.public_key(private:public_pem()))
      end,
      ["public_key, private"] = function()
        return core.public_key(signing_key)
      end,
      ["public_key, damaged"] = function()
        return core.public_key((forged.public_pem:gsub("MII", "AAA")))
      end,
      ["private_key, damaged"] = function()
        return core.private_key((signing_key:gsub("MII", "AAA")))
      end,
      private_key = function()
        return assert(core.private_key(signing_key))
      end,
      verify = function()
        assert.is_true(private:verify("text", signature))
      end,
      ["verify, wrong"] = function()
        assert.is_false((private:verify("text ", signature)))
        assert.is_false((public:verify("text", signature)))
      end,
      ["verify, too large"] = function()
        assert.is_false((private:verify("text", ("/"):rep(340) .. "/w==")))
      end,
      ["verify, no base64"] = function()
        assert.is_false((private:verify("text", "*")))
      end,
      sign = function()
        assert(private:sign("text"))
      end,
      write = function()
        assert(private:private_pem() and private:public_pem())
      end,
      sha256 = function()
        assert(core.sha256("text"))
      end,
    }
    for name, use in pairs(uses) do
      queue.reasons()
      use()
      collectgarbage()
      assert.same({}, queue.reasons(), name)
      queue.fill(3)
      use()
      use()
      collectgarbage()
      assert.same({ 1, 2, 3 }, queue.reasons(), name)
    end
  end)

  it("keeps its errors to itself when a key is new", function()
    local queue = open_queue()
    queue.fill(1)
    assert(core.new_private_key())
    assert.same({ 1 }, queue.reasons())
  end)

  it("works in a child with keys that the parent made, and with new ones", function()
    local private, public = core.private_key(signing_key), core.public_key(forged.public_pem)
    local signature = private:sign("text")
    local pid = process.fork()
    if pid == 0 then
      local ok = pcall(function()
        assert(private:verify("text", signature))
        assert(private:sign("text") == signature)
        assert(public:verify(forged.genuine.body, forged.genuine.signature))
        assert(core.private_key(signing_key):verify("text", signature))
        private, public = nil, nil
        collectgarbage()
      end)
      process.exit(ok and 0 or 1)
    end
    assert.equal(0, process.wait(pid))
    assert.is_true(private:verify("text", signature))
  end)

  it("stays for a key that a finalizer makes while the first one is made", function()
    local script = [[
      local core = require("rtk.core")
      local forged = require("spec.fixtures.forged_signatures")
      local inner
      require("spec.support.next_allocation")(function()
        inner = core.public_key(forged.public_pem)
      end)
      local outer = core.public_key(forged.public_pem)
      collectgarbage()
      collectgarbage()
      -- What is not kept is written over.
      local texts = {}
      for length = 1, 2000 do
        texts[length] = ("x"):rep(100 + length % 320) .. length
      end
      local body, signature = forged.genuine.body, forged.genuine.signature
      print(outer:verify(body, signature), inner:verify(body, signature))
    ]]
    assert.equal("true\ttrue", shell.lua_output(script))
  end)
end)
