/* Scanning with the camera where the browser can; elsewhere the field takes a scanner, a paste or a hand. */
(function () {
  "use strict";
  var form = document.getElementById("scan-form");
  var button = document.getElementById("scan-camera");
  var video = document.getElementById("scan-video");
  if (!form) { return; }
  var field = form.querySelector("[name=c]");
  var stream = null;
  if (field.value && form.dataset.go === "1") { form.requestSubmit(); }
  if (!("BarcodeDetector" in window) || !navigator.mediaDevices) { return; }
  button.hidden = false;
  function stop() {
    if (stream) { stream.getTracks().forEach(function (track) { track.stop(); }); }
    stream = null;
    video.hidden = true;
  }
  function look(detector) {
    if (!stream) { return; }
    detector.detect(video).then(function (found) {
      if (!found.length) { window.setTimeout(look, 200, detector); return; }
      stop();
      field.value = found[0].rawValue;
      form.requestSubmit();
    }, function () { window.setTimeout(look, 500, detector); });
  }
  button.addEventListener("click", function () {
    if (stream) { stop(); return; }
    navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } }).then(function (got) {
      stream = got;
      video.srcObject = got;
      video.hidden = false;
      return video.play();
    }).then(function () {
      look(new window.BarcodeDetector({ formats: ["qr_code"] }));
    }).catch(function () {
      stop();
      document.getElementById("scan-no-camera").hidden = false;
    });
  });
  document.addEventListener("htmx:afterSettle", function () { field.select(); });
})();
