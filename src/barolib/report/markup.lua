--[[
Looks through texts, for `pandoc lua`: what each holds that the report's assets/allowed.lua does not allow.

It reads a list of Markdown texts from the standard input, as JSON, and answers a line of JSON for each: its faults,
{ what, value, fix, line of the text at which it is whole }.
]]

local MARKDOWN, ALLOWED = table.unpack(arg)
local allowed = dofile(ALLOWED)

local function faults_of(text)
  local faults = pandoc.List({})
  local gate = allowed(function(what, value, fix) faults:insert({ what, value, fix }) end)
  pandoc.read(text, MARKDOWN).blocks:walk(gate)
  return faults
end

local function held(fault, text)
  return faults_of(text):find_if(function(each) return each[1] == fault[1] and each[2] == fault[2] end)
end

-- The first line with which the lines so far have the fault, found by halves.
local function line_of(fault, lines)
  local low, high = 1, #lines
  while low < high do
    local middle = (low + high) // 2
    if held(fault, table.concat(lines, "\n", 1, middle) .. "\n") then high = middle else low = middle + 1 end
  end
  return low
end

for _, text in ipairs(pandoc.json.decode(io.read("a"), false)) do
  local faults, lines = faults_of(text), pandoc.List({})
  for line in (text .. "\n"):gmatch("(.-)\n") do lines:insert(line) end
  for _, fault in ipairs(faults) do fault[4] = line_of(fault, lines) end
  print(pandoc.json.encode(faults))
  io.stdout:flush()
end
