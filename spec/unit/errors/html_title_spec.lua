-- SPDX-License-Identifier: MIT
local html_title = require("rtk.errors.html_title")

describe("rtk.errors.html_title", function()
  it("reads the title in any case and with attributes", function()
    for page, title in pairs({
      ["<html><title>Sign in</title>"] = "Sign in",
      ['<TITLE lang="en"\nid=x>Sign in</TITLE >'] = "Sign in",
      ["<titles>no</titles><title\n>Sign\n in</title>"] = "Sign\n in",
      ["<title></title><title>no</title><h1>Sign <b>in</b></h1>"] = "Sign <b>in",
    }) do
      assert.equal(title:gsub("<b>", " "), html_title.find(page))
    end
  end)

  it("falls back to the first heading, and to the message of an XML response", function()
    assert.equal("502 Bad Gateway", html_title.find("<body><h1>502 Bad Gateway</h1><h1>x</h1>"))
    local xml = "<?xml version='1.0'?><Error><Code>A</Code><Message>Access Denied</Message></Error>"
    assert.equal("Access Denied", html_title.find(xml))
  end)

  it("finds nothing without a complete element", function()
    for _, page in ipairs({
      "",
      "<",
      "<title",
      "<title>",
      "<title>Sign in",
      "<title/>",
      "<title> \n </title>",
      "<html>Bad gateway</html>",
      (" "):rep(20000) .. "<title>too late</title>",
    }) do
      assert.is_nil(html_title.find(page), page)
    end
  end)

  it("decodes entities", function()
    for markup, text in pairs({
      ["a &amp; b &lt;c&gt; &quot;d&quot; &apos;e&apos;"] = "a & b <c> \"d\" 'e'",
      ["It&#39;s &#x2019;&#X41;"] = "It's \226\128\153A",
      ["&nbsp;&mdash;&#128274;"] = " \226\128\148\240\159\148\146",
      ["&amp;lt;"] = "&lt;",
    }) do
      assert.equal(text, html_title.find("<title>" .. markup .. "</title>"))
    end
    local odd = "&unknown; &; & &#; &#x; &#xD800; &#9999999; &#99999999999;"
    assert.equal(odd, html_title.find("<title>" .. odd .. "</title>"))
  end)

  it("recognizes a page by its beginning", function()
    for _, page in ipairs({ "<html>", " \r\n<!doctype html>", "<?xml?>", "<a" }) do
      assert.is_true(html_title.is_page(page))
    end
    for _, text in ipairs({ "", "<", "< 5", "text <html>", "{}" }) do
      assert.is_false(html_title.is_page(text))
    end
  end)
end)
