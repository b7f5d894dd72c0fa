/* The recorder's page. Every keystroke is kept on this device at once, sent as small edits with a key and the version
   they were written over, and forgotten here only when the server has answered that key. So nothing is lost when the
   network, the browser or the session goes; what two people wrote differently is shown with both texts. */
(function () {
  "use strict";
  var q = window.qiying;
  var told = JSON.parse(document.getElementById("g-told").textContent);
  var NAME = "qiying-live:" + told.urls.edits + told.who + ":";
  var place = document.getElementById("g-live"), line = document.getElementById("g-line");
  var items = {};    /* key -> {el, values, versions, no, kind} as the server last said; "" is the gathering itself */
  var pending = {};  /* "item|field" -> {now, base, kind, sent: {key, base, value, settles}, stuck: {id, theirs}} */
  var seq = -1, flying = false, timer = 0, wait = 2000, trouble = "", present = 0;

  /* --- kept on the device, each field under a name of its own: two windows do not overwrite each other --- */
  function keep(f) {
    try {
      if (pending[f]) { localStorage.setItem(NAME + f, JSON.stringify(pending[f])); } else { localStorage.removeItem(NAME + f); }
    } catch (full) { trouble = "这台电脑存不下了，请先别关这一页"; }
  }
  function load() {
    try {
      Object.keys(localStorage).forEach(function (name) {
        if (name.indexOf(NAME) === 0) { pending[name.slice(NAME.length)] = JSON.parse(localStorage.getItem(name)); }
      });
    } catch (blocked) { trouble = "浏览器不让存草稿，断网时请别关这一页"; }
  }
  function uuid() {
    var a = new Uint8Array(12);
    crypto.getRandomValues(a);
    return Array.prototype.map.call(a, function (n) { return ("0" + n.toString(16)).slice(-2); }).join("");
  }

  /* --- drawing --- */
  function option(value, words) { var o = q.make("option", "", words); o.value = value; return o; }
  function grow(area) { area.style.height = "auto"; area.style.height = Math.min(area.scrollHeight + 2, 400) + "px"; }
  function control(key, field) {
    return key ? items[key].el.querySelector('[data-field="' + field + '"]') : document.getElementById("g-minutes");
  }
  function draw(key, no, kind) {
    var el = document.getElementById("g-item").content.cloneNode(true).querySelector(".g-item");
    var spk = el.querySelector('[data-field="speaker"]'), unit = el.querySelector('[data-field="unit"]');
    var answers = el.querySelector(".g-answers");
    el.dataset.key = key;
    spk.appendChild(option("", "还没选"));
    told.speakers.forEach(function (s) { spk.appendChild(option(s[0], s[1])); });
    unit.appendChild(option("", "还没定"));
    told.units.forEach(function (u) { unit.appendChild(option(u[0], u[1])); });
    (told.kinds[kind] || []).forEach(function (a, n) {
      var b = q.make("button", "btn btn-sm", a.label);
      b.type = "button"; b.dataset.answer = a.code; b.title = "Alt " + (n + 1);
      b.setAttribute("role", "radio"); b.setAttribute("aria-checked", "false");
      answers.appendChild(b);
    });
    el.querySelector('[data-field="promised_by"]').min = told.on;
    items[key] = { el: el, values: {}, versions: {}, no: no, kind: kind };
    place.insertBefore(el, place.firstChild);
    return el;
  }
  function show(key) {
    var it = items[key], shown = value(key, "answer"), el = it.el;
    if (!key) { return; }
    el.hidden = value(key, "dropped") === "1";
    el.querySelector(".g-no").textContent = it.no;
    el.querySelector(".g-from").textContent = [it.source, it.taken ? it.taken + " 接了" : "", it["case"]].filter(Boolean).join(" · ");
    q.all(el, ".g-answers button").forEach(function (b) { b.setAttribute("aria-checked", b.dataset.answer === shown ? "true" : "false"); });
    var promises = (told.kinds[it.kind] || []).some(function (a) { return a.code === shown && a.promises; });
    q.all(el, ".g-promise").forEach(function (p) { p.hidden = !promises; });
    var speaker = told.speakers.filter(function (s) { return s[0] === value(key, "speaker"); })[0];
    el.querySelector(".g-original").hidden = !(speaker && speaker[2]) && !value(key, "original");
  }
  function value(key, field) {
    var p = pending[key + "|" + field];
    return p ? p.now : (items[key].values[field] || "");
  }
  function put(key, field) {
    var c = control(key, field);
    if (!c) { return; }
    var v = value(key, field);
    if (c.value !== v) { c.value = v; }
    if (c.tagName === "TEXTAREA") { grow(c); }
  }
  function words() {
    var n = Object.keys(pending).length, stuck = Object.keys(pending).some(function (f) { return pending[f].stuck; });
    var count = Object.keys(items).filter(function (k) { return k && !items[k].el.hidden; }).length;
    var kept = stuck ? "有写得不一样的，请定一下" : trouble && n ? trouble + "，还有 " + n + " 处没送，都在这台电脑上" : n ? "正在存 " + n + " 处" : "都存好了";
    line.textContent = kept + " · " + count + " 条 · 到了 " + present + " 人";
    line.dataset.pending = String(n);
  }

  /* --- conflicts: both texts, three ways out --- */
  function conflicts(key, list) {
    var box = (key ? items[key].el : document.getElementById("g-minutes").parentNode).querySelector(".g-conflicts");
    box.textContent = "";
    list.forEach(function (c) {
      var f = key + "|" + c.field, mine = pending[f] && pending[f].stuck && pending[f].stuck.id === c.id;
      var now = mine ? pending[f].now : c.value, theirs = items[key].values[c.field] || "";
      var note = q.make("div", "g-conflict");
      note.appendChild(q.make("b", "", "这里两个人写得不一样"));
      [["现在存着的", theirs, theirs], [mine ? "您写的" : c.who + " 写的", now, now]].forEach(function (one, n) {
        note.appendChild(q.make("p", "q-sm q-soft", one[0]));
        note.appendChild(q.make("blockquote", "", one[1] || "（空）"));
        note.appendChild(choice(n ? "用下面这段" : "用上面这段", one[2]));
      });
      if (/^(text|original|answer_text|minutes)$/.test(c.field)) { note.appendChild(choice("两段都留", theirs + "\n" + now)); }
      function choice(label, text) {
        var b = q.make("button", "btn btn-sm", label);
        b.type = "button";
        b.addEventListener("click", function () {
          pending[f] = { now: text, base: items[key].versions[c.field] || 0, kind: items[key].kind, settles: c.id };
          keep(f); put(key, c.field); note.remove(); send();
        });
        return b;
      }
      box.appendChild(note);
    });
  }

  /* --- writing --- */
  function write(key, field, text) {
    var f = key + "|" + field, p = pending[f];
    if (p) { p.now = text; p.refused = ""; } else {
      pending[f] = { now: text, base: items[key].versions[field] || 0, kind: items[key].kind };
    }
    keep(f);
    show(key);
    words();
    soon(600);
  }
  function soon(ms) { clearTimeout(timer); timer = setTimeout(send, ms); }
  function send() {
    clearTimeout(timer);
    if (flying) { return; }
    var edits = [];
    Object.keys(pending).forEach(function (f) {
      var p = pending[f], at = f.indexOf("|"), key = f.slice(0, at), field = f.slice(at + 1);
      if (p.stuck || p.refused) { return; }
      if (!p.sent) { p.sent = { key: uuid(), base: p.base, value: p.now, settles: p.settles }; keep(f); }
      edits.push({ key: p.sent.key, item: key, field: field, base: p.sent.base, value: p.sent.value, kind: p.kind, settles: p.sent.settles || null });
    });
    flying = true;
    var asked = edits.length
      ? fetch(told.urls.edits, { method: "POST", credentials: "same-origin", body: JSON.stringify({ since: seq, edits: edits.slice(0, 100) }),
          headers: { "Content-Type": "application/json", "X-CSRFToken": q.token(), "Accept": "application/json" } })
      : fetch(told.urls.state + "?since=" + seq, { credentials: "same-origin", headers: { "Accept": "application/json" } });
    asked.then(function (r) {
      if (r.redirected || (r.status !== 200 && r.status < 500)) {
        var why = { 403: "您现在不能写这一页", 409: "这次已经结束记录", 422: "内容没送进去" }[r.status] || "登录过期了，请在另一个窗口登录";
        throw new Error(why);
      }
      if (!r.ok) { throw new Error("服务器没有回应"); }
      return r.json();
    }).then(function (got) {
      trouble = ""; wait = 2000;
      (got.answers || []).forEach(answered);
      merge(got.state || got);
      flying = false;
      words();
      soon(Object.keys(pending).some(function (f) { return !pending[f].stuck && !pending[f].refused; }) ? 300 : 3000);
    }).catch(function (error) {
      trouble = error instanceof TypeError ? "网断了" : error.message;
      flying = false;
      words();
      soon(wait);
      wait = Math.min(wait * 2, 15000);
    });
  }
  function answered(a) {
    Object.keys(pending).forEach(function (f) {
      var p = pending[f], at = f.indexOf("|"), key = f.slice(0, at), field = f.slice(at + 1);
      if (!p.sent || p.sent.key !== a.key) { return; }
      if (a.state === "applied") {
        items[key].values[field] = p.sent.value;
        items[key].versions[field] = a.version;
        if (p.now === p.sent.value) { delete pending[f]; } else { p.base = a.version; p.sent = null; p.settles = null; }
      } else if (a.state === "conflict") {
        p.stuck = { id: a.id, theirs: a.theirs }; p.sent = null;
      } else {
        p.sent = null; p.refused = a.reason || "没写进去";
        q.note(p.refused, "bad");
        if (field === "promised_by") { delete pending[f]; }
      }
      keep(f);
    });
  }
  function merge(state) {
    seq = Math.max(seq, state.seq);
    present = state.present;
    items[""].values.minutes = state.minutes.value;
    items[""].versions.minutes = state.minutes.version;
    put("", "minutes");
    conflicts("", state.conflicts);
    state.items.forEach(function (s) {
      if (!items[s.key]) { draw(s.key, s.no, s.kind); }
      var it = items[s.key];
      it.values = s.values; it.versions = s.versions; it.no = s.no; it.taken = s.taken; it.source = s.source; it["case"] = s["case"];
      Object.keys(s.values).forEach(function (field) { put(s.key, field); });
      conflicts(s.key, s.conflicts);
      show(s.key);
    });
  }
  function add() {
    var no = Object.keys(items).reduce(function (most, k) { return k ? Math.max(most, items[k].no) : most; }, 0) + 1;
    var el = draw("c-" + uuid(), no, told.first);
    show(el.dataset.key);
    el.querySelector('[data-field="text"]').focus();
    words();
  }
  function keyOf(node) { var el = node.closest(".g-item"); return el ? el.dataset.key : ""; }

  document.addEventListener("input", function (event) {
    var field = event.target.id === "g-minutes" ? "minutes" : event.target.dataset && event.target.dataset.field;
    if (!field) { return; }
    if (event.target.tagName === "TEXTAREA") { grow(event.target); }
    write(keyOf(event.target), field, event.target.value);
  });
  place.addEventListener("click", function (event) {
    var answer = event.target.closest("[data-answer]"), drop = event.target.closest(".g-drop"), key = keyOf(event.target);
    if (answer) { write(key, "answer", value(key, "answer") === answer.dataset.answer ? "" : answer.dataset.answer); }
    if (drop) { write(key, "dropped", "1"); q.note("第 " + items[key].no + " 条拿掉了。写过的都留着底。"); }
  });
  document.addEventListener("keydown", function (event) {
    var el = document.activeElement && document.activeElement.closest(".g-item");
    if (event.ctrlKey && event.key === "Enter") { event.preventDefault(); add(); }
    if (event.altKey && /^[1-9]$/.test(event.key) && el) {
      var b = el.querySelectorAll("[data-answer]")[Number(event.key) - 1];
      if (b) { event.preventDefault(); write(el.dataset.key, "answer", b.dataset.answer); }
    }
  });
  document.getElementById("g-add").addEventListener("click", add);
  window.addEventListener("online", function () { wait = 2000; soon(0); });
  window.addEventListener("beforeunload", function (event) {
    if (trouble.indexOf("存不下") >= 0 && Object.keys(pending).length) { event.preventDefault(); event.returnValue = ""; }
  });

  items[""] = { el: document.body, values: {}, versions: {}, no: 0, kind: "" };
  load();
  merge(told.state);
  Object.keys(pending).forEach(function (f) {
    var at = f.indexOf("|"), key = f.slice(0, at);
    if (!items[key]) { draw(key, Object.keys(items).length, pending[f].kind || told.first); }
    if (pending[f].stuck) { pending[f].stuck.id = pending[f].stuck.id || 0; }
    put(key, f.slice(at + 1));
    show(key);
  });
  words();
  soon(200);
})();
