// Offers a unit's answer templates above the answer field; without it the field works as before.
(function () {
  "use strict";

  function insert(field, text) {
    var before = field.value;
    field.value = before.trim() ? before.replace(/\s*$/, "\n") + text : text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
    var gap = field.value.indexOf("【", before.length ? before.length - 1 : 0);
    if (gap >= 0) field.setSelectionRange(gap, field.value.indexOf("】", gap) + 1 || gap + 1);
  }

  function offer(form, field, found, words) {
    var row = document.createElement("div");
    row.className = "q-row q-wrap";
    var label = document.createElement("label");
    label.className = "q-sm q-soft";
    label.htmlFor = field.id + "_template";
    label.textContent = words.label;
    var select = document.createElement("select");
    select.className = "form-select q-grow";
    select.id = label.htmlFor;
    select.setAttribute("data-no-draft", "");
    select.add(new Option(words.none, ""));
    found.forEach(function (t, i) { select.add(new Option(t.name, String(i))); });
    select.addEventListener("change", function () {
      if (select.value !== "") insert(field, found[Number(select.value)].text);
      select.value = "";
    });
    row.append(label, select);
    var box = field.closest(".q-field") || field;
    box.parentNode.insertBefore(row, box);
  }

  function look(root) {
    var marks = document.querySelectorAll("[data-answer-templates]");
    if (!marks.length) return;
    var mark = marks[0];
    root.querySelectorAll('form[action$="/do/answer/"]').forEach(function (form) {
      var field = form.querySelector('textarea[name="text"]');
      if (!field || form.hasAttribute("data-templates-offered")) return;
      form.setAttribute("data-templates-offered", "");
      fetch(mark.getAttribute("data-answer-templates"), { headers: { Accept: "application/json" }, credentials: "same-origin" })
        .then(function (answer) { return answer.ok ? answer.json() : { templates: [] }; })
        .then(function (data) {
          if (data.templates.length) offer(form, field, data.templates, { label: mark.getAttribute("data-label"), none: mark.getAttribute("data-none") });
        })
        .catch(function () { /* offline: the field works without templates */ });
    });
  }

  document.addEventListener("htmx:load", function (event) { look(event.target.parentNode || document); });
  look(document);
})();
