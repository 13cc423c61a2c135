--[[
What the two engines share, typography.lua apart: figures, tables, key figures, links between chapters. Boxes, notes and
references are of elements.lua.

It reads the plain Markdown of the filled project and writes finished HTML or Typst, so that Pandoc alone
and Quarto give the same result; for Word (docx), and any other format of Quarto's, it leaves elements, with the styles
of a reference document, and what the PDF leaves out is left out there. Whatever is wrong is listed, a line each, as `barolib: place | fault | fix`,
and Pandoc stops; Quarto only prints the error, and goes on.

  ![Caption](figures/T04-01.svg){#T04-01 .bar alt="…"}   an image alone in its paragraph. Classes: bar (words left,
        bar right), legend (over the bars), wide (the default: words above); theme beside bar sets the words in bold.
        figures/T04-01.narrow.svg, where there is such a file, is what a narrow page shows of it.
        Tables in figures/T04-01.md, where there is such a file, are the data that a page folds away under the chart.
        The first of them, where it has .stacks, is drawn in the place of the file: what stands under the bar left, its
        levels, what stands right; without a row, the key under a head for each side of implementation
  ![Caption](images/T04.jpg){.photo credit="…" alt="…"}   a photograph; without .photo, a chart of the study's own, SVG or PNG
  : Caption {#tab-T04 .rows}   a pipe table's; rows: the first column names the row
  : Caption {.stacks}   its rows become stacked bars: a name, the percent of each level, what stands at the end; the heads
        of the levels are the key. simulated beside stacks hatches the bars
  ::: {.bars}         a legend, then bars: the legend stays in sight, and comes again on every page of the PDF
  ::: {.keyfigures}   a list whose items start with the number in bold
  ::: {.lead}   ::: {.note}   ::: {.voice}, a box for a viewpoint or a field report
  ::: {.byline}       whose it is: the name in bold, then what the person does
  ::: {.pages}   ::: {.paper}   [words]{.pages}   what only the pages have, or only the PDF; a link to what the PDF leaves out is no link there
  # Title {#T04 kicker="Thème 4"}   a chapter of the PDF
  [words](T04.html#T04-01)   a link between pages, which in the PDF leads to the same place
]]

local typography = dofile("assets/typography.lua")
local BOXES = { byline = true, lead = true, note = true, voice = true }
-- What the styles of a Word document are called (report/word.py makes them).
local STYLES = { byline = "Byline", keyfigures = "Key Figures", lead = "Lead", note = "Note", voice = "Voice" }
local FIGURES = { bar = true, wide = true, legend = true, photo = true }
local KEPT_WHOLE = 14 -- a table of so many rows stays on one page of the PDF
local CELL_END = "\30" -- a character that no text holds
local LONGEST = 28 -- letters of a word that may be broken anywhere, since it may be wider than its place
local BREAK = "\u{200b}" -- where Typst may break a word
local NARROW = 5 -- percent of a stacked bar below which no figure fits: from 10 on there are two digits
local LINE, CELL_MARGINS = 86, 2 -- bold letters on a line of a table in Word, and in the margins of a cell
local SHORT = 16 -- a column whose longest cell is shorter takes its natural width

local typst = FORMAT:match("typst") ~= nil
local docx = not typst and not FORMAT:match("html") -- Word, or a format that none but Quarto is asked for
local printed = typst or docx -- what .pages is left out of
local words = { credit = "" } -- page.strings: what opens the data of a chart, what leads to it, what stands before a photographer's name
local keyed = false -- whether stacked bars above have shown the key
local colours = {} -- of each level, and of what is written on it
local problems = {}
local dropped = {} -- chapters that the report does without, by name
local claims = {} -- what is said of each claim, by the id of its row
local absent = {} -- what stands in the pages alone, by id
local table_block

local function fault(place, message, fix)
  table.insert(problems, ("barolib: %s | %s | %s"):format(place, message, fix))
end

local function text(content)
  return pandoc.utils.stringify(content)
end

local function refused(what, value, fix)
  fault("“" .. value:match("[^\r\n]*"):gsub("|", "¦") .. "”", what, fix)
end

-- What no text may hold is left out, and noted; so is what lacks something.
local gate = dofile("assets/allowed.lua")(refused)
local required = dofile("assets/required.lua")(refused, function() return #colours end)
local elements = dofile("assets/elements.lua")(absent, fault)

-- ---------------------------------------------------------------------------------- writing

local function html_escape(value)
  return (value:gsub("&", "&amp;"):gsub("<", "&lt;"):gsub(">", "&gt;"):gsub('"', "&quot;"))
end

-- A brace of its number: Quarto runs a shortcode wherever it finds one, in finished Typst too.
local function typst_string(value)
  return '"' .. value:gsub("\\", "\\\\"):gsub('"', '\\"'):gsub("{{<", "{\\u{7b}<") .. '"'
end

local function written(blocks)
  local format = typst and "typst" or "html"
  return (pandoc.write(pandoc.Pandoc(blocks), format, { wrap_text = "none" }):gsub("%s+$", ""))
end

-- Finished parts, and inlines that stay elements of the document: to write them here would be a call each.
local function mixed(...)
  local inlines = pandoc.Inlines({})
  for _, part in ipairs({ ... }) do
    if type(part) == "string" then part = { pandoc.RawInline(typst and "typst" or "html", part) } end
    inlines:extend(part)
  end
  return inlines
end

local function typst_label(id)
  return id ~= "" and (" <%s>"):format(id) or ""
end

-- ---------------------------------------------------------------------------------- stacked bars

-- The cells, written: in one go and parted again, as a call a cell would take most of the render.
local function typst_cells(cells)
  local blocks, parts = pandoc.Blocks({}), {}
  for _, cell in ipairs(cells) do
    blocks:extend(cell)
    blocks:insert(pandoc.RawBlock("typst", CELL_END))
  end
  for part in written(blocks):gmatch("(.-)" .. CELL_END) do
    table.insert(parts, "[" .. part:gsub("^%s+", ""):gsub("%s+$", "") .. "]")
  end
  return parts
end

-- A table of stacked bars: a column for its name, one a level, one at the end; nothing where it is none.
local function read_stacks(tbl)
  if #tbl.colspecs ~= #colours + 2 then return nil end
  local simple = pandoc.utils.to_simple_table(tbl)
  return { header = simple.header, rows = simple.rows, simulated = tbl.classes:includes("simulated"), id = tbl.identifier }
end

-- A row of stacked bars: of each level its percent, none where the cell is words, and what it says; the end.
local function stacked(cells)
  local levels = {}
  for at = 2, #cells - 1 do
    local words = text(cells[at])
    levels[at - 1] = { percent = tonumber((words:gsub("[<>%s]", ""))), words = words }
  end
  return levels, text(cells[#cells])
end

-- Boxes and words that grow with the text, each a cell where the bar is a row of a table. What does not fit is unseen.
local function html_boxes(levels, cell)
  local lines = {}
  for at, level in ipairs(levels) do
    local percent, words, colour = level.percent, html_escape(level.words), colours[at]
    if percent and percent > 0 then
      local shown = percent < NARROW and '<b class="unseen">' or "<b>"
      table.insert(lines, ('<span%s style="flex-grow:%g;background-color:%s;color:%s">%s%s</b></span>'):format(
        cell, percent, colour.ground, colour.ink, shown, words))
    else
      local class = (percent or words == "") and "unseen" or "words"
      table.insert(lines, ('<span%s class="%s">%s</span>'):format(cell, class, words))
    end
  end
  return table.concat(lines, "\n")
end

local function html_stacks(stacks, caption)
  local header = stacks.header
  local lines = {
    ('<div%s class="stacks%s" role="table" aria-label="%s">'):format(
      stacks.id ~= "" and ' id="' .. stacks.id .. '"' or "", stacks.simulated and " simulated" or "", html_escape(caption)),
    '<p class="caption" role="none">' .. html_escape(caption) .. "</p>",
    ('<div class="key%s" role="row">'):format(keyed and " unseen" or ""),
    ('<span class="unseen" role="columnheader">%s</span>'):format(written(header[1])),
  }
  keyed = true
  for at = 2, #header - 1 do
    table.insert(lines, ('<span role="columnheader"><i style="background:%s"></i>%s</span>'):format(
      colours[at - 1].ground, written(header[at])))
  end
  table.insert(lines, ('<span class="unseen" role="columnheader">%s</span></div>'):format(written(header[#header])))
  for _, row in ipairs(stacks.rows) do
    local levels, final = stacked(row)
    table.insert(lines, '<div role="row"><span role="rowheader">' .. written(row[1]) .. '</span><span class="stack" role="none">')
    table.insert(lines, html_boxes(levels, ' role="cell"'))
    table.insert(lines, ('</span><span role="cell">%s</span></div>'):format(html_escape(final)))
  end
  return pandoc.RawBlock("html", table.concat(lines, "\n") .. "\n</div>")
end

-- The percents over their boxes and as far aside as they need: those that fit into none, the others where all is narrow.
local function html_over(levels)
  local lines, class = {}, "over"
  for at, level in ipairs(levels) do
    local percent = level.percent or 0
    local fits = percent >= NARROW
    if percent > 0 then
      if not fits then class = "over some" end
      table.insert(lines, ('<b%s style="flex-grow:%g;--ground:%s">%s</b>'):format(
        fits and ' class="fits"' or "", percent, colours[at].ground, html_escape(level.words)))
    end
  end
  return ('<div class="%s" aria-hidden="true">%s</div>'):format(class, table.concat(lines))
end

-- The line under the levels at implementation.
local function html_reach(levels)
  local before, reached = 0, 0
  for at, level in ipairs(levels) do
    local percent = level.percent or 0
    if colours[at].at then reached = reached + percent else before = before + percent end
  end
  if reached == 0 then return "" end
  return ('<div class="reach" aria-hidden="true"><i style="flex-grow:%g"></i><i style="flex-grow:%g"></i></div>'):format(before, reached)
end

-- A bar by itself, one image for those who do not see it, by the name that `named` gives.
local function html_bar(stacks, named)
  local levels, mark = stacked(stacks.rows[1])
  local words = '<p class="under" aria-hidden="true"><span>%s</span> <strong>%s</strong></p>'
  return ('<div class="plot%s"%s>%s<div class="stack" aria-hidden="true">%s</div>%s%s</div>'):format(
    stacks.simulated and " simulated" or "", named, html_over(levels), html_boxes(levels, ""), html_reach(levels),
    words:format(html_escape(text(stacks.rows[1][1])), html_escape(mark)))
end

-- The names of the levels, numbered, under a head for those before implementation and one for those from it on.
local function html_key(header)
  local parts = { "", "" }
  for at, colour in ipairs(colours) do
    local side = colour.at and 2 or 1
    parts[side] = parts[side] .. ('<li><i style="background:%s;color:%s">%d</i>%s</li>'):format(
      colour.ground, colour.ink, at, written(header[at + 1]))
  end
  local side = "<div><p>%s</p><ul>%s</ul></div>"
  return '<div class="plot key">' .. side:format(written(header[1]), parts[1]) .. side:format(written(header[#header]), parts[2]) .. "</div>"
end

-- The colours of the levels, each with that of what is written on it and whether it is at implementation.
local function typst_colours()
  local each = {}
  for at, colour in ipairs(colours) do
    each[at] = ('(rgb("%s"), rgb("%s"), %s)'):format(colour.ground, colour.ink, tostring(colour.at))
  end
  return "(" .. table.concat(each, ", ") .. ",)"
end

-- Of each level its percent and what it says, and whether that fits.
local function typst_parts(levels)
  local parts = {}
  for at, level in ipairs(levels) do
    local percent = level.percent or 0
    local fits = not level.percent or percent >= NARROW
    parts[at] = ("(%g, %s, %s)"):format(percent, typst_string(level.words), tostring(fits))
  end
  return "(" .. table.concat(parts, ", ") .. ",)"
end

local function typst_stacks(stacks, caption)
  local header, rows = stacks.header, stacks.rows
  local lists, lines = pandoc.List({}), {}
  for at = 2, #header do lists:insert(header[at]) end
  for _, row in ipairs(rows) do lists:extend({ row[1], row[#row] }) end
  local cells = typst_cells(lists)
  for at, row in ipairs(rows) do
    local name = #header - 2 + 2 * at
    lines[at] = ("  (%s, %s, %s),"):format(cells[name], typst_parts((stacked(row))), cells[name + 1])
  end
  return pandoc.RawBlock("typst", ("#stacks(\n  caption: %s, simulated: %s, colours: %s, heads: (%s,),\n%s\n)%s"):format(
    typst_string(caption), tostring(stacks.simulated), typst_colours(),
    table.concat(cells, ", ", 1, #header - 1), table.concat(lines, "\n"), typst_label(stacks.id)))
end

-- What is drawn in the place of a chart's file: a bar, or where the table has no row, the key.
local function typst_drawn(stacks)
  local row = stacks.rows[1]
  if not row then
    local heads = {}
    for at, head in ipairs(stacks.header) do heads[at] = typst_string(text(head)) end
    return ("level-key(%s, (%s))"):format(typst_colours(), table.concat(heads, ", "))
  end
  local levels, mark = stacked(row)
  return ("level-bar(%s, %s, simulated: %s, note: %s, mark: %s)"):format(
    typst_colours(), typst_parts(levels), tostring(stacks.simulated), typst_string(text(row[1])), typst_string(mark))
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
local function inline_svg(svg, prefix, named)
  svg = svg:gsub("<metadata>.-</metadata>%s*", ""):gsub("<style.->.-</style>%s*", "")
  svg = svg:gsub("<!%-%-.-%-%->%s*", "")
  svg = svg:gsub('(%sid=")', "%1" .. prefix .. "-"):gsub("url%(#", "url(#" .. prefix .. "-")
  svg = svg:gsub('(href="#)', "%1" .. prefix .. "-"):gsub('%sxmlns:xlink="[^"]*"', ""):gsub("xlink:href", "href")
  local head, rest = svg:match("^<svg(.-)>(.*)$")
  head = head:gsub('%swidth="[^"]*"', ""):gsub('%sheight="[^"]*"', ""):gsub('%srole="[^"]*"', "")
  head = head:gsub('%saria%-label="[^"]*"', "")
  -- What the style sheet that every matplotlib chart brings says, without touching the other charts.
  local attributes = named .. ' focusable="false"'
  if not head:find("stroke-linejoin", 1, true) then
    attributes = attributes .. ' stroke-linejoin="round" stroke-linecap="butt"'
  end
  return "<svg" .. attributes .. head .. ">" .. rest
end

-- The tables of the file beside a chart, and the one among them of which it is drawn in words and boxes, if any.
local function data_of(path)
  local content = read_file((path:gsub("%.svg$", ".md")))
  local blocks = content and pandoc.read(content, "markdown-table_attributes").blocks:walk(gate):walk(required):walk(typography[2])
  local first = blocks and blocks[1]
  if not first or first.t ~= "Table" then return blocks end
  if not first.classes:includes("stacks") then return blocks end
  blocks:remove(1)
  return blocks, first
end

-- The data, and the files of the chart, folded away; nothing where there are none.
local function html_data(blocks, id, caption)
  if not blocks or #blocks == 0 then return pandoc.Blocks({}) end
  blocks = blocks:walk({ Table = table_block })
  local open = '<details class="data" id="%s">\n<summary>%s<span class="unseen"> – %s</span></summary>'
  local holds = blocks:find_if(function(block) return block.t ~= "Para" end) and words.data or words.image
  blocks:insert(1, pandoc.RawBlock("html", open:format(id, holds, html_escape(text(caption)))))
  blocks:insert(pandoc.RawBlock("html", "</details>"))
  return blocks
end

-- A link to the figure itself, to be copied.
local function html_anchor(id)
  return (' <a class="here" href="#%s" aria-label="%s">#</a>'):format(id, words.here)
end

local function html_figure(id, class, caption, plot, data)
  local open = ('<figure%s class="%s">\n'):format(id ~= "" and ' id="' .. id .. '"' or "", class)
  local before, after = "<figcaption>", (words.here and id ~= "" and html_anchor(id) or "") .. "</figcaption>\n"
  if #caption == 0 then before, after = "", "" end
  local blocks = pandoc.Blocks({ pandoc.Plain(mixed(open .. before, caption, after .. plot)) })
  blocks:extend(data)
  blocks:insert(pandoc.RawBlock("html", "</figure>"))
  return blocks
end

local function typst_figure(id, classes, caption, drawn, alt)
  local before, after = "[", "]"
  if #caption == 0 then before, after = "none", "" end
  local class = pandoc.List(classes):find_if(function(each) return FIGURES[each] end)
  if pandoc.List(classes):includes("theme") then before, after = "strong(" .. before, after .. ")" end
  local call = ("#chart(%s, alt: %s, class: %s, caption: "):format(drawn, typst_string(alt), typst_string(class))
  return pandoc.Para(mixed(call .. before, caption, after .. ")" .. typst_label(id)))
end

-- The caption of a photograph with its credit.
local function credited(image, caption)
  local credit = image.attributes.credit or ""
  local open, close = '<small class="credit">', "</small>"
  if typst then open, close = "#credit[", "]" end
  local shown = caption:clone()
  if #shown > 0 then shown:insert(pandoc.Space()) end
  if docx then
    shown:extend({ pandoc.Str(words.credit), pandoc.Space(), pandoc.Str(credit) })
    return shown
  end
  shown:extend(mixed(open, pandoc.Inlines({ pandoc.Str(words.credit), pandoc.Space(), pandoc.Str(credit) }), close))
  return shown
end

-- A figure of a Word document: its words, then the picture; of a drawing, its PNG in drawn/, if any.
local function docx_figure(id, image, caption, alt)
  local name = image.src:match("^(.*)%.svg$")
  local drawn = name and ("drawn/%s.png"):format(name) or image.src
  if not read_file(drawn) then drawn = image.src end
  local legend = image.classes:includes("legend")
  local width = (legend or image.classes:includes("bar")) and "62%" or "85%"
  local picture = pandoc.Image(pandoc.Inlines({ pandoc.Str(alt) }), drawn, "", { width = width })
  local paragraph = quarto and pandoc.Plain or pandoc.Para -- of a picture alone in a Para, Quarto would print the alt text
  local blocks = pandoc.Blocks({ pandoc.Div({ paragraph({ picture }) }, { ["custom-style"] = "Chart" }) })
  if #caption > 0 and not legend then -- which tells of hatching; these files are not hatched, and say in words what is simulated
    blocks:insert(1, pandoc.Div({ pandoc.Para(caption) }, { ["custom-style"] = "Chart Caption" }))
  end
  return pandoc.Div(blocks, { id = id })
end

-- A picture made of pixels, as the page or the PDF shows it.
local function pixels(id, image, caption, alt)
  local classes = image.classes:includes("photo") and pandoc.List({ "photo" }) or pandoc.List({ "wide" })
  if typst then return typst_figure(id, classes, caption, typst_string(image.src), alt) end
  local plot = '<div class="plot"><img src="%s" alt="%s"></div>'
  return html_figure(id, classes[1], caption, plot:format(html_escape(image.src), html_escape(alt)), {})
end

-- The finished figure; where something is missing, nothing: required.lua has noted it, or its file is not there.
local function figure(id, image, caption)
  local name = id ~= "" and id or image.src
  local alt = text(image.caption)
  if alt == "" then return {} end
  local content = read_file(image.src)
  if image.classes:includes("photo") then caption = credited(image, caption) end
  if docx and content then return docx_figure(id, image, caption, alt) end
  if content and not image.src:match("%.svg$") then return pixels(id, image, caption, alt) end
  local svg = content and content:match("<svg.*</svg>")
  if not svg then
    local what = content and " is no SVG" or " is missing"
    fault("figure " .. name, "its file " .. image.src .. what, "draw it, or take the figure out")
    return {}
  end
  local classes = image.classes
  if not classes:find_if(function(each) return FIGURES[each] end) then classes = { "wide" } end
  local data, drawn = data_of(image.src)
  local stacks = drawn and read_stacks(drawn)
  if typst then
    return typst_figure(id, classes, caption, stacks and typst_drawn(stacks) or typst_string(image.src), alt)
  end
  if stacks and not stacks.rows[1] then return html_figure(id, "legend", caption, html_key(stacks.header), {}) end
  local key = name:gsub("[^%w-]", "-")
  local named = (' role="img" aria-label="%s"'):format(html_escape(alt))
  if data and data[1] then named = named .. (' aria-details="data-%s"'):format(key) end
  local plot = stacks and html_bar(stacks, named)
  if not plot then
    local narrow = read_file((image.src:gsub("%.svg$", ".narrow.svg")))
    local class = narrow and ' class="broad"' or ""
    local drawn = inline_svg(svg, key, class .. named)
    if narrow then drawn = drawn .. inline_svg(narrow:match("<svg.*</svg>"), key .. "-n", ' class="narrow"' .. named) end
    plot = '<div class="plot">' .. drawn .. "</div>"
  end
  return html_figure(id, table.concat(classes, " "), caption, plot, html_data(data, "data-" .. key, caption))
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

-- The letters of the longest word, which no line is shorter than; one may end at a dash.
local function longest_word(words)
  local longest = 0
  for each in words:gsub("–", "– "):gsub(BREAK, " "):gmatch("%S+") do longest = math.max(longest, utf8.len(each)) end
  return longest
end

local function longest(words)
  local letters = 0
  for _, each in ipairs(words) do letters = math.max(letters, utf8.len(each)) end
  return letters
end

-- The texts of each column.
local function column_words(rows, count)
  local columns = {}
  for at = 1, count do
    columns[at] = {}
    for row, cells in ipairs(rows) do columns[at][row] = text(cells[at]) end
  end
  return columns
end

-- 0 for a column whose cells are short or rows of figures, which keep their natural width and never wrap;
-- else the share of the rest that its words ask for, the longest of them whole.
local function column_share(words)
  local most, total, unbroken = 0, 0, 0
  for _, each in ipairs(words) do
    local length = each:match("^[%d%s.,/+−–-]*$") and 0 or utf8.len(each)
    most, total, unbroken = math.max(most, length), total + length, math.max(unbroken, longest_word(each))
  end
  if most <= SHORT then return 0 end
  return math.max(10, math.min(total / #words, 80), math.min(0.7 * most, 20), 1.15 * unbroken) ^ 0.75
end

-- The written table with a class on each cell and a scope on each head; `rows`: the first cell of a row is one. On
-- the text: to change the cells themselves, each would go to Lua and back.
local function html_cells(html, shares, rows)
  local column, scope = 0, "col"
  return (html:gsub("<(/?t%a+)([^>]*)>", function(tag, attributes)
    if tag == "tbody" then scope = "row" end
    if tag == "tr" then column = 0 end
    if tag == "/td" and rows and column == 1 then return "</th>" end
    if tag ~= "th" and tag ~= "td" then return nil end
    column = column + 1
    if rows and column == 1 then tag = "th" end
    local class = shares[column] > 0 and "words" or "short"
    return ('<%s class="%s"%s%s>'):format(
      tag, class, attributes, tag == "th" and ' scope="' .. scope .. '"' or "")
  end))
end

-- The word with a sign wherever it may be broken: every eight letters, where it is long; attributes stay as they are.
local function breakable(str)
  if utf8.len(str.text) <= LONGEST or str.text:match("^{") then return nil end
  local parts = pandoc.Inlines({})
  for from = 1, utf8.len(str.text), 8 do
    local after = utf8.offset(str.text, from + 8) or #str.text + 1
    parts:insert(pandoc.Str(str.text:sub(utf8.offset(str.text, from), after - 1)))
    parts:insert(typst and pandoc.Str(BREAK) or pandoc.RawInline("html", "<wbr>"))
  end
  parts:remove()
  return parts
end

local function html_table(tbl, caption)
  tbl = tbl:walk({ Str = breakable })
  local shares = {}
  for at, words in ipairs(column_words(pandoc.utils.to_simple_table(tbl).rows, #tbl.colspecs)) do
    shares[at] = column_share(words)
  end
  if math.max(table.unpack(shares)) == 0 then tbl.classes:insert("compact") end
  for at, spec in ipairs(tbl.colspecs) do tbl.colspecs[at] = { spec[1], nil } end
  local open = '<div class="table" role="region" tabindex="0" aria-label="%s">\n'
  local rows = html_cells(written(pandoc.Blocks({ tbl })), shares, tbl.classes:includes("rows"))
  return pandoc.RawBlock("html", open:format(html_escape(caption)) .. rows .. "\n</div>")
end

-- The width of a head that is wider than its cells, for it to be broken at spaces: what they, or its longest word, need.
local function head_room(head, most)
  local room = longest_word(head)
  if utf8.len(head) <= math.max(most, room) then return "auto" end
  return ("%.1fem"):format(math.max(5, 0.5 * most, 0.64 * room))
end

local ALIGN = { AlignRight = "right", AlignCenter = "center", AlignLeft = "left", AlignDefault = "left" }

local function typst_table(tbl)
  local simple = pandoc.utils.to_simple_table(tbl)
  local rows, count, lists = simple.rows, #simple.header, pandoc.List(simple.header)
  local lines, aligns, columns, rooms = {}, {}, {}, {}
  for at, words in ipairs(column_words(rows, count)) do
    local share, most, head = column_share(words), longest(words), text(simple.header[at])
    local narrow = math.max(most, utf8.len(head)) <= 3 -- no more than three digits, all of one width
    rooms[at] = share > 0 and "auto" or head_room(head, most)
    columns[at] = share > 0 and ("%.1ffr"):format(share) or narrow and "8mm" or "auto"
    aligns[at] = ALIGN[simple.aligns[at]]
  end
  for _, row in ipairs(rows) do lists:extend(row) end
  lists:insert(pandoc.Blocks(tbl.caption.long))
  local cells = typst_cells(lists)
  for at = 1, #rows do lines[at] = "  " .. table.concat(cells, ", ", at * count + 1, (at + 1) * count) .. "," end
  local call = "#data-table(\n  columns: (%s,), align: (%s,), rooms: (%s,), whole: %s,\n"
    .. "  caption: %s,\n  header: (%s,),\n%s\n)%s"
  return pandoc.RawBlock("typst", call:format(
    table.concat(columns, ", "), table.concat(aligns, ", "), table.concat(rooms, ", "),
    tostring(#rows <= KEPT_WHOLE), cells[#cells],
    table.concat(cells, ", ", 1, count), table.concat(lines, "\n"), typst_label(tbl.identifier)))
end

-- A table of a Word document: no column breaks a word, and those with longer cells share what is left of a line. Quarto
-- would number a table that has an id, and set it into another: there its caption is a paragraph.
local function docx_table(tbl)
  local simple, least, more, total, wanted = pandoc.utils.to_simple_table(tbl), {}, {}, 0, 0
  for at, words in ipairs(column_words(simple.rows, #simple.header)) do
    least[at] = longest_word(text(simple.header[at]) .. " " .. table.concat(words, " ")) + CELL_MARGINS
    more[at] = math.max(0, math.min(longest(words), 40) + CELL_MARGINS - least[at])
    total, wanted = total + least[at], wanted + more[at]
  end
  local part = wanted > 0 and math.max(0, LINE - total) / wanted or 0
  for at, spec in ipairs(tbl.colspecs) do
    tbl.colspecs[at] = { spec[1], (least[at] + part * more[at]) / (total + part * wanted) }
  end
  if not quarto then return tbl end
  local caption = pandoc.Para(pandoc.utils.blocks_to_inlines(tbl.caption.long))
  local id = tbl.identifier
  tbl.caption.long, tbl.identifier = {}, ""
  return pandoc.Div({ pandoc.Div({ caption }, { ["custom-style"] = "Table Caption" }), tbl }, { id = id })
end

-- What stands in the pages alone, or on paper alone, is left out of the other.
local function on_one_side(element)
  local paper = element.classes:includes("paper")
  if not paper and not (printed and element.classes:includes("pages")) then return nil end
  if paper and printed then return element.content end
  local function note(held) absent[held.identifier] = true end
  element:walk({ Table = note, Header = note, Figure = note, Image = note, Div = note, Span = note })
  return {}
end

function table_block(tbl)
  local caption = text(pandoc.Blocks(tbl.caption.long))
  if caption == "" or #tbl.head.rows == 0 then return nil end
  if docx then return docx_table(tbl) end
  if tbl.classes:includes("stacks") then
    local stacks = read_stacks(tbl)
    return stacks and (typst and typst_stacks or html_stacks)(stacks, caption)
  end
  return typst and typst_table(tbl) or html_table(tbl, caption)
end

-- ---------------------------------------------------------------------------------- divisions, chapters, links

-- The number and the words of each item of the list, one after the other; nil where it is no such list.
local function key_figures(div)
  local list = div.content[1]
  local parts = pandoc.List({})
  for _, item in ipairs(list and list.t == "BulletList" and list.content or {}) do
    local inlines = item[1].content:clone()
    local number = inlines:remove(1)
    if not number or number.t ~= "Strong" then return nil end
    parts:extend({ pandoc.Blocks({ pandoc.Plain(number.content) }), pandoc.Blocks({ pandoc.Plain(inlines) }) })
  end
  return #parts > 0 and parts or nil
end

local function typst_key_figures(parts)
  local cards, cells = {}, typst_cells(parts)
  for at = 1, #cells, 2 do table.insert(cards, ("  (%s, %s),"):format(cells[at], cells[at + 1])) end
  return pandoc.RawBlock("typst", "#key-figures(\n" .. table.concat(cards, "\n") .. "\n)")
end

-- The charts under one legend; the PDF repeats the legend on every page that they take.
local function bars(div)
  local cells = typst_cells(div.content:map(function(block) return pandoc.Blocks({ block }) end))
  return pandoc.RawBlock("typst", "#bars(\n  " .. table.concat(cells, ",\n  ") .. ",\n)")
end

-- A division in a style of the Word document, the items of its lists too.
local function in_style(div, style)
  local function item(plain)
    return pandoc.Div({ pandoc.Para(plain.content) }, { ["custom-style"] = style })
  end
  local function items(list)
    return list:walk({ Plain = item })
  end
  div.attributes["custom-style"] = style
  div.content = div.content:walk({ BulletList = items, OrderedList = items })
  return div
end

local function division(div)
  if div.classes:includes("keyfigures") then
    local parts = key_figures(div)
    if not docx then return typst and parts and typst_key_figures(parts) or nil end
  end
  local name = div.classes:find_if(function(each) return BOXES[each] or docx and STYLES[each] end)
  if docx then return name and in_style(div, STYLES[name]) or div end
  if not typst then return nil end
  if div.classes:includes("bars") then return bars(div) end
  if not name then return nil end
  local blocks = pandoc.Blocks({ pandoc.RawBlock("typst", "#" .. name .. "[") })
  blocks:extend(div.content)
  blocks:insert(pandoc.RawBlock("typst", "]"))
  return blocks
end

-- Pandoc writes ’ as ', which Typst sets as ’ on the page and leaves in the outline.
local function as_typed(str)
  local parts = pandoc.Inlines({})
  for part in str.text:gsub("’", "\0’\0"):gmatch("%Z+") do
    parts:insert(part == "’" and pandoc.RawInline("typst", part) or pandoc.Str(part))
  end
  return parts
end

local function chapter(header)
  if docx and header.attributes.kicker then
    local kicker = pandoc.Para(pandoc.Str(header.attributes.kicker))
    header.attributes.kicker = nil
    return { header, pandoc.Div({ kicker }, { ["custom-style"] = "Kicker" }) }
  end
  if not typst then return nil end
  header = header:walk({ Str = as_typed })
  if header.level > 1 then return header end
  local kicker = header.attributes.kicker
  return pandoc.Para(mixed("#heading(level: 1, supplement: [", pandoc.Inlines(kicker or {}), "])[",
    header.content, "]" .. typst_label(header.identifier)))
end

-- Quarto would have it highlighted, by functions that our template does not define.
local function code(element)
  return typst and pandoc.RawInline("typst", "#raw(" .. typst_string(element.text) .. ")") or nil
end

local function code_block(element)
  return typst and pandoc.RawBlock("typst", "#raw(block: true, " .. typst_string(element.text) .. ")") or nil
end

local function unbroken(span)
  if docx and span.classes:includes("short") then return span.content end
  return typst and span.classes:includes("short") and mixed("#box[", span.content, "]") or nil
end

-- What a claim rests on stands with the link to its row; in the PDF, which has no such row, it leads to its figure.
local function proof(element, claim)
  local of = claim.of and text(claim.of)
  if not printed then
    element.attr = pandoc.Attr("", { "claim" }, { { "data-says", text(claim.says) } })
    if of then element.attributes["data-of"], element.attributes["data-at"] = of, text(claim.at or "") end
    return element
  end
  if docx or not of or absent[of] then return element.content end
  return mixed("#claim(<" .. of .. ">)[", element.content, "]")
end

-- `T04.html#T04-01` of the pages is `#T04-01` of the PDF, and `T04.html` its chapter `#T04`.
local function link(element)
  local page, anchor = element.target:match("^([^/:#?]+)%.html#?(.*)$")
  if page and dropped[page] then return element.content end
  local claim = claims[anchor]
  if claim then return proof(element, claim) end
  if not printed then return nil end
  if element.target:match("^downloads/") or element.target:match("^charts/") then return element.content end -- beside the pages
  if not page then return nil end
  local place = anchor ~= "" and anchor or page
  if absent[place] then return element.content end
  element.target = "#" .. place
  return element
end

-- ---------------------------------------------------------------------------------- the document

local function settings(meta)
  typography[1].Meta(meta)
  for _, name in ipairs((meta.page or meta.cover or {}).dropped or {}) do dropped[text(name)] = true end
  claims = (meta.page or meta.cover or {}).claims or {}
  for _, id in ipairs((meta.cover or {}).absent or {}) do absent[text(id)] = true end
  for at, level in ipairs((meta.page or meta.cover or {}).levels or {}) do
    colours[at] = { ground = text(level.ground), ink = text(level.ink), at = level.at or false }
  end
  for _, name in ipairs({ "data", "image", "here", "credit" }) do
    local word = (meta.cover or (meta.page or {}).strings or {})[name]
    if word then words[name] = name == "credit" and text(word) or html_escape(text(word)) end
  end
end

-- An attribute's value, as it is: Quarto makes a link of an address.
local function attribute(value)
  return pandoc.MetaInlines({ pandoc.RawInline("html", html_escape(text(value))) })
end

-- The sections of a page, for the list under its name in the navigation; what its head has in attributes.
local function sections(doc)
  local found, page = pandoc.List({}), doc.meta.page
  local function collect(blocks)
    for _, block in ipairs(blocks) do
      if block.t == "Header" and block.level == 2 then
        found:insert({ id = pandoc.MetaString(block.identifier), title = pandoc.MetaInlines(block.content) })
      elseif block.t == "Div" and block.classes:includes("pages") then
        collect(block.content)
      end
    end
  end
  collect(doc.blocks)
  if page then
    page.sections = #found > 1 and found or nil
    for _, name in ipairs({ "logo", "small-logo" }) do
      local logo = (page.site or {})[name]
      if logo then logo.alt = pandoc.MetaInlines({ pandoc.RawInline("html", html_escape(text(logo.alt))) }) end
    end
    if page.explore then
      local data = '<script type="application/json" id="explore-data">' .. read_file(text(page.explore)) .. "</script>"
      page.explore = pandoc.MetaBlocks({ pandoc.RawBlock("html", data) })
    end
    for _, name in ipairs({ "description", "address", "image" }) do page[name] = page[name] and attribute(page[name]) end
    page.title, page.site.name = attribute(doc.meta.title or ""), attribute(page.site.title or "")
    if page.site.contact then page.site.contact = attribute(page.site.contact) end
    for _, version in ipairs(page.languages or {}) do version.address = attribute(version.address) end
    doc.meta.page = page
  end
  return doc
end

-- What goes into the PDF's metadata, as Typst strings.
local function plain_metadata(doc)
  local cover = doc.meta.cover
  local function quoted(value)
    return pandoc.MetaInlines({ pandoc.RawInline("typst", typst_string((text(value):gsub(BREAK, "")))) })
  end
  for _, name in ipairs(cover and { "author", "description" } or {}) do
    if cover[name] then cover[name] = quoted(cover[name]) end
  end
  for _, name in ipairs({ "cover-logo", "small-logo" }) do
    if cover and cover[name] then cover[name].alt = quoted(cover[name].alt) end
  end
  if cover and cover.keywords then
    for at, keyword in ipairs(cover.keywords) do cover.keywords[at] = quoted(keyword) end
  end
  doc.meta.cover = cover
  return doc
end

-- The cover as the first paragraphs of a Word document, and of the settings what its properties say.
local function docx_cover(doc)
  local cover, first = doc.meta.cover or {}, pandoc.Blocks({})
  local function put(value, style)
    if value and text(value) ~= "" then
      first:insert(pandoc.Div({ pandoc.Para(pandoc.Inlines(value)) }, { ["custom-style"] = style }))
    end
  end
  put(cover.kicker, "Kicker")
  for _, line in ipairs(cover.lines or {}) do put(line, "Cover Line") end
  put(cover.notice, "Note")
  put(cover.foot, "Cover Line")
  for _, name in ipairs({ "subtitle", "author", "description", "keywords" }) do doc.meta[name] = cover[name] end
  doc.meta.cover, doc.blocks = nil, first .. doc.blocks
  if not quarto then doc.meta.format = nil end
  return doc
end

-- Words that Quarto would take for its own are parted: a shortcode in the front matter, which it runs though it is
-- escaped, and the fence of a division, of which it warns.
local function as_words(doc)
  return doc:walk({
    Str = function(str)
      local parted = str.text:gsub("{{<", "{{\0<"):gsub(">}}", ">\0}}")
      parted = parted:gsub(":::+", function(fence) return (fence:gsub(":", ":\0")) end)
      if parted == str.text then return nil end
      local parts = pandoc.Inlines({})
      for part in parted:gmatch("%Z+") do parts:insert(pandoc.Str(part)) end
      return parts
    end,
  })
end

local function finish(doc)
  doc.blocks = doc.blocks:walk({ Code = code, CodeBlock = code_block })
  if #problems > 0 then
    io.stderr:write(table.concat(problems, "\n") .. "\n")
    error("the report is not complete: see the lines above", 0)
  end
  return doc
end

return {
  gate,
  { Meta = settings },
  required,
  { Div = on_one_side, Span = on_one_side },
  elements[1],
  elements[2],
  elements[3],
  { Str = typst and breakable or nil },
  { Span = unbroken, Link = link, Figure = figure_block, Para = image_alone, Table = table_block },
  { Div = division, Header = chapter },
  { Pandoc = function(doc)
    doc = finish(typst and plain_metadata(doc) or docx and docx_cover(doc) or sections(doc))
    return quarto and as_words(doc) or doc
  end },
}
