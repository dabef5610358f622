// Choosing a level: when the cycle or an option changes, the page is asked for again and what depends on them (the
// ladder, and what is marked data-of-terms; with another cycle, the options too) is put in place;
// the level that is chosen is repeated beside the button. Without this, a button shows the new prices.
// While what is used is being measured anew, the page is asked for now and then, and what fits is put in place.
const form = document.querySelector("[data-choose]");
const ladder = document.getElementById("ladder");
const chosen = document.getElementById("chosen");
let asking = null;

form.querySelector("[data-recompute]")?.setAttribute("hidden", "");
form.addEventListener("change", (event) => (isTerm(event.target) ? recompute(event.target.name === "cycle") : say()));
say();
watchMeasures();

function isTerm(field) {
  return field.name === "cycle" || field.name === "code" || field.name.startsWith("option.");
}

function addressNow() {
  return `${form.dataset.choose}?${new URLSearchParams(new FormData(form))}`;
}

async function recompute(isCycle) {
  asking?.abort();
  asking = new AbortController();
  const address = addressNow();
  ladder.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(address, { signal: asking.signal });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector(".ladder");
    if (!answer.ok || !fresh) return location.assign(address);
    put(page, fresh);
    if (isCycle) {
      form.querySelectorAll(".terms .field").forEach((option) => option.remove());
      form.querySelector("[data-recompute]")?.before(...page.querySelectorAll(".terms .field"));
    } else {
      page.querySelectorAll(".terms .field").forEach(correct);
    }
    history.replaceState(null, "", address);
    say();
  } catch (error) {
    if (error.name !== "AbortError") location.assign(address);
    return;
  }
  ladder.removeAttribute("aria-busy");
}

function put(page, fresh) {
  const focused = ladder.contains(document.activeElement) ? document.activeElement.id : "";
  ladder.replaceChildren(fresh);
  if (focused) document.getElementById(focused)?.focus();
  const old = document.querySelectorAll("[data-of-terms]");
  page.querySelectorAll("[data-of-terms]").forEach((part, place) => old[place].replaceWith(part));
}

async function watchMeasures() {
  for (let wait = 1.5; document.querySelector("[data-measuring]"); wait = Math.min(wait * 1.3, 20)) {
    await new Promise((done) => setTimeout(done, wait * 1000));
    if (document.hidden) await new Promise((done) => document.addEventListener("visibilitychange", done, { once: true }));
    await showMeasures(addressNow());
  }
}

// Only what was measured meanwhile is put in place, and never under what the client has just asked for.
async function showMeasures(address) {
  try {
    const answer = await fetch(address);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector(".ladder");
    if (!answer.ok || !fresh || page.querySelector("[data-measuring]") || address !== addressNow()) return;
    if (!page.querySelector(".decide") !== !form.querySelector(".decide")) return location.assign(address);
    put(page, fresh);
    say();
  } catch {
    // The page stays as it is, and says how old its measures are.
  }
}

// A field says what was counted, and why that is not what was typed; it keeps the focus.
function correct(fresh) {
  const [counted, field] = [fresh, form].map((place) => place.querySelector(`#${fresh.querySelector("input").id}`));
  if (!field) return;
  if (field.value !== counted.value) field.value = counted.value;
  for (const name of ["aria-invalid", "aria-describedby"]) {
    if (counted.hasAttribute(name)) field.setAttribute(name, counted.getAttribute(name));
    else field.removeAttribute(name);
  }
  const old = field.closest(".field");
  old.className = fresh.className;
  old.querySelector(".note")?.remove();
  field.after(...fresh.querySelectorAll(".note"));
}

function say() {
  if (!chosen) return;
  const level = form.querySelector('[name="plan"]:checked')?.closest("[data-summary]");
  chosen.hidden = !level;
  chosen.textContent = level ? level.dataset.summary : "";
}
