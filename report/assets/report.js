/* Questions to the charts of a page: a level's figures on hover or focus, the order of the statements, the theme by status
   or by size. All that it shows is read from the tables under the charts, which stand in the page without it. A classic
   script, since a page opened from the disk may not load modules; it asks for nothing. */
(() => {
  "use strict";
  const tools = document.getElementById("tools")?.content;
  const colon = document.documentElement.lang === "fr" ? "\u00a0: " : ": ";
  const amount = (text) => Number(text.replace(/\D/g, ""));
  const cells = (row) => [...row.cells].map((cell) => cell.textContent.trim());

  const made = (tag, attributes, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  };

  /* The rows of a bar's table: its levels, then those at implementation together, then all of them. */
  const read = (figure) => {
    const rows = [...figure.querySelector(".data table").tBodies[0].rows].map(cells);
    const [implemented, whole] = rows.splice(-2);
    const levels = rows.map(([level, label, n, percent]) => ({ level, label, n, percent }));
    return { levels, base: whole[2], implementation: amount(implemented[3]) };
  };

  /* ------------------------------------------------------------------------- a level's figures */

  const questionable = (figure, place) => {
    const { levels, base } = read(figure);
    if (!levels.some(({ n }) => amount(n))) return;
    const words = tools.querySelector(".told").textContent;
    const say = (level) => words.replace(/\{(\w+)\}/g, (_, name) => ({ ...level, base })[name]);
    const plot = figure.querySelector(".plot");
    const stack = plot.querySelector(".stack");
    /* The image becomes a list of its levels, by the same name: it is offered once. */
    plot.setAttribute("role", "listbox");
    plot.setAttribute("aria-orientation", "horizontal");
    plot.tabIndex = 0;
    const options = [...stack.children];
    options.forEach((option, at) => {
      option.id = `level-${place}-${at}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.setAttribute("aria-label", say(levels[at]));
    });
    stack.removeAttribute("aria-hidden");
    const bubble = made("p", { class: "bubble", "aria-hidden": "true", hidden: "" });
    plot.append(bubble);

    let current = 0;
    let dismissed = -1;
    const show = (at) => {
      current = at;
      options.forEach((option, each) => option.setAttribute("aria-selected", String(each === at)));
      plot.setAttribute("aria-activedescendant", options[at].id);
      bubble.textContent = say(levels[at]);
      bubble.hidden = false;
      const middle = options[at].offsetLeft + options[at].offsetWidth / 2 - bubble.offsetWidth / 2;
      bubble.style.left = `${Math.max(0, Math.min(middle, plot.clientWidth - bubble.offsetWidth))}px`;
    };
    const hide = () => {
      bubble.hidden = true;
      options.forEach((option) => option.setAttribute("aria-selected", "false"));
    };
    const pointed = (event) => {
      const at = options.indexOf(event.target.closest(".stack > *"));
      if (at < 0 || at === dismissed) return;
      dismissed = -1;
      show(at);
    };
    plot.addEventListener("pointermove", pointed);
    plot.addEventListener("pointerdown", pointed);
    plot.addEventListener("pointerleave", () => {
      dismissed = -1;
      if (document.activeElement !== plot) hide();
    });
    plot.addEventListener("focus", () => show(current));
    plot.addEventListener("blur", hide);
    plot.addEventListener("keydown", (event) => {
      const last = levels.length - 1;
      const to = { ArrowRight: current + 1, ArrowDown: current + 1, ArrowLeft: current - 1, ArrowUp: current - 1, Home: 0, End: last };
      if (!(event.key in to)) return;
      event.preventDefault();
      show(Math.max(0, Math.min(last, to[event.key])));
    });
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || bubble.hidden) return;
      dismissed = current;
      hide();
    });
  };

  /* ------------------------------------------------------------------------- order, status and size */

  const order = (bars, select, status) => {
    const asked = [...bars.querySelectorAll(":scope > figure.bar:not(.theme)")];
    select.addEventListener("change", () => {
      const way = { down: -1, up: 1 }[select.value] ?? 0;
      const key = new Map(asked.map((figure) => [figure, way * read(figure).implementation]));
      bars.append(...[...asked].sort((one, other) => key.get(one) - key.get(other)));
      status.textContent = select.selectedOptions[0].textContent;
    });
  };

  const subgroups = (figure, select) => {
    const rows = [];
    for (const table of figure.querySelectorAll("table.subgroups")) {
      const heads = cells(table.tHead.rows[0]);
      const group = made("optgroup", { label: heads[0] });
      for (const row of table.tBodies[0].rows) {
        group.append(made("option", { value: rows.length }, row.cells[0].textContent));
        rows.push({ heads, values: cells(row), caption: table.caption.textContent });
      }
      select.append(group);
    }
    return rows;
  };

  const reading = ({ heads, values, caption }) => {
    const known = values.slice(2).every((value) => /^[<>]?\d+$/.test(value));
    const said = known ? heads.slice(1).map((head, at) => head + colon + values[at + 1]).join(" · ") : values[1];
    const parts = values.slice(2).map((value) => {
      const part = made("span", {}, value);
      part.style.flexGrow = amount(value);
      return part;
    });
    const bar = made("div", { class: "stack two", "aria-hidden": "true" }, ...parts);
    return [made("p", {}, made("strong", {}, `${values[0]} – `), said), ...(known ? [bar] : []), made("p", { class: "source" }, caption)];
  };

  const filter = (figure, select, label) => {
    const rows = figure ? subgroups(figure, select) : [];
    if (!rows.length) return label.remove();
    const shown = made("div", { class: "reading", role: "status" });
    figure.querySelector(".plot").after(shown);
    const note = tools.querySelector(".whole").textContent;
    select.addEventListener("change", () => {
      const row = rows[select.value];
      shown.replaceChildren(...(row ? [...reading(row), made("p", { class: "source" }, note)] : []));
    });
  };

  /* ------------------------------------------------------------------------- what a text rests on */

  /* Pointed at, focused or touched, a claim says what it rests on and lights what it counts; touched again, it is followed. */
  const provable = (link, place) => {
    const { says, of, at } = link.dataset;
    const figure = of && document.getElementById(of);
    const counted = at ? at.split(" ").map((level) => figure.querySelector(`.stack > :nth-child(${level})`)) : [];
    const bubble = made("span", { class: "bubble proof", role: "tooltip", id: `proof-${place}`, hidden: "" }, says);
    link.after(bubble);
    link.setAttribute("aria-describedby", bubble.id);
    const light = (on) => {
      figure?.classList.toggle("told", on);
      counted.forEach((part) => part.classList.toggle("counted", on));
    };
    const show = () => {
      if (!bubble.hidden) return;
      bubble.querySelector(".stack")?.remove();
      light(true);
      if (counted.length) bubble.append(figure.querySelector(".stack").cloneNode(true));
      bubble.querySelectorAll("[id]").forEach((part) => part.removeAttribute("id"));
      bubble.querySelector(".stack")?.setAttribute("aria-hidden", "true");
      bubble.hidden = false;
      bubble.style.left = "0";
      const room = document.documentElement.clientWidth - bubble.offsetWidth - 8;
      const { left } = bubble.getBoundingClientRect();
      bubble.style.left = `${Math.min(link.getBoundingClientRect().left, room) - left}px`;
    };
    const hide = () => {
      bubble.hidden = true;
      light(false);
    };
    link.addEventListener("pointerenter", (event) => event.pointerType === "mouse" && show());
    link.addEventListener("pointerleave", () => document.activeElement !== link && hide());
    link.addEventListener("focus", show);
    link.addEventListener("blur", hide);
    let touched = false;
    link.addEventListener("pointerdown", (event) => { touched = event.pointerType !== "mouse" && bubble.hidden; });
    link.addEventListener("click", (event) => {
      if (!touched) return;
      touched = false;
      event.preventDefault();
      show();
    });
    document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
  };
  document.querySelectorAll("a.claim").forEach(provable);

  if (!tools) return;
  document.querySelectorAll(".bars").forEach((bars) => {
    const form = tools.querySelector("form").cloneNode(true);
    bars.before(form);
    order(bars, form.elements.order, form.querySelector("[role=status]"));
    filter(bars.querySelector("figure.theme"), form.elements.subgroup, form.querySelector(".by"));
  });
  document.querySelectorAll("figure.bar:has(.stack)").forEach(questionable);
})();
