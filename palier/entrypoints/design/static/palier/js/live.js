// A part marked data-live="3" is asked for again every 3 seconds and replaced when it differs, until it no longer
// carries the mark. Slower when nothing changes, and silent while the page is hidden.
const SLOWEST = 20;

for (const part of document.querySelectorAll("[data-live]")) follow(part.id, Number(part.dataset.live));

async function follow(id, seconds) {
  let wait = seconds;
  for (;;) {
    await new Promise((done) => setTimeout(done, wait * 1000));
    if (document.hidden) await new Promise((done) => document.addEventListener("visibilitychange", done, { once: true }));
    const fresh = await ask(id);
    const shown = document.getElementById(id);
    if (fresh && plain(fresh) !== plain(shown)) {
      shown.replaceWith(fresh);
      wait = seconds;
    } else {
      wait = Math.min(wait * 1.3, SLOWEST);
    }
    if (fresh && !fresh.hasAttribute("data-live")) return;
  }
}

async function ask(id) {
  try {
    const answer = await fetch(location.href, { headers: { "X-Part": id } });
    if (!answer.ok) return null;
    if (answer.redirected) return location.assign(answer.url);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    return page.getElementById(id);
  } catch {
    return null;
  }
}

// The protection token of a form is new in every answer and says nothing.
function plain(part) {
  return part.outerHTML.replace(/name="csrfmiddlewaretoken" value="[^"]*"/g, "");
}
