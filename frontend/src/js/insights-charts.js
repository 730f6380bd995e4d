// Draws the tables of the page of numbers. Loaded when the first of them comes near; the tables are the data.
import { BarChart, HeatmapChart, LineChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent, VisualMapComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

echarts.use([
  BarChart, LineChart, HeatmapChart, GridComponent, LegendComponent, TooltipComponent, VisualMapComponent,
  AriaComponent, CanvasRenderer,
]);

/** A colour of our tokens as the canvas and the library both understand it. */
function colour(name, alpha = 1) {
  const probe = document.createElement("span");
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const brush = canvas.getContext("2d", { willReadFrequently: true });
  brush.fillStyle = getComputedStyle(probe).color;
  brush.fillRect(0, 0, 1, 1);
  probe.remove();
  const [red, green, blue, own] = brush.getImageData(0, 0, 1, 1).data;
  return `rgba(${red}, ${green}, ${blue}, ${(alpha * own) / 255})`;
}

function palette() {
  return {
    text: colour("--muted-foreground"),
    strong: colour("--foreground"),
    line: colour("--border"),
    card: colour("--card"),
    first: colour("--primary"),
    soft: colour("--primary", 0.28),
    second: colour("--chart-second"),
    third: colour("--chart-third"),
  };
}

/** What the table says: names of the columns and rows, numbers, and the words for them. */
function read(section) {
  const table = section.querySelector("table");
  const rows = [...table.tBodies[0].rows];
  const value = (cell) => (cell.dataset.value === "" ? null : Number(cell.dataset.value));
  return {
    head: [...table.tHead.rows[0].cells].map((cell) => cell.textContent.trim()),
    names: rows.map((row) => row.cells[0].textContent.trim()),
    values: rows.map((row) => [...row.cells].slice(1).map(value)),
    words: rows.map((row) => [...row.cells].slice(1).map((cell) => cell.textContent.trim())),
  };
}

const column = (data, number) => data.values.map((row) => row[number]);

function frame(data, ink) {
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  return {
    animation: !calm,
    animationDuration: 250,
    aria: { enabled: true },
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: ink.text },
    grid: { left: 4, right: 8, top: 36, bottom: 4, containLabel: true },
    legend: { top: 0, left: 0, itemWidth: 12, itemHeight: 8, icon: "roundRect", textStyle: { color: ink.text } },
    tooltip: {
      trigger: "axis",
      confine: true,
      backgroundColor: ink.card,
      borderColor: ink.line,
      textStyle: { color: ink.strong, fontSize: 12 },
      axisPointer: { type: "shadow", shadowStyle: { color: colour("--foreground", 0.05) } },
    },
    xAxis: {
      type: "category",
      data: data.names,
      axisTick: { show: false },
      axisLine: { lineStyle: { color: ink.line } },
      axisLabel: { color: ink.text, hideOverlap: true },
    },
    yAxis: {
      type: "value",
      axisLabel: { color: ink.text, hideOverlap: true },
      splitLine: { lineStyle: { color: ink.line } },
    },
  };
}

const bar = (data, number, colour_) => ({
  type: "bar",
  name: data.head[number + 1],
  data: column(data, number),
  itemStyle: { color: colour_, borderRadius: [3, 3, 0, 0] },
  barMaxWidth: 26,
  tooltip: { valueFormatter: (_value, place) => data.words[place]?.[number] },
});
const line = (data, number, colour_, more = {}) => ({
  type: "line",
  name: data.head[number + 1],
  data: column(data, number),
  symbolSize: 6,
  showSymbol: data.names.length < 40,
  lineStyle: { width: 2, color: colour_ },
  itemStyle: { color: colour_ },
  tooltip: { valueFormatter: (_value, place) => data.words[place]?.[number] },
  ...more,
});

/** Seconds on an axis, short: the page's own words are in the tooltip and the table. */
function short(seconds) {
  const parts = [[86400, "d"], [3600, "h"], [60, "min"], [1, "s"]];
  const [size, unit] = parts.find(([one]) => seconds >= one) ?? [1, "s"];
  return `${Math.round((10 * seconds) / size) / 10} ${unit}`;
}

const DRAW = {
  flow: (data, ink) => ({
    ...frame(data, ink),
    series: [bar(data, 0, ink.first), bar(data, 1, ink.second), line(data, 2, ink.third)],
  }),
  speed: (data, ink) => {
    const option = frame(data, ink);
    option.yAxis = {
      ...option.yAxis,
      type: "log",
      logBase: 4,
      min: 60,
      axisLabel: { color: ink.text, formatter: short },
    };
    return { ...option, series: [line(data, 0, ink.first), line(data, 1, ink.third)] };
  },
  mine: (data, ink) => ({ ...frame(data, ink), series: [bar(data, 0, ink.first), bar(data, 1, ink.third)] }),
  waits: (data, ink) => ({ ...frame(data, ink), legend: { show: false }, series: [bar(data, 0, ink.first)] }),
  hours: (data, ink) => {
    const most = Math.max(1, ...data.values.flat());
    return {
      ...frame(data, ink),
      legend: { show: false },
      grid: { left: 4, right: 8, top: 8, bottom: 4, containLabel: true },
      tooltip: {
        ...frame(data, ink).tooltip,
        trigger: "item",
        formatter: ({ value: [hour, row, many] }) => `${echarts.format.encodeHTML(data.names[row])}, ${hour}–${hour + 1}: <b>${many}</b>`,
      },
      xAxis: { ...frame(data, ink).xAxis, data: data.head.slice(1), splitArea: { show: false } },
      yAxis: { type: "category", data: data.names, inverse: true, axisTick: { show: false }, axisLine: { show: false }, axisLabel: { color: ink.text } },
      visualMap: { show: false, min: 0, max: most, inRange: { color: [colour("--muted"), ink.soft, ink.first] } },
      series: [
        {
          type: "heatmap",
          data: data.values.flatMap((row, place) => row.map((many, hour) => [hour, place, many ?? 0])),
          itemStyle: { borderColor: ink.card, borderWidth: 2, borderRadius: 4 },
        },
      ],
    };
  },
};

const charts = [];
for (const section of document.querySelectorAll(".number-chart:has([data-plot])")) {
  const place = section.querySelector("[data-plot]");
  const data = read(section);
  if (section.dataset.kind === "hours") place.style.height = `${40 + Math.max(2, data.names.length) * 32}px`;
  const chart = echarts.init(place);
  const draw = () => chart.setOption(DRAW[section.dataset.kind](data, palette()), true);
  draw();
  section.dataset.drawn = "";
  charts.push({ chart, draw });
  new ResizeObserver(() => chart.resize()).observe(place);
}

/* Another theme: the same pictures in its colours. */
const again = () => charts.forEach(({ draw }) => draw());
new MutationObserver(again).observe(document.documentElement, { attributes: true, attributeFilter: ["class", "data-theme"] });
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
