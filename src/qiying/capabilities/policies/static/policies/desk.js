/* The editor made live: what is typed is read by the server while it is typed. Everything works without this file. */
(function () {
  "use strict";
  var form = document.getElementById("pd-form");
  function fit(cell) {
    cell.style.height = "auto";
    cell.style.height = cell.scrollHeight + "px";
  }
  function prepare() {
    document.querySelectorAll("textarea.pd-cell").forEach(fit);
    var range = document.getElementById("pd-try-range");
    if (range) { range.hidden = true; }
  }
  function live() {
    if (form && window.htmx) { window.htmx.trigger(form, "live"); }
  }
  function slider() {
    var select = document.getElementById("pd-try-at");
    var range = document.getElementById("pd-try-range");
    var field = document.getElementById("pd-try-to");
    var chosen = select && select.selectedOptions[0];
    if (!range || !chosen || !chosen.dataset.value) { if (range) { range.hidden = true; } return; }
    var value = Number(chosen.dataset.value);
    var step = value >= 1 ? Math.pow(10, Math.max(0, Math.floor(Math.log10(value)) - 1)) : value / 20;
    range.min = "0";
    range.max = String(value * 2 || 1);
    range.step = String(step || 1);
    range.value = String(value);
    range.hidden = false;
    field.value = chosen.dataset.value;
  }
  if (form) {
    form.addEventListener("input", function (event) {
      var target = event.target;
      if (target.classList.contains("pd-cell")) { fit(target); }
      if (target.id === "pd-try-range") {
        document.getElementById("pd-try-to").value = String(Number(Number(target.value).toPrecision(12)));
        live();
        return;
      }
      if (!target.hasAttribute("data-no-live")) { live(); }
    });
    form.addEventListener("change", function (event) {
      if (event.target.id === "pd-try-at") { slider(); live(); }
      if (event.target.name === "p:table.hit") { live(); }
    });
    form.addEventListener("keydown", function (event) {
      if (event.key === "Enter" && event.target.classList.contains("pd-cell") && !event.shiftKey) {
        event.preventDefault();
        var cells = Array.prototype.slice.call(form.querySelectorAll("textarea.pd-cell"));
        var next = cells[cells.indexOf(event.target) + 1];
        if (next) { next.focus(); }
      }
      if (event.key === "Enter" && event.target.name === "who") { event.preventDefault(); live(); }
    });
    // A button of the table changes the sheet on the server; the place on the page is kept.
    form.addEventListener("submit", function (event) {
      var pressed = event.submitter;
      if (pressed && pressed.name === "op" && ["save", "submit", "yaml"].indexOf(pressed.value) < 0) {
        sessionStorage.setItem("pd-scroll", String(window.scrollY));
      }
    });
    var scroll = sessionStorage.getItem("pd-scroll");
    if (scroll !== null) {
      sessionStorage.removeItem("pd-scroll");
      window.scrollTo(0, Number(scroll));
    }
    prepare();
  }
  var yaml = document.getElementById("pd-yaml-form");
  if (yaml) {
    yaml.addEventListener("input", function () { window.htmx.trigger(yaml, "live"); });
    document.addEventListener("click", function (event) {
      var link = event.target.closest && event.target.closest("[data-line]");
      var text = document.getElementById("f-yaml");
      if (!link || !text) { return; }
      event.preventDefault();
      var lines = text.value.split("\n").slice(0, Number(link.dataset.line) - 1);
      var at = lines.join("\n").length + (lines.length ? 1 : 0) + Number(link.dataset.column) - 1;
      text.focus();
      text.setSelectionRange(at, at);
    });
  }
  document.querySelectorAll("[data-piece]").forEach(function (item) {
    var mark = document.getElementById(item.dataset.piece);
    if (!mark) { return; }
    ["mouseenter", "focusin"].forEach(function (name) {
      item.addEventListener(name, function () { mark.classList.add("pd-lit"); });
    });
    ["mouseleave", "focusout"].forEach(function (name) {
      item.addEventListener(name, function () { mark.classList.remove("pd-lit"); });
    });
  });
})();
