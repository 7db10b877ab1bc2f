/* Sends a page of answers again until it is saved, and says which of the two it is. Everything works without it.

   "Saved" is said for one thing only: an answer of 200 to 299 that carries the key this very page was sent with, and says
   that it is saved. A captive portal's page, a proxy's or half an answer is none. What is kept meanwhile is this one page,
   in this tab alone, and it goes when it is saved, refused, finished with, or when the tab is closed. */
(() => {
  "use strict";
  const NAME = "unsent", PATIENCE = 20000, WAITS = [1, 2, 4, 8, 15];
  const line = document.getElementById("status");
  const form = document.querySelector("form[data-again]");
  let sending = false;

  const say = what => { if (line) { line.textContent = what ? line.dataset[what] : ""; line.dataset.now = what || ""; } };
  const forget = () => { try { sessionStorage.removeItem(NAME); } catch (_) { /* there is no storage */ } held = null; };
  const keep = page => { held = page; try { sessionStorage.setItem(NAME, JSON.stringify(page)); } catch (_) { /* nor room */ } };
  const kept = () => { try { return JSON.parse(sessionStorage.getItem(NAME)); } catch (_) { return null; } };
  let held = kept();

  const key = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), byte => byte.toString(16).padStart(2, "0")).join("");
  const pause = seconds => new Promise(go => { setTimeout(go, seconds * 1000); addEventListener("online", go, { once: true }); });

  /* Sent once already, a page is late: what another device saved since is newer, and is not overwritten. */
  async function attempt(page) {
    const late = page.late ? { "survey-late": "1" } : {};
    page.late = true;
    keep(page);
    const clock = new AbortController(), timer = setTimeout(() => clock.abort(), PATIENCE);
    try {
      const answer = await fetch(page.to, {
        method: "POST", body: page.body, redirect: "error", cache: "no-store", signal: clock.signal,
        headers: { "content-type": "application/x-www-form-urlencoded", "survey-key": page.key, ...late },
      });
      if (answer.headers.get("survey-key") !== page.key) return "again";
      if (answer.ok && answer.headers.get("survey-next")) return { saved: answer.headers.get("survey-saved") === page.key, next: answer.headers.get("survey-next") };
      return answer.status >= 500 || answer.status === 429 || answer.status === 409 ? "again" : "refused";
    } catch (_) {
      return "again";
    } finally {
      clearTimeout(timer);
    }
  }

  async function send() {
    if (sending) return;
    sending = true;
    for (let tries = 0; held; tries += 1) {
      const page = held, came = await attempt(page);
      if (held !== page) { tries = -1; continue; }
      if (came === "again") { say("again"); await pause(WAITS[Math.min(tries, WAITS.length - 1)]); continue; }
      forget();
      if (came === "refused") { say(""); shown(page); break; }
      say(came.saved ? "saved" : "");
      if (page.at === location.pathname) location.assign(came.next);
    }
    sending = false;
  }

  /* Refused, with a reason: the browser sends the same form itself and shows the page that says it. */
  function shown(page) {
    if (!form || page.at !== location.pathname) return;
    for (const [name, value] of page.pressed) {
      const field = document.createElement("input");
      Object.assign(field, { type: "hidden", name, value });
      form.append(field);
    }
    form.submit();
  }

  function fill(body) {
    const given = new URLSearchParams(body);
    for (const field of form.elements) {
      if (!field.name || field.type === "hidden" || field.type === "submit") continue;
      if (field.type === "radio" || field.type === "checkbox") field.checked = given.getAll(field.name).includes(field.value);
      else field.value = given.get(field.name) || "";
    }
  }

  if (form && window.fetch && window.AbortController && "submitter" in SubmitEvent.prototype) {
    form.addEventListener("submit", event => {
      event.preventDefault();
      const button = event.submitter, pressed = button && button.name ? [[button.name, button.value]] : [];
      const body = new URLSearchParams(new FormData(form));
      for (const [name, value] of pressed) body.append(name, value);
      if (held && held.at === location.pathname && held.body === body.toString()) return;
      keep({ at: location.pathname, to: form.action, body: body.toString(), pressed, key: key() });
      say("saving");
      send();
    });
  }

  /* Whose page is it that was kept? Another person's is neither shown nor sent, and whoever starts or finishes here
     leaves none behind. */
  const mine = document.querySelector("input[name=csrf]");
  if (held && mine && new URLSearchParams(held.body).get("csrf") !== mine.value) forget();
  if (held && mine) {
    if (form && held.at === location.pathname) fill(held.body);
    say("again");
    send();
  }
  for (const one of document.forms) if (!one.elements.csrf || one.getAttribute("action") === "finish") one.addEventListener("submit", forget);
  addEventListener("pageshow", event => { if (event.persisted && !held) say(""); });

  if (form && "serviceWorker" in navigator) addEventListener("load", () => navigator.serviceWorker.register("/sw.js").catch(() => {}));
})();
