-- SPDX-License-Identifier: MIT
-- Reads the guides: every Markdown file of the tree, with its code blocks, headings and links.

local shell = require("spec.support.servers.shell")

local guides = {}

--- The paths of all guides.
---@return string[] files
function guides.files()
  local find = "find . -name '*.md' -not -path './build/*' -not -path './.git/*'"
  return shell.lines(find .. " | sed 's|^./||' | LC_ALL=C sort")
end

--- The code blocks of a guide. One whose first line names a file shows how that file begins.
---@param file string
---@return { language: string, text: string, path?: string }[] blocks path from the top of the tree
---@return string prose the rest of the guide
function guides.blocks(file)
  local blocks = {}
  local prose = ("\n" .. shell.read(file) .. "\n"):gsub(
    "\n```(%a*) ?([^\n]*)\n(.-)\n```",
    function(language, path, text)
      local whole = path ~= "" and guides.resolve(file, path) or nil
      blocks[#blocks + 1] = { language = language, text = text .. "\n", path = whole }
      return ""
    end
  )
  return blocks, prose
end

--- The shell commands of a guide, in blocks and in the text, each at the beginning of a line.
---@param file string
---@return string text
function guides.commands(file)
  local blocks, prose = guides.blocks(file)
  local commands = {}
  for _, block in ipairs(blocks) do
    if block.language == "sh" then commands[#commands + 1] = block.text:gsub(" && *", "\n") end
  end
  for code in prose:gmatch("`([^`\n]+)`") do
    commands[#commands + 1] = code
  end
  return "\n" .. table.concat(commands, "\n"):gsub("sudo ", "")
end

--- The one block of a guide in this language.
---@param file string
---@param language string
---@return string text
function guides.block(file, language)
  local found
  for _, block in ipairs(guides.blocks(file)) do
    if block.language == language then
      assert(not found, file .. " has several blocks in " .. language)
      found = block.text
    end
  end
  return assert(found, file .. " has no block in " .. language)
end

--- The anchors of a guide's headings, as forges make them.
---@param file string
---@return table<string, boolean> anchors
function guides.anchors(file)
  local anchors = {}
  local _, prose = guides.blocks(file)
  for heading in prose:gmatch("\n#+ ([^\n]*)") do
    anchors[heading:lower():gsub("[^%w_ -]", ""):gsub(" ", "-")] = true
  end
  return anchors
end

--- The relative links of a guide.
---@param file string
---@return { target: string, path: string, anchor?: string }[] links paths from the top of the tree
function guides.links(file)
  local links = {}
  local _, prose = guides.blocks(file)
  for target in prose:gmatch("%]%(([^)]*)%)") do
    if not target:find("^%a+:") then
      local path, anchor = target:match("^([^#]*)#?(.*)$")
      links[#links + 1] = {
        target = target,
        path = path == "" and file or guides.resolve(file, path),
        anchor = anchor ~= "" and anchor or nil,
      }
    end
  end
  return links
end

--- The path that a guide's relative link leads to, from the top of the tree.
---@param file string
---@param path string
---@return string
function guides.resolve(file, path)
  local parts = {}
  for part in ((file:match("^(.*/)") or "") .. path):gmatch("[^/]+") do
    if part == ".." then
      assert(table.remove(parts), file .. " links out of the tree: " .. path)
    elseif part ~= "." then
      parts[#parts + 1] = part
    end
  end
  return table.concat(parts, "/")
end

return guides
