/* What a page has beside its text: the search over all pages, and the menu that says where its reader is. The index and
   MiniSearch are scripts that are loaded once the search is opened: a page opened from the disk may fetch nothing else. */
(() => {
  "use strict";
  const SHOWN = 20;

  const load = (name) =>
    new Promise((done, failed) => {
      const script = document.createElement("script");
      Object.assign(script, { src: `assets/${name}`, onload: done, onerror: failed });
      document.head.append(script);
    });

  /* Letters without accents and in small: “Énergie” is found by “energie”, “œuvre” by “oeuvre”. */
  const folded = (term) => term.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/œ/g, "oe");

  const indexed = async () => {
    await Promise.all([load("minisearch.js"), load("search-index.js")]);
    const index = new MiniSearch({ fields: ["title", "page", "text"], processTerm: folded });
    index.addAll(searchIndex.map(([href, title, page, text], id) => ({ id, href, title, page, text })));
    return index;
  };

  /* What holds all the words, else any of them; a word may be begun only, a long one misspelt. */
  const find = (index, words) => {
    const options = { prefix: true, fuzzy: (term) => (term.length > 4 ? 0.2 : false), boost: { title: 3 } };
    const found = index.search(words, { ...options, combineWith: "AND" });
    return found.length ? found : index.search(words, options);
  };

  const result = ([href, title, page]) => {
    const [item, link, place] = ["li", "a", "span"].map((name) => document.createElement(name));
    link.href = href;
    link.append(title);
    place.append(page);
    if (page !== title) link.append(place);
    item.append(link);
    return item;
  };

  const search = (template) => {
    const [button, dialog] = template.content.cloneNode(true).children;
    const [field, list, status] = ["input", "ol", "[role=status]"].map((name) => dialog.querySelector(name));
    document.querySelector(".ways").prepend(button);
    document.body.append(dialog);
    let index;
    const show = async () => {
      const sought = field.value.trim();
      index ??= indexed();
      const found = sought ? find(await index, sought) : [];
      if (sought !== field.value.trim()) return;
      list.replaceChildren(...found.slice(0, SHOWN).map(({ id }) => result(searchIndex[id])));
      const { none, one, many } = status.dataset;
      status.textContent = sought && ([none, one][found.length] ?? many.replace("{n}", found.length));
    };
    button.addEventListener("click", () => {
      dialog.showModal();
      show();
    });
    field.addEventListener("input", show);
    dialog.querySelector("button").addEventListener("click", () => dialog.close());
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog || event.target.closest("a")) dialog.close();
    });
    dialog.querySelector("form").addEventListener("submit", (event) => {
      event.preventDefault();
      list.querySelector("a")?.focus();
    });
    dialog.addEventListener("keydown", (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!step) return;
      const stops = [field, ...list.querySelectorAll("a")];
      const next = stops[stops.indexOf(document.activeElement) + step];
      if (!next) return;
      event.preventDefault();
      next.focus();
    });
  };

  /* The menu is scrolled to the page, and marks the section that is being read. */
  const follow = (menu) => {
    const page = menu.querySelector("[aria-current=page]");
    if (!page) return;
    menu.scrollTop = page.offsetTop - menu.clientHeight / 3;
    const links = [...menu.querySelectorAll("ul ul a")];
    const heads = links.map((link) => document.getElementById(decodeURIComponent(link.hash.slice(1))));
    const mark = () => {
      const at = heads.findLastIndex((head) => head.getBoundingClientRect().top < innerHeight / 3);
      links.forEach((link, each) => {
        if (each === at) link.setAttribute("aria-current", "location");
        else link.removeAttribute("aria-current");
      });
    };
    addEventListener("scroll", mark, { passive: true });
    mark();
  };

  const template = document.getElementById("search");
  if (template) search(template);
  follow(document.querySelector(".side"));
})();
