// Builds frontend/dist/: app.css (Tailwind), the script bundles (esbuild), fonts and the icons in use.
// At run time nothing of node_modules is needed. `--watch` builds again on every change.
import { spawnSync } from "node:child_process";
import {
  cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, watch, writeFileSync,
} from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import esbuild from "esbuild";
import { transform } from "lightningcss";

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const modules = join(root, "node_modules");
const target = join(here, "dist");
let dist = target;
const watching = process.argv.includes("--watch");

/** Inter as the package ships it, one file a script, each fetched only when its characters are shown. */
function buildFonts() {
  const source = join(modules, "@fontsource-variable/inter");
  mkdirSync(join(dist, "fonts"), { recursive: true });
  const css = readFileSync(join(source, "index.css"), "utf8").replace(/url\(\.\/files\//g, "url(fonts/");
  for (const [, name] of css.matchAll(/url\(fonts\/([^)]+)\)/g)) {
    cpSync(join(source, "files", name), join(dist, "fonts", name));
  }
  return css.replace(/\/\*.*?\*\//gs, "").replace(/\s*\n\s*/g, "");
}

/** Classes that no page of ours has. The kit styles them all in one sheet, many of them with `:has()`. */
const LEFT_OUT = `accordion avatar-badge avatar-group breadcrumb card-action card-description card-title chart-
  legend-item chart-tooltip chart-tooltip-title combobox combobox-chip combobox-chip-remove combobox-chips
  combobox-trigger-icon drawer empty field-separator fieldset input-group item item-group popover progress
  sidebar tabs toast toast-content toaster`.split(/\s+/);

/** Tailwind scans the templates; its import of the kit resolves because node_modules lies above the input. */
function buildStyles(fontFaces) {
  const out = tailwind("app.css", "app.css");
  const { code } = transform({ filename: "app.css", code: readFileSync(out), minify: true, unusedSymbols: LEFT_OUT });
  writeFileSync(out, fontFaces + code);
  tailwind("chat-page.css", "chats.css"); // what one page alone needs
  tailwind("author-pages.css", "articles.css");
}

function tailwind(source, name) {
  const out = join(dist, name);
  const cli = join(modules, "@tailwindcss/cli/dist/index.mjs");
  const run = spawnSync(process.execPath, [cli, "-i", join(here, "src/css", source), "-o", out, "--minify"], {
    cwd: root,
    encoding: "utf8",
  });
  if (run.status !== 0) throw new Error(`Tailwind failed:\n${run.stderr}`);
  return out;
}

/** What customers open has a sheet of its own, with the same font. */
function addFont(fontFaces, name) {
  const path = join(dist, name);
  writeFileSync(path, fontFaces + readFileSync(path, "utf8"));
}

async function buildScripts() {
  const options = {
    bundle: true,
    minify: true,
    format: "iife",
    target: "es2022",
    outdir: dist,
    legalComments: "none",
    logLevel: "warning",
  };
  const entry = (name) => join(here, "src/js", name);
  await esbuild.build({
    ...options,
    entryPoints: [entry("theme.js"), entry("core.js"), entry("composer.js"), entry("chats.js"), entry("articles.js"), entry("portal.js"), entry("passkey.js"), entry("help.js"), entry("form.js"), entry("logo.js"), entry("hours.js"), entry("insights.js"), entry("insights-charts.js"), entry("insights-wall.js")],
  });
  // The chat on other people's pages: the loader, and what its frame loads. The demo shop's own look beside it.
  await esbuild.build({
    ...options,
    entryPoints: {
      widget: entry("widget/loader.js"),
      "widget-frame": entry("widget/frame.js"),
      "widget-look": join(here, "src/css/widget.css"),
      shop: join(here, "src/css/shop.css"),
      help: join(here, "src/css/help.css"),
      survey: join(here, "src/css/survey.css"),
      feedback: join(here, "src/css/feedback.css"),
      hours: join(here, "src/css/hours.css"),
      "insights-look": join(here, "src/css/insights.css"),
      "insights-wall": join(here, "src/css/insights-wall.css"),
    },
  });
}

function* files(folder, ending) {
  for (const item of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (item.isFile() && ending.test(item.name)) yield join(item.parentPath ?? item.path, item.name);
  }
}

/** Names are found where they are written (`{% icon "inbox" %}`, `icon="inbox"`) and in icons.txt, for those chosen in Python. */
function usedIcons() {
  const names = new Set(readFileSync(join(here, "icons.txt"), "utf8").split(/\s+/).filter(Boolean));
  for (const path of files(join(root, "templates"), /\.html$/)) {
    const text = readFileSync(path, "utf8");
    for (const [, name] of text.matchAll(/(?:\{%\s*icon\s+|(?<![\w-])icon(?:_end)?=)["']([a-z0-9-]+)["']/g)) names.add(name);
  }
  return [...names].sort();
}

function buildIcons() {
  const icons = {};
  for (const name of usedIcons()) {
    const path = join(modules, "@tabler/icons/icons/outline", `${name}.svg`);
    if (!existsSync(path)) throw new Error(`There is no icon named "${name}" in @tabler/icons (outline).`);
    const svg = readFileSync(path, "utf8").replace(/<!--.*?-->/gs, "");
    const inner = svg.slice(svg.indexOf(">") + 1, svg.lastIndexOf("</svg>"));
    icons[name] = inner
      .replace(/<path stroke="none"[^>]*\/>/g, "")
      .replace(/\s*\n\s*/g, " ")
      .replace(/ \/>/g, "/>")
      .trim();
  }
  writeFileSync(join(dist, "icons.json"), JSON.stringify(icons));
}

/** File by file, so that a server that reads the folder meanwhile never misses one; then what is no longer built goes. */
function moveIntoPlace() {
  const built = [...files(dist, /./)].map((path) => relative(dist, path));
  for (const name of built) {
    mkdirSync(dirname(join(target, name)), { recursive: true });
    renameSync(join(dist, name), join(target, name));
  }
  for (const path of files(target, /./)) {
    if (!built.includes(relative(target, path))) rmSync(path);
  }
}

async function build() {
  const started = Date.now();
  dist = mkdtempSync(join(here, "dist-"));
  try {
    const fontFaces = buildFonts();
    buildStyles(fontFaces);
    await buildScripts();
    addFont(fontFaces, "help.css");
    addFont(fontFaces, "insights-wall.css");
    buildIcons();
    moveIntoPlace();
  } finally {
    rmSync(dist, { recursive: true, force: true });
  }
  console.log(`frontend/dist built in ${Date.now() - started} ms`);
}

await build();
if (watching) {
  let timer;
  const again = () => {
    clearTimeout(timer);
    timer = setTimeout(() => build().catch((error) => console.error(error.message)), 150);
  };
  for (const folder of [join(here, "src"), join(root, "templates")]) watch(folder, { recursive: true }, again);
}
