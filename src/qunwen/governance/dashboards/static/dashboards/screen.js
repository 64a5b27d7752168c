/* The large screen looks for newer figures by itself. What cannot be fetched leaves the page as it was, and says so. */
(function () {
  "use strict";
  var every = Number(document.body.getAttribute("data-refresh")) * 1000;
  function say(name) {
    var line = document.getElementById("stale");
    if (line) { line.textContent = line.getAttribute("data-" + name); }
  }
  function look() {
    fetch(location.href, { credentials: "same-origin" })
      .then(function (answer) {
        if (answer.redirected) { throw new Error("login"); }
        if (!answer.ok) { throw new Error("stale"); }
        return answer.text();
      })
      .then(function (text) {
        var fresh = new DOMParser().parseFromString(text, "text/html").getElementById("stage");
        if (!fresh) { throw new Error("stale"); }
        document.getElementById("stage").replaceWith(document.importNode(fresh, true));
      })
      .catch(function (problem) { say(problem.message === "login" ? "login" : "stale"); })
      .then(function () { setTimeout(look, every); });
  }
  if (every > 0) { setTimeout(look, every); }
})();
