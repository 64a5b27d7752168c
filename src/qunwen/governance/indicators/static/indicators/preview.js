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
    try {
      const answer = await fetch(box.dataset.indPreview, { method: "POST", body: new FormData(form), credentials: "same-origin" });
      const text = await answer.text();
      if (answer.ok && mine === asked) target.innerHTML = text;
    } catch (_problem) {
      // no connection: the last preview stays, saving says what is wrong
    }
  };
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, 500);
  });
  ask();
})();
