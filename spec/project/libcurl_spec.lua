-- SPDX-License-Identifier: MIT
-- Which versions of libcurl the C half is built with.

local shell = require("spec.support.servers.shell")
local workdir = require("spec.support.servers.workdir")

describe("a build", function()
  local directory

  setup(function()
    directory = workdir.new()
    shell.check(("mkdir -p %s/curl"):format(directory))
  end)

  teardown(function()
    workdir.remove(directory)
  end)

  -- Compiles as if the headers were those of a version, without the deprecations of newer ones.
  local function compile(version, files)
    workdir.write(
      directory .. "/curl/curl.h",
      "#include_next <curl/curl.h>\n#undef LIBCURL_VERSION_NUM\n"
        .. ("#define LIBCURL_VERSION_NUM 0x%s\n"):format(version)
    )
    local command = "${CC:-cc} -fsyntax-only -std=c11 -Wall -Wextra -Wconversion -Werror -Isrc"
      .. " -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -DCURL_DISABLE_DEPRECATION -isystem %s"
      .. " $(pkg-config --cflags %s) $(pkg-config --cflags libcrypto 2>/dev/null) %s"
    return shell.run(command:format(directory, shell.lua(), files))
  end

  it("compiles with libcurl 7.76 and what came before features of 7.77 to 7.87", function()
    for _, version in ipairs({ "074c00", "074d00", "075000", "075500" }) do
      local files = "$(grep -l LIBCURL_VERSION_NUM src/*/*.c)"
      assert.same({ "", 0 }, { compile(version, files) })
    end
  end)

  it("is refused by the compiler with libcurl 7.75", function()
    local output, status = compile("074b00", "src/base/process.c")
    assert.not_equal(0, status)
    assert.truthy(output:find("rtk needs libcurl 7.76 or newer with its headers", 1, true), output)
  end)

  it("is refused by make before anything is compiled, with the way out", function()
    workdir.write(
      directory .. "/libcurl.pc",
      "Name: libcurl\nDescription: URLs\nVersion: 7.75.0\nLibs: -lcurl\n"
    )
    local command = "PKG_CONFIG_PATH=%s make -s build/old/core.o"
    local output, status = shell.run(command:format(directory))
    assert.not_equal(0, status)
    assert.truthy(output:find("libcurl >= 7.76", 1, true), output)
    assert.truthy(output:find("rtk needs libcurl 7.76 or newer", 1, true), output)
    assert.truthy(output:find("PKG_CONFIG_PATH=folder", 1, true), output)
    assert.falsy(output:find("cc ", 1, true), output)
  end)
end)
