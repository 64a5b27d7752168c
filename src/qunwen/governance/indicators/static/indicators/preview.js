// While a definition is typed, the preview beside it follows. Without this the button does the same.
(() => {
  const box = document.querySelector("[data-ind-preview]");
  const target = document.getElementById("preview");
  if (!box || !target || !window.fetch) return;
  const form = box.closest("form");
  let waiting = 0;
  let asked = 0;
  const ask = async () => {
    const mine = ++asked;
    target.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(box.dataset.indPreview, { method: "POST", body: new FormData(form), credentials: "same-origin" });
      const text = await answer.text();
      if (mine !== asked) return;
      if (answer.ok) target.innerHTML = text;
      else target.textContent = box.dataset.indFailed;
    } catch (_problem) {
      if (mine === asked) target.textContent = box.dataset.indFailed;
    }
    if (mine === asked) target.removeAttribute("aria-busy");
  };
  form.addEventListener("input", () => {
    target.setAttribute("aria-busy", "true"); // what stands there is of what was typed before
    clearTimeout(waiting);
    waiting = setTimeout(ask, 500);
  });
  ask();
})();
