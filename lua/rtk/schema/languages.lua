-- SPDX-License-Identifier: MIT
-- Languages of transcriptions. The list is open: the models of the API know others in time.

local t = require("rtk.schema.type")

-- 99 by the model that transcribes after a meeting, which detects the language by default.
local after = "en es fr de hi pt ja it nl ru zh yue af sq am ar as az ba eu be bn bs br bg ca "
  .. "hr cs da et fo fi gl ka el gu ht ha haw he hu is id jw kn kk km ko lo la lv ln "
  .. "lt lb mk mg ms ml mt mi mr mn my ne no nn oc ps fa pl pa ro sa sr sn sd si sk sl "
  .. "so su sw sv tl tg ta tt te th bo tk tr uk ur uz vi cy yi yo "

-- 21 by the model that transcribes during a meeting, "en-US" by default; "multi" detects among
-- them.
local during = "en en-US en-AU en-GB en-IN en-NZ es es-419 fr fr-CA de de-CH hi ru pt pt-BR "
  .. "pt-PT ja it nl multi "

local codes, seen = {}, {}
for code in (after .. during):gmatch("[^ ]+") do
  if not seen[code] then
    codes[#codes + 1], seen[code] = code, true
  end
end

return t.note(t.open_enum(codes, "TranscriptionLanguage"), "Absent: detected, or en-US if live.")
