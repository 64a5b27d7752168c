/* Renews the screen, but never under somebody's fingers. Without scripts the page renews itself. */
(function () {
  "use strict";
  var seconds = Number(document.body.getAttribute("data-door-seconds")) || 30;
  var code = document.getElementById("code");
  var typed = 0;
  if (code) { code.addEventListener("input", function () { typed = Date.now(); }); }
  window.setInterval(function () {
    if (code && code.value && Date.now() - typed < 60000) { return; }
    window.location.replace(window.location.pathname);
  }, seconds * 1000);
}());
