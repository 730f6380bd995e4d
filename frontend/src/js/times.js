// Keeps "2 m" true while the page stays open. The units are the server's words, so both write the same.
const STEPS = [
  [60, 1],
  [3600, 60],
  [86400, 3600],
  [Infinity, 86400],
];

export function ago(seconds, units) {
  if (seconds < 60) return units[0];
  const index = STEPS.findIndex(([limit]) => seconds < limit);
  return `${Math.floor(seconds / STEPS[index][1])} ${units[index]}`;
}

function refresh() {
  const units = (document.documentElement.dataset.agoUnits ?? "").split("|");
  if (units.length < 4) return;
  for (const time of document.querySelectorAll("time[data-ago]")) {
    const seconds = (Date.now() - Date.parse(time.dateTime)) / 1000;
    if (seconds < 7 * 86400) {
      const text = ago(seconds, units);
      if (time.textContent !== text) time.textContent = text;
    }
  }
}
setInterval(refresh, 20_000);

// A new brand begins in the zone of who names it.
for (const select of document.querySelectorAll("select[data-own-zone]")) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if ([...select.options].some((option) => option.value === zone)) select.value = zone;
}
