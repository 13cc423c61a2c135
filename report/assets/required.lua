--[[
What an element of the report must have, and where it may stand, whoever wrote it: captions, alt texts, credits, heads.

It gives a filter, by which the texts are judged before any rendering (barolib.report.markup) and the document as it is
rendered; each fault is told by `fault(what, value, fix)`. `levels()` is the number of the scale's levels.
]]

local function text(content)
  return pandoc.utils.stringify(content)
end

local function holds(content, kind)
  local found = false
  pandoc.Blocks(content):walk({ [kind] = function() found = true end })
  return found
end

-- Quoted by its first words.
local function quoted(content)
  local words = text(content)
  local last = utf8.offset(words, 61)
  return last and words:sub(1, last - 1) or words
end

return function(fault, levels)
  local function no_note(content, what)
    if not holds(content, "Note") then return end
    fault("a note in " .. what, quoted(content), "call it from a sentence of the text")
  end

  -- A figure by itself: its image, its caption, its alt text.
  local function figure(image, caption, alt)
    local credit = image.attributes.credit or ""
    local photo = image.classes:includes("photo")
    no_note({ pandoc.Plain(caption) }, "a caption")
    if alt == "" or alt == text(caption) then
      fault("a figure without an alt text of its own", image.src, "give it one: ![…](" .. image.src .. '){alt="…"}')
    end
    if photo and credit == "" then
      fault("a photograph without credit", image.src, 'say whose it is: {.photo credit="Name" alt="…"}')
    end
    if image.src:match("%.jpe?g$") and not photo then
      fault("a photograph that is not called one", image.src, "give it its class and its credit: {.photo credit=…}")
    end
    return nil, false
  end

  local function figure_block(block)
    local first = block.content[1]
    local image = first and first.content and first.content[1]
    if not image or image.t ~= "Image" then return nil end
    local caption = block.caption.long[1]
    return figure(image, caption and caption.content or pandoc.Inlines({}), text(image.caption))
  end

  local function image_alone(block)
    local image = block.content[1]
    if #block.content ~= 1 or image.t ~= "Image" then return nil end
    local explicit = image.attributes.alt
    return figure(image, explicit and image.caption or pandoc.Inlines({}), explicit or text(image.caption))
  end

  local function stray_image(image)
    fault("an image within a sentence", image.src, "give it a paragraph of its own, with an empty line before and after")
  end

  -- Whether a cell of it takes several places.
  local function spans(tbl)
    local rows = tbl.head.rows:clone()
    for _, body in ipairs(tbl.bodies) do rows:extend(body.body) end
    return rows:find_if(function(row)
      return row.cells:find_if(function(cell) return cell.col_span > 1 or cell.row_span > 1 end)
    end)
  end

  -- Its caption, else what its first row says.
  local function named(tbl)
    local caption, words = text(pandoc.Blocks(tbl.caption.long)), {}
    if caption ~= "" then return caption end
    local row = tbl.head.rows[1] or tbl.bodies[1] and tbl.bodies[1].body[1]
    for at, cell in ipairs(row and row.cells or {}) do words[at] = text(cell.contents) end
    return table.concat(words, " ")
  end

  local function tabled(tbl)
    local caption, name = pandoc.Blocks(tbl.caption.long), named(tbl)
    no_note(caption, "a caption")
    if text(caption) == "" then fault("a table without caption", name, "write one under it: `: What it shows`") end
    if spans(tbl) then fault("a table with a cell of several places", name, "give every row a cell for each column") end
    if #tbl.head.rows == 0 then
      fault("a table without heads", name, "begin it with a row that names its columns, and a line of dashes under it")
    elseif tbl.classes:includes("stacks") then
      if #tbl.colspecs ~= levels() + 2 then
        local fix = ("write a name, %d levels and what stands at the end"):format(levels())
        fault("stacked bars whose columns are not those of stacked bars", name, fix)
      end
      no_note({ pandoc.Div(pandoc.utils.blocks_to_inlines({ tbl })) }, "stacked bars")
    end
  end

  local function key_figures(div)
    local list = div.content[1]
    local items = pandoc.List(list and list.t == "BulletList" and list.content or {})
    local other = items:find_if(function(item)
      local first = item[1] and item[1].content and item[1].content[1]
      return not first or first.t ~= "Strong"
    end)
    if #items > 0 and not other and #div.content == 1 then return end
    fault("key figures that are no list of numbers with their words", quoted(div),
      "write a list whose items start with the number in bold: - **…** words")
  end

  -- Whether it is a name in bold with words after it.
  local function signed(div)
    local line = div.content[1] and div.content[1].content
    return line and line[1].t == "Strong" and #line > 2 and #div.content == 1
  end

  local function division(div)
    if div.classes:includes("keyfigures") then key_figures(div) end
    if div.classes:includes("byline") and not signed(div) then
      local fix = "write the name in bold, a comma and the function: `**First name Surname**, mayor of …`"
      fault("a byline that is no name with what the person does", quoted(div), fix)
    end
    local callout = div.classes:find_if(function(class) return class:match("^callout%-") end)
    local first = div.content[1]
    if callout and not (first and (first.t ~= "Header" or div.content[2])) then
      fault("a box without words", "." .. callout, "write them between its two lines of colons")
    end
  end

  local function header(element)
    no_note({ pandoc.Plain(element.content) }, "a heading")
    if element.level > 4 then
      fault("a heading of level " .. element.level, quoted({ pandoc.Plain(element.content) }), "write at most four signs: ####")
    end
  end

  local function ordered(list)
    if list.style ~= "Example" then return end
    fault("a numbered example, whose number the page and the PDF do not share", quoted({ list }), "number it: 1.")
  end

  return {
    traverse = "topdown", Figure = figure_block, Para = image_alone, Image = stray_image, Table = tabled, Div = division,
    Header = header, OrderedList = ordered,
  }
end
