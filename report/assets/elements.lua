--[[
Boxes, notes and references, alike in the pages and in the PDF, whichever engine writes them.

  ::: {.callout-note}        a box: note, tip, warning, important, caution; a heading that comes first in it is its title
  words[^name]               a note; the pages have theirs at their end, the PDF at the foot, numbered anew in each chapter
  @fig-T04-01   @tbl-scale   a link to the figure #T04-01, to the table #tab-scale, in the words that `references` give

It gives filters for barolib.lua, whose `absent` holds the ids of what the PDF leaves out. Front matter, under page or cover:
references, by what stands after @: {href, words}; strings.callouts (cover: callouts), strings.note, .notes, .back.
]]

local typst = FORMAT:match("typst") ~= nil
local docx = not typst and not FORMAT:match("html") -- where notes are the format's own
local format = typst and "typst" or "html"

local function text(content)
  return pandoc.utils.stringify(content)
end

return function(absent, fault)
  local words, references = { callouts = {} }, {}
  local notes = pandoc.List({})

  local function raw(written)
    return pandoc.RawBlock(format, written)
  end

  local function settings(meta)
    local page, cover = meta.page or {}, meta.cover or {}
    local strings = page.strings or cover
    for _, name in ipairs({ "note", "notes", "back" }) do words[name] = strings[name] and text(strings[name]) or "" end
    for kind, word in pairs(strings.callouts or {}) do words.callouts[kind] = text(word) end
    references = page.references or cover.references or {}
  end

  local function callout(div)
    local kind
    for _, class in ipairs(div.classes) do kind = kind or class:match("^callout%-(.+)$") end
    if not kind then return nil end
    local content, title = div.content:clone(), pandoc.Inlines({ pandoc.Str(words.callouts[kind] or kind) })
    if content[1] and content[1].t == "Header" then
      title:extend({ pandoc.Space(), pandoc.Str("–"), pandoc.Space() })
      title:extend(content:remove(1).content)
    end
    if docx then
      content:insert(1, pandoc.Para({ pandoc.Strong(title) }))
      return pandoc.Div(content, { class = "note" })
    end
    if typst then
      content:insert(1, pandoc.Plain({ pandoc.RawInline("typst", '#callout("' .. kind .. '", [') } .. title .. { pandoc.RawInline("typst", "])[") }))
      content:insert(raw("]"))
    else
      local name = text(title):gsub("&", "&amp;"):gsub('"', "&quot;"):gsub("<", "&lt;")
      content:insert(1, raw(('<div class="callout %s" role="note" aria-label="%s">'):format(kind, name)))
      content:insert(2, pandoc.Plain({ pandoc.RawInline("html", '<p class="callout-title">') } .. title .. { pandoc.RawInline("html", "</p>") }))
      content:insert(raw("</div>"))
    end
    return content
  end

  -- Its place in the text; what it says goes to the end of the page.
  local function note(element)
    notes:insert(element.content)
    local open = '<a class="noteref" id="noteref-%d" href="#note-%d" role="doc-noteref" aria-label="%s %d"><sup>%d</sup></a>'
    local at = #notes
    return pandoc.RawInline("html", open:format(at, at, words.note, at, at))
  end

  local function noted(doc)
    if #notes == 0 then return nil end
    doc.blocks:insert(raw(('<section class="notes" role="doc-endnotes" aria-label="%s">\n<ol>'):format(words.notes)))
    local back = ' <a href="#noteref-%d" role="doc-backlink" aria-label="%s %d">↑</a>'
    for at, content in ipairs(notes) do
      local link = pandoc.RawInline("html", back:format(at, words.back, at))
      local last = content[#content]
      if last.t == "Para" or last.t == "Plain" then last.content:insert(link) else content:insert(pandoc.Para({ link })) end
      doc.blocks:insert(raw(('<li id="note-%d">'):format(at)))
      doc.blocks:extend(content)
      doc.blocks:insert(raw("</li>"))
    end
    doc.blocks:insert(raw("</ol>\n</section>"))
    return doc
  end

  local function bare(element)
    return element.classes:includes((typst or docx) and "pages" or "paper") and {} or element.content
  end

  local function is_space(inline)
    return inline.t == "Space" or inline.t == "Str" and inline.text == "\u{A0}"
  end

  local function reference(cite)
    local name = cite.citations[1].id
    local found = references[name]
    if not found then
      fault("“@" .. name .. "”", "a reference to what the report does not have", "refer to a figure or a table that it has")
      return {}
    end
    local shown = pandoc.Inlines(found.words):walk({ Link = bare, Span = bare, Note = function() return {} end })
    for at = #shown, 2, -1 do -- of two spaces, the first stood before what was left out
      if is_space(shown[at]) and is_space(shown[at - 1]) then shown:remove(at - 1) end
    end
    local target = text(found.href)
    local page, id = target:match("^(.-)#(.*)$")
    if (typst or docx) and absent[id] then return shown end
    return pandoc.Link(shown, typst and "#" .. id or target)
  end

  return {
    { Meta = settings },
    { Cite = reference, Note = not (typst or docx) and note or nil, Pandoc = not (typst or docx) and noted or nil },
    { Div = callout },
  }
end
