// What is wrong with the page as it is laid out now, one sentence each: sideways scrolling, text that is cut off,
// sticks out of its box or lies over other text, and targets too small for a finger.
() => {
  const SLACK = 1.5;
  const complaints = [];
  const root = document.documentElement;
  const name = e => `<${e.localName}${e.className && !e.closest('svg') ? ' class="' + e.className + '"' : ''}> `
    + `“${(e.textContent || e.name || '').trim().replace(/\s+/g, ' ').slice(0, 40)}”`;
  const unseen = e => e.closest('.nhsuk-u-visually-hidden, .nhsuk-skip-link:not(:focus), option, title, desc') !== null
    || !e.checkVisibility({ visibilityProperty: true });

  // A table that scrolls in its own container may be wider than the screen.
  const scrolled = e => {
    for (let holder = e; holder && holder !== document.body; holder = holder.parentElement) {
      if (/auto|scroll/.test(getComputedStyle(holder).overflowX)) return true;
    }
    return false;
  };

  const sticky = e => e.closest('thead, .survey-status') !== null;

  if (root.scrollWidth > root.clientWidth) {
    complaints.push(`the document scrolls sideways by ${root.scrollWidth - root.clientWidth} px`);
  }

  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const e = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || unseen(e)) continue;
    const range = document.createRange();
    range.selectNodeContents(walker.currentNode);
    for (const box of range.getClientRects()) {
      if (box.width && box.height) texts.push({ e, box });
    }
  }

  const cut = new Set();
  for (const { e, box } of texts) {
    if ((box.left < -SLACK || box.right > root.clientWidth + SLACK) && !scrolled(e)) cut.add(`${name(e)} leaves the screen`);
    const drawing = e.closest('svg');
    const frame = drawing ? drawing.getBoundingClientRect() : null;
    if (frame && (box.left < frame.left - SLACK || box.right > frame.right + SLACK
        || box.top < frame.top - SLACK || box.bottom > frame.bottom + SLACK)) {
      cut.add(`${name(e)} is cut off by its drawing`);
    }
    const cell = e.closest('td, th, button, label, dt, dd, select, a.nhsuk-button');
    const edge = cell ? cell.getBoundingClientRect() : null;
    if (edge && !e.closest('.survey-scale__end') && (box.right > edge.right + SLACK || box.left < edge.left - SLACK)) {
      cut.add(`${name(e)} sticks out of its box`);
    }
    for (let holder = drawing ? null : e; holder && holder !== document.body; holder = holder.parentElement) {
      const style = getComputedStyle(holder);
      if (style.overflowX === 'visible' && style.overflowY === 'visible') continue;
      if (/auto|scroll/.test(style.overflowX + style.overflowY)) break;
      const bounds = holder.getBoundingClientRect();
      if (box.right > bounds.right + SLACK || box.bottom > bounds.bottom + SLACK) cut.add(`${name(e)} is clipped`);
    }
  }
  complaints.push(...cut);

  const over = new Set();
  for (let i = 0; i < texts.length; i++) {
    for (let j = i + 1; j < texts.length; j++) {
      const a = texts[i].box, b = texts[j].box;
      if (texts[i].e === texts[j].e) continue;
      const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (wide > 2 && high > 0.4 * Math.min(a.height, b.height) && !(sticky(texts[i].e) || sticky(texts[j].e))) {
        over.add(`${name(texts[i].e)} lies over ${name(texts[j].e)}`);
      }
    }
  }
  complaints.push(...over);

  for (const e of document.querySelectorAll('a, button, input, select, textarea, summary')) {
    if (e.type === 'hidden' || unseen(e) || (e.matches('a') && getComputedStyle(e).display === 'inline')) continue;
    const box = e.getBoundingClientRect();
    const least = e.matches('input, button, select, textarea, .nhsuk-button') ? 44 : 24;
    if (Math.round(box.height) < least || Math.round(box.width) < least) {
      complaints.push(`${name(e)} is ${Math.round(box.width)} by ${Math.round(box.height)} px: too small`);
    }
  }
  return complaints;
}
