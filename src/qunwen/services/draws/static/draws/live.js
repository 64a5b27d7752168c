// Results roll out one by one, the last lot number first. Without this script, or with less motion wished for, all stand there at once.
(function () {
  "use strict";
  document.querySelectorAll("form[data-once]").forEach(function (form) {
    form.addEventListener("submit", function () {
      form.querySelector("button").disabled = true;
    });
  });
  var stage = document.querySelector("[data-roll]");
  var calm = window.matchMedia && window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  if (!stage || calm) { return; }
  var items = Array.prototype.slice.call(stage.querySelectorAll("li:not(.none)"));
  var seen = "draw:" + location.pathname;
  try {
    if (sessionStorage.getItem(seen)) { return; }
    sessionStorage.setItem(seen, "1");
  } catch (refused) { /* no storage: roll again */ }
  items.sort(function (x, y) { return Number(y.firstChild.textContent) - Number(x.firstChild.textContent); });
  items.forEach(function (item) { item.classList.add("waiting"); });
  var each = Math.max(1, Math.ceil(items.length / 120)), at = 0;
  var timer = setInterval(function () {
    items.slice(at, at + each).forEach(function (item) { item.classList.remove("waiting"); });
    at += each;
    if (at >= items.length) { clearInterval(timer); }
  }, 120);
})();
