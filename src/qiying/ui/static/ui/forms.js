/* Forms: counters, verdict tiles, inline confirmation, buttons that say why not, no double sending. */
(function () {
  "use strict";
  var q = window.qiying;

  q.each(function (root) {
    q.all(root, "[data-counter-for]").forEach(function (counter) {
      var field = document.getElementById(counter.dataset.counterFor);
      var max = parseInt(counter.dataset.max, 10);
      if (!field) { return; }
      function count() {
        var left = max - field.value.length;
        counter.textContent = left < 0 ? "多了 " + -left + " 字" : field.value.length + " / " + max + " 字";
        counter.classList.toggle("q-over", left < 0);
      }
      field.addEventListener("input", count);
      count();
    });
    q.all(root, "[data-verdict]").forEach(function (set) {
      function mark() {
        q.all(set, "label").forEach(function (label) {
          label.classList.toggle("q-chosen", label.querySelector("input").checked);
        });
      }
      set.addEventListener("change", mark);
      mark();
    });
    q.all(root, "[data-needs]").forEach(function (button) {
      var form = button.form;
      function check() {
        var chosen = form.querySelector('[name="' + button.dataset.needs + '"]:checked');
        button.setAttribute("aria-disabled", chosen ? "false" : "true");
        var why = document.getElementById(button.getAttribute("aria-describedby"));
        if (why && chosen && !why.dataset.keep) { why.hidden = true; }
      }
      if (form) { form.addEventListener("change", check); check(); }
    });
  });

  document.addEventListener("click", function (event) {
    var button = event.target.closest('[aria-disabled="true"]');
    if (button) {
      event.preventDefault();
      event.stopImmediatePropagation();
      var why = document.getElementById(button.getAttribute("aria-describedby") || "");
      if (why) { q.say(why.textContent); }
    }
  }, true);

  /* Enter in a text field must not pass a button that is switched off */
  document.addEventListener("submit", function (event) {
    var form = event.target;
    var by = event.submitter;
    if (by && by.getAttribute("aria-disabled") === "true") { event.preventDefault(); return; }
    if (by && by.formTarget) { return; } /* only a look at what would be sent: the form stays */
    if (form.method === "post" && !form.hasAttribute("hx-post")) {
      if (form.dataset.sending) { event.preventDefault(); return; }
      form.dataset.sending = "1";
      window.setTimeout(function () { delete form.dataset.sending; }, 8000);
    }
  });
  window.addEventListener("pageshow", function () {
    q.all(document, "form[data-sending]").forEach(function (form) { delete form.dataset.sending; });
  });

  /* data-confirm="…": the question appears beside the button, no box over the page */
  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-confirm]");
    if (!button || button.dataset.confirmed) { return; }
    event.preventDefault();
    event.stopImmediatePropagation();
    var after = button.closest(".q-act") || button;
    var open = after.parentNode.querySelector(".q-confirm");
    if (open) { open.remove(); }
    var panel = q.make("div", "q-confirm");
    panel.setAttribute("role", "group");
    panel.setAttribute("aria-label", button.dataset.confirm);
    panel.appendChild(q.make("span", "q-grow", button.dataset.confirm));
    var yes = q.make("button", "btn btn-sm btn-primary", button.dataset.confirmYes || button.textContent.trim());
    var no = q.make("button", "btn btn-sm", "先不");
    yes.type = no.type = "button";
    yes.addEventListener("click", function () {
      panel.remove();
      button.dataset.confirmed = "1";
      button.click();
      delete button.dataset.confirmed;
    });
    no.addEventListener("click", function () { panel.remove(); button.focus(); });
    panel.addEventListener("keydown", function (key) { if (key.key === "Escape") { panel.remove(); button.focus(); } });
    panel.appendChild(yes);
    panel.appendChild(no);
    after.parentNode.classList.add("q-wrap");  // the question has a line of its own, the buttons keep theirs
    after.parentNode.insertBefore(panel, after.nextSibling);
    yes.focus();
  }, true);

  q.each(function (root) {
    if (root === document) {
      var errors = document.querySelector("[data-errors]");
      if (errors) { errors.focus(); }
    }
  });
})();
