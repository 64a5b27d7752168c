// The door: hand scanner and keyboard type into one field, the camera fills the same field; the field is always ready for the next.
(function () {
  "use strict";
  var root = document.querySelector("[data-qw-door]");
  if (!root) return;
  var form = root.querySelector("#scan-form"), field = root.querySelector("#scan-code"), via = form.querySelector("[name=via]");
  var button = root.querySelector("[data-qw-camera]"), video = root.querySelector("[data-qw-video]"), said = root.querySelector("[data-qw-camera-said]");
  var controls = null, last = "", lastAt = 0, begun = 0, keys = 0;

  // A hand scanner types a whole ticket in a moment; people do not.
  field.addEventListener("keydown", function (event) {
    if (!field.value) { begun = event.timeStamp; keys = 0; }
    keys += 1;
    if (event.key === "Enter") via.value = keys > 8 && event.timeStamp - begun < 30 * keys ? "scanner" : "";
  });
  document.addEventListener("htmx:afterSwap", function () { ready(); });
  document.addEventListener("htmx:beforeRequest", function (event) {
    // The timed refresh waits while somebody fills in the walk-in form or reads an answer.
    if (event.target.id === "door-live" && document.activeElement && event.target.contains(document.activeElement)) event.preventDefault();
  });
  document.addEventListener("htmx:afterRequest", function (event) {
    if (event.target === form) { field.value = ""; via.value = ""; ready(); }
  });
  document.addEventListener("htmx:sendError", function () { said.textContent = "网络断了，这一张没有记上。恢复后请再扫一次。"; });
  function ready() { if (!document.activeElement || document.activeElement === document.body) field.focus({ preventScroll: true }); }

  if (!navigator.mediaDevices || !navigator.mediaDevices.getUserMedia) return;
  button.hidden = false;
  button.addEventListener("click", function () { if (controls) stop(); else load(start); });
  function label(on) { var span = button.querySelector("span"); span.textContent = on ? span.dataset.on : span.dataset.off; }
  function load(then) {
    if (window.ZXingBrowser) { then(); return; }
    var script = document.createElement("script");
    script.src = root.dataset.zxing;
    script.onload = then;
    document.head.appendChild(script);
  }
  function start() {
    said.textContent = "";
    video.hidden = false;
    var reader = new window.ZXingBrowser.BrowserQRCodeReader();
    reader.decodeFromConstraints({ video: { facingMode: "environment" } }, video, function (result) {
      if (!result) return;
      var text = result.getText(), now = Date.now();
      if (text === last && now - lastAt < 4000) return;
      last = text; lastAt = now;
      field.value = text;
      via.value = "camera";
      if (navigator.vibrate) navigator.vibrate(60);
      form.requestSubmit ? form.requestSubmit() : form.submit();
    }).then(function (made) { controls = made; label(true); }).catch(function () {
      video.hidden = true;
      said.textContent = said.dataset.denied;
    });
  }
  function stop() { controls.stop(); controls = null; video.hidden = true; label(false); field.focus(); }
  window.addEventListener("pagehide", function () { if (controls) stop(); });
})();
