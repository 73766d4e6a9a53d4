rockspec_format = "3.0"
package = "rtk"
version = "scm-1"
source = { url = "git+https://github.com/rtk-lua/rtk.git" }
description = {
  summary = "Cloudflare RealtimeKit for Lua",
  detailed = [[
    Meetings, participants, presets, sessions, recordings, livestreams, webhooks
    and analytics of Cloudflare RealtimeKit, from plain Lua, OpenResty and C
    programs that embed Lua. Needs libcurl 7.76 or newer with its headers.
  ]],
  license = "MIT",
}
supported_platforms = { "linux" }
dependencies = { "lua >= 5.1, < 5.5" }
build = {
  type = "builtin",
  modules = {
    rtk = {
      sources = {
        "src/rtk.c",
      },
      defines = { "_GNU_SOURCE" },
      libraries = { "curl", "pthread" },
    },
    ["rtk.init"] = "lua/rtk/init.lua",
  },
}
