/* The triage screen by keyboard: choosing units and levels, panels, the receipt, and taking back the last choice. */
(function () {
  "use strict";
  var q = window.qiying;
  var form = document.getElementById("decision");

  /* the queue keeps its place from item to item */
  q.all(document, "[data-keep-scroll]").forEach(function (pane) {
    var key = "qiying-scroll:" + pane.dataset.keepScroll;
    try {
      var at = sessionStorage.getItem(key);
      if (at !== null) { pane.scrollTop = Number(at); }
      window.addEventListener("pagehide", function () { sessionStorage.setItem(key, String(pane.scrollTop)); });
    } catch (blocked) { /* without storage it starts at the top */ }
    var current = pane.querySelector("[aria-current]");
    if (current && current.scrollIntoView) { current.scrollIntoView({ block: "nearest" }); }
  });

  /* panels: ask for material, answer on the spot, decline, split, join */
  function open(name) {
    q.all(document, ".q-desk-panel").forEach(function (panel) { panel.hidden = panel.id !== "panel-" + name; });
    var panel = document.getElementById("panel-" + name);
    if (!panel) { return; }
    panel.scrollIntoView({ block: "end" });
    var field = panel.querySelector("textarea, input:not([type=hidden])");
    if (field) { field.focus(); }
  }
  document.addEventListener("click", function (event) {
    var opener = event.target.closest("[data-panel]");
    if (opener) { event.preventDefault(); open(opener.dataset.panel); }
    if (event.target.closest("[data-panel-close]")) { event.target.closest(".q-desk-panel").hidden = true; }
  });
  /* entry: one more item of the same intake */
  document.addEventListener("click", function (event) {
    if (!event.target.closest("[data-item-add]")) { return; }
    var items = q.all(document, "[data-item]");
    var next = items[items.length - 1].cloneNode(true);
    var field = next.querySelector("textarea");
    var number = items.length + 1;
    field.id = "id_item_" + number;
    field.value = "";
    field.rows = 4;
    next.querySelector("label").htmlFor = field.id;
    next.querySelector("label").textContent = "第 " + number + " 件";
    document.querySelector("[data-items]").appendChild(next);
    field.focus();
  });

  var shown = document.querySelector(".q-desk-panel:not([hidden])");
  if (shown) { shown.scrollIntoView({ block: "end" }); }
  if (!form) { return; }

  /* what is chosen, looks chosen */
  function mark() {
    q.all(form, ".q-desk-unit, .q-desk-level").forEach(function (label) {
      label.classList.toggle("q-chosen", label.querySelector("input").checked);
    });
    var unit = form.querySelector("input[name=unit_id]:checked");
    var words = document.querySelector("[data-unit-words]");
    if (words) { words.textContent = unit && unit.value ? unit.dataset.label : "…"; }
  }
  function refresh() {
    var level = form.querySelector("[data-level]:checked");
    if (level && window.htmx) { window.htmx.trigger(level, "desk-refresh"); }
  }

  /* Z takes back the last choice, as far as this page goes */
  var past = [];
  var last = snapshot();
  var quiet = false;
  function snapshot() {
    return q.all(form, "input, select, textarea").filter(function (field) { return field.name && field.type !== "hidden"; }).map(function (field) {
      var many = field.options ? q.all(field, "option").map(function (option) { return option.selected; }) : null;
      return { name: field.name, value: field.value, checked: field.checked, many: many };
    });
  }
  function restore(kept) {
    var fields = q.all(form, "input, select, textarea").filter(function (field) { return field.name && field.type !== "hidden"; });
    quiet = true;
    kept.forEach(function (one) {
      fields.filter(function (field) { return field.name === one.name; }).forEach(function (field) {
        if (/^(radio|checkbox)$/.test(field.type)) { if (field.value === one.value) { field.checked = one.checked; } return; }
        if (one.many && field.options.length === one.many.length) {
          q.all(field, "option").forEach(function (option, i) { option.selected = one.many[i]; });
        } else if (!one.many) { field.value = one.value; }
        if (field.hasAttribute("data-combo")) { field.dispatchEvent(new Event("change", { bubbles: true })); }
      });
    });
    quiet = false;
    mark();
  }
  document.addEventListener("click", function (event) {
    if (!event.target.closest("[data-undo]")) { return; }
    var before = past.pop();
    if (!before) { q.say("没有可撤回的选择"); return; }
    restore(before);
    last = snapshot();
    refresh();
    q.say("撤回了上一步选择");
  });
  form.addEventListener("change", function (event) {
    if (quiet) { return; }
    var other = event.target.closest("[data-unit-other]");
    if (other) {
      var picked = form.querySelector("[data-unit-picked]");
      picked.value = other.value;
      picked.dataset.label = other.selectedOptions[0] ? other.selectedOptions[0].textContent.trim() : "";
      picked.checked = !!other.value;
    }
    past.push(last);
    last = snapshot();
    mark();
    if (other || event.target.name === "unit_id" || event.target.name === "co_unit_ids") { refresh(); }
  });

  /* L goes round the levels */
  document.addEventListener("click", function (event) {
    if (!event.target.closest("[data-next-level]")) { return; }
    var levels = q.all(form, "[data-level]");
    var at = levels.findIndex(function (level) { return level.checked; });
    var next = levels[(at + 1) % levels.length];
    next.checked = true;
    next.dispatchEvent(new Event("change", { bubbles: true }));
    q.say(next.closest("label").textContent.trim());
  });
  document.addEventListener("htmx:afterSettle", mark);

  document.addEventListener("click", function (event) {
    var suggested = event.target.closest("[data-title-suggested]");
    if (!suggested) { return; }
    var title = document.getElementById("id_title");
    title.value = suggested.dataset.titleSuggested;
    title.dispatchEvent(new Event("change", { bubbles: true }));
    title.focus();
  });

  /* the receipt can be written by hand; then it is sent as written */
  document.addEventListener("click", function (event) {
    if (!event.target.closest("[data-receipt-edit]")) { return; }
    var area = document.querySelector("[data-receipt]");
    var words = document.querySelector("[data-receipt-shown]");
    area.hidden = !area.hidden;
    words.hidden = !area.hidden;
    if (!area.hidden) {
      if (!area.value) { area.value = words.textContent.trim(); }
      area.focus();
    } else { area.value = ""; }
  });
  mark();
})();
