/* The one shared object: run a setup on every piece of page, first and after each swap; say things politely. */
(function () {
  "use strict";
  var setups = [];
  function run(root) {
    setups.forEach(function (setup) { setup(root); });
  }
  window.qiying = {
    each: function (setup) { setups.push(setup); },
    all: function (root, selector) {
      var found = Array.prototype.slice.call(root.querySelectorAll(selector));
      if (root.matches && root.matches(selector)) { found.unshift(root); }
      return found;
    },
    say: function (words) {
      var place = document.getElementById("q-status");
      if (!place) { return; }
      place.textContent = "";
      window.setTimeout(function () { place.textContent = words; }, 50);
    },
    make: function (tag, className, text) {
      var made = document.createElement(tag);
      if (className) { made.className = className; }
      if (text) { made.textContent = text; }
      return made;
    },
    token: function () {
      var meta = document.querySelector('meta[name="csrf-token"]');
      return meta ? meta.content : "";
    },
    note: function (words, kind) {
      var region = document.getElementById("messages");
      var note = this.make("div", "q-note " + (kind === "bad" ? "q-note-bad" : kind === "look" ? "q-note-look" : ""));
      note.setAttribute("role", kind === "bad" ? "alert" : "status");
      note.appendChild(this.make("span", "q-grow", words));
      if (region) { region.appendChild(note); }
      return note;
    },
    typing: function (element) {
      return !!element && (element.isContentEditable || /^(TEXTAREA|SELECT)$/.test(element.tagName) ||
        (element.tagName === "INPUT" && !/^(checkbox|radio|button|submit|reset|file|range)$/.test(element.type)));
    }
  };
  document.addEventListener("DOMContentLoaded", function () { run(document); });
  document.addEventListener("htmx:load", function (event) { run(event.target); });
})();
