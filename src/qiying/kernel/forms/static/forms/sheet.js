/* A screen drawn anew by the server must not lose what is being typed meanwhile. */
(function () {
  "use strict";
  var typed = null;
  document.addEventListener("htmx:beforeSwap", function (event) {
    var active = document.activeElement;
    var inside = active && active.id && event.target.contains && event.target.contains(active);
    typed = inside && /^(text|number|textarea|date)$/.test(active.type) ? { id: active.id, value: active.value } : null;
  });
  document.addEventListener("htmx:afterSwap", function () {
    var again = typed && document.getElementById(typed.id);
    if (again) { again.value = typed.value; }
  });
})();
