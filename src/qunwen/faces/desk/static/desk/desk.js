// The desk's own small behaviours; every page works without them.
(function () {
  "use strict";
  // A form is sent once. The button says so and comes back if the browser returns to the page.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (!form.hasAttribute("data-qw-once")) return;
    if (form.dataset.qwSent) { event.preventDefault(); return; }
    form.dataset.qwSent = "1";
    window.setTimeout(function () {
      form.querySelectorAll("button[type=submit]").forEach(function (button) { button.setAttribute("aria-busy", "true"); });
    }, 0);
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-qw-once]").forEach(function (form) {
      delete form.dataset.qwSent;
      form.querySelectorAll("[aria-busy]").forEach(function (button) { button.removeAttribute("aria-busy"); });
    });
  });
  // "All" ticks every row of the list.
  document.addEventListener("change", function (event) {
    var all = event.target.closest("[data-qw-all]");
    if (!all) return;
    document.querySelectorAll("input[name='" + all.dataset.qwAll + "']").forEach(function (box) { box.checked = all.checked; });
  });
  document.addEventListener("click", function (event) {
    if (event.target.closest("[data-qw-print]")) window.print();
  });
})();
