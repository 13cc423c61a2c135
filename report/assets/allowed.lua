--[[
What a text of the report may hold, whoever wrote it (docs/report.md, "Markdown that both engines read"): a closed list of
links, images, classes and attributes, and nothing that is code of a page or of the PDF.

It gives a filter that leaves out what may not stand in a document, and tells each by `fault(what, value, fix)`. A
formula, and a name after @, read as they are written.
]]

local PICTURE = { bar = true, legend = true, photo = true, theme = true, wide = true }
local CLASSES = {
  Code = {}, CodeBlock = {},
  Div = { bars = true, byline = true, keyfigures = true, lead = true, note = true, pages = true, paper = true, voice = true },
  Figure = PICTURE, Image = PICTURE,
  Header = { unlisted = true, unnumbered = true },
  Link = { email = true, uri = true },
  Span = { pages = true, paper = true, short = true },
  Table = { rows = true, simulated = true, stacks = true, subgroups = true },
}
local ATTRIBUTES = { Header = { kicker = true }, Image = { alt = true, credit = true } }

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

return function(fault)
  local function attributes(element)
    local kind, wrong = element.t, {}
    if element.identifier:match(NO_NAME) then table.insert(wrong, "#" .. element.identifier) end
    for name in pairs(element.attributes) do
      if not (ATTRIBUTES[kind] or {})[name] then table.insert(wrong, name) end
    end
    for _, class in ipairs(element.classes) do
      if not CLASSES[kind][class] then table.insert(wrong, "." .. class) end
    end
    if #wrong == 0 then return nil end
    table.sort(wrong)
    fault("an attribute, a class or an identifier that no text may give", wrong[1], "take it out of the braces")
    element.attr = pandoc.Attr()
    return element
  end

  local function raw(element)
    local fix = "write Markdown alone; a < or a backslash that is meant as such takes a backslash before it"
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
    return pandoc.Str(mark .. element.text .. mark)
  end

  local function as_written(element)
    return element.content
  end

  return {
    RawBlock = raw, RawInline = raw, Link = link, Image = image, Math = formula, Cite = as_written,
    Code = attributes, CodeBlock = attributes, Div = attributes, Figure = attributes, Header = attributes,
    Span = attributes, Table = attributes,
  }
end
