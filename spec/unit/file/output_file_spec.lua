-- SPDX-License-Identifier: MIT
-- Files that replies flow into: rtk.core.open_file.

local core = require("rtk.core")
local shell = require("spec.support.servers.shell")

describe("a file of open_file", function()
  local path

  before_each(function()
    path = os.tmpname()
  end)

  after_each(function()
    os.remove(path)
  end)

  it("keeps what it holds, and is written at any place", function()
    local file = assert(core.open_file(path))
    assert.is_true(file:write(0, "0123456789"))
    assert.is_true(file:write(4, "xy"))
    assert.equal(10, file:size())
    file:close()
    file = assert(core.open_file(path))
    assert.equal("0123xy6789", shell.read(path))
    assert.is_true(file:truncate(6))
    assert.equal(6, file:size())
    assert.is_true(file:write(8, "z"))
    assert.equal("0123xy\0\0z", shell.read(path))
    file:close()
  end)

  it("may be larger than 4 GiB", function()
    local size = 2 ^ 32 + 2 ^ 31
    local file = assert(core.open_file(path))
    assert.is_true(file:write(size - 1, "z"))
    assert.equal(size, file:size())
    assert.is_true(file:truncate(size - 2))
    assert.equal(size - 2, file:size())
    file:close()
  end)

  it("is made where there is none", function()
    os.remove(path)
    local file = assert(core.open_file(path))
    assert.equal(0, file:size())
    file:close()
  end)

  it("is opened by one at a time, in this process and in another", function()
    local file = assert(core.open_file(path))
    local expected = "could not open the file: another download writes it"
    assert.same({ nil, expected, "locked" }, { core.open_file(path) })
    local script = ("print(require('rtk.core').open_file(%q))"):format(path)
    assert.equal("nil\t" .. expected .. "\tlocked", shell.lua_output(script))
    file:close()
    assert(core.open_file(path)):close()
  end)

  it("is not opened for a target that is a directory or a device", function()
    local part = path .. ".part"
    for target, why in pairs({
      ["/tmp"] = "it is a directory",
      ["/tmp/"] = "it is a directory",
      ["/dev/null"] = "it is no regular file: pass an open file",
    }) do
      local expected = "could not open the file: " .. why
      assert.same({ nil, expected, "write", target }, { core.open_file(part, target) })
      assert.is_nil(io.open(part))
    end
    assert(core.open_file(part, path)):close()
    assert(core.open_file(part, "/none/file")):close()
    os.remove(part)
  end)

  it("is not written to once a finalizer has closed it, and reused its descriptor", function()
    local script = ([[
      local core = require("rtk.core")
      local file, other = assert(core.open_file(%q)), nil
      require("spec.support.next_allocation")(function()
        file:close()
        other = assert(core.open_file(%q))
      end)
      print(pcall(file.write, file, 0, 12345.25))
      print(other:size())
    ]]):format(path, path .. ".other")
    local output = shell.lua_output(script)
    os.remove(path .. ".other")
    assert.matches("^false\t.*file is closed", output)
    assert.matches("\n0%.?0?$", output)
  end)

  it("is given up when it is collected", function()
    assert(core.open_file(path))
    collectgarbage()
    collectgarbage()
    assert(core.open_file(path)):close()
  end)

  it("is not opened through a link, nor in a folder that is not there", function()
    local link = path .. ".link"
    shell.check(("ln -s %s %s"):format(shell.quote(path), shell.quote(link)))
    local file, message, reason = core.open_file(link)
    os.remove(link)
    assert.is_nil(file)
    assert.truthy(message:find("could not open the file: ", 1, true))
    assert.equal("write", reason)
    assert.equal("write", select(3, core.open_file("/none/file")))
  end)

  it("refuses places that are none, and everything once it is closed", function()
    local file = assert(core.open_file(path))
    for _, position in ipairs({ -1, 0 / 0, 1e300 }) do
      assert.error_matches(function()
        file:write(position, "x")
      end, "must be 0 or more")
      assert.error_matches(function()
        file:truncate(position)
      end, "must be 0 or more")
    end
    file:close()
    file:close()
    for _, method in ipairs({ "size", "truncate", "write" }) do
      assert.error_matches(function()
        file[method](file, 0, "x")
      end, "file is closed")
    end
    assert.error_matches(function()
      core.open_file("a\0b")
    end, "path must not hold NUL")
  end)
end)
