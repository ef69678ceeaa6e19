// The queue as it moves: one bar a channel, beside a line where the even share is.
import "./page.js";
import { make } from "./element.js";
import { say } from "./texts.js";

const pools = document.getElementById("pools");
const line = document.getElementById("line");
const SVG = "http://www.w3.org/2000/svg";
const FIRST_MS = 1000;
const LONGEST_MS = 10_000;
let pause = FIRST_MS;

function follow() {
  const source = new EventSource("/queue/stream");
  source.onopen = () => {
    pause = FIRST_MS;
    line.hidden = true;
  };
  source.onerror = () => {
    source.close();
    line.lastElementChild.textContent = say("lost");
    line.hidden = false;
    setTimeout(follow, pause);
    pause = Math.min(LONGEST_MS, pause * 1.6);
  };
  source.addEventListener("lanes", (event) => JSON.parse(event.data).pools.forEach(drawPool));
  addEventListener("pagehide", () => source.close(), { once: true });
}

function drawPool(pool) {
  const section = pools.querySelector(`[data-pool="${CSS.escape(pool.pool)}"]`);
  if (!section) return void location.reload(); // A painter that was not there before.
  for (const number of section.querySelectorAll("[data-n]")) number.textContent = pool[number.dataset.n];
  const body = section.querySelector("tbody");
  const old = new Map([...body.rows].map((row) => [row.dataset.guild, row]));
  const draw = (lane) => drawLane(old.get(lane.guild) ?? newRow(lane), lane, pool.lanes.length);
  body.replaceChildren(...pool.lanes.map(draw));
  const empty = section.querySelector(".empty");
  if (!pool.lanes.length && !empty) section.append(make("p", { class: "empty" }, say("nobody_waits")));
  else if (pool.lanes.length) empty?.remove();
}

function newRow(lane) {
  const chart = document.createElementNS(SVG, "svg");
  chart.setAttribute("class", "bar-chart");
  chart.setAttribute("aria-hidden", "true");
  for (const kind of ["fill", "fair"]) {
    const part = document.createElementNS(SVG, "rect");
    part.setAttribute("class", kind);
    part.setAttribute("height", "100%");
    part.setAttribute("width", kind === "fair" ? "2" : "0%");
    chart.append(part);
  }
  const weight = lane.weight === 1 ? null : make("small", {}, `×${lane.weight}`);
  const name = make("th", { scope: "row" }, make("span", { class: "name" }, lane.name || say("another_place")), weight);
  const share = make("td", { class: "share" }, chart, make("span"));
  const number = (label) => make("td", { class: "num", "data-label": label });
  const numbers = [number(say("waiting")), number(say("running")), number(null)];
  return make("tr", { "data-guild": lane.guild }, name, share, ...numbers);
}

function drawLane(row, lane, count) {
  const percent = Math.round(lane.share * 1000) / 10;
  row.querySelector(".fill").setAttribute("width", `${percent}%`);
  row.querySelector(".fair").setAttribute("x", `${100 / count}%`);
  row.querySelector(".share span").textContent = `${Math.round(percent)} %`;
  const numbers = [lane.queued, lane.running, `${Math.round(lane.charged_s)} s`];
  [...row.querySelectorAll(".num")].forEach((cell, index) => (cell.textContent = numbers[index]));
  return row;
}

follow();
