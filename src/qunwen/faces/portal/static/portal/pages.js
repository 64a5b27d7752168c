/* Comforts of the portal's pages; everything works without them. */
(function () {
  "use strict";
  /* Position: asked for only on a tap, rounded to about a hundred metres before it leaves the phone. */
  document.querySelectorAll("[data-portal-locate]").forEach(function (box) {
    var button = box.querySelector("button");
    var words = button.querySelector("span");
    var first = words.textContent;
    if (!("geolocation" in navigator) || !window.isSecureContext) { return; }
    box.hidden = false;
    button.addEventListener("click", function () {
      words.textContent = button.getAttribute("data-busy");
      navigator.geolocation.getCurrentPosition(function (found) {
        words.textContent = first;
        window.location.href = button.getAttribute("data-href") + "?lat=" + found.coords.latitude.toFixed(3) + "&lng=" + found.coords.longitude.toFixed(3);
      }, function () {
        words.textContent = button.getAttribute("data-failed");
      }, { maximumAge: 300000, timeout: 15000 });
    });
  });
  /* On a narrow screen the menu scrolls sideways: show where one is. */
  var here = document.querySelector(".site-nav [aria-current]");
  if (here && here.offsetParent) {
    var menu = document.querySelector(".site-nav");
    menu.scrollLeft = here.offsetLeft - menu.offsetLeft - (menu.clientWidth - here.offsetWidth) / 2;
  }
  document.querySelectorAll("[data-portal-print]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
  });
})();
