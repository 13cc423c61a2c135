--[[
Writes texts in one process, for `pandoc lua`: what the command line would do for each of them, without its start.

It reads a list from the standard input, as JSON: { pieces = { Markdown, … }, to = format, template }. The first
piece holds the front matter; a piece that comes again, in a page and in the PDF, is read once. It answers a line
of JSON for each, { written = text or false }, after the lines that Pandoc and the filter tell of it.
]]

local MARKDOWN, FILTER = arg[1], arg[2]

local known = {}

-- What `make` makes of `given`, made once.
local function once(make, given)
  known[make] = known[make] or {}
  known[make][given] = known[make][given] or make(given)
  return known[make][given]
end

local function read(piece)
  return pandoc.read(piece, MARKDOWN)
end

local function template(path)
  local file <close> = assert(io.open(path, "rb"))
  return pandoc.template.compile(file:read("a"), path)
end

local function written(text)
  local doc = pandoc.Pandoc({}, once(read, text.pieces[1]).meta)
  for _, piece in ipairs(text.pieces) do doc.blocks:extend(once(read, piece).blocks) end
  FORMAT = text.to -- which the filter asks for
  doc = pandoc.utils.run_lua_filter(doc, FILTER)
  local options = { wrap_text = "none", template = text.template ~= "" and once(template, text.template) or nil }
  return pandoc.write(doc, text.to, options):gsub("\n?$", "\n", 1)
end

for _, text in ipairs(pandoc.json.decode(io.read("a"), false)) do
  local well, result = pcall(written, text)
  if not well then io.stderr:write(tostring(result):match("^(.-)\nstack traceback") or tostring(result), "\n") end
  print(pandoc.json.encode({ written = well and result }))
  io.stdout:flush()
end
