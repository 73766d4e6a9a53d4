-- SPDX-License-Identifier: MIT
-- The classes that schedule.lua schedules. A class is known by its title and time, a person by the
-- id of the school's own account: others in the meeting can see it, so it is no name or address.

local ada, kurt = { id = "t1", name = "Ada Byron" }, { id = "t2", name = "Kurt Holm" }
local ann, bob = { id = "s1", name = "Ann Lee" }, { id = "s2", name = "Bob Ray" }

return {
  { title = "Algebra", time = "2027-01-11 09:00", teacher = ada, students = { ann, bob } },
  { title = "Algebra", time = "2027-01-12 09:00", teacher = ada, students = { ann, bob } },
  { title = "Logic", time = "2027-01-11 10:00", teacher = kurt, students = { ann } },
}
