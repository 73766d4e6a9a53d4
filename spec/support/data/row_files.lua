-- SPDX-License-Identifier: MIT
-- Files of chats and transcripts in all their formats, with the rows that they stand for.

local row_files = {}

local ANN = {
  id = "m1",
  participant_id = "p1",
  session_id = "s1",
  meeting_id = "t1",
  display_name = "Ann",
  pinned = false,
  is_edited = false,
  payload_type = "TEXT_MESSAGE",
  payload = "hi",
  created_at = 1700000000.25,
}

local BOB = {
  id = "m2",
  participant_id = "p2",
  session_id = "s1",
  meeting_id = "t1",
  display_name = 'Bob "the, man"',
  pinned = true,
  is_edited = true,
  payload_type = "TEXT_MESSAGE",
  payload = 'one, "two"\r\nthree\n\nfour',
  created_at = 1700000001,
}

-- Without what may be empty.
local NOBODY = {
  id = "m3",
  pinned = false,
  is_edited = false,
  payload_type = "FILE_MESSAGE",
  payload = "",
  created_at = 1700000002,
}

local CHAT_HEADER = "id,participantId,sessionId,meetingId,displayName,pinned,isEdited,payloadType,"
  .. "payload,createdAt\n"

local CHAT_CSV = "m1,p1,s1,t1,Ann,false,false,TEXT_MESSAGE,hi,2023-11-14T22:13:20.250Z\n"
  .. 'm2,p2,s1,t1,"Bob ""the, man""",true,TRUE,TEXT_MESSAGE,"one, ""two""\r\nthree\n\nfour",'
  .. "2023-11-14 22:13:21Z\n"
  .. "m3,,,,,,,FILE_MESSAGE,,1700000002000\n"

local CHAT_JSON = [=[[
  {"id": "m1", "participantId": "p1", "sessionId": "s1", "meetingId": "t1", "displayName": "Ann",
   "pinned": false, "isEdited": false, "payloadType": "TEXT_MESSAGE", "payload": "hi",
   "createdAt": "2023-11-14T22:13:20.250Z"},
  {"id": "m2", "participantId": "p2", "sessionId": "s1", "meetingId": "t1",
   "displayName": "Bob \"the, man\"", "pinned": true, "isEdited": true,
   "payloadType": "TEXT_MESSAGE", "payload": "one, \"two\"\r\nthree\n\nfour",
   "createdAt": 1700000001000},
  {"id": "m3", "participantId": null, "displayName": "", "payloadType": "FILE_MESSAGE",
   "createdAt": 1700000002}
]
]=]

local function crlf(text)
  return (text:gsub("\r?\n", "\r\n"))
end

local chat_rows = { ANN, BOB, NOBODY }

row_files.chat = {
  { name = "CSV with a header", text = CHAT_HEADER .. CHAT_CSV, rows = chat_rows },
  { name = "CSV without a header", text = CHAT_CSV, rows = chat_rows },
  {
    name = "CSV with a mark, other names, CRLF, a blank line and without the last line's end",
    text = "\239\187\191"
      .. '"id","participant_id","Session ID",meetingId,displayName,pinned,isEdited,payloadType,'
      .. 'payload,createdAt\r\n\r\nm1,p1,"s1",t1,Ann,0,0,TEXT_MESSAGE,hi,2023-11-14T22:13:20.250Z',
    rows = { ANN },
  },
  {
    name = "CSV with CR",
    text = (CHAT_HEADER .. "m3,,,,,,,FILE_MESSAGE,,1700000002\n"):rep(1):gsub("\n", "\r"),
    rows = { NOBODY },
  },
  { name = "JSON", text = CHAT_JSON, rows = chat_rows },
  {
    name = "JSON in an object",
    text = '\r\n{"meta": {"ids": [1, "]}", [2]], "none": [], "a\\"[": "\\\\"}, "messages": '
      .. CHAT_JSON
      .. ', "next": {"more": ["[", {"id": "m9"}]}}',
    rows = chat_rows,
  },
  {
    name = "JSON without white space",
    text = '[{"id":"m3","payloadType":"FILE_MESSAGE",' .. '"createdAt":1700000002}]',
    rows = { NOBODY },
  },
  { name = "an empty file", text = "", rows = {} },
  { name = "blank lines", text = "\239\187\191 \r\n\n", rows = {} },
  { name = "a header alone", text = CHAT_HEADER, rows = {} },
  { name = "an empty array", text = " [ ]\n", rows = {} },
  { name = "an empty array in an object", text = '{"data": {"messages": []}}', rows = {} },
  { name = "an empty object", text = "{}", rows = {} },
  { name = "a null", text = "null\n", rows = {} },
}

local function said(start_time, end_time, name, text)
  local row = { start_time = start_time, end_time = end_time, is_dated = false, text = text }
  row.display_name = name
  return row
end

-- With the ids, which subtitles do not have.
local function with_ids(row, number, has_custom_id)
  row.peer_id, row.user_id = "e" .. number, "u" .. number
  row.custom_participant_id = has_custom_id and "c" .. number or nil
  return row
end

local csv_rows = {
  with_ids(said(1.002, nil, "Ann", 'Hello "all", hi'), 1, true),
  with_ids(said(3662.002, nil, "Bob", "two\nlines"), 2),
}

local TRANSCRIPT_CSV = '"1002","e1","u1","c1","Ann","Hello ""all"", hi"\n'
  .. '"3662002","e2","u2","","Bob","two\nlines"\n'

local function dated(row, seconds)
  row.start_time, row.is_dated = seconds, true
  return row
end

local TRANSCRIPT_JSON = [=[[
 {"startTime": 1002, "endTime": 2502.5, "sentence": "Hello \"all\", hi", "peerData": {"id": "e1",
  "userId": "u1", "displayName": "Ann", "cpi": "c1", "joinedAt": "2023-11-14T22:13:20.500Z",
  "leftAt": ""}},
 {"startTime": 3662002, "endTime": 3664002, "sentence": "two\nlines", "peerData": {"id": "e2",
  "userId": "u2", "displayName": "Bob", "cpi": null, "leftAt": "2023-11-14T22:13:22.000Z"}}
]]=]

local json_rows = {
  with_ids(said(1.002, 2.5025, "Ann", 'Hello "all", hi'), 1, true),
  with_ids(said(3662.002, 3664.002, "Bob", "two\nlines"), 2),
}
json_rows[1].joined_at = 1700000000.5
json_rows[2].left_at = 1700000002

local cues = {
  said(1.002, 2.5, "Ann", 'Hello "all", hi'),
  said(3662.002, 3664.002, "Bob", "two\nlines"),
  said(3665, 3666, nil, "nobody"),
}

local SRT = '1\n00:00:01,002 --> 00:00:02,500\nAnn: Hello "all", hi\n\n'
  .. "2\n01:01:02,002 --> 01:01:04,002\nBob: two\nlines\n\n"
  .. "3\n01:01:05,000 --> 01:01:06,000\nnobody\n"

row_files.transcript = {
  { name = "CSV without a header", text = TRANSCRIPT_CSV, rows = csv_rows },
  {
    name = "CSV with a header, whose names other guides have",
    text = "Timestamp,Participant ID,User ID,Custom Participant ID,Participant Name,Transcript\n"
      .. TRANSCRIPT_CSV,
    rows = csv_rows,
  },
  {
    name = "CSV with dates",
    text = '2023-11-14T22:13:20.250Z,e1,u1,c1,Ann,"Hello ""all"", hi"\r\n'
      .. '"2023-11-14 22:13:21.500000Z","e2","u2","","Bob","two\nlines"',
    rows = {
      dated(with_ids(said(0, nil, "Ann", 'Hello "all", hi'), 1, true), 1700000000.25),
      dated(with_ids(said(0, nil, "Bob", "two\nlines"), 2), 1700000001.5),
    },
  },
  {
    name = "CSV with milliseconds since 1970",
    text = "1700000000250,e1,u1,c1,Ann,Hello\n",
    rows = { dated(with_ids(said(0, nil, "Ann", "Hello"), 1, true), 1700000000.25) },
  },
  { name = "JSON", text = TRANSCRIPT_JSON, rows = json_rows },
  {
    name = "JSON in an object",
    text = '{"data":{"items":' .. TRANSCRIPT_JSON .. "}}",
    rows = json_rows,
  },
  { name = "SRT", text = SRT, rows = cues },
  { name = "SRT with CRLF and a mark", text = "\239\187\191" .. crlf(SRT), rows = cues },
  { name = "SRT without the last line's end", text = SRT:sub(1, -2), rows = cues },
  {
    name = "SRT with a blank line in a text, without numbers, with places of cues",
    text = "\n0:00:01.5 --> 0:00:02.250 X1:40 X2:600\nAnn: one\n\n5 two\n\n\n"
      .. "100:00:00,000 --> 100:00:01,000\n\n",
    rows = { said(1.5, 2.25, "Ann", "one\n\n5 two"), said(360000, 360001, nil, "") },
  },
  {
    name = "WebVTT",
    text = "WEBVTT\n\n" .. SRT:gsub("(%d),(%d)", "%1.%2"),
    rows = cues,
  },
  {
    name = "WebVTT with all that it has",
    text = "\239\187\191WEBVTT - a title\nKind: captions\n\nSTYLE\n::cue { color: red }\n\n"
      .. "NOTE\nnothing\nto see\n\nintro\n00:01.002 --> 01:02.500 align:start\n"
      .. "<v.loud Ann &amp; Eve>a &lt; b <i>and</i> <00:01.500>x < y <em>z</em> <i>!</i></v>\n\n"
      .. "01:05.000 --> 01:06.000\nBob: 1 &amp;lt; 2\n01:07.000 --> 01:08.000\nnobody",
    rows = {
      said(1.002, 62.5, "Ann & Eve", "a < b and x < y <em>z</em> !"),
      said(65, 66, "Bob", "1 &lt; 2"),
      said(67, 68, nil, "nobody"),
    },
  },
  { name = "WebVTT without cues", text = "WEBVTT", rows = {} },
  { name = "an empty file", text = "", rows = {} },
  { name = "an empty array", text = "[]", rows = {} },
}

return row_files
