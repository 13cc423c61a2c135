// Of a page of the preview: once it has changed, its changed blocks are put in the place of the former ones, or it is
// loaded again where the reader stands; what is wrong with the report is shown over it, and at the block of the line at fault.
(() => {
  'use strict';
  const page = decodeURIComponent(location.pathname.slice(1)).replace(/\.html$/, '');
  const key = `preview ${page}`;

  function make(tag, name, text = '') {
    const element = document.createElement(tag);
    element.className = name;
    element.textContent = text;
    return element;
  }

  // The last thing with a name that begins over the middle of the window, and how far from its top.
  function standing() {
    const over = [...document.querySelectorAll('main [id]:not(.live-fault)')].filter((each) => {
      const box = each.getBoundingClientRect();
      return box.height && box.top < innerHeight / 2;
    }).pop();
    return { id: over?.id ?? '', top: over?.getBoundingClientRect().top, scrolled: scrollY };
  }

  function stand({ id, top, scrolled }) {
    const element = id && document.getElementById(id);
    const behavior = 'instant';
    if (element) scrollBy({ top: element.getBoundingClientRect().top - top, behavior });
    else scrollTo({ top: scrolled, behavior });
  }

  function reload() {
    const opened = [...document.querySelectorAll('details[open][id]')].map((each) => each.id);
    sessionStorage.setItem(key, JSON.stringify({ ...standing(), opened }));
    location.reload();
  }

  function restore() {
    const kept = sessionStorage.getItem(key);
    if (!kept) return;
    sessionStorage.removeItem(key);
    const { opened, ...place } = JSON.parse(kept);
    history.scrollRestoration = 'manual';
    for (const name of opened) document.getElementById(name)?.setAttribute('open', '');
    stand(place);
  }

  // A page as it is served, before its scripts add to it: its blocks, what is around them, its revision.
  function read(page) {
    const blocks = [...page.querySelector('main').children].map((element) => ({ element, html: element.outerHTML }));
    const around = page.documentElement.cloneNode(true);
    around.querySelector('main').replaceChildren();
    const script = around.querySelector('script[data-revision]');
    script.remove();
    return { blocks, around: around.outerHTML, revision: Number(script.dataset.revision) };
  }

  const shown = read(document);

  // How many blocks are the same from the first on, or from the last.
  function alike(ours, theirs) {
    const at = ours.findIndex(({ html }, place) => html !== theirs[place]?.html);
    return at < 0 ? ours.length : at;
  }

  // What the scripts of a page read when it is loaded: charts and headings.
  const scripted = ({ html }) => /<(figure|h2)|class="bars"/.test(html);

  async function update() {
    const answer = await fetch(location.pathname);
    if (!answer.ok) return reload();
    const fresh = read(new DOMParser().parseFromString(await answer.text(), 'text/html'));
    const [old, next] = [shown.blocks, fresh.blocks];
    const first = alike(old, next);
    const last = alike(old.slice(first).reverse(), next.slice(first).reverse());
    const gone = old.splice(first, old.length - first - last);
    const come = next.slice(first, next.length - last);
    if (fresh.around !== shown.around || [...gone, ...come].some(scripted)) return reload();
    const place = standing();
    const following = old[first]?.element ?? null;
    for (const { element } of come) document.querySelector('main').insertBefore(element, following);
    for (const { element } of gone) element.remove();
    old.splice(first, 0, ...come);
    shown.revision = fresh.revision;
    stand(place);
  }

  function told({ file, row, value, message, fix }) {
    const item = make('div', 'live-fault');
    item.append(make('strong', '', row ? `${file}, row ${row}` : file));
    item.append(make('p', '', value ? `${message} (found: ${value})` : message));
    item.append(make('p', 'live-fix', fix));
    return item;
  }

  // The block of the text that has most of the words of a line, at least three of five.
  function blockOf(words, blocks) {
    const shares = blocks.map((block) => {
      const held = new Set(block.textContent.toLowerCase().match(/\p{L}{3,}/gu));
      return words.filter((word) => held.has(word)).length / words.length;
    });
    const most = Math.max(...shares);
    return words.length > 2 && most >= 0.6 ? blocks[shares.indexOf(most)] : null;
  }

  // Puts what is wrong before the block of its line, else after that of a line before it, else where its text begins.
  function put(item, words, mark) {
    const all = [...document.querySelectorAll('main :is(p, li, h2, h3, h4, tr, figcaption), main [id^="text-"]')];
    const own = all.slice(all.indexOf(mark) + 1).filter((each) => !each.closest('.live-fault'));
    const end = own.findIndex((each) => each.id.startsWith('text-'));
    const blocks = [mark.closest('p, li'), ...own.slice(0, end < 0 ? own.length : end)].filter(Boolean);
    for (const [back, line] of words.entries()) {
      const block = blockOf(line, blocks);
      if (!block) continue;
      const whole = block.closest('li, figure, .table') ?? block;
      const inside = whole.matches('li');
      if (back) whole[inside ? 'append' : 'after'](item);
      else whole[inside ? 'prepend' : 'before'](item);
      return;
    }
    (mark.closest('main > *, .bars > *, .note > *') ?? mark).before(item);
  }

  const panel = make('aside', 'live');
  panel.setAttribute('role', 'status');
  panel.setAttribute('aria-label', 'Preview');
  const pdf = make('a', 'live-pdf', 'PDF');
  pdf.href = document.querySelector('.ways a.boxed')?.getAttribute('href') ?? '';
  const state = make('p', 'live-state');
  const list = make('ol', 'live-list');
  panel.append(state, list);
  if (pdf.getAttribute('href')) panel.append(pdf);

  function show({ faults, doing }) {
    for (const former of document.querySelectorAll('main .live-fault')) former.remove();
    list.replaceChildren(...faults.map((fault, number) => {
      const item = make('li', '');
      item.append(told(fault));
      const mark = fault.place && document.getElementById(fault.place);
      const elsewhere = fault.page && fault.page !== page;
      if (mark || elsewhere) {
        const link = make('a', '', mark ? 'to its place' : `on the page ${fault.page}`);
        link.href = mark ? `#live-${number}` : `${fault.page}.html#${fault.place}`;
        item.append(link);
      }
      if (mark) {
        const shown = told(fault);
        shown.id = `live-${number}`;
        put(shown, fault.words, mark);
      }
      return item;
    }));
    const count = `${faults.length} fault${faults.length > 1 ? 's' : ''}: the page is as it was before`;
    state.textContent = doing ? `computing ${doing} …` : faults.length ? count : 'up to date';
    panel.classList.toggle('wrong', faults.length > 0);
  }

  addEventListener('load', restore);
  document.addEventListener('DOMContentLoaded', () => {
    document.body.append(panel);
    const events = new EventSource(`/live/events?page=${encodeURIComponent(page)}`);
    let before = Promise.resolve();
    events.onmessage = ({ data }) => {
      const news = JSON.parse(data);
      before = before.then(async () => {
        if (news.revision > shown.revision) await update();
        show(news);
      });
    };
    events.onerror = () => { state.textContent = 'the preview has ended'; };
  });
})();
