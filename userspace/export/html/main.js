"use strict";
/* The page: wires the timeline, the panels, the keys and the pointer. */

class Page {
	constructor() {
		this.recording = new Recording();
		this.view = new Timeline(byId("timeline"), this.recording);
		this.view.onDraw = () => { document.documentElement.dataset.drawn = String(this.view.drawn); };
		this.headline();
		this.wirePointer();
		this.wireButtons();
		this.wireTabs();
		document.addEventListener("keydown", (event) => this.key(event));
		new ResizeObserver(() => this.view.resize()).observe(byId("timeline"));
		matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.themeChanged());
		this.open("selection");
	}

	headline() {
		const { meta, threads, steps, processes } = this.recording;
		const first = processes[0];
		const title = meta.title || (first ? first.name + " (pid " + first.pid + ")" : "no process");
		document.title = title + " \u2013 thrace";
		byId("title").textContent = title;
		byId("summary").textContent = [duration(meta.end), count(threads.length, "thread"),
			processes.length > 1 ? count(processes.length, "process", "processes") : null,
			"at most " + steps.max + " running at once on " + count(meta.cpus, "CPU"),
			meta.lost ? meta.lost.toLocaleString("en") + " records LOST" : "nothing lost",
			meta.cut ? "CUT OFF: the recording has no end" : null,
			meta.source === "procfs" ? "sampled" : null].filter(Boolean).join(" \u00b7 ");
		byId("summary").classList.toggle("bad", meta.lost > 0 || meta.cut);
		byId("text").textContent = meta.text || "";
		byId("text").hidden = !meta.text;
	}

	/* --- choosing --- */

	select(what) {
		this.view.selected = what && what.thread ? what : null;
		showSelection(this);
		if (this.view.selected)
			this.open("selection");
		this.view.redraw();
	}

	goTo(thread) {
		byId("tip").hidden = true;
		this.select({ thread, slice: -1 });
		this.view.reveal(thread);
	}

	/* The thread above or below in the rows. */
	step(by) {
		const rows = this.view.rows.filter((row) => row.thread), selected = this.view.selected;
		if (!rows.length)
			return;
		const at = rows.findIndex((row) => selected && row.thread === selected.thread);
		const next = at < 0 ? 0 : Math.min(Math.max(at + by, 0), rows.length - 1);
		this.goTo(rows[next].thread);
	}

	/* The slice before or after, of the chosen thread. */
	stepSlice(by) {
		const selected = this.view.selected, data = this.recording;
		if (!selected)
			return this.view.pan(by * 0.15);
		const thread = selected.thread;
		let i = selected.slice < 0 ? firstAfter(data.finish, thread.from, thread.to, this.view.from) : selected.slice + by;
		i = Math.min(Math.max(i, thread.from), thread.to - 1);
		if (i < thread.from)
			return undefined;
		this.select({ thread, slice: i });
		const { view } = this, middle = (data.begin[i] + data.finish[i]) / 2, half = (view.to - view.from) / 2;
		if (data.begin[i] < view.from || data.finish[i] > view.to)
			view.show(middle - half, middle + half);
		return undefined;
	}

	/* --- search --- */

	search(text) {
		const wanted = text.trim().toLowerCase();
		const found = wanted ? this.recording.threads.filter((thread) => thread.label.toLowerCase().includes(wanted)) : [];
		this.matches = found;
		this.match = -1;
		this.view.found = wanted ? new Set(found) : null;
		byId("found").textContent = wanted ? count(found.length, "thread") : "";
		if (found.length)
			this.view.reveal(found[0]);
		this.view.redraw();
	}

	nextMatch(by) {
		if (!this.matches || !this.matches.length)
			return;
		this.match = (this.match + by + this.matches.length) % this.matches.length;
		this.goTo(this.matches[this.match]);
	}

	/* --- keys --- */

	key(event) {
		if (event.ctrlKey || event.metaKey || event.altKey)
			return;
		const typing = event.target.matches("input");
		if (event.key === "Escape") {
			byId("help").hidden = true;
			event.target.blur();
			this.select(null);
			return;
		}
		if (typing) {
			if (event.key === "Enter")
				this.nextMatch(event.shiftKey ? -1 : 1);
			return;
		}
		if (event.target.matches("button") && (event.key === "Enter" || event.key === " "))
			return;
		const act = this.actions()[event.key.length === 1 ? event.key.toLowerCase() : event.key];
		if (!act)
			return;
		event.preventDefault();
		act();
	}

	actions() {
		const { view } = this;
		return {
			w: () => view.zoom(0.7), s: () => view.zoom(1 / 0.7), a: () => view.pan(-0.15), d: () => view.pan(0.15),
			"+": () => view.zoom(0.7), "=": () => view.zoom(0.7), "-": () => view.zoom(1 / 0.7),
			0: () => view.fit(), f: () => this.fitSelection(),
			ArrowLeft: () => this.stepSlice(-1), ArrowRight: () => this.stepSlice(1),
			ArrowUp: () => this.step(-1), ArrowDown: () => this.step(1),
			PageUp: () => view.scrollBy(-view.height * 0.7), PageDown: () => view.scrollBy(view.height * 0.7),
			e: () => this.toggleEdges(), t: () => this.toggleTheme(),
			"/": () => byId("search").focus(), n: () => this.nextMatch(1), "?": () => this.toggleHelp(),
		};
	}

	fitSelection() {
		const selected = this.view.selected, data = this.recording;
		if (!selected || selected.slice < 0)
			return this.view.fit();
		const i = selected.slice, span = data.finish[i] - data.begin[i];
		this.view.show(data.begin[i] - span * 0.3, data.finish[i] + span * 0.3);
		return undefined;
	}

	toggleEdges() {
		this.view.edges = !this.view.edges;
		byId("edges").setAttribute("aria-pressed", String(this.view.edges));
		this.view.redraw();
	}

	toggleHelp() {
		byId("help").hidden = !byId("help").hidden;
	}

	toggleTheme() {
		const root = document.documentElement;
		const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
		root.dataset.theme = dark ? "light" : "dark";
		this.themeChanged();
	}

	themeChanged() {
		this.view.readTheme();
		this.view.redraw();
	}

	/* --- buttons, tabs --- */

	wireButtons() {
		const on = (id, act) => byId(id).addEventListener("click", act);
		on("zoom-in", () => this.view.zoom(0.7));
		on("zoom-out", () => this.view.zoom(1 / 0.7));
		on("fit", () => this.view.fit());
		on("edges", () => this.toggleEdges());
		on("theme", () => this.toggleTheme());
		on("help-button", () => this.toggleHelp());
		on("help-close", () => this.toggleHelp());
		byId("search").addEventListener("input", (event) => this.search(event.target.value));
	}

	wireTabs() {
		this.shown = new Set();
		for (const tab of document.querySelectorAll("[role=tab]"))
			tab.addEventListener("click", () => this.open(tab.dataset.panel));
	}

	/* A panel is filled when it is first opened: of a large recording that takes a moment. */
	open(name) {
		const fill = { selection: showSelection, threads: showThreads, waits: showWaits, lineage: showLineage,
			sharing: showSharing, about: showAbout };
		for (const tab of document.querySelectorAll("[role=tab]"))
			tab.setAttribute("aria-selected", String(tab.dataset.panel === name));
		for (const panel of document.querySelectorAll("[role=tabpanel]"))
			panel.hidden = panel.id !== "panel-" + name;
		if (!this.shown.has(name))
			fill[name](this);
		this.shown.add(name);
	}

	/* --- pointer: drag to move, wheel or two fingers to zoom --- */

	wirePointer() {
		const canvas = byId("timeline"), pointers = new Map();
		let moved = 0, overview = false;
		canvas.addEventListener("pointerdown", (event) => {
			canvas.setPointerCapture(event.pointerId);
			pointers.set(event.pointerId, [event.offsetX, event.offsetY]);
			overview = event.offsetY < OVERVIEW;
			moved = 0;
			if (overview)
				this.centre(event.offsetX);
		});
		canvas.addEventListener("pointermove", (event) => {
			const before = pointers.get(event.pointerId), now = [event.offsetX, event.offsetY];
			if (!before)
				return this.hoverAt(event);
			pointers.set(event.pointerId, now);
			moved += Math.abs(now[0] - before[0]) + Math.abs(now[1] - before[1]);
			if (overview)
				this.centre(now[0]);
			else if (pointers.size === 2)
				this.pinch(pointers, event.pointerId, before);
			else if (moved > 4)
				this.drag(now[0] - before[0], now[1] - before[1]);
			return undefined;
		});
		const up = (event) => {
			if (pointers.delete(event.pointerId) && event.type === "pointerup" && moved <= 4 && !overview)
				this.click(event);
		};
		canvas.addEventListener("pointerup", up);
		canvas.addEventListener("pointercancel", up);
		canvas.addEventListener("pointerleave", () => {
			this.view.hover = null;
			byId("tip").hidden = true;
			this.view.redraw();
		});
		canvas.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
	}

	hoverAt(event) {
		const { view } = this, before = view.hover;
		view.hover = view.at(event.offsetX, event.offsetY);
		showTip(this, view.hover, event.clientX, event.clientY);
		if ((before && before.slice) !== (view.hover && view.hover.slice))
			view.redraw();
	}

	click(event) {
		const { view } = this, what = view.at(event.offsetX, event.offsetY);
		byId("tip").hidden = true;
		if (what && what.row.type === "process") {
			const serial = what.row.process.serial;
			if (!view.folded.delete(serial))
				view.folded.add(serial);
			view.layOut();
			view.redraw();
			return;
		}
		this.select(what);
	}

	centre(x) {
		const { view } = this, half = (view.to - view.from) / 2;
		const time = (x - view.gutter) / view.plot * this.recording.end;
		view.show(time - half, time + half);
	}

	drag(dx, dy) {
		byId("tip").hidden = true;
		this.view.scroll -= dy;
		this.view.clampScroll();
		this.view.pan(-dx / this.view.plot);
	}

	pinch(pointers, id, before) {
		const [, other] = [...pointers].find(([key]) => key !== id), now = pointers.get(id);
		const was = Math.abs(before[0] - other[0]), is = Math.abs(now[0] - other[0]);
		if (was > 8 && is > 8)
			this.view.zoom(was / is, (now[0] + other[0]) / 2);
		this.view.pan(-(now[0] - before[0]) / 2 / this.view.plot);
	}

	wheel(event) {
		event.preventDefault();
		const unit = event.deltaMode === 1 ? 18 : 1, dx = event.deltaX * unit, dy = event.deltaY * unit;
		if (event.shiftKey || Math.abs(dx) > Math.abs(dy))
			this.view.pan((dx || dy) / this.view.plot);
		else if (event.ctrlKey || event.offsetX > this.view.gutter)
			this.view.zoom(Math.pow(1.0018, dy), event.offsetX);
		else
			this.view.scrollBy(dy);
	}
}

window.addEventListener("DOMContentLoaded", () => {
	try {
		window.page = new Page();
		document.documentElement.dataset.state = "ready";
	} catch (error) {
		document.documentElement.dataset.state = "failed";
		byId("summary").textContent = "This page is damaged or was cut off: " + error.message;
		throw error;
	}
	byId("loading").hidden = true;
});
