/* Menus, copying, printing, the queue drawer, and what to say when the network is gone. */
(function () {
  "use strict";
  var q = window.qiying;
  function closeMenus(except) {
    q.all(document, "details[data-menu][open]").forEach(function (menu) { if (menu !== except) { menu.removeAttribute("open"); } });
  }
  document.addEventListener("click", function (event) {
    closeMenus(event.target.closest("details[data-menu]"));
    var copy = event.target.closest("[data-copy]");
    if (copy) { copyText(copy); }
    if (event.target.closest("[data-print]")) { window.print(); }
    if (event.target.closest("[data-back]")) { window.history.back(); }
    var shows = event.target.closest("[data-shows], [data-hides]");
    if (shows) {
      /* a part of the page that stands hidden, such as the frame a form's print goes into */
      document.getElementById(shows.dataset.shows || shows.dataset.hides).hidden = !shows.dataset.shows;
    }
    var toggle = event.target.closest("[data-queue-toggle]");
    if (toggle) {
      var open = document.querySelector(".q-panes").classList.toggle("q-queue-open");
      toggle.setAttribute("aria-expanded", open ? "true" : "false");
    }
  });
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") { return; }
    var menu = document.querySelector("details[data-menu][open]");
    if (menu) { menu.removeAttribute("open"); menu.querySelector("summary").focus(); }
  });
  function copyText(button) {
    var text = button.dataset.copy || document.getElementById(button.dataset.copyFrom).textContent.trim();
    function done() {
      var before = button.textContent;
      button.textContent = "已复制";
      q.say("已复制 " + text);
      window.setTimeout(function () { button.textContent = before; }, 1600);
    }
    if (navigator.clipboard && window.isSecureContext) { navigator.clipboard.writeText(text).then(done); return; }
    var area = q.make("textarea", "q-sr");
    area.value = text;
    document.body.appendChild(area);
    area.select();
    if (document.execCommand("copy")) { done(); }
    area.remove();
    button.focus();
  }
  var bar = null;
  function offline() {
    if (bar) { return; }
    bar = q.make("div", "q-offline", "网络断了。您写的内容还在，连上网再交。");
    bar.setAttribute("role", "status");
    document.body.appendChild(bar);
  }
  function online() {
    if (!bar) { return; }
    bar.remove();
    bar = null;
    q.say("网络恢复了");
  }
  window.addEventListener("offline", offline);
  window.addEventListener("online", online);
  if (navigator.onLine === false) { document.addEventListener("DOMContentLoaded", offline); }
  document.addEventListener("change", function (event) {
    /* one box for all boxes of a name in the same form */
    var name = event.target.getAttribute && event.target.getAttribute("data-check-all");
    if (!name) { return; }
    Array.prototype.forEach.call(event.target.form.querySelectorAll('[name="' + name + '"]'), function (box) { box.checked = event.target.checked; });
  });
})();
