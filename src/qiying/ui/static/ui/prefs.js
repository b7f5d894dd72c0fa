/* Text size, contrast, density, keys: applied at once, then remembered by the server. */
(function () {
  "use strict";
  var q = window.qiying;
  var DEFAULTS = { text: "normal", contrast: "normal", keys: "on" };
  function address() {
    var form = document.querySelector("[data-prefs]");
    return form ? form.dataset.prefs : "";
  }
  q.prefer = function (name, value) {
    var root = document.documentElement;
    if (value === DEFAULTS[name]) { root.removeAttribute("data-" + name); } else { root.setAttribute("data-" + name, value); }
    window.dispatchEvent(new Event("resize"));
    if (!address()) { return; }
    var body = new FormData();
    body.append(name, value);
    fetch(address(), { method: "POST", body: body, credentials: "same-origin", headers: { "X-CSRFToken": q.token(), "X-Requested-With": "fetch" } })
      .catch(function () { q.say("这次没记住，下次打开要再选一遍"); });
  };
  function show(button, on) {
    button.setAttribute("aria-pressed", on ? "true" : "false");
    button.value = on ? button.dataset.off : button.dataset.on;
    var state = button.querySelector(".q-switch-state");
    if (state) { state.textContent = on ? "开" : "关"; }
  }
  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-pref]");
    if (!button) { return; }
    event.preventDefault();
    var name = button.dataset.pref;
    var on = button.getAttribute("aria-pressed") !== "true";
    q.all(document, '[data-pref="' + name + '"]').forEach(function (one) { show(one, on); });
    q.prefer(name, on ? button.dataset.on : button.dataset.off);
  });
})();
