/* While a report is being made, look every three seconds how far it is. Without scripts the page is reloaded by hand. */
(function () {
  "use strict";
  function look() {
    var orders = document.getElementById("orders");
    if (!orders || !orders.hasAttribute("data-being-made")) { return; }
    fetch(location.pathname + location.search, { credentials: "same-origin" })
      .then(function (answer) { return answer.ok ? answer.text() : Promise.reject(answer.status); })
      .then(function (text) {
        var fresh = new DOMParser().parseFromString(text, "text/html");
        ["orders", "reports"].forEach(function (name) {
          var now = document.getElementById(name);
          var then = fresh.getElementById(name);
          if (now && then && now.innerHTML !== then.innerHTML) { now.replaceWith(document.importNode(then, true)); }
        });
      })
      .catch(function () { /* the next look may succeed */ })
      .then(function () { setTimeout(look, 3000); });
  }
  setTimeout(look, 3000);
})();
