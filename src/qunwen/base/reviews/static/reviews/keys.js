// One key decides and goes on: A approves, R sends back (first to the reason), N looks at the next.
(function () {
  "use strict";
  var form = document.getElementById("review-form");
  if (!form) { return; }
  function reasonGiven() {
    return Array.prototype.some.call(form.querySelectorAll("textarea, input[type=text]"), function (field) {
      return field.value.trim() !== "";
    });
  }
  document.addEventListener("keydown", function (event) {
    var at = event.target;
    var typing = /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName) || at.isContentEditable;
    if (typing || event.ctrlKey || event.altKey || event.metaKey || event.repeat) { return; }
    var wanted = form.querySelector('[data-review-key="' + event.key.toLowerCase() + '"]');
    if (!wanted) { return; }
    event.preventDefault();
    if (event.key.toLowerCase() === "r" && !reasonGiven()) {
      form.querySelector("textarea").focus();
    } else {
      wanted.click();
    }
  });
})();
