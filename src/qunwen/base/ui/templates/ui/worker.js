/* Keeps the offline page and its look, and the pages which ask to be kept (tickets: header X-Qunwen-Keep), each with
   its look, the newest twenty, until the person logs out. Nothing else about a person is kept. */
"use strict";
const KEPT = "qunwen-{{ version }}";
const OFFLINE = "{{ offline_url|escapejs }}";
const PAGES = "qunwen-pages";
const MOST_PAGES = 20;
const FILES = [OFFLINE{% for file in files %}, "{{ file|escapejs }}"{% endfor %}];
self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(KEPT).then((cache) => cache.addAll(FILES.map((file) => new Request(file, { credentials: "omit" })))).then(() => self.skipWaiting()));
});
self.addEventListener("activate", (event) => {
  event.waitUntil(caches.keys()
    .then((names) => Promise.all(names.filter((name) => name.startsWith("qunwen-") && name !== KEPT && name !== PAGES && !name.startsWith("qunwen-field")).map((name) => caches.delete(name))))
    .then(() => self.clients.claim()));
});
async function keep(request, response) {
  const cache = await caches.open(PAGES);
  await cache.delete(request, { ignoreVary: true });
  const text = await response.clone().text();
  await cache.put(request, response);
  const looks = (text.match(/(?:href|src)="(\/static\/[^"#]+\.(?:css|js|svg|png))/g) || []).map((found) => found.replace(/^[^"]+"/, ""));
  await Promise.all(looks.map((file) => cache.match(file).then((kept) => kept || cache.add(new Request(file, { credentials: "omit" }))).catch(() => {})));
  const pages = (await cache.keys()).filter((kept) => !new URL(kept.url).pathname.startsWith("/static/"));
  await Promise.all(pages.slice(0, Math.max(0, pages.length - MOST_PAGES)).map((old) => cache.delete(old, { ignoreVary: true })));
}
async function page(event) {
  try {
    const response = await fetch(event.request);
    if (response.ok && response.headers.get("X-Qunwen-Keep")) { event.waitUntil(keep(event.request, response.clone())); }
    return response;
  } catch (gone) {
    const kept = await caches.open(PAGES).then((cache) => cache.match(event.request, { ignoreVary: true }));
    return kept || caches.match(OFFLINE, { ignoreVary: true });
  }
}
self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (url.origin !== self.location.origin) { return; }
  if (event.request.method === "POST" && url.pathname.endsWith("/logout/")) { event.waitUntil(caches.delete(PAGES)); return; }
  if (event.request.method !== "GET") { return; }
  if (event.request.mode === "navigate") {
    event.respondWith(page(event));
  } else if (FILES.includes(url.pathname)) {
    event.respondWith(caches.match(event.request, { ignoreVary: true }).then((kept) => kept || fetch(event.request)));
  } else if (url.pathname.startsWith("/static/")) {
    event.respondWith(fetch(event.request).catch(() => caches.match(event.request, { ignoreVary: true }).then((kept) => kept || Response.error())));
  }
});
