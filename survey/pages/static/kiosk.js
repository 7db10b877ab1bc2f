/* On a shared device: asks whether somebody is still there, and ends their visit when nobody answers. Whoever is busy on
   a page keeps the visit alive without sending it. Without this script a page that asks comes by itself. */
(() => {
  "use strict";
  const ASK = 180e3, END = 240e3, RENEW = 60e3;
  const dialog = document.getElementById("idle"), over = document.getElementById("idle-over");
  if (!dialog || !dialog.showModal) return;
  let busy = Date.now(), renewed = busy, ended = false;

  const renew = () => {
    renewed = Date.now();
    fetch(dialog.dataset.more, { method: "POST", redirect: "manual", cache: "no-store" }).catch(() => {});
  };
  const stay = () => { busy = Date.now(); if (dialog.open) dialog.close(); renew(); };

  for (const sign of ["pointerdown", "keydown", "input", "wheel", "touchmove"]) {
    addEventListener(sign, () => { if (!dialog.open) busy = Date.now(); }, { passive: true });
  }
  document.getElementById("idle-more").addEventListener("click", stay);
  dialog.addEventListener("cancel", stay);
  setInterval(() => {
    const away = Date.now() - busy;
    if (ended) return;
    if (away > END) { ended = true; over.submit(); }
    else if (away > ASK) { if (!dialog.open) dialog.showModal(); }
    else if (Date.now() - renewed > RENEW) renew();
  }, 1000);
})();
