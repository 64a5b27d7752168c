// Shows what was picked, small, before it is sent. The files go as they are: place and time inside them are proof.
(function () {
  "use strict";
  document.querySelectorAll("input[type=file][multiple]").forEach(function (input) {
    var strip = document.createElement("div");
    strip.className = "qw-picked";
    strip.setAttribute("aria-live", "polite");
    input.insertAdjacentElement("afterend", strip);
    input.addEventListener("change", function () {
      strip.textContent = "";
      Array.prototype.slice.call(input.files, 0, 12).forEach(function (file) {
        if (!/^image\//.test(file.type)) return;
        var image = document.createElement("img");
        image.alt = file.name;
        image.src = URL.createObjectURL(file);
        image.onload = function () { URL.revokeObjectURL(image.src); };
        strip.appendChild(image);
      });
    });
  });
})();
