/* Parts of a form that only count with one choice are shown with it: data-shown-with="value" data-shown-for="partly". */
(function () {
  "use strict";
  var q = window.qiying;
  if (!q) { return; }
  q.each(function (root) {
    q.all(root, "[data-shown-with]").forEach(function (part) {
      var form = part.closest("form");
      function show() {
        var chosen = form.querySelector('[name="' + part.dataset.shownWith + '"]:checked');
        part.hidden = !(chosen && chosen.value === part.dataset.shownFor);
        q.all(part, "input").forEach(function (input) { input.disabled = part.hidden; });
      }
      form.addEventListener("change", show);
      show();
    });
  });
})();
