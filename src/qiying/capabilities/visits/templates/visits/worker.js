/* The service worker of the phone page: its shell and what the shell loads stay on the phone, so that it opens without
   a network. Nothing else is kept here; drafts and data are the page's. Signed out, the shell is thrown away. */
"use strict";
var NAME = "qiying-visits-2", SHELL = "{{ scope }}";

function keep(request, answer) {
  if (answer.ok && answer.type === "basic" && !answer.redirected) {
    var copy = answer.clone();
    caches.open(NAME).then(function (cache) { cache.put(request, copy); });
  }
  return answer;
}
function shell() {
  return fetch(SHELL, { credentials: "same-origin", cache: "no-store" }).then(function (answer) {
    if (answer.redirected || !answer.ok) { return caches.delete(NAME); }
    return answer.clone().text().then(function (text) {
      var found = (text.match(/(?:href|src)="([^"]+\.(?:css|js|svg|woff2)(?:\?[^"]*)?)"/g) || []).map(function (one) { return one.split('"')[1]; });
      return caches.open(NAME).then(function (cache) {
        return Promise.all(found.map(function (one) { return cache.add(one).catch(function () { return null; }); }))
          .then(function () { return cache.put(SHELL, answer); });
      });
    });
  });
}
self.addEventListener("install", function (event) { event.waitUntil(shell().then(function () { return self.skipWaiting(); })); });
self.addEventListener("activate", function (event) {
  event.waitUntil(caches.keys().then(function (names) {
    return Promise.all(names.filter(function (n) { return /^qiying-visits-/.test(n) && n !== NAME; }).map(function (n) { return caches.delete(n); }));
  }).then(function () { return self.clients.claim(); }));
});
self.addEventListener("message", function (event) {
  if (event.data === "forget") { event.waitUntil(caches.delete(NAME)); }
  if (event.data === "keep") { event.waitUntil(shell()); }
});
self.addEventListener("fetch", function (event) {
  var request = event.request, url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) { return; }
  if (request.mode === "navigate" && url.pathname === SHELL) {
    event.respondWith(fetch(request).then(function (answer) {
      if (answer.redirected || answer.type === "opaqueredirect") { caches.delete(NAME); return answer; }
      return keep(SHELL, answer);
    }).catch(function () { return caches.match(SHELL).then(function (kept) { return kept || Response.error(); }); }));
  } else if (/\.(css|js|svg|woff2)$/.test(url.pathname) && url.pathname.indexOf(SHELL) !== 0) {
    event.respondWith(fetch(request).then(function (answer) { return keep(request, answer); }).catch(function () {
      return caches.match(request).then(function (kept) { return kept || Response.error(); });
    }));
  }
});
