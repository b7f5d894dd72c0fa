/* Files are sent as soon as they are chosen, one after the other, with progress; the form then only names them.
   Without this script the form sends the files itself. */
(function () {
  "use strict";
  var q = null;
  function waiting(list, file) {
    var tile = q.make("div", "q-tile");
    tile.setAttribute("data-upload-tile", "");
    var words = q.make("span", "q-tile-words");
    words.appendChild(q.make("b", "", file.name));
    var bar = q.make("progress");
    bar.max = 100;
    bar.value = 0;
    bar.setAttribute("aria-label", "正在传 " + file.name);
    words.appendChild(bar);
    tile.appendChild(words);
    list.appendChild(tile);
    return { tile: tile, bar: bar, words: words };
  }
  function replace(tile, html) {
    var holder = q.make("div");
    holder.innerHTML = html;
    var made = holder.firstElementChild;
    tile.replaceWith(made);
    if (window.htmx) { window.htmx.process(made); }
    return made;
  }
  function failed(place, words, again) {
    place.bar.remove();
    place.words.appendChild(q.make("small", "q-field-error", words));
    var button = q.make("button", "btn btn-sm btn-quiet", "再传一次");
    button.type = "button";
    button.addEventListener("click", function () { place.tile.remove(); again(); });
    place.tile.appendChild(button);
    q.say(words);
  }
  function send(box, file, done) {
    var place = waiting(box.querySelector("[data-upload-list]"), file);
    var data = new FormData();
    data.append("kind", box.dataset.uploadKind);
    data.append("token", box.dataset.uploadToken);
    data.append("file", file);
    var request = new XMLHttpRequest();
    request.open("POST", box.dataset.uploadUrl);
    request.setRequestHeader("X-CSRFToken", q.token());
    request.upload.addEventListener("progress", function (event) {
      if (event.lengthComputable) { place.bar.value = Math.round(event.loaded / event.total * 100); }
    });
    function retry() { send(box, file, function () {}); }
    request.addEventListener("load", function () {
      if (request.status === 200) {
        replace(place.tile, request.responseText);
        q.say(file.name + " 已存好");
      } else if (request.status === 422) {
        replace(place.tile, request.responseText);
      } else {
        failed(place, request.status === 413 ? "文件太大，没传上去。换一份小的再试。" : "没传上去，写的内容还在。", retry);
      }
      done();
    });
    request.addEventListener("error", function () { failed(place, "网断了，没传上去。", retry); done(); });
    request.send(data);
  }
  function next(box, files) {
    var file = files.shift();
    if (!file) { box.removeAttribute("data-busy"); return; }
    box.setAttribute("data-busy", "true");
    send(box, file, function () { next(box, files); });
  }
  function setup(root) {
    q.all(root, "[data-upload]").forEach(function (box) {
      if (box.dataset.uploadReady) { return; }
      box.dataset.uploadReady = "true";
      var input = box.querySelector('input[type="file"]');
      var form = box.closest("form");
      input.addEventListener("change", function () {
        var files = Array.prototype.slice.call(input.files);
        input.value = "";
        next(box, files);
      });
      if (form) {
        form.addEventListener("submit", function (event) {
          if (box.dataset.busy) {
            event.preventDefault();
            q.note("文件还在传。传完再点一次，写的内容还在。", "look");
          }
        });
      }
    });
  }
  /* This script may stand before the shared one, in the middle of a form, or come with a swapped piece of page. */
  function start() {
    q = window.qiying;
    if (!q || q.hasUploads) { return; }
    q.hasUploads = true;
    q.each(setup);
    if (document.readyState !== "loading") { setup(document); }
  }
  if (window.qiying) { start(); } else { document.addEventListener("DOMContentLoaded", start); }
})();
