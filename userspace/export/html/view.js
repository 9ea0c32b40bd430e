"use strict";
/* Where things are on the timeline, what lies under a point, and how one moves about. */

const GUTTER = 210, AXIS = 26, OVERVIEW = 44, CPU_ROW = 20, HEAD_ROW = 34, THREAD_ROW = 24, BAR = 16;

class View {
	constructor(canvas, recording) {
		this.canvas = canvas;
		this.context = canvas.getContext("2d");
		this.recording = recording;
		this.from = 0;
		this.to = recording.end || 1;
		this.scroll = 0;
		this.hover = null; /* what is under the pointer: see at() */
		this.selected = null;
		this.found = null; /* set of the threads that a search found */
		this.edges = false; /* every waking that is visible gets its arrow */
		this.folded = new Set(); /* processes, by serial, whose threads are not shown */
		this.drawn = 0;
		this.pending = false;
		this.layOut();
	}

	/* --- where things are --- */

	layOut() {
		const rows = [];
		let y = 0;
		const add = (row, height) => {
			rows.push({ ...row, y, height });
			y += height;
		};
		for (const cpu of this.recording.cpus)
			add({ type: "cpu", cpu }, CPU_ROW);
		for (const process of this.recording.processes) {
			const alone = process.threads.length === 1; /* a heading would say the same once more */
			if (!alone)
				add({ type: "process", process }, HEAD_ROW);
			if (alone || !this.folded.has(process.serial))
				for (const thread of process.threads)
					add({ type: "thread", thread, alone }, THREAD_ROW);
		}
		this.rows = rows;
		this.contentHeight = y;
		this.rowOf = new Map(rows.filter((row) => row.thread).map((row) => [row.thread.serial, row]));
		/* No taller than what there is to see: the rest is the panels'. */
		this.canvas.parentElement.style.flexBasis = y + this.top + 12 + "px";
		this.clampScroll();
	}

	resize() {
		const box = this.canvas.getBoundingClientRect(), ratio = window.devicePixelRatio || 1;
		this.width = Math.max(320, box.width);
		this.height = Math.max(120, box.height);
		this.gutter = Math.min(GUTTER, this.width * 0.3);
		this.canvas.width = Math.round(this.width * ratio);
		this.canvas.height = Math.round(this.height * ratio);
		this.context.setTransform(ratio, 0, 0, ratio, 0, 0);
		this.clampScroll();
		this.redraw();
	}

	get top() {
		return OVERVIEW + AXIS;
	}

	get plot() {
		return this.width - this.gutter;
	}

	x(time) {
		return this.gutter + (time - this.from) / (this.to - this.from) * this.plot;
	}

	time(x) {
		return this.from + (x - this.gutter) / this.plot * (this.to - this.from);
	}

	rowAt(y) {
		const within = y - this.top + this.scroll;
		if (y < this.top)
			return null;
		return this.rows.find((row) => within >= row.y && within < row.y + row.height) || null;
	}

	screenY(row) {
		return this.top - this.scroll + row.y;
	}

	/* What is at a point: {row, slice, thread, time}; slice -1: nothing there. */
	at(x, y) {
		const row = this.rowAt(y), time = this.time(x);
		if (!row || x < this.gutter)
			return row ? { row, slice: -1, thread: row.thread, time } : null;
		if (row.type === "thread")
			return { row, thread: row.thread, slice: this.near(row.thread, time), time };
		if (row.type === "cpu") {
			const i = firstAfter(row.cpu.begin, 0, row.cpu.begin.length, time) - 1;
			if (i >= 0 && row.cpu.finish[i] >= time)
				return { row, thread: row.cpu.threads[i], slice: row.cpu.slices[i], time };
		}
		return { row, slice: -1, time };
	}

	/* The slice under the pointer, give or take a pixel: a short one can be hit too. */
	near(thread, time) {
		const pixel = (this.to - this.from) / this.plot, exact = this.recording.sliceAt(thread, time);
		for (const step of [0, 1, -1]) {
			const i = this.recording.sliceAt(thread, time + step * pixel * 1.5);
			if (i >= 0 && i !== exact && this.recording.finish[i] - this.recording.begin[i] < pixel * 2)
				return i;
		}
		return exact;
	}

	/* --- moving --- */

	show(from, to) {
		const end = this.recording.end || 1, least = 50;
		let span = Math.min(Math.max(to - from, least), end * 1.1 + least);
		if (from < -end * 0.05)
			from = -end * 0.05;
		if (from + span > end * 1.05 + least)
			from = Math.max(-end * 0.05, end * 1.05 + least - span);
		this.from = from;
		this.to = from + span;
		this.redraw();
	}

	zoom(factor, x) {
		const at = this.time(x === undefined ? this.gutter + this.plot / 2 : x);
		this.show(at - (at - this.from) * factor, at + (this.to - at) * factor);
	}

	pan(share) {
		const by = (this.to - this.from) * share;
		this.show(this.from + by, this.to + by);
	}

	fit() {
		this.show(0, this.recording.end || 1);
	}

	clampScroll() {
		this.scroll = Math.max(0, Math.min(this.scroll, this.contentHeight - (this.height || 0) + this.top + 8));
	}

	scrollBy(pixels) {
		this.scroll += pixels;
		this.clampScroll();
		this.redraw();
	}

	reveal(thread) {
		if (this.folded.delete(thread.process.serial))
			this.layOut();
		const row = this.rowOf.get(thread.serial), y = this.screenY(row);
		if (y < this.top || y + row.height > this.height)
			this.scroll = row.y - (this.height - this.top) / 2;
		this.clampScroll();
		this.redraw();
	}

	redraw() {
		if (this.pending)
			return;
		this.pending = true;
		requestAnimationFrame(() => {
			this.pending = false;
			this.draw();
		});
	}
}
