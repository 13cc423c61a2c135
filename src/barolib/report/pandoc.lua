--[[
Writes texts in one process, for `pandoc lua`: what the command line would do for each of them, without its start.

It reads a list from the standard input, as JSON: { pieces = { Markdown, … }, to = format, template }. The first
piece holds the front matter; a piece that comes again, in a page and in the PDF, is read, and its typography set, once. It answers a line
of JSON for each, { written = text or false }, after the lines that Pandoc and the filter tell of it.
]]

local MARKDOWN, TYPOGRAPHY, FILTER = table.unpack(arg)

local pieces, templates = {}, {}

-- A piece as it is read, in the language of the text that it is of.
local function read(piece, lang)
  local key = lang .. "\n" .. piece
  if not pieces[key] then
    local doc = pandoc.read(piece, MARKDOWN)
    doc.meta.lang = doc.meta.lang or lang
    pieces[key] = pandoc.utils.run_lua_filter(doc, TYPOGRAPHY)
  end
  return pieces[key]
end

local function template(path)
  if path == "" then return nil end
  if not templates[path] then
    local file <close> = assert(io.open(path, "rb"))
    templates[path] = pandoc.template.compile(file:read("a"), path)
  end
  return templates[path]
end

local function written(text)
  local doc = pandoc.Pandoc({}, read(text.pieces[1], "").meta)
  local lang = pandoc.utils.stringify(doc.meta.lang or "")
  for at = 2, #text.pieces do doc.blocks:extend(read(text.pieces[at], lang).blocks) end
  FORMAT = text.to -- which the filter asks for
  doc = pandoc.utils.run_lua_filter(doc, FILTER)
  local options = { wrap_text = "none", template = template(text.template) }
  return pandoc.write(doc, text.to, options):gsub("\n?$", "\n", 1)
end

for _, text in ipairs(pandoc.json.decode(io.read("a"), false)) do
  local well, result = pcall(written, text)
  if not well then io.stderr:write(tostring(result):match("^(.-)\nstack traceback") or tostring(result), "\n") end
  print(pandoc.json.encode({ written = well and result }))
  io.stdout:flush()
end
