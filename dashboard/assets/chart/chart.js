// A figure that keeps its place: the next one is drawn over it, so that one sees what moves. dashboard/chart.py sends
// its data: figure (JSON of plotly), frame (JSON of the layout with its words around it, for a copy), library (address
// of plotly.js), alt, height (px; null: all there is), room (px across and high that it is drawn for and scaled to its
// place; null: drawn as large as that is), words (what it says by itself; see dashboard/chart.py), selects (ways
// to select: "points", "box", "lasso") and handles (what can be dragged; see Handle in dashboard/chart.py).

const FULLSCREEN = {
  width: 24,
  height: 24,
  path: "M4 4h6v2H6v4H4zM14 4h6v6h-2V6h-4zM4 14h2v4h4v2H4zM18 14h2v6h-6v-2h4z",
};
const COPY = {
  width: 24,
  height: 24,
  path: "M8 3h12v14H8zM10 5v10h8V5zM4 7h2v12h10v2H4z",
};
const ACROSS = 1280; // px of a picture that is copied: what its words were wrapped to
const SHOWN = 2500; // ms that a note stays
const mayCopy = Boolean(window.isSecureContext && navigator.clipboard?.write && window.ClipboardItem);
const TOOLS = { box: "select2d", lasso: "lasso2d" };
const [SMALLEST, LARGEST] = [0.75, 2.5]; // times that a figure grows to fill its place: type is to be read
const OFTEN = 500; // ms after which the next place of a handle is told even where the one before was not answered
const charts = new WeakMap(); // by the place that Streamlit gives a chart

let library;
const loaded = (address, failed) =>
  (library ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => reject(new Error(failed));
    document.head.append(script);
  }));

const idle = () =>
  new Promise((resolve) =>
    window.requestIdleCallback ? requestIdleCallback(resolve, { timeout: 500 }) : setTimeout(resolve, 50),
  );

const speech = ({ locale, tools, format }) => ({ locale, locales: { [locale]: { dictionary: tools, format } } });

export default function show({ data, parentElement, setTriggerValue }) {
  if (!charts.has(parentElement)) charts.set(parentElement, new Chart(parentElement));
  const chart = charts.get(parentElement);
  chart.show(data, setTriggerValue);
  return () => {
    charts.delete(parentElement);
    chart.remove();
  };
}

class Chart {
  constructor(place) {
    this.frame = document.createElement("div");
    this.frame.className = "chart";
    this.frame.dataset.testid = "chart";
    this.frame.setAttribute("role", "figure");
    this.node = document.createElement("div");
    this.frame.append(this.node);
    this.handles = new Map(); // by name
    this.scale = 1; // of what is drawn, to fill its place
    place.append(this.frame);
    this.observer = new ResizeObserver(() => this.fit());
    this.observer.observe(this.frame);
    this.seen = true; // until the browser says otherwise; to ask it for places would have it lay out the page
    this.watcher = new IntersectionObserver((changes) => (this.seen = changes.at(-1).isIntersecting));
    this.watcher.observe(this.frame);
  }

  async show(sent, tell) {
    this.tell = tell;
    this.frame.setAttribute("aria-label", sent.alt);
    const { figure, height, words } = this.sent ?? {};
    const same = figure === sent.figure && height === sent.height && words.locale === sent.words.locale;
    this.sent = sent;
    if (same) return this.grip();
    if (!document.fullscreenElement) this.frame.style.height = sent.height ? `${sent.height}px` : "100%";
    try {
      this.plotly = await loaded(sent.library, sent.words.failed);
      if (!this.seen) await idle(); // what is looked at comes first
      if (this.sent === sent) await this.draw(); // else a later one is on its way
    } catch (error) {
      this.frame.textContent = error.message;
    }
  }

  async draw() {
    if (!this.frame.clientWidth) return; // folded away: `fit` draws it
    const { data, layout } = JSON.parse(this.sent.figure);
    const selects = this.sent.selects;
    for (const axis of axes(layout).filter(({ type, range }) => type === "date" && range))
      axis.range = axis.range.map((end) => (typeof end === "number" ? written(end) : end));
    Object.assign(layout, this.size(), { uirevision: meaning(layout), selections: [] });
    if (selects.length) layout.clickmode = "event";
    if (this.held) // what is dragged stays under the pointer
      for (const axis of ["xaxis", "yaxis"]) layout[axis].range = this.node._fullLayout[axis].range;
    const first = !this.node.data;
    await this.plotly.react(this.node, data, layout, this.tools(this.sent));
    if (first) this.listen();
    this.grip();
  }

  // The same object as long as the ways to select and the words are: with another one plotly.js makes the chart anew.
  tools({ selects, words }) {
    const of = `${selects} ${words.locale}`;
    if (this.made?.of !== of) {
      const off = Object.keys(TOOLS).filter((way) => !selects.includes(way));
      const config = {
        displaylogo: false,
        doubleClick: "reset",
        showSendToCloud: false, // no figure leaves this machine by a button
        displayModeBar: off.length < Object.keys(TOOLS).length || "hover",
        modeBarButtonsToRemove: ["autoScale2d", "toImage", ...off.map((way) => TOOLS[way])],
        modeBarButtonsToAdd: [
          ...(mayCopy ? [{ name: "Copy", title: words.copy, icon: COPY, click: () => this.copy() }] : []),
          { name: "Fullscreen", title: words.fullscreen, icon: FULLSCREEN, click: () => this.enlarge() },
        ],
        ...speech(words),
      };
      this.made = { of, config };
    }
    return this.made.config;
  }

  // Puts the handles where they belong, apart from the one that is held.
  grip() {
    const wanted = new Set(this.sent.handles.map(({ name }) => name));
    for (const [name, handle] of this.handles)
      if (!wanted.has(name)) {
        handle.node.remove();
        this.handles.delete(name);
      }
    if (!this.node._fullLayout) return;
    for (const sent of this.sent.handles) {
      if (!this.handles.has(sent.name)) this.handles.set(sent.name, new Handle(this, sent.name));
      this.handles.get(sent.name).take(sent);
    }
  }

  listen() {
    this.node.on("plotly_click", ({ points }) => {
      if (this.sent.selects.includes("points")) this.take(points, []);
    });
    this.node.on("plotly_selected", (event) => {
      if (!event?.selections?.length) return; // a click, or an empty place
      this.take(event.points, event.selections);
      this.plotly.relayout(this.node, { selections: [] });
      this.plotly.restyle(this.node, { selectedpoints: null });
    });
    this.node.on("plotly_relayout", () => this.handles.forEach((handle) => handle.draw()));
    this.frame.addEventListener("fullscreenchange", () => this.fit());
  }

  take(points, selections) {
    const carried = points.map(({ customdata }) => listed(customdata)).filter((values) => values.length);
    const rectangles = selections.filter(({ type }) => type === "rect");
    const boxes = rectangles.map(({ x0, x1, y0, y1 }) => ({ x: [x0, x1], y: [y0, y1] }));
    this.tell("selected", { points: carried, boxes });
  }

  size() {
    const height = document.fullscreenElement === this.frame ? window.innerHeight : this.sent.height;
    const [across, high] = [this.frame.clientWidth, height ?? this.frame.clientHeight];
    const { room } = this.sent;
    this.scale = room ? within(Math.min(across / room[0], high / room[1]) - SMALLEST, LARGEST - SMALLEST) + SMALLEST : 1;
    Object.assign(this.node.style, { transform: room ? `scale(${this.scale})` : "", transformOrigin: "0 0" });
    return { autosize: false, width: across / this.scale, height: high / this.scale };
  }

  fit() {
    if (!this.plotly || !this.frame.clientWidth) return;
    const { width, height } = this.size();
    if (!this.node.layout) this.draw();
    else if (width !== this.node.layout.width || height !== this.node.layout.height)
      this.plotly.relayout(this.node, { width, height });
  }

  enlarge() {
    if (document.fullscreenElement) document.exitFullscreen();
    else this.frame.requestFullscreen();
  }

  // Puts the figure as it is zoomed, with its words around it, on the clipboard.
  async copy() {
    const { frame, words } = this.sent;
    const { data, layout } = this.node;
    const framed = { ...layout, ...JSON.parse(frame || "{}"), autosize: false, width: ACROSS };
    framed.height ??= layout.height;
    const config = speech(words);
    const image = this.plotly
      .toImage({ data, layout: framed, config }, { format: "png", width: ACROSS, height: framed.height, scale: 2 })
      .then((address) => fetch(address))
      .then((answer) => answer.blob());
    try {
      await navigator.clipboard.write([new ClipboardItem({ "image/png": image })]);
      this.say(words.copied);
    } catch {
      this.say(words.not_copied);
    }
  }

  say(sentence) {
    const note = document.createElement("div");
    note.className = "note";
    note.setAttribute("role", "status");
    note.textContent = sentence;
    this.frame.append(note);
    setTimeout(() => note.remove(), SHOWN);
  }

  remove() {
    this.observer.disconnect();
    this.watcher.disconnect();
    if (this.node.data) this.plotly.purge(this.node);
    this.frame.remove();
  }
}

// Something to drag along an axis, or to move by keys: a slider that lies on the chart.
class Handle {
  constructor(chart, name) {
    Object.assign(this, { chart, name, hold: 0 });
    this.node = document.createElement("div");
    this.node.className = "handle";
    this.node.tabIndex = 0;
    this.node.setAttribute("role", "slider");
    chart.frame.append(this.node);
    this.node.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      this.node.focus();
      this.node.setPointerCapture(event.pointerId);
      this.begin();
    });
    this.node.addEventListener("pointermove", (event) => this.isHeld && this.follow(event));
    for (const end of ["pointerup", "pointercancel"]) this.node.addEventListener(end, () => this.isHeld && this.end());
    this.node.addEventListener("keydown", (event) => this.press(event));
  }

  get isHeld() {
    return this.chart.held === this;
  }

  take(sent) {
    this.sent = sent;
    this.answered = true;
    if (this.waits) this.say(); // it was moved on while the place before was on its way
    else if (!this.isHeld) this.place = Math.round((sent.value - sent.low) / sent.step);
    this.draw();
  }

  draw() {
    const { along, across, places, label, low, step, colour } = this.sent;
    const { xaxis, yaxis } = this.chart.node._fullLayout;
    const { scale } = this.chart;
    const [axis, other] = along === "x" ? [xaxis, yaxis] : [yaxis, xaxis];
    const here = axis._offset + within(axis.d2p(places[this.place]), axis._length);
    const beside = other._offset + (across === null ? other._length / 2 : within(other.d2p(across), other._length));
    Object.assign(this.node.style, {
      left: `${(along === "x" ? here : beside) * scale}px`,
      top: `${(along === "x" ? beside : here) * scale}px`,
      cursor: along === "x" ? "ew-resize" : "ns-resize",
      color: colour,
    });
    this.node.dataset.along = along;
    const told = { label, valuemin: low, valuemax: low + step * (places.length - 1), valuenow: this.value() };
    told.orientation = along === "x" ? "horizontal" : "vertical";
    for (const [name, text] of Object.entries(told)) this.node.setAttribute(`aria-${name}`, text);
  }

  value() {
    const { low, step } = this.sent;
    return Number((low + step * this.place).toFixed(6));
  }

  begin() {
    this.chart.held = this;
    this.hold = this.told = Date.now(); // tells one drag from the next
    this.from = this.place;
  }

  follow(event) {
    const { along, places } = this.sent;
    const axis = this.chart.node._fullLayout[`${along}axis`];
    const { left, top } = this.chart.frame.getBoundingClientRect();
    const far = (along === "x" ? event.clientX - left : event.clientY - top) / this.chart.scale;
    const at = within(far - axis._offset, axis._length);
    const away = places.map((place) => Math.abs(axis.d2p(place) - at));
    this.go(away.indexOf(Math.min(...away)));
  }

  press(event) {
    const [back, forth] = this.sent.along === "x" ? ["ArrowLeft", "ArrowRight"] : ["ArrowDown", "ArrowUp"];
    const last = this.sent.places.length - 1;
    const far = event.shiftKey ? 10 : 1;
    const to = { [back]: this.place - far, [forth]: this.place + far, Home: 0, End: last }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.hold = Date.now();
    this.go(Math.min(Math.max(to, 0), last));
  }

  go(place) {
    if (place === this.place) return;
    this.place = place;
    this.draw();
    this.waits = !this.answered && Date.now() - this.told <= OFTEN;
    if (!this.waits) this.say();
  }

  end() {
    this.chart.held = null;
    if (this.place !== this.from || this.told > this.hold) this.say();
  }

  say() {
    this.answered = this.waits = false;
    this.told = Date.now();
    this.chart.tell("moved", { name: this.name, value: this.value(), hold: this.hold, held: this.isHeld });
  }
}

// What a point carries: one thing, or several in an array of any kind.
const listed = (carried) =>
  carried?.length >= 0 && typeof carried !== "string" ? Array.from(carried) : [carried ?? []].flat();
const within = (px, length) => Math.min(Math.max(px, 0), length);

const axes = (layout) =>
  Object.keys(layout).filter((name) => /^[xy]axis\d*$/.test(name)).sort().map((name) => layout[name]);

// As plotly.js writes a time itself: by that it knows a range again as the one before somebody zoomed.
const written = (ms) =>
  new Date(ms).toISOString().replace("T", " ").replace(/\.?0*Z$/, "").replace(/:00$/, "").replace(/ 00:00$/, "");

// What the axes speak of: what a reader zoomed stays as long as this does.
const meaning = (layout) =>
  JSON.stringify(axes(layout).map(({ title, type, range }) => [title?.text, type === "date" ? range : null]));
