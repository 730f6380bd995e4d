// Open times of a day as [from, to] in minutes from midnight: read, written, painted. The server reads the same words.
const DAY = 1440;
const DASH = /\s*(?:-|–|—|to|bis)\s*/;

function minute(text) {
  const found = /^(\d{1,2})(?:[:.](\d{2}))?$/.exec(text.trim());
  if (!found) return NaN;
  const value = Number(found[1]) * 60 + Number(found[2] ?? 0);
  return Number(found[2] ?? 0) < 60 && value <= DAY ? value : NaN;
}

export function clock(value) {
  return `${String(Math.floor(value / 60)).padStart(2, "0")}:${String(value % 60).padStart(2, "0")}`;
}

/* [of the day, of the next one], or null for what is no list of times. */
export function readSpans(text) {
  const today = [];
  const tomorrow = [];
  for (const part of text.split(",").map((one) => one.trim()).filter(Boolean)) {
    const ends = part.split(DASH).map(minute);
    if (ends.length !== 2 || ends.some(Number.isNaN) || ends[0] === ends[1]) return null;
    if (ends[0] < ends[1]) today.push(ends);
    else {
      today.push([ends[0], DAY]);
      if (ends[1]) tomorrow.push([0, ends[1]]);
    }
  }
  return [join(today), tomorrow];
}

export function join(spans) {
  const found = [];
  for (const [start, end] of [...spans].sort((a, b) => a[0] - b[0])) {
    const last = found.at(-1);
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else if (start < end) found.push([start, end]);
  }
  return found;
}

export function writeSpans(spans) {
  return spans.map(([start, end]) => `${clock(start)} - ${clock(end)}`).join(", ");
}

/* Between two minutes it is open, or closed; the rest stays to the minute. */
export function paint(spans, from, to, open) {
  const kept = spans.flatMap(([start, end]) => [[start, Math.min(end, from)], [Math.max(start, to), end]]);
  const whole = kept.filter(([start, end]) => start < end);
  return join(open ? [...whole, [from, to]] : whole);
}

/* How much of the stretch is open: "full", "part" or "none". */
export function fill(spans, from, to) {
  const open = spans.reduce((sum, [start, end]) => sum + Math.max(0, Math.min(end, to) - Math.max(start, from)), 0);
  return open === 0 ? "none" : open === to - from ? "full" : "part";
}
