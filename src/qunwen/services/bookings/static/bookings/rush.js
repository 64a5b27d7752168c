/* The queue and its waiting room: numbers that move without loading the page anew. All of it works without this file. */
(function () {
  "use strict";
  var box = document.querySelector("[data-qw-rush]");
  if (box) { follow(box); }
  document.querySelectorAll("[data-qw-opens]").forEach(countDown);

  function follow(element) {
    var address = element.getAttribute("data-qw-rush");
    var pause = Number(element.getAttribute("data-qw-again")) || 3;
    window.setTimeout(ask, pause * 1000);
    function ask() {
      fetch(address + "&as=json", { credentials: "same-origin" }).then(function (response) {
        if (!response.ok) { throw new Error(String(response.status)); }
        return response.json();
      }).then(function (said) {
        if (said.verdict) { window.location.replace(address); return; }
        element.querySelector("[data-qw-n]").textContent = (said.before + 1).toLocaleString("en");
        element.querySelector("[data-qw-before]").textContent = said.before.toLocaleString("en");
        window.setTimeout(ask, said.again * 1000);
      }).catch(function () { window.setTimeout(ask, 5000 + 5000 * Math.random()); });
    }
  }

  /* The seconds come from the server, so a wrong clock on the phone does no harm. */
  function countDown(form) {
    var until = performance.now() + 1000 * Number(form.getAttribute("data-qw-opens"));
    var button = form.querySelector("button[type=submit]");
    var label = button.textContent;
    var shown = document.querySelector("[data-qw-left]");
    button.disabled = true;
    tick();
    function tick() {
      var left = Math.ceil((until - performance.now()) / 1000);
      if (left <= 0) {
        button.disabled = false;
        button.textContent = label;
        if (shown) { shown.textContent = "0:00"; }
        return;
      }
      var text = Math.floor(left / 60) + ":" + ("0" + left % 60).slice(-2);
      button.textContent = label + " " + text;
      if (shown) { shown.textContent = text; }
      window.setTimeout(tick, 250);
    }
  }
})();
