"use strict";
/* Draws what is visible of the recording onto the canvas: rows, bars, words, the axis and the overview. */

/* Height of the bar and letter of each class, so that colour never stands alone. */
const LOOKS = {
	[CLASS.running]: { height: 16, colour: "running", letter: "\u25b6" },
	[CLASS.ready]: { height: 12, colour: "ready", pattern: "hatch", letter: "\u2026" },
	[CLASS.join]: { height: 10, colour: "join", letter: "J" },
	[CLASS.lock]: { height: 10, colour: "lock", letter: "L" },
	[CLASS.sleep]: { height: 6, colour: "sleep", pattern: "stripes", letter: "z" },
	[CLASS.io]: { height: 8, colour: "io", letter: "io" },
	[CLASS.other]: { height: 8, colour: "other", pattern: "dots", letter: "w" },
	[CLASS.unknown]: { height: 4, colour: "unknown", pattern: "dashes", letter: "?" },
};

/* Neighbours on a CPU are told apart by these; which thread it is stands in words. */
const CPU_COLOURS = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#8a7a2f", "#7b6fb0"];

class Picture extends View {
	constructor(canvas, recording) {
		super(canvas, recording);
		this.readTheme();
	}

	readTheme() {
		const style = getComputedStyle(document.documentElement);
		const names = ["paper", "panel", "line", "ink", "dim", "mark", "running", "ready", "ready-light", "join", "lock",
			"sleep", "sleep-light", "io", "other", "other-light", "unknown"];
		this.theme = Object.fromEntries(names.map((name) => [name, style.getPropertyValue("--" + name).trim()]));
		this.fills = {};
		for (const look of Object.values(LOOKS))
			this.fills[look.colour] = look.pattern ? this.pattern(look) : this.theme[look.colour];
		/* The same as pixels, by class; the waits faint, so that Running stands out. */
		this.solid = [0];
		this.faint = [0];
		for (const [class_, look] of Object.entries(LOOKS)) {
			this.solid[class_] = this.pixel(this.theme[look.colour], 255);
			this.faint[class_] = this.pixel(this.theme[look.colour], 115);
		}
	}

	/* "#rrggbb" as the word that an image's buffer holds. */
	pixel(colour, alpha) {
		const bytes = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
		return new Uint32Array(new Uint8Array([...bytes, alpha]).buffer)[0];
	}

	pattern(look) {
		const tile = document.createElement("canvas"), pen = tile.getContext("2d"), ink = this.theme[look.colour];
		const [width, height] = { hatch: [6, 6], stripes: [4, 4], dots: [6, 6], dashes: [8, 4] }[look.pattern];
		tile.width = width;
		tile.height = height;
		pen.fillStyle = this.theme[look.colour + "-light"] || "transparent";
		if (look.pattern !== "dashes")
			pen.fillRect(0, 0, width, height);
		pen.fillStyle = pen.strokeStyle = ink;
		if (look.pattern === "hatch") {
			pen.lineWidth = 2;
			pen.beginPath();
			for (const x of [-6, 0, 6]) {
				pen.moveTo(x - 1, 7);
				pen.lineTo(x + 7, -1);
			}
			pen.stroke();
		} else if (look.pattern === "stripes") {
			pen.fillRect(0, 0, 1, height);
		} else if (look.pattern === "dots") {
			pen.beginPath();
			pen.arc(3, 3, 1.3, 0, 7);
			pen.fill();
		} else {
			pen.fillRect(0, 0, 4, height);
		}
		return this.context.createPattern(tile, "repeat");
	}

	draw() {
		const pen = this.context, began = performance.now();
		this.drawn = 0;
		pen.fillStyle = this.theme.paper;
		pen.fillRect(0, 0, this.width, this.height);
		pen.textBaseline = "middle";
		pen.save();
		pen.beginPath();
		pen.rect(0, this.top, this.width, this.height - this.top);
		pen.clip();
		this.drawGrid();
		for (const row of this.rows) {
			const y = this.screenY(row);
			if (y + row.height > this.top && y < this.height)
				this.drawRow(row, y);
		}
		this.drawLosses();
		this.drawBirths();
		if (this.edges)
			this.drawEdges();
		this.drawArrowsOf(this.selected);
		this.drawArrowsOf(this.hover);
		pen.restore();
		this.drawOverview();
		this.drawAxis();
		this.lastDraw = performance.now() - began;
		if (this.onDraw)
			this.onDraw();
	}

	eachMark(visit) {
		const step = niceStep((this.to - this.from) / (this.plot / 90));
		for (let at = Math.ceil(Math.max(this.from, 0) / step) * step; at <= Math.min(this.to, this.recording.end); at += step)
			visit(at, this.x(at), step);
	}

	drawGrid() {
		const pen = this.context;
		pen.fillStyle = this.theme.line;
		this.eachMark((at, x) => pen.fillRect(Math.round(x), this.top, 1, this.height));
	}

	drawAxis() {
		const pen = this.context;
		pen.fillStyle = this.theme.panel;
		pen.fillRect(0, OVERVIEW, this.width, AXIS);
		pen.fillStyle = this.theme.line;
		pen.fillRect(0, OVERVIEW + AXIS - 1, this.width, 1);
		pen.font = "11px system-ui, sans-serif";
		pen.textAlign = "center";
		pen.fillStyle = this.theme.dim;
		this.eachMark((at, x, step) => {
			if (x > this.gutter - 1)
				pen.fillText(moment(at, step), Math.min(Math.max(x, this.gutter + 24), this.width - 24), OVERVIEW + AXIS / 2);
		});
		pen.textAlign = "left";
		pen.fillText(duration(this.to - this.from) + " shown", 12, OVERVIEW + AXIS / 2);
	}

	/* The whole recording, how many threads run at once, and which part of it is shown below. */
	drawOverview() {
		const pen = this.context, end = this.recording.end || 1;
		const place = (time) => this.gutter + Math.min(Math.max(time / end, 0), 1) * this.plot;
		pen.fillStyle = this.theme.panel;
		pen.fillRect(0, 0, this.width, OVERVIEW);
		this.drawSteps(this.recording.steps, 0, end, 6, OVERVIEW - 12);
		const left = place(this.from), right = Math.max(place(this.to), left + 3);
		pen.fillStyle = this.theme.mark;
		pen.globalAlpha = 0.14;
		pen.fillRect(left, 0, right - left, OVERVIEW);
		pen.globalAlpha = 1;
		pen.strokeStyle = this.theme.mark;
		pen.strokeRect(left + 0.5, 1.5, right - left - 1, OVERVIEW - 3);
		pen.font = "11px system-ui, sans-serif";
		pen.textAlign = "left";
		pen.fillStyle = this.theme.dim;
		pen.fillText("Running at once", 12, 16);
		pen.fillText("at most " + this.recording.steps.max, 12, 31);
	}

	drawSteps(steps, from, to, y, height) {
		const pen = this.context, left = this.gutter, columns = Math.floor(this.plot), most = Math.max(steps.max, 1);
		pen.fillStyle = this.theme.running;
		pen.beginPath();
		pen.moveTo(left, y + height);
		for (let i = 0; i < columns; i++) {
			const begin = from + i / columns * (to - from), end = from + (i + 1) / columns * (to - from);
			const level = y + height * (1 - steps.mean(begin, end) / most);
			pen.lineTo(left + i, level);
			pen.lineTo(left + i + 1, level);
		}
		pen.lineTo(left + columns, y + height);
		pen.fill();
	}

	drawRow(row, y) {
		if (row.type === "cpu")
			this.drawCpu(row, y);
		else if (row.type === "process")
			this.drawProcess(row.process, y);
		else
			this.drawThread(row, y);
	}

	gutterText(text, x, y, { bold, dim, right } = {}) {
		const pen = this.context;
		pen.font = (bold ? "600 " : "") + (dim ? "11px" : "12.5px") + " system-ui, sans-serif";
		pen.fillStyle = dim ? this.theme.dim : this.theme.ink;
		pen.textAlign = right ? "right" : "left";
		pen.fillText(text, x, y);
	}

	gutterBox(y, height, colour) {
		this.context.fillStyle = colour || this.theme.paper;
		this.context.fillRect(0, y, this.gutter, height);
	}

	cut(text, width) {
		const pen = this.context;
		if (pen.measureText(text).width <= width)
			return text;
		let low = 0, high = text.length;
		while (low < high) {
			const middle = (low + high + 1) >> 1;
			if (pen.measureText(text.slice(0, middle) + "\u2026").width <= width)
				low = middle;
			else
				high = middle - 1;
		}
		return text.slice(0, low) + "\u2026";
	}

	drawProcess(process, y) {
		const pen = this.context;
		pen.fillStyle = this.theme.panel;
		pen.fillRect(0, y, this.width, HEAD_ROW);
		this.drawSteps(process.steps, this.from, this.to, y + 6, HEAD_ROW - 8);
		this.gutterBox(y, HEAD_ROW, this.theme.panel);
		pen.font = "600 12.5px system-ui, sans-serif";
		const sign = this.folded.has(process.serial) ? "\u25b8 " : "\u25be ";
		this.gutterText(this.cut(sign + process.name, this.gutter - 80), 10, y + HEAD_ROW / 2, { bold: true });
		this.gutterText("pid " + process.pid, this.gutter - 8, y + HEAD_ROW / 2, { dim: true, right: true });
	}

	drawCpu(row, y) {
		const pen = this.context, cpu = row.cpu, count = cpu.begin.length;
		let i = Math.max(0, firstAfter(cpu.finish, 0, count, this.from)), reached = -1;
		for (; i < count && cpu.begin[i] < this.to; i++) {
			const left = this.x(cpu.begin[i]), right = Math.max(this.x(cpu.finish[i]), left + 0.7);
			if (right < reached + 0.5) {
				/* Less than a pixel further: the next one that shows is found by halving. */
				i = Math.max(i, firstAfter(cpu.finish, i, count, this.time(reached + 0.5)) - 1);
				continue;
			}
			const thread = cpu.threads[i];
			pen.fillStyle = CPU_COLOURS[thread.serial % CPU_COLOURS.length];
			pen.fillRect(left, y + 3, right - left, CPU_ROW - 6);
			this.drawn++;
			reached = right;
			if (right - left > 34) {
				pen.font = "11px system-ui, sans-serif";
				pen.textAlign = "left";
				pen.fillStyle = "#fff";
				pen.fillText(this.cut(thread.name, right - left - 8), Math.max(left, this.gutter) + 4, y + CPU_ROW / 2);
			}
		}
		this.gutterBox(y, CPU_ROW);
		this.gutterText("CPU " + cpu.number, 10, y + CPU_ROW / 2, { dim: true });
	}

	drawThread(row, y) {
		const thread = row.thread, pen = this.context;
		const chosen = this.selected && this.selected.thread === thread, found = this.found && this.found.has(thread);
		if (chosen || found) {
			pen.fillStyle = this.theme.mark;
			pen.globalAlpha = chosen ? 0.16 : 0.08;
			pen.fillRect(0, y, this.width, THREAD_ROW);
			pen.globalAlpha = 1;
		}
		this.drawSlices(thread, y + THREAD_ROW / 2);
		this.gutterBox(y, THREAD_ROW);
		if (chosen || found) {
			pen.fillStyle = this.theme.mark;
			pen.fillRect(0, y, 4, THREAD_ROW);
		}
		pen.font = "12.5px system-ui, sans-serif";
		this.gutterText(this.cut(thread.name, this.gutter - 84), row.alone ? 10 : 24, y + THREAD_ROW / 2, { bold: chosen || row.alone });
		this.gutterText((row.alone ? "pid " : "") + thread.tid, this.gutter - 8, y + THREAD_ROW / 2, { dim: true, right: true });
	}

	drawSlices(thread, middle) {
		const data = this.recording;
		const first = firstAfter(data.finish, thread.from, thread.to, this.from);
		const last = firstAfter(data.begin, first, thread.to, this.to);
		if (last - first > this.plot / 4)
			this.drawColumns(thread, first, last, middle);
		else
			for (let i = first; i < last; i++)
				this.drawSlice(i, middle);
	}

	drawSlice(i, middle) {
		const data = this.recording, pen = this.context, class_ = data.classOf(data.kind[i]), look = LOOKS[class_];
		const left = Math.max(this.x(data.begin[i]), this.gutter - 2), right = Math.min(this.x(data.finish[i]), this.width + 2);
		const width = Math.max(right - left, 0.7);
		pen.fillStyle = this.fills[look.colour];
		pen.fillRect(left, middle - look.height / 2, width, look.height);
		this.drawn++;
		if (this.isSlice(this.selected, i) || this.isSlice(this.hover, i)) {
			pen.strokeStyle = this.theme.ink;
			pen.lineWidth = 1.5;
			pen.strokeRect(left, middle - BAR / 2, width, BAR);
			pen.lineWidth = 1;
		}
		if (width > 16)
			this.drawWords(i, class_, left, width, middle);
	}

	isSlice(what, i) {
		return what && what.slice === i;
	}

	drawWords(i, class_, left, width, middle) {
		const pen = this.context, from = Math.max(left, this.gutter), room = Math.min(left + width, this.width) - from - 8;
		pen.font = "11px system-ui, sans-serif";
		let words = class_ === CLASS.running ? "" : this.recording.words(i);
		let measured = pen.measureText(words).width;
		if (!words || measured > room - 8) {
			words = LOOKS[class_].letter;
			measured = pen.measureText(words).width;
			if (measured > room)
				return;
		}
		const x = from + (room + 8) / 2;
		pen.textAlign = "center";
		if (class_ !== CLASS.running) {
			pen.fillStyle = this.theme.paper;
			pen.fillRect(x - measured / 2 - 3, middle - 7, measured + 6, 14);
		}
		pen.fillStyle = class_ === CLASS.running ? "#fff" : this.theme.ink;
		pen.fillText(words, x, middle + 0.5);
	}

	/* More slices than pixels: a column shows what share of its time was Running (below), Ready (above it), and what the
	 * rest mostly was. Set pixel by pixel: so many paths would take longer. */
	drawColumns(thread, first, last, middle) {
		const data = this.recording, columns = Math.floor(this.plot), image = this.stripImage(columns);
		let i = first;
		for (let column = 0; column < columns && i < last; column++) {
			const begin = this.time(this.gutter + column), end = this.time(this.gutter + column + 1);
			const next = Math.max(i, firstAfter(data.begin, i, last, end) - 1);
			if (data.begin[i] < end && data.finish[next] > begin) {
				const ran = this.share(data.ran, STATE_RUNNING, STATE_RUNNING, i, next, begin, end);
				const waited = this.share(data.waited, STATE_NEW, STATE_PREEMPTED, i, next, begin, end);
				this.fillColumn(image, column, ran, waited, ran + waited < 0.98 ? this.restOf(i, next) : 0);
			}
			i = firstAfter(data.finish, next, last, end);
			this.drawn++;
		}
		this.strip.getContext("2d").putImageData(image, 0, 0);
		this.context.imageSmoothingEnabled = false;
		this.context.drawImage(this.strip, 0, 0, columns, BAR, this.gutter, middle - BAR / 2, columns, BAR);
	}

	/* An empty picture of one row. */
	stripImage(columns) {
		if (!this.strip || this.strip.width !== columns) {
			this.strip = document.createElement("canvas");
			this.strip.width = columns;
			this.strip.height = BAR;
			this.stripPixels = this.strip.getContext("2d").createImageData(columns, BAR);
			this.stripWords = new Uint32Array(this.stripPixels.data.buffer);
		}
		this.stripWords.fill(0);
		return this.stripPixels;
	}

	fillColumn(image, column, ran, waited, rest) {
		const pixels = this.stripWords, running = Math.round(BAR * ran), busy = Math.round(BAR * (ran + waited));
		for (let y = 0; y < BAR; y++) {
			const colour = y < running ? this.solid[CLASS.running] : y < busy ? this.solid[CLASS.ready] : this.faint[rest];
			pixels[(BAR - 1 - y) * image.width + column] = colour;
		}
	}

	/* What the first wait of a column is stands for the others. */
	restOf(i, next) {
		const data = this.recording;
		while (i < next && data.kind[i] < STATE_BLOCKED && data.kind[i] !== STATE_UNKNOWN)
			i++;
		const class_ = data.classOf(data.kind[i]);
		return class_ === CLASS.running || class_ === CLASS.ready ? CLASS.nothing : class_;
	}

	/* The share of [begin, end) that slices i to next spent in kinds low to high. */
	share(sums, low, high, i, next, begin, end) {
		const data = this.recording, is = (k) => data.kind[k] >= low && data.kind[k] <= high;
		let total = sums[next + 1] - sums[i];
		if (is(i) && data.begin[i] < begin)
			total -= Math.min(begin, data.finish[i]) - data.begin[i];
		if (is(next) && data.finish[next] > end)
			total -= data.finish[next] - Math.max(end, data.begin[next]);
		return Math.max(0, Math.min(1, total / (end - begin)));
	}
}
