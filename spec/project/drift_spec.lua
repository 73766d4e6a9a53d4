-- SPDX-License-Identifier: MIT
-- The drift check finds what the schema lacks and what others lack, and explains all that is known.

local drift = require("spec.support.programs.drift")
local typescript = require("spec.support.data.typescript")
local workdir = require("spec.support.servers.workdir")

local SDK = "build/npm/node_modules/cloudflare"
local PREFIX = "/accounts/{account_id}/realtime/kit/{app_id}"

local NEWER = [[{
  "operations": [
    {"method": "GET", "path": "PREFIX/rooms"},
    {"method": "GET", "path": "PREFIX/meetings/{id}", "query_params": [
      {"name": "name", "type": "string", "optional": true},
      {"name": "color", "type": "string"}
    ], "returns": []}
  ],
  "operations_only_in_older_sources": [{"op": "GET PREFIX/meetings"}],
  "fields": [
    {"ops": ["POST PREFIX/meetings"], "part": "body", "path": "title", "change": "required"},
    {"ops": ["POST PREFIX/meetings"], "part": "body", "path": "motto", "change": "added"},
    {"ops": ["POST PREFIX/meetings"], "part": "body", "path": "status", "change": "added"}
  ],
  "nullable": {"fields": [
    {"ops": ["GET PREFIX/meetings/{meeting_id}"], "part": "returns", "path": "data.id"}
  ]},
  "peer_report": {"op": "GET PREFIX/sessions/peer-report/{peer_id}",
    "under": "data.participant.peer_report", "fields": [
    {"name": "metadata", "type": "object", "optional": true, "fields": [
      {"name": "sdk_name", "type": "string", "optional": true, "personal": true},
      {"name": "shoe_size", "type": "number", "optional": true}
    ]}
  ]},
  "track_download": {"items": {"type": "object", "fields": [{"name": "tune", "type": "string"}]}},
  "languages": {"after_the_meeting": {"codes": ["en", "tlh"]}, "during_the_meeting": {"codes": []}}
}]]

local DRIFT = [[{
  "operations_only_in_sdk": ["DELETE PREFIX/meetings/{meeting_id}"],
  "operations_only_in_reference": [],
  "fields": [{"op": "GET PREFIX/meetings", "only_in_sdk": ["status", "shape"],
    "optionality": ["search: seed optional, SDK required"], "types": []}]
}]]

describe("the drift check", function()
  it("finds what a source has and the schema lacks, and the reverse", function()
    local folder = workdir.new()
    workdir.write(folder .. "/newer.json", (NEWER:gsub("PREFIX", PREFIX)))
    workdir.write(folder .. "/drift.json", (DRIFT:gsub("PREFIX", PREFIX)))
    local found = drift.compare(folder, "/nowhere").unexplained
    local text = "\n" .. table.concat(found, "\n") .. "\n"
    for _, difference in ipairs({
      "schema lacks GET /rooms",
      "schema lacks GET /meetings/{} query color",
      "newer lacks GET /meetings/{} reply success",
      "schema has what is older: GET " .. PREFIX .. "/meetings",
      "only newer requires POST /meetings body title",
      "schema lacks POST /meetings body motto",
      "schema lacks POST /meetings body status",
      "schema lacks GET /meetings/{} reply data.id null",
      "schema lacks GET /sessions/peer-report/{} reply "
        .. "data.participant.peer_report.metadata.sdk_name personal",
      "schema lacks GET /sessions/peer-report/{} reply "
        .. "data.participant.peer_report.metadata.shoe_size",
      "schema lacks a track's download_url[].tune",
      "schema lacks the language tlh",
      "schema lacks DELETE " .. PREFIX .. "/meetings/{meeting_id}",
      "schema lacks GET /meetings shape",
      "drift says GET /meetings search: seed optional, SDK required",
    }) do
      assert.truthy(text:find("\n" .. difference .. "\n", 1, true), difference .. text)
    end
    workdir.remove(folder)
  end)

  it("skips sources that are not there, and says so", function()
    local report = drift.compare("/nowhere", "/nowhere")
    assert.same({}, report.unexplained)
    assert.same(
      { "/nowhere/newer.json", "/nowhere/drift.json", "/nowhere/package.json" },
      report.skipped
    )
  end)

  it("has a reason for every difference to the official SDK", function()
    local report = drift.compare("/nowhere", SDK)
    assert.same({}, report.unexplained)
    local is_there = io.open(SDK .. "/package.json") ~= nil
    assert.equal(is_there, next(report.reasons) ~= nil)
  end)

  it("reads interfaces, namespaces, unions, arrays and maps of declarations", function()
    local scope = typescript.read([[
      import { X } from "x.js";
      export declare class BaseThings extends X {
        static readonly _key: readonly ['a', 'b'];
        /** Gets; { one. */
        get(id: string, params: ThingGetParams, options?: X): APIPromise<ThingGetResponse>;
      }
      export interface ThingGetResponse { data?: ThingGetResponse.Data; }
      export declare namespace ThingGetResponse {
        interface Data { id: string; kind?: 'a' | "b" | null; '600': Array<Data.Part>; }
        namespace Data { interface Part { of: { [key: string]: Part }; [k: string]: unknown; } }
      }]])
    assert.same(
      { params = "ThingGetParams", reply = "ThingGetResponse" },
      scope["class BaseThings"].methods.get
    )
    local data = typescript.find(scope, "ThingGetResponse.Data")
    assert.is_true(data.fields.kind.is_optional)
    assert.equal(3, #data.fields.kind.type.types)
    local item = data.fields["600"].type.item
    local part = typescript.find(item.scope, item.text)
    assert.equal("map", part.fields.of.type.kind)
    assert.equal("unknown", part.item.text)
    assert.is_nil(typescript.find(scope, "Nothing.Here"))
  end)
end)
