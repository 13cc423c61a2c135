/* The page of questions: what is asked, its answer from the tables that stand in the page, and the files to keep. A question
   is kept in the address. A classic script, since a page opened from the disk may not load modules; it asks for nothing. */
(() => {
  "use strict";
  const place = document.getElementById("explorer");
  const data = JSON.parse(document.getElementById("explore-data").textContent);
  const { words, levels, bars, labels, themes, stages, answers } = data;
  const NARROW = 5; // percent of a bar below which no figure fits, as in barolib.lua
  const ALL = "*"; // every affirmation
  const members = new Map(themes.map((theme) => [theme.id, theme.members]));
  for (const [id, bar] of Object.entries(bars)) bars[id] = { ...data.usual, ...bar };
  const affirmations = themes.filter((theme) => theme.number).flatMap((theme) => theme.members);

  const made = (tag, attributes, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  };
  const fill = (text, fields) => text.replace(/\{(\w+)\}/g, (_, name) => fields[name]);
  const folded = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/œ/g, "oe");
  const quoted = (label) => fill(words.quoted, { label: label.trim().replace(/\.$/, "") });
  const integer = (number) => number.toLocaleString(data.lang);

  /* ------------------------------------------------------------------------- figures */

  /* The edition's rounding, in integers, as in barolib.survey.rounding. */
  const percent = (n, base) => Math.floor((2000 * n + data.lacking * base) / (20 * base));
  const digits = (rounded, share) => (rounded === 0 && share > 0 ? "<1" : rounded === 100 && share < 1 ? ">99" : String(rounded));
  const signed = (shown) => words.near[shown] ?? shown + words.sign;
  const noted = (note, simulated) => (simulated ? fill(words.simulated_note, { note }) : note);
  const baseNote = ({ note, base }) => note ?? fill(words.base_note, { base: integer(base ?? 0) });
  const part = (shown) => ({ shown, width: Number(shown.replace(/\D/g, "")) });
  const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);

  /* A distribution and its percent from the cut on; `known` where there are figures to draw. */
  const ofPanel = (id, cut) => {
    const bar = bars[id];
    if (!bar || bar.withheld || !bar.base) return { withheld: bar?.withheld, drawn: bar?.base === 0, note: bar && baseNote(bar) };
    const shown = (n) => digits(percent(n, bar.base), n / bar.base);
    const printed = bar.origin === "printed";
    const parts = bar.n.map((n) => part(printed ? String(percent(n, bar.base)) : shown(n)));
    const n = sum(bar.n.slice(cut - 1));
    const at = signed(shown(n));
    const simulated = data.synthetic && bar.origin === "answers";
    return { known: true, drawn: true, parts, at, share: n / bar.base, base: integer(bar.base), note: noted(baseNote(bar), simulated), simulated };
  };

  const ofSubgroup = (id, among) => {
    const cell = stages[id]?.[among];
    if (!cell) return { withheld: cell === null, simulated: data.synthetic };
    const [share, base, before, at] = cell;
    const parts = [before, at].map(part);
    const note = noted(data.bases[base], data.synthetic);
    return { known: true, drawn: true, parts, at: signed(at), share, base: integer(base), note, simulated: data.synthetic };
  };

  const amongLabel = (among) => {
    const [dimension, key] = among.split(":");
    const names = data.among.find(({ id }) => id === dimension)?.of ?? {};
    return Object.hasOwn(names, key) ? names[key] : "";
  };

  /* The levels of a bar: their names, their colours. Two for a subgroup. */
  const scale = (question) =>
    question.among
      ? [
          { label: words.stages.before, ground: "var(--sand-deep)", ink: "var(--ink)" },
          { label: words.stages.at, ground: "var(--implementation)", ink: "#fff" },
        ]
      : levels;

  const heads = ({ among, cut }) =>
    among || cut === data.start ? words.headings : words.cut_heads.map((head) => fill(head, { level: cut }));

  const subjects = ({ theme, word, only, among }) => {
    if (theme === ALL) {
      const sought = folded(word).split(/\s+/).filter(Boolean);
      return affirmations.filter((id) => sought.every((part) => folded(labels[id]).includes(part)));
    }
    if (!theme) return themes.map(({ id }) => id);
    const whole = [theme, ...members.get(theme)];
    return among ? [theme] : only.length ? whole.filter((id) => only.includes(id)) : whole;
  };

  const sentence = (label, row, { among, cut }) => {
    const fields = { label: quoted(label), among: among ? `, ${amongLabel(among)}` : "" };
    if (!row.known) return fill(words.not_shown, { ...fields, why: row.withheld ? words.why_withheld : words.no_figure });
    const level = { level: cut, label: quoted(levels[cut - 1].label) };
    const where = among || cut === data.start ? words.cut_implementation : fill(words.cut_level, level);
    return fill(words.shown, { ...fields, percent: row.at, cut: where, note: row.note });
  };

  const distribution = (question) => {
    const { theme, word, among, cut, sort } = question;
    const start = among ? 2 : cut;
    const rows = subjects(question).map((id) => {
      const row = { id, label: labels[id], whole: members.has(id), ...(among ? ofSubgroup(id, among) : ofPanel(id, cut)) };
      const mark = heads(question)[1];
      row.mark = among || cut === data.start ? fill(words.implementation, { percent: row.at }) : fill(words.cut_mark, { head: mark, percent: row.at });
      return { ...row, sentence: sentence(row.label, row, question) };
    });
    const drawn = rows.filter((row) => row.drawn);
    if (sort === "percent") drawn.sort((one, other) => (other.share ?? 0) - (one.share ?? 0));
    const ordered = [...drawn, ...rows.filter((row) => !row.drawn)];
    const what = theme === ALL ? words.all_affirmations : theme ? labels[theme] : words.all_themes;
    return {
      kind: "bars",
      title: [theme === ALL && word.trim() ? quoted(word) : what, among && amongLabel(among)].filter(Boolean).join(" – "),
      simulated: rows.some((row) => row.simulated),
      published: rows.some((row) => row.known && !row.simulated),
      rows: ordered,
      scale: scale(question),
      start,
      heads: heads(question),
      table: among ? stageTable(ordered) : levelTable(ordered, question),
      csv: among ? stageRows(ordered, among) : levelRows(ordered),
    };
  };

  const levelTable = (rows, question) => ({
    heads: [words.affirmation, ...levels.map((_, at) => String(at + 1)), words.base, heads(question)[1]],
    rows: rows.map(({ label, known, withheld, parts, base, at }) => {
      const none = withheld ? words.withheld : "–";
      return [label, ...levels.map((_, level) => (known ? parts[level].shown : none)), known ? base : none, known ? at : none];
    }),
  });

  const stageTable = (rows) => ({
    heads: [words.theme_word, words.respondents, `${words.stages.before}, %`, `${words.stages.at}, %`],
    rows: rows.map(({ label, known, withheld, parts, base }) =>
      known ? [label, base, parts[0].shown, parts[1].shown] : [label, ...Array(3).fill(withheld ? words.withheld : "–")],
    ),
  });

  /* The columns of the tables to download. */
  const levelRows = (rows) => ({
    columns: data.columns,
    simulated: rows.filter(({ id }) => bars[id]).flatMap(({ id, simulated }) => bars[id].n.map(() => Boolean(simulated))),
    rows: rows
      .filter(({ id }) => bars[id])
      .flatMap(({ id, whole }) => {
        const { n, base, ...rest } = bars[id];
        const theme = whole ? id : themes.find(({ number, members }) => number && members.includes(id)).id;
        const own = whole ? { theme_id: id, base, origin: rest.origin } : { ...rest, affirmation_id: id, theme_id: theme, base };
        return n.map((count, at) => {
          const known = base && count !== null;
          const counted = { level: at + 1, n: count, share: known ? count / base : null, percent: known ? percent(count, base) : null };
          return data.columns.map((column) => ({ ...own, ...counted })[column] ?? null);
        });
      }),
  });

  const stageRows = (rows, among) => ({
    columns: ["dimension", "subgroup", "theme_id", "share", "base", "withheld"],
    rows: rows
      .filter(({ id }) => stages[id]?.[among] !== undefined)
      .map(({ id }) => [...among.split(":"), id, stages[id][among]?.[0] ?? null, stages[id][among]?.[1] ?? null, !stages[id][among]]),
  });

  /* What is answered of scores and changes stands in the data as it is written. */
  const prepared = (key) => {
    const answer = answers[key];
    const names = answer.heads.slice(1);
    const rows = answer.rows.map((row) => {
      const label = labels[row.id];
      const grid = row.grid?.map(([text, ground, ink]) => [text, ground, data.inks[ink]]);
      const mark = row.mark ?? answer.mark;
      const verdict = row.verdict ?? words.verdicts[mark];
      const parts = row.told ?? (grid?.map(([text], at) => `${names[at]} ${text}`) ?? [row.value, verdict, row.under]).join(", ");
      return { ...row, label, grid, mark, verdict, sentence: fill(words.subject, { label, parts }) };
    });
    const table = { heads: answer.heads, rows: rows.map(({ label, value, verdict, under, cells }) => [label, ...(cells ?? [value, verdict, under])]) };
    const title = [labels[key.split(":")[1]], answer.title].filter(Boolean).join(" – ");
    return { ...answer, title, kind: rows[0].grid ? "grid" : "tracks", rows, table };
  };

  const answered = (question) => {
    if (question.look === "distribution") return distribution(question);
    return prepared([question.look, question.look === "scores" ? question.by : question.theme].filter(Boolean).join(":"));
  };

  /* ------------------------------------------------------------------------- charts, as in the report */

  const plotted = (row, { scale, start }) => {
    const box = ({ width, shown }, at) => {
      if (!width) return made("span", { class: "unseen" }, shown);
      const look = `flex-grow:${width};background-color:${scale[at].ground};color:${scale[at].ink}`;
      return made("span", { style: look }, made("b", width < NARROW ? { class: "unseen" } : {}, shown));
    };
    const over = row.parts.map(({ width, shown }, at) => {
      const look = { style: `flex-grow:${width};--ground:${scale[at].ground}` };
      return width ? made("b", width < NARROW ? look : { ...look, class: "fits" }, shown) : "";
    });
    const reached = sum(row.parts.slice(start - 1).map(({ width }) => width));
    const before = sum(row.parts.slice(0, start - 1).map(({ width }) => width));
    const reach = [before, reached].map((width) => made("i", { style: `flex-grow:${width}` }));
    const told = row.parts.map(({ shown }, at) => `${scale[at].label} ${signed(shown)}`).join(", ");
    return made(
      "div",
      { class: row.simulated ? "plot simulated" : "plot", role: "img", "aria-label": `${row.mark} (${row.note}). ${told}.` },
      made("div", { class: row.parts.some(({ width }) => width && width < NARROW) ? "over some" : "over" }, ...over),
      made("div", { class: "stack" }, ...row.parts.map(box)),
      reached ? made("div", { class: "reach" }, ...reach) : "",
      made("p", { class: "under" }, made("span", {}, row.note), " ", made("strong", {}, row.mark)),
    );
  };

  const swatches = (scale) =>
    scale.map(({ label, ground, ink }, at) => made("li", {}, made("i", { style: `background:${ground};color:${ink}` }, scale === levels ? String(at + 1) : "\u00a0"), label));
  const levelKey = (scale) => made("ul", { class: "levels" }, ...swatches(scale));

  const key = (heads, start) => {
    const items = swatches(levels);
    const side = (head, from, to) => made("div", {}, made("p", {}, head), made("ul", {}, ...items.slice(from, to)));
    return made("div", { class: "plot key" }, side(heads[0], 0, start - 1), side(heads[1], start - 1));
  };

  const barChart = (answer) => {
    const hatched = answer.simulated ? [made("figcaption", {}, words.hatched)] : [];
    const legend = answer.scale === levels ? made("figure", { class: "legend" }, ...hatched, key(answer.heads, answer.start)) : levelKey(answer.scale);
    const figures = answer.rows.map((row) => {
      const caption = made("figcaption", {}, row.label);
      const shown = row.known ? plotted(row, answer) : made("p", { class: "plot none" }, row.withheld ? words.why_withheld : row.note ?? words.no_figure);
      return made("figure", { class: row.whole ? "bar theme" : "bar" }, caption, shown);
    });
    return made("div", { class: "bars" }, legend, ...figures);
  };

  const SIGNS = ["then", "now"];
  /* Where a value stands on an axis, in percent of its length. */
  const onAxis = (axis) => {
    const [low, high] = [axis[0][0], axis.at(-1)[0]];
    return (value) => (100 * (Math.max(low, Math.min(high, value)) - low)) / (high - low);
  };

  /* The heading that a row begins, if it does. */
  const begun = (rows, at) => (rows[at].section === rows[at - 1]?.section ? "" : rows[at].section);

  const trackChart = ({ rows, axis, key }) => {
    const to = onAxis(axis);
    const signs = (texts) => texts.map((text, at) => made("li", {}, made("i", { class: `sign ${SIGNS[at]}` }), text));
    const legend = Array.isArray(key) ? [made("ul", { class: "levels" }, ...signs(key))] : key ? [levelKey(levels)] : [];
    const ticks = axis.map(([at, text]) => made("span", { style: `left:${to(at)}%` }, text));
    const drawn = rows.flatMap((row, at) => {
      const heading = begun(rows, at);
      const marks = [];
      const span = (low, high, name) => marks.push(made("i", { class: name, style: `left:${to(low)}%;width:${to(high) - to(low)}%` }));
      if (row.low !== undefined && row.low !== null) span(row.low, row.high, "range");
      if (row.from !== undefined) {
        span(Math.min(row.from, row.at), Math.max(row.from, row.at), "way");
        marks.push(made("i", { class: "sign then", style: `left:${to(row.from)}%` }));
      }
      const sign = row.from !== undefined || !row.mark ? "now" : row.mark;
      marks.push(made("i", { class: `sign ${sign}`, style: `left:${to(row.at)}%` }));
      const verdict = row.verdict ? [made("strong", {}, made("i", { class: `sign ${row.mark}` }), row.verdict)] : [];
      const ticks = axis.map(([value]) => made("i", { class: value === 0 && axis[0][0] < 0 ? "zero" : "tick", style: `left:${to(value)}%` }));
      const track = made(
        "div",
        { class: "track" },
        made("p", {}, made("span", {}, row.label), " ", made("small", {}, row.aside ?? ""), " ", made("b", {}, row.value)),
        made("div", { class: "axis", "aria-hidden": "true" }, ...ticks, ...marks),
        row.under ? made("p", { class: "under" }, made("span", {}, row.under), " ", ...verdict) : "",
      );
      return heading ? [made("p", { class: "section" }, heading), track] : [track];
    });
    return made("div", { class: "tracks" }, ...legend, made("div", { class: "axis names", "aria-hidden": "true" }, ...ticks), ...drawn);
  };

  const gridChart = ({ rows, heads, bases, title }) => {
    const cell = ([text, ground, ink]) => made("td", { role: "cell", style: ground ? `background:${ground};color:${ink}` : "" }, text);
    const head = heads.map((name, at) => made("th", { scope: "col", role: "columnheader" }, name, ...(at ? [made("small", {}, bases[at - 1])] : [])));
    const line = (...cells) => made("tr", { role: "row" }, ...cells);
    const lines = rows.map((row) => line(made("th", { scope: "row", role: "rowheader" }, row.label), ...row.grid.map(cell)));
    const parts = [made("thead", { role: "rowgroup" }, line(...head)), made("tbody", { role: "rowgroup" }, ...lines)];
    const table = made("table", { class: "grid", role: "table", "aria-label": title, style: `--columns:${bases.length}` }, ...parts);
    return made("div", {}, levelKey(levels), made("div", { class: "table", role: "region", tabindex: "0", "aria-label": title }, table));
  };

  const tabled = ({ heads, rows }, caption) => {
    const head = (text, at) => made("th", { class: at ? "short" : "words", scope: "col" }, text);
    const cell = (text, at) => (at ? made("td", {}, text) : made("th", { class: "words", scope: "row" }, text));
    const line = (cells, write) => made("tr", {}, ...cells.map(write));
    const parts = [made("thead", {}, line(heads, head)), made("tbody", {}, ...rows.map((row) => line(row, cell)))];
    const table = made("table", {}, made("caption", {}, caption), ...parts);
    return made("div", { class: "table", role: "region", tabindex: "0", "aria-label": caption }, table);
  };

  /* ------------------------------------------------------------------------- files to keep */

  /* The title says what is simulated; the foot, where what is shown comes from: of some answers, from both. */
  const marked = ({ title, simulated, published }) => (simulated ? `${title} (${published ? words.partly : words.simulated})` : title);
  const sourceOf = ({ simulated, published }) => data.sources.filter((_, at) => (at ? simulated : published || !simulated));

  const cells = (value) => {
    if (value === null || value === undefined) return "";
    if (typeof value === "boolean") return value ? "True" : "False";
    const text = typeof value === "string" ? value.replace(/^[=+\-@\t\r]/, "'$&") : String(value);
    return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };

  /* The published columns, then what they are of: as a spreadsheet reads them. */
  const csv = (answer) => {
    const source = (simulated) => `${marked({ title: answer.title, simulated })}. ${sourceOf({ simulated })}`;
    const rows = answer.csv.rows.map((row, at) => [...row, source(answer.csv.simulated?.[at] ?? answer.simulated)]);
    const lines = [[...answer.csv.columns, "source"], ...rows];
    return `\ufeff${lines.map((line) => line.map(cells).join(",")).join("\n")}\n`;
  };

  const WIDTH = 800;
  const EDGE = 24;
  const FONT = "Inter, sans-serif";
  const [DARK, MUTED] = ["#1f2933", "#4a5560"];
  const pen = document.createElement("canvas").getContext("2d");
  const font = (size, weight) => `${weight} ${size}px ${FONT}`;
  const measured = (text, size, weight) => {
    pen.font = font(size, weight);
    return pen.measureText(text).width;
  };
  const wrapped = (text, width, size, weight) => {
    const lines = [""];
    for (const part of text.split(" ")) {
      const longer = `${lines.at(-1)} ${part}`.trim();
      if (measured(longer, size, weight) > width && lines.at(-1)) lines.push(part);
      else lines[lines.length - 1] = longer;
    }
    return lines;
  };
  const resolved = (colour) => {
    const name = /^var\((.+)\)$/.exec(colour)?.[1];
    return name ? getComputedStyle(document.documentElement).getPropertyValue(name).trim() : colour;
  };

  /* A chart as shapes and words, from which both the SVG and the PNG are written. */
  const picture = (answer) => {
    const shapes = [];
    let top = EDGE;
    const rect = (x, y, width, height, colour, stroke = "") => shapes.push({ rect: [x, y, width, height], fill: resolved(colour), stroke });
    const poly = (points, colour, stroke = "") => shapes.push({ points, fill: colour, stroke });
    const say = (text, x, y, { size = 13, weight = 400, fill = DARK, anchor = "start" } = {}) => shapes.push({ text, x, y, size, weight, fill, anchor });
    const paragraph = (text, x, y, width, look = {}) => {
      const { size = 13, weight = 400 } = look;
      const lines = wrapped(text, width, size, weight);
      lines.forEach((line, at) => say(line, x, y + size + at * size * 1.35, look));
      return y + lines.length * size * 1.35;
    };
    const [left, right] = [316, WIDTH - EDGE];
    const sign = (x, y, kind) => {
      const s = 6;
      const accent = resolved("var(--implementation)");
      if (kind === "progress") poly([[x, y - s], [x + s, y + s], [x - s, y + s]], DARK);
      else if (kind === "decline") poly([[x, y + s], [x + s, y - s], [x - s, y - s]], DARK);
      else if (kind === "stable") rect(x - 4, y - 4, 8, 8, DARK);
      else if (kind === "now" || kind === "then") shapes.push({ circle: [x, y, s], fill: kind === "now" ? accent : "#fff", stroke: accent });
      else poly([[x, y - s], [x + s, y], [x, y + s], [x - s, y]], "#fff", DARK);
    };
    const legend = (entries) => {
      let x = EDGE;
      for (const { label, ground, ink, kind, number } of entries) {
        const width = 34 + measured(label, 12, 400) + 14;
        if (x > EDGE && x + width > right) [x, top] = [EDGE, top + 22];
        if (kind) sign(x + 12, top + 8, kind);
        else {
          rect(x, top, 24, 16, ground, MUTED);
          say(number, x + 12, top + 12, { size: 11, weight: 600, fill: resolved(ink), anchor: "middle" });
        }
        say(label, x + 32, top + 12, { size: 12 });
        x += width;
      }
      top += 34;
    };
    const scaleKey = (scale) => legend(scale.map((level, at) => ({ ...level, number: scale === levels ? String(at + 1) : "" })));
    const section = (at) => {
      const heading = begun(answer.rows, at);
      if (heading) top = paragraph(heading, EDGE, top + 4, right - EDGE, { weight: 700 }) + 8;
    };

    top = paragraph(marked(answer), EDGE, top, right - EDGE, { size: 20, weight: 700, fill: resolved("var(--navy)") }) + 14;
    if (answer.kind === "bars") {
      scaleKey(answer.scale);
      for (const row of answer.rows) {
        const label = paragraph(row.label, EDGE, top + 14, left - EDGE - 20, { size: 13, weight: row.whole ? 600 : 400 });
        let foot = top + 36;
        if (row.known) {
          const whole = sum(row.parts.map(({ width }) => width));
          const each = (width) => ((right - left) * width) / whole;
          let [x, over] = [left, -Infinity];
          row.parts.forEach(({ width, shown }, at) => {
            if (!width) return;
            const { ground, ink } = answer.scale[at];
            rect(x, top + 14, each(width), 24, ground, MUTED);
            const middle = x + each(width) / 2;
            if (width >= NARROW) say(shown, middle, top + 31, { weight: 600, fill: resolved(ink), anchor: "middle" });
            else {
              over = Math.min(Math.max(middle, over + 18), right - 4);
              say(shown, over, top + 10, { size: 11, anchor: "middle" });
            }
            x += each(width);
          });
          const from = left + each(sum(row.parts.slice(0, answer.start - 1).map(({ width }) => width)));
          if (from < right) poly([[from, top + 40], [from, top + 44], [right, top + 44], [right, top + 40]], "none", MUTED);
          const room = measured(row.mark, 11.5, 600) + 16;
          say(row.mark, right, top + 60, { size: 11.5, weight: 600, anchor: "end" });
          foot = paragraph(row.note, left, top + 48, right - left - room, { size: 11.5, fill: MUTED });
        } else paragraph(row.withheld ? words.why_withheld : row.note ?? words.no_figure, left, top + 14, right - left, { fill: MUTED });
        top = Math.max(label, foot) + 12;
      }
    } else if (answer.kind === "tracks") {
      if (Array.isArray(answer.key)) legend(answer.key.map((label, at) => ({ label, kind: SIGNS[at] })));
      else if (answer.key) scaleKey(levels);
      const to = onAxis(answer.axis);
      const end = right - 96;
      const place = (value) => left + ((end - left) * to(value)) / 100;
      for (const [at, text] of answer.axis) say(text, place(at), top + 8, { size: 11, fill: MUTED, anchor: "middle" });
      top += 20;
      answer.rows.forEach((row, at) => {
        section(at);
        const label = paragraph(row.label, EDGE, top, left - EDGE - 20);
        const y = top + 9;
        poly([[left, y], [end, y]], "none", MUTED);
        for (const [tick] of answer.axis) poly([[place(tick), y - 4], [place(tick), y + 4]], "none", MUTED);
        if (row.low !== undefined && row.low !== null) {
          rect(place(row.low), y - 1, place(row.high) - place(row.low), 2, MUTED);
          for (const bound of [row.low, row.high]) rect(place(bound) - 1, y - 6, 2, 12, MUTED);
        }
        if (row.from !== undefined) {
          rect(place(Math.min(row.from, row.at)), y - 2, Math.abs(place(row.at) - place(row.from)), 4, "var(--implementation)");
          sign(place(row.from), y, "then");
        }
        sign(place(row.at), y, row.from !== undefined || !row.mark ? "now" : row.mark);
        say(row.value, right, y + 5, { weight: 600, anchor: "end" });
        let foot = y + 12;
        const told = [row.under ?? row.aside, row.verdict].filter(Boolean).join(" · ");
        if (told) foot = paragraph(told, left, y + 10, right - left, { size: 11, fill: MUTED });
        top = Math.max(label, foot) + 10;
      });
    } else {
      scaleKey(levels);
      const each = (right - left) / answer.bases.length;
      const tops = answer.bases.map((base, at) => paragraph(`${answer.heads[at + 1]}, ${base}`, left + each * at + 4, top, each - 10, { size: 12, weight: 600 }));
      top = Math.max(...tops) + 8;
      answer.rows.forEach((row, at) => {
        section(at);
        const label = paragraph(row.label, EDGE, top + 4, left - EDGE - 20);
        row.grid.forEach(([text, ground, ink], cell) => {
          if (ground) rect(left + each * cell, top, each - 2, 26, ground);
          say(text, left + each * (cell + 0.5), top + 18, { weight: 600, fill: ink ?? MUTED, anchor: "middle" });
        });
        top = Math.max(label, top + 26) + 4;
      });
    }
    for (const text of [answer.note, ...sourceOf(answer)].filter(Boolean)) {
      top = paragraph(text, EDGE, top + 8, right - EDGE, { size: 11, fill: MUTED });
    }
    return { shapes, width: WIDTH, height: Math.ceil(top + EDGE / 2) };
  };

  const escaped = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

  const svg = (answer) => {
    const { shapes, width, height } = picture(answer);
    const lines = shapes.map(({ rect, circle, points, text, x, y, size, weight, fill, stroke, anchor }) => {
      const look = `fill="${fill}"${stroke ? ` stroke="${stroke}"` : ""}`;
      if (rect) return `<rect x="${rect[0]}" y="${rect[1]}" width="${rect[2]}" height="${rect[3]}" ${look}/>`;
      if (circle) return `<circle cx="${circle[0]}" cy="${circle[1]}" r="${circle[2]}" ${look}/>`;
      if (points) return `<${fill === "none" ? "polyline" : "polygon"} points="${points.join(" ")}" ${look}/>`;
      return `<text x="${x}" y="${y}" font-size="${size}" font-weight="${weight}" text-anchor="${anchor}" ${look}>${escaped(text)}</text>`;
    });
    const told = answer.rows.map((row) => row.sentence).join(" ");
    return [
      `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" font-family="${FONT}">`,
      `<title>${escaped(marked(answer))}</title>`,
      `<desc>${escaped(told)}</desc>`,
      `<rect width="${width}" height="${height}" fill="#fff"/>`,
      ...lines,
      "</svg>\n",
    ].join("\n");
  };

  const png = async (answer) => {
    await Promise.all([400, 600, 700].map((weight) => document.fonts.load(font(13, weight))));
    const { shapes, width, height } = picture(answer);
    const canvas = made("canvas", { width: 2 * width, height: 2 * height });
    const brush = canvas.getContext("2d");
    brush.scale(2, 2);
    brush.fillStyle = "#fff";
    brush.fillRect(0, 0, width, height);
    for (const { rect, circle, points, text, x, y, size, weight, fill, stroke, anchor } of shapes) {
      [brush.fillStyle, brush.strokeStyle] = [fill, stroke || "transparent"];
      if (text !== undefined) {
        brush.font = font(size, weight);
        brush.textAlign = { start: "left", middle: "center", end: "right" }[anchor];
        brush.fillText(text, x, y);
        continue;
      }
      brush.beginPath();
      if (rect) brush.rect(...rect);
      if (circle) brush.arc(...circle, 0, 2 * Math.PI);
      points?.forEach(([px, py]) => brush.lineTo(px, py));
      if (points && fill !== "none") brush.closePath();
      if (fill !== "none") brush.fill();
      if (stroke) brush.stroke();
    }
    return new Promise((done) => canvas.toBlob(done, "image/png"));
  };

  const KINDS = {
    png,
    svg: (answer) => new Blob([svg(answer)], { type: "image/svg+xml" }),
    csv: (answer) => new Blob([csv(answer)], { type: "text/csv" }),
  };

  const save = (blob, name) => {
    const link = made("a", { href: URL.createObjectURL(blob), download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  };

  /* ------------------------------------------------------------------------- the question in the address */

  const usual = () => ({ look: "distribution", theme: "", only: [], word: "", among: "", by: "", cut: data.start, sort: "questionnaire" });
  const LOOKS = ["distribution", "scores", "changes"].filter((look) => look === "distribution" || Object.keys(answers).some((key) => key.startsWith(look)));
  const known = (question) => {
    const { look, theme, among, by, cut, sort, only } = question;
    const rest = usual();
    const can = {
      look: LOOKS.includes(look),
      theme: theme === "" || (theme === ALL && look === "distribution") || members.has(theme),
      among: among === "" || Boolean(amongLabel(among)),
      by: by === "" || Boolean(answers[`scores:${by}`]),
      cut: Number.isInteger(cut) && cut > 1 && cut <= levels.length,
      sort: ["questionnaire", "percent"].includes(sort),
      only: only.every((id) => id === theme || members.get(theme)?.includes(id)),
    };
    for (const [name, good] of Object.entries(can)) if (!good) question[name] = rest[name];
    if (question.theme === ALL) question.among = "";
    else question.word = "";
    if (question.look === "changes" && !answers[["changes", question.theme].filter(Boolean).join(":")]) {
      question.theme = answers.changes ? "" : Object.keys(answers).find((key) => key.startsWith("changes:")).slice(8);
    }
    return question;
  };

  /* The questions that an address holds: one, or two of which the second has its names after a 2. */
  const read = () => {
    const given = new URLSearchParams(location.hash.slice(1));
    const one = (end) => {
      const question = usual();
      for (const name of Object.keys(question)) {
        const value = given.get(name + end);
        if (value === null) continue;
        question[name] = name === "cut" ? Number(value) : name === "only" ? value.split(",") : value;
      }
      return known(question);
    };
    return given.has("two") ? [one(""), one("2")] : [one("")];
  };

  const write = (questions) => {
    const told = new URLSearchParams();
    questions.forEach((question, at) => {
      for (const [name, value] of Object.entries(question)) {
        if (String(value) !== String(usual()[name])) told.set(name + (at ? "2" : ""), value);
      }
    });
    if (questions.length > 1) told.set("two", "1");
    const hash = String(told);
    if (hash || location.hash) history.replaceState(null, "", `#${hash}`);
  };

  const named = (question, kind) => {
    const { only, ...rest } = question;
    const told = Object.entries(rest).filter(([name, value]) => value !== usual()[name]);
    const words = told.map(([, value]) => folded(String(value)).replace(/\W+/g, "-")).filter((word) => word !== "-");
    return `${[data.edition, ...words].join("-")}.${kind}`;
  };

  /* ------------------------------------------------------------------------- the page */

  let questions = read();
  let panes = [];

  const themeOptions = ({ look }) => {
    const name = ({ id, number }) => [id, number ? `${number}. ${labels[id]}` : labels[id]];
    const compared = look === "changes";
    const offered = themes.filter(({ id }) => (compared ? answers[`changes:${id}`] : bars[id])).map(name);
    if (!compared || answers.changes) offered.unshift(["", words.all_themes]);
    return compared ? offered : [...offered, [ALL, words.all_affirmations]];
  };

  const pane = (at) => {
    const question = questions[at];
    const change = (changed) => {
      Object.assign(question, changed);
      known(question);
      write(questions);
      show();
    };
    const control = (name, label, element) => ({ name, element, label: made("label", { class: name }, made("span", {}, label), element) });
    const select = (name, label) => {
      const element = made("select", { name });
      element.addEventListener("change", () => {
        const value = name === "cut" ? Number(element.value) : element.value;
        change({ [name]: value, ...(name === "theme" ? { only: [], word: "" } : {}) });
      });
      return control(name, label, element);
    };
    const word = control("word", words.word, made("input", { name: "word", type: "search", autocomplete: "off", spellcheck: "false" }));
    word.element.addEventListener("input", () => change({ word: word.element.value, theme: ALL, only: [] }));
    const controls = [select("look", words.question), select("theme", words.theme), select("among", words.among), select("by", words.by), select("cut", words.cut), select("sort", words.sort), word];
    const chosen = made("details", { class: "chosen" }, made("summary", {}), made("ul", {}));
    const form = made("form", { class: "ask", autocomplete: "off" }, ...controls.map(({ label }) => label), chosen);
    form.addEventListener("submit", (event) => event.preventDefault());
    const answer = made("div", { class: "answer" });
    const section = made("section", { class: "pane", "aria-label": at ? words.second : words.first }, form, answer);
    const said = made("p", { class: "finding", role: "status" });

    const options = () => ({
      look: LOOKS.map((look) => [look, words[look]]),
      theme: themeOptions(question),
      among: [["", words.everyone], ...data.among.flatMap(({ id, label, of }) => Object.entries(of).map(([key, name]) => [`${id}:${key}`, name, label]))],
      by: [["", words.together], ...["status", "size_class", "group"].filter((by) => answers[`scores:${by}`]).map((by) => [by, words[by]])],
      cut: levels.slice(1).map(({ label }, each) => [each + 2, `${each + 2}. ${label}`]),
      sort: ["questionnaire", "percent"].map((sort) => [sort, words[sort]]),
    });

    const offer = (element, list) => {
      const text = JSON.stringify(list);
      if (element.dataset.list === text) return;
      element.dataset.list = text;
      const groups = new Map();
      const holders = list.map(([value, name, group]) => {
        const option = made("option", { value }, name);
        if (!group) return option;
        if (!groups.has(group)) groups.set(group, made("optgroup", { label: group }));
        groups.get(group).append(option);
        return groups.get(group);
      });
      element.replaceChildren(...new Set(holders));
    };

    const choose = () => {
      const whole = question.theme && question.theme !== ALL ? [question.theme, ...members.get(question.theme)] : [];
      chosen.hidden = question.look !== "distribution" || !whole.length || Boolean(question.among);
      const on = question.only.length ? question.only : whole;
      chosen.firstChild.textContent = fill(words.chosen, { n: on.length, of: whole.length });
      const text = whole.join();
      if (chosen.dataset.list !== text) {
        chosen.dataset.list = text;
        const items = whole.map((id) => {
          const box = made("input", { type: "checkbox", value: id });
          box.addEventListener("change", () => {
            const boxes = [...chosen.querySelectorAll("input")];
            const only = boxes.filter((each) => each.checked).map((each) => each.value);
            if (!only.length) box.checked = true;
            else change({ only: only.length === boxes.length ? [] : only });
          });
          return made("li", {}, made("label", {}, box, " ", id === question.theme ? words.whole_theme : labels[id]));
        });
        chosen.lastChild.replaceChildren(...items);
      }
      for (const box of chosen.querySelectorAll("input")) box.checked = on.includes(box.value);
    };

    const show = () => {
      const { look, theme, among } = question;
      const shown = { look: LOOKS.length > 1, theme: look !== "scores", among: look === "distribution" && theme !== ALL && data.among.length, by: look === "scores" };
      Object.assign(shown, { cut: look === "distribution" && !among, sort: look === "distribution", word: look === "distribution" });
      const lists = options();
      for (const { name, element, label } of controls) {
        label.hidden = !shown[name];
        if (lists[name]) offer(element, lists[name]);
        if (document.activeElement !== element || element.tagName === "SELECT") element.value = question[name];
      }
      choose();
      const found = answered(question);
      const drawn = { bars: barChart, tracks: trackChart, grid: gridChart }[found.kind];
      said.textContent = found.rows[0]?.sentence ?? words.nothing;
      const buttons = Object.keys(KINDS).map((kind) => {
        const button = made("button", { type: "button", value: kind }, words[kind]);
        button.addEventListener("click", async () => {
          const name = named(question, kind);
          save(await KINDS[kind](found), name);
          kept.textContent = fill(words.kept, { file: name });
        });
        return button;
      });
      const kept = made("span", { role: "status" });
      const list = made("ul", {}, ...found.rows.map((row) => made("li", {}, row.sentence)));
      const folds = [
        made("details", { class: "data sentences" }, made("summary", {}, words.sentences), list),
        ...(found.kind === "grid" ? [] : [made("details", { class: "data" }, made("summary", {}, words.table), tabled(found.table, marked(found)))]),
      ];
      const open = [...answer.querySelectorAll("details")].map((each) => each.open);
      folds.forEach((fold, each) => (fold.open = open[each] ?? false));
      const aside = among && theme ? [made("p", { class: "source" }, words.themes_alone)] : [];
      const body = found.rows.length
        ? [drawn(found), ...[found.note, ...sourceOf(found)].filter(Boolean).map((text) => made("p", { class: "source" }, text)), ...aside, ...folds, made("p", { class: "keep" }, words.keep, " ", ...buttons, kept)]
        : [];
      if (!said.parentNode) answer.append(made("h2", {}), said, made("div", { class: "shown" }));
      answer.firstChild.textContent = marked(found);
      answer.lastChild.replaceChildren(...body);
    };

    show();
    return section;
  };

  const compare = made("input", { type: "checkbox" });
  const both = made("p", { class: "both" }, made("label", {}, compare, " ", words.both));
  const shown = made("div", { class: "panes" });
  const link = made("p", { class: "source" }, words.link);

  const build = () => {
    panes = questions.map((_, at) => pane(at));
    compare.checked = panes.length > 1;
    shown.classList.toggle("two-panes", panes.length > 1);
    shown.replaceChildren(...panes);
  };
  compare.addEventListener("change", () => {
    questions = compare.checked ? [questions[0], { ...questions[0], only: [...questions[0].only] }] : [questions[0]];
    write(questions);
    build();
  });
  addEventListener("hashchange", () => {
    if (location.hash && !location.hash.includes("=")) return; // a place of the page
    questions = read();
    build();
  });
  build();
  place.append(both, shown, link);
})();
