/* Ready payments: the sum of what is ticked, and one tick for all. Without it everything works, only uncounted. */
(function () {
  "use strict";
  var form = document.getElementById("pm-ready");
  var sum = document.getElementById("pm-sum");
  if (!form || !sum) { return; }  // who looks on picks nothing
  var all = document.getElementById("pm-all");
  function boxes() { return Array.prototype.slice.call(form.querySelectorAll("input[name=payment]")); }
  function yuan(fen) {
    var text = (fen / 100).toFixed(2).split(".");
    return text[0].replace(/\B(?=(\d{3})+(?!\d))/g, ",") + "." + text[1];
  }
  function count() {
    var ticked = boxes().filter(function (box) { return box.checked; });
    var fen = ticked.reduce(function (total, box) { return total + Number(box.dataset.fen); }, 0);
    sum.textContent = ticked.length ? "选了 " + ticked.length + " 笔，合计 " + yuan(fen) + " 元" : sum.dataset.none;
    if (all) { all.checked = ticked.length > 0 && ticked.length === boxes().length; }
  }
  form.addEventListener("change", function (event) {
    if (event.target === all) { boxes().forEach(function (box) { box.checked = all.checked; }); }
    count();
  });
  if (all) { all.parentElement.hidden = false; }
  count();
})();
