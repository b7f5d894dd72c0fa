/* Shortcuts: data-key="c" on a control presses it, on a field focuses it. "ctrl+enter" works while typing.
   Single letters rest while typing and can be switched off; ? lists all of them. */
(function () {
  "use strict";
  var q = window.qiying;
  function off() { return document.documentElement.dataset.keys === "off"; }
  function usable(element) {
    return !element.disabled && element.getClientRects().length > 0 && !element.closest("[hidden], [inert]");
  }
  function nameOf(event) {
    var key = event.key === " " ? "space" : event.key.toLowerCase();
    return (event.ctrlKey || event.metaKey ? "ctrl+" : "") + (event.altKey ? "alt+" : "") + key;
  }
  function find(name) {
    return q.all(document, "[data-key]").filter(function (element) {
      return element.dataset.key.toLowerCase() === name && usable(element);
    })[0];
  }
  document.addEventListener("keydown", function (event) {
    if (event.isComposing || event.defaultPrevented || event.key === undefined) { return; }
    var name = nameOf(event);
    var combined = name.indexOf("+") > 0;
    if (event.key === "Escape" && q.typing(document.activeElement)) { document.activeElement.blur(); return; }
    if (!combined && (q.typing(event.target) || document.querySelector("dialog[open]"))) { return; }
    if (name === "?") { event.preventDefault(); list(); return; }
    if (!combined && off()) { return; }
    var element = find(name);
    if (!element) { return; }
    event.preventDefault();
    if (q.typing(element)) { element.focus(); if (element.select) { element.select(); } return; }
    if (element.getAttribute("aria-disabled") === "true") { element.focus(); q.say(reason(element)); return; }
    element.focus();
    element.click();
  });
  function reason(element) {
    var why = document.getElementById(element.getAttribute("aria-describedby") || "");
    return why ? why.textContent : "现在不能点";
  }
  function words(element) {
    if (element.dataset.keyLabel) { return element.dataset.keyLabel; }
    var copy = element.cloneNode(true);
    q.all(copy, "kbd, svg, .q-sr").forEach(function (part) { part.remove(); });
    return element.getAttribute("aria-label") || copy.textContent.trim() || element.getAttribute("placeholder") || "";
  }
  function list() {
    var dialog = document.getElementById("q-keys") || document.body.appendChild(q.make("dialog", "q-keys"));
    dialog.id = "q-keys";
    dialog.textContent = "";
    dialog.setAttribute("aria-labelledby", "q-keys-title");
    var title = q.make("h2", "", "这一页的按键");
    title.id = "q-keys-title";
    dialog.appendChild(title);
    var table = q.make("dl");
    q.all(document, "[data-key]").filter(usable).forEach(function (element) {
      var term = q.make("dt");
      term.appendChild(q.make("kbd", "", element.dataset.key.replace("ctrl+enter", "Ctrl ↵").replace("ctrl+", "Ctrl ").toUpperCase().replace("CTRL", "Ctrl")));
      table.appendChild(term);
      table.appendChild(q.make("dd", "", words(element)));
    });
    var term = q.make("dt");
    term.appendChild(q.make("kbd", "", "?"));
    table.appendChild(term);
    table.appendChild(q.make("dd", "", "打开这张表"));
    dialog.appendChild(table);
    dialog.appendChild(toggle());
    var close = q.make("button", "btn btn-primary", "关上");
    close.type = "button";
    close.addEventListener("click", function () { dialog.close(); });
    dialog.appendChild(close);
    if (dialog.showModal) { dialog.showModal(); } else { dialog.setAttribute("open", ""); }
  }
  function toggle() {
    var label = q.make("label", "q-choice");
    var box = q.make("input", "form-check-input");
    box.type = "checkbox";
    box.checked = !off();
    box.addEventListener("change", function () { window.qiying.prefer("keys", box.checked ? "on" : "off"); });
    label.appendChild(box);
    label.appendChild(q.make("span", "", "单个字母的按键可用（写字时自动停用）"));
    return label;
  }
  document.addEventListener("click", function (event) {
    if (event.target.closest("[data-show-keys]")) { list(); }
  });
})();
