/* Keeps the offline page and the files that pages are dressed with. Never a page of anybody's, never an answer. */
"use strict";
const KEPT = "survey-1", OFFLINE = "/offline";

self.addEventListener("install", event => {
  self.skipWaiting();
  event.waitUntil(caches.open(KEPT).then(cache => cache.add(new Request(OFFLINE, { cache: "reload", credentials: "omit" }))));
});

self.addEventListener("activate", event => event.waitUntil(
  caches.keys().then(names => Promise.all(names.filter(name => name !== KEPT).map(name => caches.delete(name)))).then(() => self.clients.claim()),
));

async function dressed(request) {
  const cache = await caches.open(KEPT), found = await cache.match(request);
  if (found) return found;
  const answer = await fetch(request);
  if (answer.ok && (answer.headers.get("cache-control") || "").includes("immutable")) {
    const name = new URL(request.url).pathname.split("/").pop();
    for (const older of await cache.keys()) if (older.url.endsWith("/" + name)) await cache.delete(older);
    await cache.put(request, answer.clone());
  }
  return answer;
}

self.addEventListener("fetch", event => {
  const request = event.request, address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== location.origin) return;
  if (address.pathname.startsWith("/assets/")) event.respondWith(dressed(request));
  else if (request.mode === "navigate" && address.pathname.startsWith("/r/")) {
    event.respondWith(fetch(request).catch(async () => (await caches.match(OFFLINE)) || Response.error()));
  }
});
