// Follows the hall: asks every second what changed (a tag, so that nothing costs nothing), swaps it in, reads it out.
(() => {
  "use strict";
  const spoken = new Set();
  let isFirst = true;

  function say(entries, aloud) {
    for (const one of entries) {
      if (spoken.has(one.key)) continue;
      spoken.add(one.key);
      if (isFirst || !aloud || !window.speechSynthesis) continue;
      const words = new SpeechSynthesisUtterance(one.text);
      words.lang = "zh-CN";
      words.rate = 0.9;
      window.speechSynthesis.speak(words);
    }
    isFirst = false;
  }

  function watch(box) {
    const every = Number(box.dataset.every || 1000);
    const note = document.querySelector("[data-hall-stale]");
    let tag = box.dataset.tag || "";
    let seen = Date.now();
    async function look() {
      try {
        const headers = tag ? { "If-None-Match": tag } : {};
        const got = await fetch(box.dataset.hallWatch, { headers, cache: "no-store", credentials: "same-origin" });
        if (got.status === 200) {
          const data = await got.json();
          const within = box.contains(document.activeElement) && document.activeElement.matches("input, select");
          if (!within) {
            tag = got.headers.get("ETag") || "";
            if (box.innerHTML !== data.html) box.innerHTML = data.html;
            say(data.say, box.hasAttribute("data-aloud"));
            if (box.querySelector("[data-hall-called]") && navigator.vibrate) navigator.vibrate([300, 150, 300]);
          }
        }
        if (got.ok || got.status === 304) seen = Date.now();
      } catch (error) { /* the next look tells */ }
      if (note) note.hidden = Date.now() - seen < 15000;
      setTimeout(look, document.hidden ? every * 5 : every);
    }
    setTimeout(look, every);
  }

  document.querySelectorAll("[data-hall-watch]").forEach(watch);
  const clock = document.querySelector("[data-hall-clock]");
  const tick = () => { clock.textContent = new Date().toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit" }); };
  if (clock) { tick(); setInterval(tick, 5000); }
  const home = document.querySelector("[data-hall-home]");
  if (home) setTimeout(() => { window.location = home.dataset.hallHome; }, 25000);
  const pad = document.querySelector("[data-hall-pad]");
  if (pad) pad.addEventListener("click", (event) => {
    const key = event.target.closest("button[data-digit]");
    const field = document.getElementById("id_phone");
    if (!key || !field) return;
    field.value = key.dataset.digit === "x" ? field.value.slice(0, -1) : (field.value + key.dataset.digit).slice(0, 11);
  });
})();
