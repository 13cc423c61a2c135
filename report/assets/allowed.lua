--[[
What a text of the report may hold, whoever wrote it (docs/report.md, "Markdown that both engines read"): a closed list of
links, images, classes and attributes, and nothing that is code of a page or of the PDF.

It gives a filter that leaves out what may not stand in a document, and tells each by `fault(what, value, fix, known)`:
`known` are the names that may stand there, where it is a name. required.lua says what the rest must have.
]]

local PICTURE = { bar = true, legend = true, photo = true, theme = true, wide = true }
local CALLOUTS = { "note", "tip", "warning", "important", "caution" }
local CLASSES = {
  Code = {}, CodeBlock = {},
  Div = { bars = true, byline = true, keyfigures = true, lead = true, note = true, pages = true, paper = true, voice = true },
  Figure = PICTURE, Image = PICTURE,
  Header = { unlisted = true, unnumbered = true },
  Link = { email = true, uri = true },
  Span = { pages = true, paper = true, short = true },
  Table = { rows = true, simulated = true, stacks = true, subgroups = true },
}
for _, kind in ipairs(CALLOUTS) do CLASSES.Div["callout-" .. kind] = true end
local ATTRIBUTES = { Header = { kicker = true }, Image = { alt = true, credit = true } }

-- What Quarto, Pandoc or a browser knows, and what a text says in its place.
local INSTEAD = {}
local function instead(fix, ...)
  for _, name in ipairs({ ... }) do INSTEAD[name] = fix end
end
instead("write them one after the other, each under a heading: ### Words", ".panel-tabset", ".tabset", "group")
instead("write them one after the other", ".columns", ".column", ".grid", "layout", "layout-ncol", "layout-nrow", "layout-align")
instead("write ::: {.pages} for what the pages alone have, ::: {.paper} for the PDF", ".content-visible", ".content-hidden",
  "when-format", "unless-format", "when-profile", "unless-profile", "when-meta", "unless-meta")
instead("write a note: words[^name] and, on a line of its own, [^name]: the note", ".aside", ".column-margin", ".margin-caption")
instead("say which it is: .callout-note, .callout-tip, .callout-warning, .callout-important or .callout-caution", ".callout")
instead("write the title as a heading, first in the box: ## Words", "title")
instead("take it out: a box reads alike in a page and in the PDF", "collapse", "icon", "appearance")
instead("write **words** or *words*", ".smallcaps", ".underline", ".ul", ".mark", ".highlight", "color", "style")
instead("take it out: a figure takes the width of its place", "width", "height", "fig-align", "scale")
instead('write alt="…"', "fig-alt")
instead("write the caption between the brackets: ![Caption](…)", "fig-cap")
instead("draw it, and show it as a picture of the study: ![Caption](images/name.svg)", ".mermaid", ".dot", ".graphviz")

-- An identifier is a name and no more, wherever it goes, a page or the PDF.
local NO_NAME = "[%c%s\"'`<>&=#$@\\/()%[%]{},;!?*|~^+]"
local PAGE, ANCHOR = "^[%w_\128-\255-][%w_.\128-\255-]*%.html", "#[^%s%c\"'<>]+$"
local LINKS = {
  "^https?://[%w\128-\255][^%s%c\"'<>\\]*$", "^mailto:[^%s%c\"'<>\\]+$",
  "^" .. ANCHOR, PAGE .. "$", PAGE .. ANCHOR, "^downloads/[%w_-][%w_.-]*$",
  "^charts/[%w_\128-\255-][%w_.\128-\255-]*$",
}
local CHART, PICTURED = "^figures/[^%c%s\\/:?#%%]+%.svg$", "^images/[%w_-][%w_.-]*$"

local function may_link(target)
  local folded = target:gsub("^%a+:", string.lower)
  for _, pattern in ipairs(LINKS) do
    if folded:match(pattern) then return true end
  end
  return false
end

local function sorted(names)
  local list = pandoc.List({})
  for name in pairs(names) do list:insert(name) end
  list:sort()
  return list
end

-- `: Caption {#tab-rec .rows}`: Quarto leaves the braces to the caption's text, so both engines read them here. Braces
-- within the caption are words, a label's perhaps.
local function take_attributes(tbl)
  local last = tbl.caption.long[#tbl.caption.long]
  local inlines = last and last.content or pandoc.Inlines({})
  for at = #inlines, 1, -1 do
    if inlines[at].t == "Str" and inlines[at].text:match("^{") then
      local braces = pandoc.utils.stringify(pandoc.Inlines({ table.unpack(inlines, at) }))
      if not braces:match("^{[#.][^{}]*}$") then return end
      tbl.identifier = braces:match("#([^%s}]+)") or ""
      for class in braces:gmatch("[{%s]%.([%w_-]+)") do tbl.classes:insert(class) end
      for name in braces:gmatch("[{%s]([%w_-]+)=") do tbl.attributes[name] = "" end
      for _ = #inlines, math.max(at - 1, 1), -1 do inlines:remove() end
      last.content = inlines
      return
    end
  end
end

return function(fault)
  local function attributes(element)
    local kind, wrong = element.t, pandoc.List({})
    local classes, named = CLASSES[kind], ATTRIBUTES[kind] or {}
    if element.identifier:match(NO_NAME) then wrong:insert("#" .. element.identifier) end
    for name in pairs(element.attributes) do
      if not named[name] then wrong:insert(name) end
    end
    for _, class in ipairs(element.classes) do
      if not classes[class] then wrong:insert("." .. class) end
    end
    if #wrong == 0 then return nil end
    wrong:sort()
    local known = sorted(classes):map(function(class) return "." .. class end) .. sorted(named)
    for _, name in ipairs(wrong) do
      local fix = INSTEAD[name] or kind == "CodeBlock" and "write the fence alone: ```" or "take it out of the braces"
      fault("an attribute, a class or an identifier that no text may give", name, fix, not INSTEAD[name] and known or nil)
    end
    element.attr = pandoc.Attr()
    return element
  end

  local function raw(element)
    local fix = "write Markdown alone; a < or a backslash that is meant as such takes a backslash before it"
    if element.text:match("^<!%-%-") then fix = "write a comment as {## … ##}, which no page has" end
    if element.text:match("^<br") then fix = "end the line with a backslash, which breaks it" end
    fault("code of a page or of the PDF, which no text may hold", element.text, fix)
    return {}
  end

  local function link(element)
    if may_link(element.target) then return attributes(element) end
    local fix = "link to https:, http:, mailto:, a page of the report (T04.html#T04-01) or a place of this one (#id)"
    fault("a link to where no text may lead", element.target, fix)
    return element.content
  end

  local function image(element)
    if element.src:match(CHART) or element.src:match(PICTURED) then return attributes(element) end
    local fix = "name one of its charts, figures/name.svg, or a picture of the study, images/name.png"
    fault("an image that is no figure of the report", element.src, fix)
    return {}
  end

  local function formula(element)
    local mark = element.mathtype == "DisplayMath" and "$$" or "$"
    local fix = "say it in words, or show it as a picture of the study; a $ that is meant as such takes a backslash before it"
    fault("a formula, which no text may hold", mark .. element.text .. mark, fix)
    return {}
  end

  -- Of the names after @, those of figures and tables alone lead somewhere.
  local function cited(element)
    local first = element.citations[1]
    local alone = #element.citations == 1 and #first.prefix == 0 and #first.suffix == 0
    local named = first.id:match("^[Ff]ig%-.") or first.id:match("^[Tt]bl%-.")
    if alone and named and first.mode ~= "SuppressAuthor" then return nil end
    local fix = "refer to a figure by @fig-T04-01, to a table by @tbl-scale; name a source by a link, [words](https://…); "
      .. "an @ that is meant as such takes a backslash before it"
    fault("a citation, which no text may hold", pandoc.utils.stringify(element.content), fix)
    return {}
  end

  local function styled(element)
    attributes(pandoc.Span(element.content, { class = element.t:lower() }))
    return element.content
  end

  local function tabled(tbl)
    take_attributes(tbl)
    return attributes(tbl) or tbl
  end

  return {
    RawBlock = raw, RawInline = raw, Link = link, Image = image, Math = formula, Cite = cited, Table = tabled,
    SmallCaps = styled, Underline = styled,
    Code = attributes, CodeBlock = attributes, Div = attributes, Figure = attributes, Header = attributes, Span = attributes,
  }
end
