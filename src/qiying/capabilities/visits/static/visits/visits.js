/* The phone page of visits. What is needed for the planned visits and everything written is kept on this phone
   (IndexedDB), so the page works without a network; each visit is sent once it can be, under a key made with its draft,
   and forgotten here only when the server has answered that key. */
(function () {
  "use strict";
  var q = window.qiying;
  var told = JSON.parse(document.getElementById("v-told").textContent);
  var place = document.getElementById("v-page"), line = document.getElementById("v-line");
  var DATA = "data:" + told.who, DRAFT = "draft:" + told.who + ":", DAYS = 14;
  var db = null, data = null, drafts = {}, open = 0, online = false, busy = false, trouble = "";

  /* --- kept on the phone --- */
  function store(mode) { return db.transaction("kept", mode).objectStore("kept"); }
  function asked(request) {
    return new Promise(function (done, failed) {
      request.onsuccess = function () { done(request.result); };
      request.onerror = function () { failed(request.error); };
    });
  }
  function begin() {
    var request = indexedDB.open("qiying-visits", 1);
    request.onupgradeneeded = function () { request.result.createObjectStore("kept"); };
    return asked(request).then(function (found) { db = found; return all(); });
  }
  function all() {
    var read = store("readonly");
    return Promise.all([asked(read.getAllKeys()), asked(read.getAll())]).then(function (found) {
      found[0].forEach(function (name, n) {
        if (name === DATA && found[1][n].at > Date.now() - DAYS * 864e5) { data = found[1][n].data; }
        if (name.indexOf(DRAFT) === 0) { drafts[found[1][n].id] = found[1][n]; }
        if (name.indexOf("data:") === 0 && name !== DATA) { forget(name); } /* somebody else's firms */
      });
    });
  }
  function keep(name, value) {
    return asked(store("readwrite").put(value, name)).catch(function () { trouble = "手机存不下了，请先别关这一页"; words(); });
  }
  function forget(name) { return asked(store("readwrite")["delete"](name)); }
  function save(draft) { draft.at = Date.now(); return keep(DRAFT + draft.id, draft); }

  /* --- from the server --- */
  function fresh() {
    return fetch(told.data, { credentials: "same-origin", headers: { Accept: "application/json" } }).then(function (r) {
      if (r.redirected || !r.ok) { throw new Error("登录过期了，请重新登录；写的都还在这台手机上"); }
      return r.json();
    }).then(function (got) {
      if (got.who !== told.who) { throw new Error("现在登录的是别人，请刷新这一页"); }
      online = true; trouble = ""; data = got;
      return keep(DATA, { at: Date.now(), data: got });
    }).catch(function (error) {
      online = false;
      if (!(error instanceof TypeError)) { trouble = error.message; }
      throw error;
    });
  }
  function waiting() { return Object.keys(drafts).filter(function (id) { return drafts[id].state === "waiting"; }); }
  function send() {
    if (busy || !waiting().length) { return Promise.resolve(); }
    busy = true;
    words();
    return fresh().then(function () {
      return waiting().reduce(function (before, id) { return before.then(function () { return one(drafts[id]); }); }, Promise.resolve());
    }).catch(function () { /* said in the line; tried again */ }).then(function () {
      busy = false;
      return fresh().catch(function () { return null; });
    }).then(function () { if (!open || !drafts[open]) { draw(); } words(); });
  }
  function one(draft) {
    var body = new FormData();
    body.append("key", draft.key);
    body.append("report", JSON.stringify(report(draft.values)));
    draft.photos.forEach(function (p) { body.append("photo", p.blob, p.name); });
    return fetch(told.send.replace("/0/", "/" + draft.id + "/"), {
      method: "POST", credentials: "same-origin", body: body, headers: { "X-CSRFToken": data.csrf, Accept: "application/json" }
    }).then(function (r) {
      if (r.status === 200) {
        return r.json().then(function (got) {
          delete drafts[draft.id];
          if (open === draft.id) { open = 0; location.hash = ""; }
          q.note(draft.firm + " 的走访发好了" + (got.cases.length ? "，问题立了件：" + got.cases.join("、") : "。"));
          return forget(DRAFT + draft.id);
        });
      }
      if (r.status === 422 || r.status === 409 || r.status === 404) {
        return r.json().catch(function () { return {}; }).then(function (got) {
          draft.state = "refused";
          draft.said = (got.reasons || ["这次走访已经取消或者改了，内容还留着"]).join("；");
          if (open === draft.id) { show(draft.id); }
          return save(draft);
        });
      }
      throw new Error("服务器没有收下，过一会儿再试");
    });
  }
  function report(v) {
    var facts = {};
    Object.keys(v.facts).forEach(function (code) { if (v.facts[code]) { facts[code] = v.facts[code]; } });
    return {
      arrived_at: v.arrived_at || null, latitude: v.latitude, longitude: v.longitude, met: v.met, talk: v.talk,
      confirmed: v.confirmed, facts: facts, policies: v.policies,
      problems: v.problems.filter(function (p) { return p.text.trim(); }),
      promises: v.promises.filter(function (p) { return p.text.trim(); })
    };
  }

  /* --- drawing --- */
  function piece(id) { return document.getElementById(id).content.cloneNode(true).firstElementChild; }
  function words() {
    var n = waiting().length;
    line.textContent = trouble || (busy ? "正在发送…" : online ? (n ? n + " 家等着发送" : "已连上") :
      "没有网络，写的都存在这台手机上" + (n ? "，" + n + " 家等着发送" : ""));
    line.dataset.waiting = String(n);
    line.dataset.ready = data ? "1" : "";
  }
  function day(text) { var p = text.split("-"); return Number(p[1]) + "月" + Number(p[2]) + "日"; }
  function draw() {
    var el = piece("v-list"), rows = el.querySelector(".v-rows"), seen = {};
    ((data && data.visits) || []).forEach(function (v) { seen[v.id] = 1; row(v.id, v.firm, day(v.on) + " · " + v.going.join("、")); });
    Object.keys(drafts).forEach(function (id) { if (!seen[id]) { row(id, drafts[id].firm, ""); } });
    function row(id, firm, about) {
      var a = piece("v-row"), draft = drafts[id];
      a.href = "#" + id;
      a.querySelector(".v-firm").textContent = firm;
      var state = draft ? { writing: "写了一半", waiting: "等着发送", refused: "没发成：" + draft.said }[draft.state] : "";
      a.querySelector(".v-words").textContent = [about, state].filter(Boolean).join(" · ");
      rows.appendChild(a);
    }
    el.querySelector(".v-empty").hidden = rows.children.length > 0;
    place.textContent = "";
    place.appendChild(el);
  }
  function uuid() {
    var a = new Uint8Array(12);
    crypto.getRandomValues(a);
    return Array.prototype.map.call(a, function (n) { return ("0" + n.toString(16)).slice(-2); }).join("");
  }
  function draftOf(visit) {
    return drafts[visit.id] || {
      id: visit.id, key: "v-" + uuid(), firm: visit.firm, state: "writing", said: "", photos: [],
      values: { arrived_at: "", latitude: null, longitude: null, met: "", talk: "", confirmed: [], facts: {}, policies: [], problems: [], promises: [] }
    };
  }
  function show(id) {
    var visit = ((data && data.visits) || []).filter(function (v) { return v.id === id; })[0];
    if (!visit && drafts[id]) { visit = { id: id, firm: drafts[id].firm, on: "", going: [], facts: [], policies: [], promises: [], purpose: "", address: "" }; }
    if (!visit) { open = 0; draw(); return; }
    var draft = draftOf(visit), v = draft.values, el = piece("v-visit"), timer = 0;
    open = id;
    function later() {
      drafts[id] = draft;
      if (draft.state !== "writing") { draft.state = "writing"; draft.said = ""; }
      clearTimeout(timer);
      timer = setTimeout(function () { save(draft).then(function () { el.querySelector(".v-kept").textContent = "草稿存在这台手机上"; }); }, 150);
      words();
    }
    function get(css) { return el.querySelector(css); }
    get(".v-firm").textContent = visit.firm;
    get(".v-words").textContent = [visit.on && day(visit.on), visit.purpose, visit.address, visit.going.join("、")].filter(Boolean).join(" · ");
    if (draft.said) { get(".v-said").textContent = draft.said; get(".v-said").hidden = false; }
    ["met", "talk"].forEach(function (name) {
      var field = get('[name="' + name + '"]');
      field.value = v[name];
      field.addEventListener("input", function () { v[name] = field.value; later(); });
    });
    function arrived() {
      var at = v.arrived_at ? new Date(v.arrived_at) : null;
      get(".v-arrived").hidden = !at;
      if (at) {
        get(".v-arrived").textContent = "到的时间 " + at.getHours() + ":" + ("0" + at.getMinutes()).slice(-2) + (v.latitude === null ? "" : "，位置记下了");
        get(".v-arrive").disabled = true;
      }
    }
    get(".v-arrive").addEventListener("click", function () {
      v.arrived_at = new Date().toISOString();
      later(); arrived();
      if (get('[name="place"]').checked && navigator.geolocation) {
        navigator.geolocation.getCurrentPosition(function (p) {
          v.latitude = Number(p.coords.latitude.toFixed(5)); v.longitude = Number(p.coords.longitude.toFixed(5));
          later(); arrived();
        }, function () { q.note("没有取到位置，不影响记录。", "look"); }, { timeout: 10000 });
      }
    });
    arrived();
    visit.promises.forEach(function (p) {
      var state = p.kept ? day(p.kept) + "办到：" + p.result : "答应" + day(p.by) + "以前" + (data && p.by < data.today ? "，还没办到" : "");
      var row = q.make("p", "", p.text);
      row.appendChild(q.make("br"));
      row.appendChild(q.make("span", "q-sm q-soft", p.unit + " · " + state));
      get(".v-promises").appendChild(row);
    });
    get(".v-promised").hidden = !visit.promises.length;
    visit.policies.forEach(function (p) {
      var row = q.make("label", "q-choice"), box = q.make("input", "form-check-input");
      box.type = "checkbox"; box.checked = v.policies.indexOf(p.name) >= 0;
      box.addEventListener("change", function () {
        v.policies = v.policies.filter(function (n) { return n !== p.name; });
        if (box.checked) { v.policies.push(p.name); }
        later();
      });
      row.appendChild(box); row.appendChild(document.createTextNode(" " + p.name + (p.words ? "（" + p.words + "）" : "")));
      get(".v-policies").appendChild(row);
    });
    get(".v-policies-of").hidden = !visit.policies.length;
    visit.facts.forEach(function (f) {
      var row = piece("v-fact"), right = row.querySelector(".v-right input"), now = row.querySelector(".v-now");
      row.querySelector(".v-label").textContent = f.label;
      row.querySelector(".v-value").textContent = f.value ? f.value + " " + f.unit + (f.period ? "（" + f.period + "）" : "") : "还不知道";
      row.querySelector(".v-right").hidden = !f.value;
      right.checked = v.confirmed.indexOf(f.code) >= 0;
      now.value = v.facts[f.code] || "";
      right.addEventListener("change", function () {
        v.confirmed = v.confirmed.filter(function (c) { return c !== f.code; });
        if (right.checked) { v.confirmed.push(f.code); v.facts[f.code] = ""; now.value = ""; }
        later();
      });
      now.addEventListener("input", function () {
        v.facts[f.code] = now.value;
        if (now.value) { right.checked = false; v.confirmed = v.confirmed.filter(function (c) { return c !== f.code; }); }
        later();
      });
      get(".v-facts").appendChild(row);
    });
    function added(list, template, into) {
      return function (one) {
        var row = piece(template);
        q.all(row, "[data-name]").forEach(function (field) {
          if (field.tagName === "SELECT") {
            [["", "不选"]].concat((data && data.difficulties) || []).forEach(function (d) {
              var o = q.make("option", "", d[1]); o.value = d[0]; field.appendChild(o);
            });
          }
          field.value = one[field.dataset.name];
          field.addEventListener("input", function () {
            one[field.dataset.name] = field.value;
            var rest = row.querySelector(".v-rest");
            if (rest && field.type === "date") {
              rest.hidden = !(data && data.rest.indexOf(field.value) >= 0);
              rest.textContent = "这天不是工作日，换一天";
            }
            later();
          });
        });
        row.querySelector(".v-drop").addEventListener("click", function () { list.splice(list.indexOf(one), 1); row.remove(); later(); });
        get(into).appendChild(row);
        return row;
      };
    }
    var problem = added(v.problems, "v-problem", ".v-problems"), promise = added(v.promises, "v-promise", ".v-promising");
    v.problems.forEach(problem); v.promises.forEach(promise);
    get(".v-add-problem").addEventListener("click", function () {
      var made = { text: "", difficulty: "" }; v.problems.push(made); problem(made).querySelector("textarea").focus();
    });
    get(".v-add-promise").addEventListener("click", function () {
      var made = { text: "", promised_by: "" }; v.promises.push(made); promise(made).querySelector("input").focus();
    });
    function photo(p) {
      var figure = q.make("figure"), img = q.make("img"), away = q.make("button", "", "×");
      img.alt = p.name; img.src = URL.createObjectURL(p.blob);
      away.type = "button"; away.setAttribute("aria-label", "不要这张照片");
      away.addEventListener("click", function () { draft.photos.splice(draft.photos.indexOf(p), 1); figure.remove(); later(); });
      figure.appendChild(img); figure.appendChild(away);
      get(".v-photos").appendChild(figure);
    }
    draft.photos.forEach(photo);
    get(".v-file").addEventListener("change", function (event) {
      Array.prototype.slice.call(event.target.files, 0, 9 - draft.photos.length).forEach(function (file) {
        small(file).then(function (blob) {
          var p = { name: "照片" + (draft.photos.length + 1) + ".jpg", blob: blob };
          draft.photos.push(p); photo(p); later();
        }).catch(function () { q.note("这张照片打不开，换一张。", "bad"); });
      });
      event.target.value = "";
    });
    el.addEventListener("submit", function (event) {
      event.preventDefault();
      clearTimeout(timer);
      if (v.talk.trim().length < 4) {
        get(".v-said").textContent = "写一句谈了什么，至少 4 个字";
        get(".v-said").hidden = false; get('[name="talk"]').focus(); return;
      }
      if (!v.arrived_at) { v.arrived_at = new Date().toISOString(); }
      draft.state = "waiting"; drafts[id] = draft;
      save(draft).then(function () { open = 0; location.hash = ""; draw(); words(); return send(); });
    });
    place.textContent = "";
    place.appendChild(el);
    window.scrollTo(0, 0);
  }
  /* A photo of a phone has several megabytes; a side of 1600 is enough to see, and leaves where it was taken behind. */
  function small(file) {
    return createImageBitmap(file).then(function (bitmap) {
      var by = Math.min(1, 1600 / Math.max(bitmap.width, bitmap.height)), canvas = q.make("canvas");
      canvas.width = Math.round(bitmap.width * by); canvas.height = Math.round(bitmap.height * by);
      canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
      return new Promise(function (done) { canvas.toBlob(done, "image/jpeg", 0.8); });
    });
  }
  function route() {
    var id = Number(location.hash.slice(1));
    if (id) { show(id); } else { open = 0; draw(); }
  }

  window.addEventListener("hashchange", route);
  window.addEventListener("online", function () { fresh().then(words, words).then(send); });
  window.addEventListener("offline", function () { online = false; words(); });
  document.addEventListener("submit", function (event) {
    if (!event.target.hasAttribute("data-signs-out") || !navigator.serviceWorker || !navigator.serviceWorker.controller) { return; }
    navigator.serviceWorker.controller.postMessage("forget");
    forget(DATA);
  });
  setInterval(function () { if (waiting().length) { send(); } }, 30000);
  begin().then(function () { route(); words(); return fresh(); }).then(function () {
    if (!open) { draw(); } else if (!drafts[open]) { show(open); }
    words();
    return send();
  }).catch(function (error) { if (!db) { trouble = "浏览器不让存东西，没有网络时请别用这一页"; } words(); route(); return error; });
  if ("serviceWorker" in navigator) {
    navigator.serviceWorker.register(told.worker, { scope: told.scope }).then(function () { return navigator.serviceWorker.ready; })
      .then(function (ready) { document.documentElement.dataset.offline = "1"; ready.active.postMessage("keep"); })
      .catch(function () { /* without one the page works while the network does */ });
  }
})();
