--[[
Looks through texts, for `pandoc lua`: what each holds that the report's assets/allowed.lua does not allow, what lacks
something that required.lua asks for, and what names a chart, a page or a place that the report does not have.

It reads from the standard input, as JSON, { texts: Markdown of each; levels: their number; charts, files: names of
those that stand beside the pages; pages: the ids of each page, by its name; here: the places to which "#id" may lead;
references: what may follow an @ }, and answers a line of JSON for each text: its faults, { what, value, fix,
known: names that may stand there, line: at which it begins }.
]]

local MARKDOWN, ASSETS = table.unpack(arg)
local allowed, required = dofile(ASSETS .. "/allowed.lua"), dofile(ASSETS .. "/required.lua")
local given = pandoc.json.decode(io.read("a"), false)
local KINDS = { fig = true, tbl = true }
local LAST = "the last block of a text"

local function set(names)
  local held = {}
  for _, name in ipairs(names) do held[name] = true end
  return held
end

local charts, files = set(given.charts), set(given.files)
local here, references = set(given.here), set(given.references)
local pages, places = {}, pandoc.List({})
for page, ids in pairs(given.pages) do
  pages[page] = set(ids)
  for _, id in ipairs(ids) do places:insert(page .. ".html#" .. id) end
end
places:sort()

-- What names something of the report.
local function names(fault, text)
  local function link(element)
    local page, id = element.target:match("^([^/:#?]+)%.html#?(.*)$")
    local place, file = element.target:match("^#(.+)$"), element.target:match("^%a+/.+$")
    if file and files[file] or place and here[place] or not (file or place or page) then return end
    if page and pages[page] and (id == "" or pages[page][id]) then return end
    local fix = "link to a page that it has, or give the place an id: ## Words {#id}"
    fault({ what = "a link that leads nowhere in the report", value = element.target, fix = fix, known = places .. given.files })
  end

  local function image(element)
    local chart = element.src:match("^figures/(.+)$")
    if not chart or charts[chart] then return end
    local fix = "name one of its charts, or ask facts.charts before"
    fault({ what = "a chart that the report does not have", value = element.src, fix = fix,
      known = given.charts:map(function(name) return "figures/" .. name end) })
  end

  local function reference(element)
    local name = element.citations[1].id
    local kind, rest = name:match("^([FfTt]%a%a)(%-.+)$")
    if not kind or not KINDS[kind:lower()] or references[kind:lower() .. rest] then return end
    local fix = "refer to a figure by @fig-T04-01 where its id is T04-01, to a table by @tbl-scale where it is tab-scale"
    fault({ what = "a reference to what the report does not have", value = "@" .. name, fix = fix,
      known = given.references:map(function(other) return "@" .. other end) })
  end

  local function signs(str)
    if not str.text:match("^:::+$") then return end
    local fix = "write an empty line before it, and close what is open with ::: alone"
    fault({ what = "colons that open and close nothing", value = str.text, fix = fix })
  end

  return { Link = link, Image = image, Cite = reference, Str = text:find(":::", 1, true) and signs or nil }
end

-- The line of the code that is opened and not closed.
local function unclosed(lines)
  local open, fence
  for at, line in ipairs(lines) do
    local signs = line:match("^[ >]*(```+)") or line:match("^[ >]*(~~~+)")
    if signs and not open then
      open, fence = at, signs
    elseif signs and signs:sub(1, #fence) == fence then
      open = nil
    end
  end
  return open or #lines
end

-- What Pandoc warns of as it reads, by how it begins.
local WARNINGS = {
  { "^Div at line (%d+) column %d+ unclosed", "what is opened and not closed", "close it with a line of three colons alone" },
  { "^Duplicate note reference '.-' at line (%d+)", "two notes of one name", "give each note a name of its own" },
  { "^Note with key '.-' defined at line (%d+)", "a note that nothing calls", "call it from the text, words[^name], or take it out" },
}

local function faults_of(lines, last)
  local faults = pandoc.List({})
  local function add(what, value, fix, known) faults:insert({ what = what, value = value, fix = fix, known = known }) end
  local text = table.concat(lines, "\n", 1, last) .. "\n"
  local whole = text .. "\n```\n" .. LAST .. "\n```\n"
  local messages, doc, _ = pandoc.log.silence(pandoc.read, whole, MARKDOWN)
  for _, each in ipairs(messages) do
    for _, warning in ipairs(WARNINGS) do
      local line = tonumber((each.message:match(warning[1])))
      if line then faults:insert({ what = warning[2], value = lines[line], fix = warning[3], line = line }) end
    end
  end
  local block = doc.blocks:remove()
  local within = block and block.t == "Div"
  while block and block.t == "Div" do block = block.content[#block.content] end
  local closed = block and block.t == "CodeBlock" and block.text == LAST
  if not closed then
    local line = unclosed(lines)
    local fix = "close it with a line of the same signs alone"
    faults:insert({ what = "what is opened and not closed", value = lines[line], fix = fix, line = line })
  end
  if within or not closed then _, doc = pandoc.log.silence(pandoc.read, text, MARKDOWN) end
  local gate = allowed(add)
  for kind, named in pairs(names(function(fault) faults:insert(fault) end, text)) do
    local rest = gate[kind]
    gate[kind] = function(element)
      named(element)
      return rest and rest(element)
    end
  end
  doc.blocks:walk(gate):walk(required(add, function() return given.levels end))
  return faults
end

-- How many faults are the same as this one.
local function count(faults, fault)
  return #faults:filter(function(each) return each.what == fault.what and each.value == fault.value end)
end

-- Where the fault begins, the nth that reads so. With the lines before the one that makes it whole there are fewer.
local function line_of(fault, nth, lines, faults_at)
  local whole = #lines
  while whole > 1 and count(faults_at(whole - 1), fault) >= nth do whole = whole - 1 end
  local _, more = fault.value:gsub("\n", "")
  if more > 0 then return math.max(whole - more, 1) end
  local name = fault.value:gsub("^%.", "")
  for line = whole, 1, -1 do
    if lines[line]:find(name, 1, true) then return line end
  end
  return whole
end

for _, text in ipairs(given.texts) do
  local lines, so_far, seen = pandoc.List({}), {}, {}
  for line in (text .. "\n"):gmatch("(.-)\n") do lines:insert(line) end
  local faults = faults_of(lines, #lines)
  local function faults_at(line)
    so_far[line] = so_far[line] or faults_of(lines, line)
    return so_far[line]
  end
  for _, fault in ipairs(faults) do
    local key = fault.what .. "\n" .. fault.value
    seen[key] = (seen[key] or 0) + 1
    fault.line = fault.line or line_of(fault, seen[key], lines, faults_at)
  end
  print(pandoc.json.encode(faults))
  io.stdout:flush()
end
