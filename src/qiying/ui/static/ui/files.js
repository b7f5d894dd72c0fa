/* Chosen files: name, size, preview, and a way to take one out again. Nothing leaves the machine before sending. */
(function () {
  "use strict";
  var q = window.qiying;
  function size(bytes) {
    return bytes < 1048576 ? Math.max(1, Math.round(bytes / 1024)) + " KB" : (bytes / 1048576).toFixed(1) + " MB";
  }
  function draw(input, list) {
    list.textContent = "";
    Array.prototype.forEach.call(input.files, function (file, index) {
      var tile = q.make("div", "q-tile");
      var picture = q.make("span", "q-tile-picture");
      if (/^image\/(png|jpeg|webp|gif)$/.test(file.type)) {
        var image = q.make("img");
        image.alt = "";
        image.src = URL.createObjectURL(file);
        image.addEventListener("load", function () { URL.revokeObjectURL(image.src); });
        picture.appendChild(image);
      } else {
        picture.textContent = (file.name.split(".").pop() || "").slice(0, 4).toUpperCase();
      }
      var words = q.make("span", "q-tile-words");
      words.appendChild(q.make("b", "", file.name));
      words.appendChild(q.make("small", "", size(file.size)));
      var remove = q.make("button", "btn btn-sm btn-quiet", "拿掉");
      remove.type = "button";
      remove.setAttribute("aria-label", "拿掉 " + file.name);
      remove.addEventListener("click", function () { take(input, index); draw(input, list); input.focus(); q.say("拿掉了 " + file.name); });
      tile.appendChild(picture);
      tile.appendChild(words);
      tile.appendChild(remove);
      list.appendChild(tile);
    });
  }
  function take(input, index) {
    var kept = new DataTransfer();
    Array.prototype.forEach.call(input.files, function (file, i) { if (i !== index) { kept.items.add(file); } });
    input.files = kept.files;
  }
  q.each(function (root) {
    q.all(root, "input[data-preview]").forEach(function (input) {
      var box = input.closest("[data-file]");
      var list = box && box.querySelector(".q-file-list");
      if (!list) { return; }
      var before = [];
      input.addEventListener("click", function () { before = Array.prototype.slice.call(input.files); });
      input.addEventListener("change", function () {
        /* choosing again adds to several files, as people expect of photos */
        if (input.multiple && before.length) {
          var all = new DataTransfer();
          var seen = {};
          before.concat(Array.prototype.slice.call(input.files)).forEach(function (file) {
            var mark = file.name + file.size + file.lastModified;
            if (!seen[mark]) { seen[mark] = true; all.items.add(file); }
          });
          input.files = all.files;
          before = [];
        }
        draw(input, list);
      });
    });
  });
})();
