/* A wall that no longer hears from the server says so itself: after half an hour the headline gives way. */
(function () {
  "use strict";
  function look() {
    var wall = document.getElementById("wall");
    if (!wall) { return; }
    var age = (Date.now() - Date.parse(wall.dataset.cutOff)) / 1000;
    if (age > Number(wall.dataset.staleAfter)) {
      wall.querySelector("[data-wall-fresh]").hidden = true;
      wall.querySelector("[data-wall-stale]").hidden = false;
    }
  }
  look();
  window.setInterval(look, 30000);
})();
