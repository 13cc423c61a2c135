--[[
What the two engines share: French spacing, figures, tables, key figures, links between chapters.

It reads the plain Markdown of the filled project and writes finished HTML or Typst, so that Pandoc alone
and Quarto give the same result. Whatever is wrong is listed, a line each, as `barolib: place | fault | mend`,
and Pandoc stops; Quarto only prints the error, and goes on.

  ![Caption](figures/T04-01.svg){#T04-01 .bar alt="…"}   an image alone in its paragraph. Classes: bar (words left,
        bar right), legend (over the bars), wide (the default: words above); theme beside bar sets the words in bold.
        Tables in figures/T04-01.md, where there is such a file, are the data that a page folds away under the chart
  : Caption {#tab-T04 .rows}   a pipe table's; rows: the first column names the row
  ::: {.bars}         a legend, then bars: the legend stays in sight, and comes again on every page of the PDF
  ::: {.keyfigures}   a list whose items start with the number in bold
  ::: {.lead}   ::: {.note}
  # Title {#T04 kicker="Thème 4"}   a chapter of the PDF
  [words](T04.html#T04-01)   a link between pages, which in the PDF leads to the same place
]]

local NARROW, FIXED = "\u{202F}", "\u{00A0}"
local FIGURES = { bar = true, wide = true, legend = true }
local KEPT_WHOLE = 14 -- a table of so many rows stays on one page of the PDF
local CELL_END = "\30" -- a character that no text holds
local SHORT = 16 -- a column whose longest cell is shorter takes its natural width

local typst = FORMAT:match("typst") ~= nil
local french = false
local data_word -- what opens the data of a chart
local problems = {}
local table_block

local function fault(place, message, mend)
  table.insert(problems, ("barolib: %s | %s | %s"):format(place, message, mend))
end

local function text(content)
  return pandoc.utils.stringify(content)
end

-- ---------------------------------------------------------------------------------- French spacing

local function is_space(inline)
  return inline ~= nil and (inline.t == "Space" or inline.t == "SoftBreak")
end

local function word(inline)
  return inline ~= nil and inline.t == "Str" and inline.text or ""
end

-- The last place of the run of digit groups that starts at `first`, where it reads as one number.
local function number_end(inlines, first)
  if not word(inlines[first]):match("^[%(+−-]*%d%d?%d?$") then return nil end
  local last = first
  while is_space(inlines[last + 1]) and word(inlines[last + 2]):match("^%d") do last = last + 2 end
  for at = first + 2, last do
    local group = word(inlines[at])
    local tail = group:match("^%d%d%d(.*)$")
    if not is_space(inlines[at]) and (not tail or tail:match("^%d") or (at < last and tail ~= "")) then
      return nil
    end
  end
  return last > first and last or nil
end

local function space_between(previous, following)
  local first = following:match("^" .. utf8.charpattern) or ""
  if first:match("[;!?]") or first == "%" and previous:match("%d$") then return NARROW end
  if first == "»" or first == "%" or first == "€" or following:match("^:%W*$") then return FIXED end
end

local function french_spaces(inlines)
  local at = 1
  while at <= #inlines do
    local last = number_end(inlines, at)
    for place = at + 1, last or at do
      if is_space(inlines[place]) then inlines[place] = pandoc.Str(NARROW) end
    end
    at = last or at
    if is_space(inlines[at]) then
      local space = space_between(word(inlines[at - 1]), word(inlines[at + 1]))
      if word(inlines[at - 1]):match("«$") then space = FIXED end
      if space then inlines[at] = pandoc.Str(space) end
    end
    at = at + 1
  end
  return inlines
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

-- ---------------------------------------------------------------------------------- writing

local function html_escape(value)
  return (value:gsub("&", "&amp;"):gsub("<", "&lt;"):gsub(">", "&gt;"):gsub('"', "&quot;"))
end

local function typst_string(value)
  return '"' .. value:gsub("\\", "\\\\"):gsub('"', '\\"') .. '"'
end

local function written(content)
  local blocks = content
  if pandoc.utils.type(content) == "Inlines" then blocks = { pandoc.Plain(content) } end
  local format = typst and "typst" or "html"
  return (pandoc.write(pandoc.Pandoc(blocks), format, { wrap_text = "none" }):gsub("%s+$", ""))
end

-- An identifier (T04-06, CX1-06) is not broken at its hyphen, nor a run of levels (4–6) at its dash.
local function keep_together(str)
  if not (str.text:match("^%p*%u+%d*%-%d+%p*$") or str.text:match("^%p*%d+–%d+%p*$")) then return nil end
  if typst then return pandoc.RawInline("typst", "#box[" .. written(pandoc.Inlines({ str })) .. "]") end
  return pandoc.Span({ str }, { class = "short" })
end

local function typst_label(id)
  return id ~= "" and (" <%s>"):format(id) or ""
end

-- ---------------------------------------------------------------------------------- figures

local function read_file(path)
  local file = io.open(path, "rb")
  if not file then return nil end
  local content = file:read("a")
  file:close()
  return content
end

-- An SVG file as an element of the page: no prolog, no size of its own, ids that no other chart has.
local function inline_svg(content, prefix, alt)
  local svg = content:match("<svg.*</svg>")
  if not svg then return nil end
  svg = svg:gsub("<metadata>.-</metadata>%s*", ""):gsub("<style.->.-</style>%s*", "")
  svg = svg:gsub("<!%-%-.-%-%->%s*", "")
  svg = svg:gsub('(%sid=")', "%1" .. prefix .. "-"):gsub("url%(#", "url(#" .. prefix .. "-")
  svg = svg:gsub('(href="#)', "%1" .. prefix .. "-"):gsub('%sxmlns:xlink="[^"]*"', ""):gsub("xlink:href", "href")
  local head, rest = svg:match("^<svg(.-)>(.*)$")
  head = head:gsub('%swidth="[^"]*"', ""):gsub('%sheight="[^"]*"', ""):gsub('%srole="[^"]*"', "")
  head = head:gsub('%saria%-label="[^"]*"', "")
  -- What the style sheet that every matplotlib chart brings says, without touching the other charts.
  local attributes = ' role="img" aria-label="%s" focusable="false"'
  if not head:find("stroke-linejoin", 1, true) then
    attributes = attributes .. ' stroke-linejoin="round" stroke-linecap="butt"'
  end
  return "<svg" .. attributes:format(html_escape(alt)) .. head .. ">" .. rest
end

-- The tables of a file of Markdown, folded away; nothing where there is no such file.
local function html_data(path, caption)
  local content = read_file(path)
  if not content then return "" end
  local tables = pandoc.read(content, "markdown-table_attributes").blocks
  if french then tables = tables:walk({ Inlines = french_spaces }) end
  local summary = ('<summary>%s<span class="unseen"> – %s</span></summary>\n'):format(
    data_word, html_escape(text(caption)))
  return '<details class="data">\n' .. summary .. written(tables:walk({ Table = table_block })) .. "\n</details>\n"
end

local function html_figure(id, class, caption, plot)
  local open = ('<figure%s class="%s">'):format(id ~= "" and ' id="' .. id .. '"' or "", class)
  local words = #caption > 0 and "<figcaption>" .. written(caption) .. "</figcaption>\n" or ""
  return pandoc.RawBlock("html", open .. "\n" .. words .. plot .. "</figure>")
end

local function typst_figure(id, classes, caption, path, alt)
  local words = #caption > 0 and "[" .. written(caption) .. "]" or "none"
  local class = pandoc.List(classes):find_if(function(each) return FIGURES[each] end)
  if pandoc.List(classes):includes("theme") then words = "strong(" .. words .. ")" end
  local call = "#chart(%s, alt: %s, class: %s, caption: %s)%s"
  return pandoc.RawBlock("typst", call:format(
    typst_string(path), typst_string(alt), typst_string(class), words, typst_label(id)))
end

-- The finished figure; where something is missing, nothing, and the fault is noted.
local function figure(id, image, caption)
  local name = id ~= "" and id or image.src
  local alt = text(image.caption)
  if alt == "" or alt == text(caption) then
    fault("figure " .. name, "it has no alt text", 'give it one: ![…](' .. image.src .. '){alt="…"}')
    return {}
  end
  local content = read_file(image.src)
  local svg = content and inline_svg(content, (name:gsub("[^%w-]", "-")), alt)
  if not svg then
    local what = content and " is no SVG" or " is missing"
    fault("figure " .. name, "its file " .. image.src .. what, "draw it, or take the figure out")
    return {}
  end
  local classes = image.classes
  if not classes:find_if(function(each) return FIGURES[each] end) then classes = { "wide" } end
  if typst then return typst_figure(id, classes, caption, image.src, alt) end
  local plot = '<div class="plot">' .. svg .. "</div>\n" .. html_data(image.src:gsub("%.svg$", ".md"), caption)
  return html_figure(id, table.concat(classes, " "), caption, plot)
end

local function stray_image(image)
  fault("image " .. image.src, "it stands within a sentence", "give it a paragraph of its own")
end

local function figure_block(block)
  local first = block.content[1]
  local image = first and first.content and first.content[1]
  if not image or image.t ~= "Image" then return nil end
  local id = block.identifier ~= "" and block.identifier or image.identifier
  local caption = block.caption.long[1]
  return figure(id, image, caption and caption.content or pandoc.Inlines({}))
end

-- An image alone in its paragraph, without a caption that Pandoc took for a figure's.
local function image_alone(block)
  local image = block.content[1]
  if #block.content ~= 1 or image.t ~= "Image" then return nil end
  local explicit = image.attributes.alt
  local caption = explicit and image.caption or pandoc.Inlines({})
  if explicit then
    image = image:clone()
    image.caption = pandoc.Inlines({ pandoc.Str(explicit) })
  end
  return figure(image.identifier, image, caption)
end

-- ---------------------------------------------------------------------------------- tables

-- `: Caption {#tab-rec .rows}`: Quarto leaves the braces to the caption's text, so both engines read them here.
local function take_attributes(tbl)
  local last = tbl.caption.long[#tbl.caption.long]
  local inlines = last and last.content or pandoc.Inlines({})
  for at = #inlines, 1, -1 do
    local opening = word(inlines[at]):match("^{")
    if opening then
      local braces = text(pandoc.Inlines({ table.unpack(inlines, at) }))
      tbl.identifier = braces:match("#([%w_-]+)") or ""
      for class in braces:gmatch("%.([%w_-]+)") do tbl.classes:insert(class) end
      for _ = #inlines, math.max(at - 1, 1), -1 do inlines:remove() end
      last.content = inlines
      return
    end
  end
end

local function body_rows(tbl)
  local rows = pandoc.List({})
  for _, body in ipairs(tbl.bodies) do
    rows:extend(body.head)
    rows:extend(body.body)
  end
  return rows
end

-- A column of no more than three digits; all of them are of one width.
local function is_narrow(tbl, column)
  local rows = body_rows(tbl)
  rows:extend(tbl.head.rows)
  for _, row in ipairs(rows) do
    if utf8.len(text(row.cells[column].contents)) > 3 then return false end
  end
  return true
end

-- The letters of the longest word, which no line is shorter than; one may end at a dash.
local function longest_word(words)
  local longest = 0
  for each in words:gsub("–", "– "):gmatch("%S+") do longest = math.max(longest, utf8.len(each)) end
  return longest
end

-- For every column: 0 where its cells are short or rows of figures, which keep their natural width and never
-- wrap; else the share of the rest that its words ask for, the longest of them whole.
local function column_shares(tbl)
  local rows, shares = body_rows(tbl), {}
  for column = 1, #tbl.colspecs do
    local longest, total, unbroken = 0, 0, 0
    for _, row in ipairs(rows) do
      local words = text(row.cells[column].contents)
      local length = words:match("^[%d%s.,/+−–-]*$") and 0 or utf8.len(words)
      longest, total = math.max(longest, length), total + length
      unbroken = math.max(unbroken, longest_word(words))
    end
    local mean = total / math.max(#rows, 1)
    local share = math.max(10, math.min(mean, 80), math.min(0.7 * longest, 20), 1.15 * unbroken) ^ 0.75
    shares[column] = longest > SHORT and share or 0
  end
  return shares
end

local function html_cells(row, shares, scope)
  for at, cell in ipairs(row.cells) do
    cell.classes:insert(shares[at] > 0 and "words" or "short")
    if scope then cell.attributes.scope = scope end
  end
end

local function html_table(tbl, caption)
  local shares, has_row_heads = column_shares(tbl), tbl.classes:includes("rows")
  if math.max(table.unpack(shares)) == 0 then tbl.classes:insert("compact") end
  for at, spec in ipairs(tbl.colspecs) do tbl.colspecs[at] = { spec[1], nil } end
  for _, row in ipairs(tbl.head.rows) do html_cells(row, shares, "col") end
  for _, body in ipairs(tbl.bodies) do
    if has_row_heads then body.row_head_columns = 1 end
    for _, row in ipairs(body.body) do
      html_cells(row, shares)
      if has_row_heads then row.cells[1].attributes.scope = "row" end
    end
  end
  local open = '<div class="table" role="region" tabindex="0" aria-label="%s">\n'
  return pandoc.RawBlock("html",
    open:format(html_escape(caption)) .. written(pandoc.Blocks({ tbl })) .. "\n</div>")
end

-- The cells of each row. They are written in one go and parted again: a call a cell would take most of the render.
local function typst_rows(rows)
  local blocks, lines, cells = pandoc.Blocks({}), {}, {}
  for _, row in ipairs(rows) do
    for _, cell in ipairs(row.cells) do
      blocks:extend(cell.contents)
      blocks:insert(pandoc.RawBlock("typst", CELL_END))
    end
  end
  for cell in written(blocks:walk({ Str = keep_together })):gmatch("(.-)" .. CELL_END) do
    table.insert(cells, "[" .. cell:gsub("^%s+", ""):gsub("%s+$", "") .. "]")
  end
  for at, row in ipairs(rows) do
    lines[at] = table.concat(cells, ", ", (at - 1) * #row.cells + 1, at * #row.cells)
  end
  return lines
end

-- The width of a head that is wider than its cells, for it to be broken at spaces: what they, or its longest word, need.
local function head_room(tbl, column)
  local function words(row) return text(row.cells[column].contents) end
  local head, longest = words(tbl.head.rows[1]), 0
  for _, row in ipairs(body_rows(tbl)) do longest = math.max(longest, utf8.len(words(row))) end
  local room = longest_word(head)
  if utf8.len(head) <= math.max(longest, room) then return "auto" end
  return ("%.1fem"):format(math.max(5, 0.5 * longest, 0.64 * room))
end

local ALIGN = { AlignRight = "right", AlignCenter = "center", AlignLeft = "left", AlignDefault = "left" }

local function typst_table(tbl)
  local rows, lines, aligns, columns, rooms = body_rows(tbl), {}, {}, {}, {}
  for at, share in ipairs(column_shares(tbl)) do
    rooms[at] = share > 0 and "auto" or head_room(tbl, at)
    columns[at] = share > 0 and ("%.1ffr"):format(share) or is_narrow(tbl, at) and "8mm" or "auto"
    aligns[at] = ALIGN[tbl.colspecs[at][1]]
  end
  for at, line in ipairs(typst_rows(rows)) do lines[at] = "  " .. line .. "," end
  local call = "#data-table(\n  columns: (%s,), align: (%s,), rooms: (%s,), whole: %s,\n"
    .. "  caption: [%s],\n  header: (%s,),\n%s\n)%s"
  return pandoc.RawBlock("typst", call:format(
    table.concat(columns, ", "), table.concat(aligns, ", "), table.concat(rooms, ", "),
    tostring(#rows <= KEPT_WHOLE), written(pandoc.Blocks(tbl.caption.long)),
    typst_rows({ tbl.head.rows[1] })[1], table.concat(lines, "\n"), typst_label(tbl.identifier)))
end

function table_block(tbl)
  take_attributes(tbl)
  local caption = text(pandoc.Blocks(tbl.caption.long))
  local name = tbl.identifier ~= "" and tbl.identifier or text(tbl.head)
  if caption == "" then
    fault("table " .. name, "it has no caption", "write one under it: `: What it shows`")
    return nil
  end
  return typst and typst_table(tbl) or html_table(tbl, caption)
end

-- ---------------------------------------------------------------------------------- divisions, chapters, links

local function key_figures(div)
  local list = div.content[1]
  local cards = {}
  for _, item in ipairs(list and list.t == "BulletList" and list.content or {}) do
    local inlines = item[1].content
    if not inlines[1] or inlines[1].t ~= "Strong" then return nil end
    local words = pandoc.Inlines({})
    for at = 2, #inlines do words:insert(inlines[at]) end
    table.insert(cards, ("  ([%s], [%s]),"):format(written(inlines[1].content), written(words)))
  end
  if #cards == 0 then return nil end
  return pandoc.RawBlock("typst", "#key-figures(\n" .. table.concat(cards, "\n") .. "\n)")
end

-- The charts under one legend; the PDF repeats the legend on every page that they take.
local function bars(div)
  local cells = {}
  for _, block in ipairs(div.content) do
    table.insert(cells, "  [" .. written(pandoc.Blocks({ block })) .. "],")
  end
  return pandoc.RawBlock("typst", "#bars(\n" .. table.concat(cells, "\n") .. "\n)")
end

local function division(div)
  if div.classes:includes("keyfigures") then
    local cards = key_figures(div)
    if not cards then
      local mend = "write a list whose items start with the number in bold"
      fault("key figures", "not a list of numbers with their words: " .. text(div):sub(1, 60), mend)
    end
    return typst and cards or nil
  end
  if not typst then return nil end
  if div.classes:includes("bars") then return bars(div) end
  local name = div.classes:find_if(function(each) return each == "lead" or each == "note" end)
  if not name then return nil end
  local blocks = pandoc.Blocks({ pandoc.RawBlock("typst", "#" .. name .. "[") })
  blocks:extend(div.content)
  blocks:insert(pandoc.RawBlock("typst", "]"))
  return blocks
end

local function chapter(header)
  if not typst or header.level > 1 then return nil end
  local kicker = header.attributes.kicker
  local call = "#heading(level: 1, supplement: [%s])[%s]%s"
  return pandoc.RawBlock("typst", call:format(
    kicker and written(pandoc.Inlines(kicker)) or "", written(header.content), typst_label(header.identifier)))
end

-- Quarto would have it highlighted, by functions that our template does not define.
local function code(element)
  return typst and pandoc.RawInline("typst", "#raw(" .. typst_string(element.text) .. ")") or nil
end

-- `T04.html#T04-01` of the pages is `#T04-01` of the PDF, and `T04.html` its chapter `#T04`.
local function link(element)
  if not typst then return nil end
  if element.target:match("^downloads/") then return element.content end -- beside the pages, not the PDF
  local page, anchor = element.target:match("^([%w_-]+)%.html#?(.*)$")
  if not page then return nil end
  element.target = "#" .. (anchor ~= "" and anchor or page)
  return element
end

-- ---------------------------------------------------------------------------------- the document

local function settings(meta)
  french = meta.lang ~= nil and text(meta.lang):match("^fr") ~= nil
  data_word = meta.page and meta.page.strings and meta.page.strings.data and written(meta.page.strings.data)
end

-- The sections of a page, for the list under its name in the navigation; its description, which is an attribute.
local function sections(doc)
  local found, page = pandoc.List({}), doc.meta.page
  for _, block in ipairs(doc.blocks) do
    if block.t == "Header" and block.level == 2 then
      found:insert({ id = pandoc.MetaString(block.identifier), title = pandoc.MetaInlines(block.content) })
    end
  end
  if page then
    page.sections = #found > 1 and found or nil
    page.description = page.description and pandoc.MetaInlines({ pandoc.RawInline("html", html_escape(text(page.description))) })
    doc.meta.page = page
  end
  return doc
end

-- What goes into the PDF's metadata, as Typst strings.
local function plain_metadata(doc)
  local cover = doc.meta.cover
  local function quoted(value) return pandoc.MetaInlines({ pandoc.RawInline("typst", typst_string(text(value))) }) end
  for _, name in ipairs(cover and { "author", "description" } or {}) do
    if cover[name] then cover[name] = quoted(cover[name]) end
  end
  if cover and cover.keywords then
    for at, keyword in ipairs(cover.keywords) do cover.keywords[at] = quoted(keyword) end
  end
  doc.meta.cover = cover
  return doc
end

local function finish(doc)
  doc.blocks = doc.blocks:walk({ Str = keep_together, Code = code })
  if #problems > 0 then
    io.stderr:write(table.concat(problems, "\n") .. "\n")
    error("the report is not complete: see the lines above", 0)
  end
  return doc
end

return {
  { Meta = settings },
  { Quoted = quotes },
  { Inlines = function(inlines) if french then return french_spaces(inlines) end end },
  { Link = link },
  { Figure = figure_block, Para = image_alone, Table = table_block },
  { Image = stray_image },
  { Div = division, Header = chapter },
  { Pandoc = function(doc) return finish(typst and plain_metadata(doc) or sections(doc)) end },
}
