/* Small comforts; every page works without this file. */
(function () {
  "use strict";
  var body = document.body;

  /* One tap is one request: a second submit of the same form is dropped until the page answers. */
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.method !== "post" || event.defaultPrevented) { return; }
    if (form.hasAttribute("data-qw-sent")) { event.preventDefault(); return; }
    form.setAttribute("data-qw-sent", "");
    var button = event.submitter || form.querySelector("button[type=submit], button:not([type])");
    if (button) {
      button.setAttribute("aria-busy", "true");
      if (button.classList.contains("button-primary")) { button.title = body.getAttribute("data-qw-busy"); }
    }
    window.setTimeout(function () { release(form); }, 15000);
  });
  function release(form) {
    form.removeAttribute("data-qw-sent");
    form.querySelectorAll("[aria-busy]").forEach(function (element) { element.removeAttribute("aria-busy"); });
  }
  /* Coming back with the back button must not find a dead form. */
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-qw-sent]").forEach(release);
  });

  var notice = document.querySelector("[data-qw-offline]");
  function tellNetwork() { if (notice) { notice.hidden = navigator.onLine !== false; } }
  window.addEventListener("online", tellNetwork);
  window.addEventListener("offline", tellNetwork);
  tellNetwork();

  document.addEventListener("click", function (event) {
    var target = event.target;
    if (target.closest && target.closest("button[name=reload]")) { window.location.reload(); }
    document.querySelectorAll("details.choice-menu[open]").forEach(function (menu) {
      if (!menu.contains(target)) { menu.open = false; }
    });
  });
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") { return; }
    document.querySelectorAll("details.choice-menu[open]").forEach(function (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  });

  if ("serviceWorker" in navigator && window.isSecureContext && body.hasAttribute("data-qw-worker")) {
    window.addEventListener("load", function () {
      navigator.serviceWorker.register(body.getAttribute("data-qw-worker"), { scope: "/" }).catch(function () {});
    });
  }
})();
