// Of a page of the preview: it is loaded again, where the reader stands, once it has changed; what is wrong
// with the report is shown over it, and where the text at fault begins.
(() => {
  'use strict';
  const script = document.currentScript;
  const revision = Number(script.dataset.revision);
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
    const over = [...document.querySelectorAll('main [id]')].filter((each) => {
      const box = each.getBoundingClientRect();
      return box.height && box.top < innerHeight / 2;
    }).pop();
    return { id: over?.id ?? '', top: over?.getBoundingClientRect().top ?? -scrollY };
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
    const { id, top, opened } = JSON.parse(kept);
    history.scrollRestoration = 'manual';
    for (const name of opened) document.getElementById(name)?.setAttribute('open', '');
    const element = id && document.getElementById(id);
    const behavior = 'instant';
    if (element) scrollBy({ top: element.getBoundingClientRect().top - top, behavior });
    else scrollTo({ top: -top, behavior });
  }

  function told({ file, row, value, message, fix }) {
    const item = make('div', 'live-fault');
    item.append(make('strong', '', row ? `${file}, row ${row}` : file));
    item.append(make('p', '', value ? `${message} (found: ${value})` : message));
    item.append(make('p', 'live-fix', fix));
    return item;
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
    list.replaceChildren(...faults.map((fault) => {
      const item = make('li', '');
      item.append(told(fault));
      const mark = fault.place && document.getElementById(fault.place);
      const elsewhere = fault.page && fault.page !== page;
      if (mark || elsewhere) {
        const link = make('a', '', mark ? 'to its place' : `on the page ${fault.page}`);
        link.href = mark ? `#${fault.place}` : `${fault.page}.html#${fault.place}`;
        item.append(link);
      }
      if (mark) (mark.closest('main > *, .bars > *, .note > *') ?? mark).before(told(fault));
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
    events.onmessage = ({ data }) => {
      const news = JSON.parse(data);
      if (news.revision > revision) reload();
      else show(news);
    };
    events.onerror = () => { state.textContent = 'the preview has ended'; };
  });
})();
