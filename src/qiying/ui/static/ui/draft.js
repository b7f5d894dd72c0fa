/* form[data-draft="key"]: what is typed is kept on this device until it has been sent. Never files or passwords.
   Put the person into the key: several people may share the machine. Who signs out, or is signed out while writing, finds
   his words again after signing in; the sign-in page says so and offers to throw them away. After signing out they stay a day. */
(function () {
  "use strict";
  var q = window.qiying;
  var PREFIX = "qiying-draft:";
  var SENT = "qiying-draft-sent";
  var DAYS = 30;
  var DAYS_AFTER_SIGNING_OUT = 1;
  function store() { try { return window.localStorage; } catch (blocked) { return null; } }
  function fieldsOf(form) {
    return Array.prototype.filter.call(form.elements, function (field) {
      return field.name && field.name !== "csrfmiddlewaretoken" && !/^(file|password|submit|button|hidden|image|reset)$/.test(field.type) &&
        !field.hasAttribute("data-no-draft");
    });
  }
  function read(form) {
    var values = {};
    fieldsOf(form).forEach(function (field) {
      var kept = values[field.name] || (values[field.name] = []);
      if (/^(checkbox|radio)$/.test(field.type)) { if (field.checked) { kept.push(field.value); } }
      else if (field.multiple && field.options) { Array.prototype.forEach.call(field.selectedOptions, function (option) { kept.push(option.value); }); }
      else { kept.push(field.value); }
    });
    return values;
  }
  function write(form, values) {
    var used = {};
    fieldsOf(form).forEach(function (field) {
      var kept = values[field.name];
      if (!kept) { return; }
      if (/^(checkbox|radio)$/.test(field.type)) { field.checked = kept.indexOf(field.value) >= 0; }
      else if (field.multiple && field.options) { Array.prototype.forEach.call(field.options, function (option) { option.selected = kept.indexOf(option.value) >= 0; }); }
      else { used[field.name] = (used[field.name] || 0) + 1; field.value = kept[used[field.name] - 1] || ""; }
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }
  function unsentFiles(form) {
    /* those that travel with the form; what is sent as soon as it is chosen is kept by the server */
    return q.all(form, "input[type=file]").some(function (input) { return input.files.length && !input.closest("[data-upload]"); });
  }
  function empty(values) {
    return Object.keys(values).every(function (name) { return values[name].every(function (value) { return !value; }); });
  }
  function clear(key) { var s = store(); if (s) { s.removeItem(PREFIX + key); } }
  function sweep() {
    var s = store();
    if (!s) { return; }
    var limit = Date.now() - DAYS * 864e5;
    Object.keys(s).filter(function (name) { return name.indexOf(PREFIX) === 0; }).forEach(function (name) {
      try {
        var kept = JSON.parse(s.getItem(name));
        var left = kept.left && kept.left < Date.now() - DAYS_AFTER_SIGNING_OUT * 864e5;
        if (left || kept.at < limit || empty(kept.values)) { s.removeItem(name); }
      } catch (broken) { s.removeItem(name); }
    });
  }
  function drafts() {
    var s = store();
    return s ? Object.keys(s).filter(function (name) { return name.indexOf(PREFIX) === 0; }) : [];
  }
  function tellKept(place) {
    if (!drafts().length) { return; }
    var note = q.make("div", "q-note");
    note.appendChild(q.make("span", "q-grow", "没交完的内容还在这台设备上。同一个人登录后，打开那一页就会填回来。"));
    var away = q.make("button", "btn btn-sm", "不留了，清掉");
    away.type = "button";
    away.addEventListener("click", function () { drafts().forEach(function (name) { store().removeItem(name); }); place.hidden = true; });
    note.appendChild(away);
    place.appendChild(note);
    place.hidden = false;
  }
  function settleSent() {
    /* a sent form that did not come back with errors, no error page and no sign-in page instead: it arrived */
    if (document.querySelector("[data-drafts-kept]")) { return; }
    var key = null;
    try { key = sessionStorage.getItem(SENT); sessionStorage.removeItem(SENT); } catch (blocked) { return; }
    if (key === null || document.querySelector("[data-error-page]")) { return; }
    var form = document.querySelector('form[data-draft="' + window.CSS.escape(key) + '"]');
    if (!form || !form.querySelector("[data-errors], [aria-invalid='true']")) { clear(key); }
  }
  function notice(form, at, original, files) {
    var note = q.make("div", "q-note q-note-good");
    var time = new Date(at);
    var today = new Date().toDateString() === time.toDateString();
    var when = (today ? "今天 " : time.getMonth() + 1 + "月" + time.getDate() + "日 ") + time.getHours() + ":" + ("0" + time.getMinutes()).slice(-2);
    note.setAttribute("role", "status");
    note.appendChild(q.make("span", "q-grow", "上次写到一半的（" + when + "）还在，已经填回来。" + (files ? "照片要重新选。" : "")));
    var again = q.make("button", "btn btn-sm", "不要了，重写");
    again.type = "button";
    again.addEventListener("click", function () { write(form, original); clear(form.dataset.draft); note.remove(); });
    note.appendChild(again);
    form.insertBefore(note, form.firstChild);
  }
  q.each(function (root) {
    if (root === document) {
      sweep();
      settleSent();
      q.all(root, "[data-drafts-kept]").forEach(tellKept);
    }
    q.all(root, "form[data-draft]").forEach(function (form) {
      var s = store();
      if (!s || form.dataset.draftReady) { return; }
      form.dataset.draftReady = "1";
      var name = PREFIX + form.dataset.draft;
      var original = read(form);
      var kept = null;
      try { kept = JSON.parse(s.getItem(name)); } catch (broken) { s.removeItem(name); }
      if (kept && !form.querySelector("[data-errors]") && JSON.stringify(kept.values) !== JSON.stringify(original) && !empty(kept.values)) {
        write(form, kept.values);
        notice(form, kept.at, original, kept.files);
      }
      var state = form.querySelector("[data-draft-state]");
      var timer = 0;
      function keep() {
        var now = new Date();
        try { s.setItem(name, JSON.stringify({ at: now.getTime(), values: read(form), files: unsentFiles(form) })); } catch (full) { return; }
        if (state) { state.textContent = "草稿 " + now.getHours() + ":" + ("0" + now.getMinutes()).slice(-2) + " 已存在这台设备上"; }
      }
      function later() { window.clearTimeout(timer); timer = window.setTimeout(keep, 400); }
      form.addEventListener("input", later);
      form.addEventListener("change", later);
      form.addEventListener("submit", function (event) {
        window.clearTimeout(timer);
        keep();
        if (event.submitter && event.submitter.formTarget) { return; } /* a look, not a sending */
        if (!form.hasAttribute("hx-post")) { try { sessionStorage.setItem(SENT, form.dataset.draft); } catch (blocked) { /* kept */ } }
      });
      form.addEventListener("htmx:afterRequest", function (event) {
        if (event.detail.elt === form && event.detail.successful && event.detail.xhr.status < 300) { window.clearTimeout(timer); clear(form.dataset.draft); }
      });
    });
  });
  document.addEventListener("submit", function (event) {
    if (!event.target.hasAttribute("data-signs-out")) { return; }
    drafts().forEach(function (name) {
      try {
        var kept = JSON.parse(store().getItem(name));
        kept.left = Date.now();
        store().setItem(name, JSON.stringify(kept));
      } catch (broken) { store().removeItem(name); }
    });
  });
})();
