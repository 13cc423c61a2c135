--[[
What the words of a text need in any format, before barolib.lua makes finished HTML or Typst of it: the quotation marks
and spaces of its language, and a span (.short) around what is not broken between two lines.
]]

local NARROW, FIXED = "\u{202F}", "\u{00A0}"

local french = false

local function settings(meta)
  french = meta.lang ~= nil and pandoc.utils.stringify(meta.lang):match("^fr") ~= nil
end

local NO_WORD = { __index = function() return "" end }

-- The texts of the inlines: " " for a space, "" for all that is neither space nor text, and beyond the ends.
local function words_of(inlines)
  local words = setmetatable({}, NO_WORD)
  for at, inline in ipairs(inlines) do
    local kind = inline.t
    words[at] = kind == "Str" and inline.text or (kind == "Space" or kind == "SoftBreak") and " " or ""
  end
  return words
end

-- The last place of the run of digit groups that starts at `first`, where it reads as one number.
local function number_end(words, first)
  if not words[first]:match("^[%(+−-]*%d%d?%d?$") then return nil end
  local last = first
  while words[last + 1] == " " and words[last + 2]:match("^%d") do last = last + 2 end
  for at = first + 2, last, 2 do
    local tail = words[at]:match("^%d%d%d(.*)$")
    if not tail or tail:match("^%d") or (at < last and tail ~= "") then return nil end
  end
  return last > first and last or nil
end

local function space_between(previous, following)
  local first = following:match("^" .. utf8.charpattern) or ""
  if first:match("[;!?]") or first == "%" and previous:match("%d$") then return NARROW end
  if first == "»" or first == "%" or first == "€" or following:match("^:%W*$") then return FIXED end
end

-- An identifier (T04-06, CX1-06) is not broken at its hyphen, nor a run of levels (4–6) at its dash.
local function unbroken(word)
  return word:match("^%p*%u+%d*%-%d+%p*$") or word:match("^%p*%d+–%d+%p*$")
end

-- The inlines with French spaces and words that are not broken; nil where they stay as they are, which spares
-- Pandoc reading them back.
local function spaced(inlines)
  local words, changed, at = words_of(inlines), false, 1
  local function put(place, space)
    if space and words[place] == " " then inlines[place], changed = pandoc.Str(space), true end
  end
  for place = 1, #words do
    if unbroken(words[place]) then inlines[place], changed = pandoc.Span({ inlines[place] }, { class = "short" }), true end
  end
  while french and at <= #inlines do
    local last = number_end(words, at) or at
    for place = at + 1, last do put(place, NARROW) end
    at = last
    if words[at] == " " then
      put(at, words[at - 1]:match("«$") and FIXED or space_between(words[at - 1], words[at + 1]))
    end
    at = at + 1
  end
  return changed and inlines or nil
end

local function quotes(quoted)
  local opening, closing = "“", "”"
  if quoted.quotetype == "SingleQuote" then opening, closing = "‘", "’" end
  if french then opening, closing = "«" .. FIXED, FIXED .. "»" end
  local inlines = pandoc.Inlines({ pandoc.Str(opening) })
  inlines:extend(quoted.content)
  inlines:insert(pandoc.Str(closing))
  return inlines
end

return {
  { Meta = settings },
  { Quoted = quotes, Inlines = spaced },
}
