"use strict";
/* What stands beside the timeline: words on what was chosen, and the tables. */

/* Where another thread is named: a button that leads there. */
function threadLink(page, thread, words) {
	return make("button", { className: "link", type: "button", onclick: () => page.goTo(thread) }, words || thread.label);
}

function tidOrThread(page, serial, tid) {
	const thread = page.recording.bySerial.get(serial);
	return thread ? threadLink(page, thread) : tid ? "outside, tid " + tid : null;
}

function facts(pairs) {
	const list = make("dl", {});
	for (const [term, value] of pairs)
		if (value !== null && value !== undefined && value !== "")
			list.append(make("dt", {}, term), make("dd", {}, value));
	return list;
}

/* --- tooltip and selection: the same words --- */

function sliceFacts(page, what) {
	const data = page.recording, i = what.slice, kind = data.kind[i], thread = what.thread;
	const pairs = [["when", "at " + duration(data.begin[i]) + ", for " + duration(data.finish[i] - data.begin[i])]];
	if (kind === STATE_RUNNING && data.aux[i])
		pairs.push(["on", "CPU " + (data.aux[i] - 1)]);
	if (kind === STATE_READY)
		pairs.push(["woken by", tidOrThread(page, data.aux[i], data.more[i]) || "an interrupt, or not known"]);
	if (kind >= STATE_BLOCKED) {
		pairs.push(["waits on", tidOrThread(page, data.aux[i], 0)]);
		pairs.push(["evidence", data.meta.evidences[data.more[i]]]);
		const next = i + 1 < thread.to && data.kind[i + 1] === STATE_READY ? i + 1 : -1;
		if (next >= 0)
			pairs.push(["woken by", tidOrThread(page, data.aux[next], data.more[next]) || "an interrupt, or not known"]);
	}
	return pairs;
}

/* Does an arrow of what is under the pointer lead down, to where the words would stand? */
function leadsDown(page, what) {
	const data = page.recording, rows = page.view.rowOf, next = what.slice + 1;
	const others = [data.kind[what.slice] >= STATE_BLOCKED ? data.bySerial.get(data.aux[what.slice]) : undefined,
		page.view.wakerOf(what.slice), next < what.thread.to ? page.view.wakerOf(next) : undefined];
	return others.some((other) => other && rows.get(other.serial) && rows.get(other.serial).y > what.row.y);
}

function showTip(page, what, x, y) {
	const tip = byId("tip");
	if (!what || what.slice < 0) {
		tip.hidden = true;
		return;
	}
	tip.replaceChildren(make("strong", {}, what.thread.label), make("span", { className: "state" }, page.recording.words(what.slice)),
		facts(sliceFacts(page, what)));
	tip.hidden = false;
	const box = tip.getBoundingClientRect();
	tip.style.left = Math.min(x + 14, window.innerWidth - box.width - 8) + "px";
	const above = (y + 18 + box.height > window.innerHeight || leadsDown(page, what)) && y > box.height + 10;
	tip.style.top = (above ? y - box.height - 14 : y + 18) + "px";
}

function threadFacts(page, thread) {
	const life = thread.running + thread.ready + thread.blocked + thread.unknown;
	const creator = tidOrThread(page, thread.creatorSerial, thread.creatorTid);
	return [
		["process", thread.process.name + " " + thread.pid],
		["created by", creator || "not seen"],
		["created at", (page.recording.createdAt.get(thread.serial) || []).join(", called by ") || null],
		["ended", thread.end],
		["daemon", thread.daemon < 0 ? null : thread.daemon ? "yes" : "no"],
		["lived", duration(life)],
		["Running", duration(thread.running) + ", " + percent(thread.running, life) + " %"],
		["Ready", duration(thread.ready) + ", " + percent(thread.ready, life) + " %"],
		["Blocked", duration(thread.blocked) + ", " + percent(thread.blocked, life) + " %"],
		["to a CPU", thread.delays ? "median " + duration(thread.delayP50) + ", at most " + duration(thread.delayMax) : null],
		["switches", thread.voluntary + " voluntary, " + thread.involuntary + " not"],
		["migrations", String(thread.migrations)],
		["books", thread.incomplete ? "incomplete: records may have been lost" : null],
	];
}

function showSelection(page) {
	const panel = byId("panel-selection"), what = page.view.selected;
	panel.replaceChildren();
	if (!what || !what.thread) {
		panel.append(make("p", { className: "dim" }, "Click a bar: what the thread did then, what it waited for and who woke it. "
			+ "Press ? for the keys."));
		return;
	}
	const thread = what.thread, boxes = make("div", { className: "columns" });
	if (what.slice >= 0)
		boxes.append(make("section", {}, make("h3", {}, page.recording.words(what.slice)), facts(sliceFacts(page, what))));
	boxes.append(make("section", {}, make("h3", {}, thread.label), facts(threadFacts(page, thread))));
	if (thread.waits.length)
		boxes.append(make("section", { className: "grow" }, make("h3", {}, "What it waited for"), waitsTable(page, thread.waits.map((wait) =>
			({ thread, wait })), false)));
	panel.append(boxes);
}

/* --- tables --- */

/* columns: [title, of(row) -> text, number or element, sorting value?] */
function table(columns, rows, sorted) {
	const body = make("tbody", {});
	const valueOf = (row, column) => column.value ? column.value(row) : column.of(row);
	let by = sorted, descending = true;
	const fill = () => {
		const column = columns[by];
		const order = by === undefined ? rows : [...rows].sort((a, b) => {
			const x = valueOf(a, column), y = valueOf(b, column);
			return (x > y ? 1 : x < y ? -1 : 0) * (descending ? -1 : 1);
		});
		body.replaceChildren(...order.slice(0, 2000).map((row) => make("tr", {}, ...columns.map((one) =>
			make("td", { className: one.value ? "number" : "" }, one.of(row))))));
		if (order.length > 2000)
			body.append(make("tr", {}, make("td", { colSpan: columns.length, className: "dim" },
				count(order.length - 2000, "more row") + "; sort by another column to see others")));
	};
	const heads = columns.map((column, i) => make("th", { scope: "col", className: column.value ? "number" : "" },
		make("button", { type: "button", title: "sort by this", onclick: () => {
			descending = by === i ? !descending : !!column.value;
			by = i;
			fill();
		} }, column.title)));
	fill();
	return make("table", {}, make("thead", {}, make("tr", {}, ...heads)), body);
}

function timeColumn(title, of) {
	return { title, of: (row) => duration(of(row)), value: of };
}

function waitsTable(page, rows, named = true) {
	const columns = [
		{ title: "Wait", of: ({ wait }) => page.recording.meta.kinds[wait[0]][0] },
		{ title: "On", of: ({ wait }) => tidOrThread(page, wait[1], 0) || "\u2013" },
		timeColumn("Total", ({ wait }) => wait[3]),
		{ title: "Times", of: ({ wait }) => wait[2].toLocaleString("en"), value: ({ wait }) => wait[2] },
		timeColumn("Longest", ({ wait }) => wait[4]),
		{ title: "Evidence", of: ({ wait }) => page.recording.meta.evidences[wait[5]] },
	];
	if (named)
		columns.unshift({ title: "Thread", of: ({ thread }) => threadLink(page, thread) });
	return table(columns, rows, named ? 3 : 2);
}

function showThreads(page) {
	const life = (thread) => thread.running + thread.ready + thread.blocked + thread.unknown;
	byId("panel-threads").replaceChildren(table([
		{ title: "Thread", of: (thread) => threadLink(page, thread, thread.name) },
		{ title: "tid", of: (thread) => String(thread.tid), value: (thread) => thread.tid },
		{ title: "Process", of: (thread) => thread.process.name + " " + thread.pid },
		timeColumn("Life", life),
		timeColumn("Running", (thread) => thread.running),
		timeColumn("Ready", (thread) => thread.ready),
		timeColumn("Blocked", (thread) => thread.blocked),
		{ title: "Running %", of: (thread) => percent(thread.running, life(thread)), value: (thread) => thread.running / (life(thread) || 1) },
		{ title: "Switches", of: (thread) => (thread.voluntary + thread.involuntary).toLocaleString("en"),
			value: (thread) => thread.voluntary + thread.involuntary },
		timeColumn("Delay p99", (thread) => thread.delayP99),
		{ title: "Wakeups", of: (thread) => thread.wakeups.toLocaleString("en"), value: (thread) => thread.wakeups },
		{ title: "Ended", of: (thread) => thread.end + (thread.incomplete ? " (incomplete)" : "") },
	], page.recording.threads, 4));
}

function showWaits(page) {
	const rows = page.recording.threads.flatMap((thread) => thread.waits.map((wait) => ({ thread, wait })));
	byId("panel-waits").replaceChildren(rows.length ? waitsTable(page, rows) : make("p", { className: "dim" }, "No thread waited."));
}

/* --- lineage --- */

function showLineage(page) {
	const data = page.recording, children = new Map(), roots = [];
	for (const thread of [...data.threads].sort((a, b) => a.serial - b.serial)) {
		const creator = thread.born && data.bySerial.get(thread.creatorSerial);
		if (!creator || creator === thread) {
			roots.push(thread);
			continue;
		}
		if (!children.has(creator))
			children.set(creator, []);
		children.get(creator).push(thread);
	}
	const seen = new Set();
	const branch = (thread) => {
		if (seen.has(thread))
			return null;
		seen.add(thread);
		const how = thread.process.launched && thread.tid === thread.pid ? "the program that was started" :
			!thread.born ? "was there before" : thread.tid === thread.pid ? "process" : "thread";
		const item = make("li", {}, threadLink(page, thread), make("span", { className: "dim" },
			" " + how + (thread.daemon > 0 ? ", daemon" : "") + (thread.born && !data.bySerial.get(thread.creatorSerial) &&
				thread.creatorTid ? ", created by tid " + thread.creatorTid + " outside" : "") +
			(data.createdAt.has(thread.serial) ? ", at " + data.createdAt.get(thread.serial)[0] : "") + "; " + thread.end));
		const own = children.get(thread);
		if (own)
			item.append(make("ul", {}, ...own.map(branch)));
		return item;
	};
	byId("panel-lineage").replaceChildren(make("ul", { className: "tree" }, ...roots.map(branch)));
}

/* --- sharing --- */

const CLONE_BITS = { 0: 0x100, 1: 0x400, 2: 0x200, 3: 0x800, 4: 0x10000 };

/*
 * Which kernel object a thread has, as far as it is known: read at one moment, told by a snapshot, or handed on at the
 * creation by a clone flag. undefined: not known.
 */
function sharedObject(page, thread, resource, depth = 0) {
	if (thread.share)
		return "read " + thread.share[resource];
	const told = page.recording.shares.get(thread.serial);
	if (told && told[resource] && told[resource] !== "0")
		return "told " + told[resource];
	if (!thread.born || CLONE_BITS[resource] === undefined || depth > 1000)
		return undefined;
	if (!(thread.cloneFlags & CLONE_BITS[resource]))
		return "own " + thread.serial;
	const creator = page.recording.bySerial.get(thread.creatorSerial);
	if (!creator)
		return thread.processSerial && resource !== 2 ? "process " + thread.processSerial : undefined;
	const object = sharedObject(page, creator, resource, depth + 1);
	/* Whatever the creator's is called: the two have it in common. */
	return object || "of " + creator.serial;
}

function showSharing(page) {
	const creators = new Set(page.recording.threads.map((thread) => thread.creatorSerial));
	const threads = page.recording.threads.filter((thread) => thread.born || thread.share || creators.has(thread.serial) ||
		page.recording.shares.get(thread.serial)).slice(0, 24);
	const head = make("tr", {}, make("th", {}), ...threads.map((thread) => make("th", { scope: "col" }, threadLink(page, thread, thread.name),
		make("br", {}), make("span", { className: "dim" }, String(thread.tid)))));
	const body = make("tbody", {});
	for (const [resource, words] of page.recording.meta.resources) {
		const numbers = new Map(), objects = threads.map((thread) => sharedObject(page, thread, resource) ||
			(creators.has(thread.serial) && resource in CLONE_BITS ? "of " + thread.serial : undefined));
		if (!objects.some((object) => object))
			continue;
		body.append(make("tr", {}, make("th", { scope: "row" }, words), ...objects.map((object) => {
			if (!object)
				return make("td", { className: "dim", title: "not known" }, "?");
			if (!numbers.has(object))
				numbers.set(object, numbers.size + 1);
			const number = numbers.get(object);
			return make("td", { className: "share share-" + (number - 1) % 6 }, String(number));
		})));
	}
	const more = page.recording.threads.length - threads.length;
	byId("panel-sharing").replaceChildren(make("p", { className: "dim" }, "Equal numbers in a row: one and the same object. "
		+ "A thread's stack, registers and thread-local storage are always its own." + (more > 0 ? " " + count(more, "thread") + " more not shown." : "")),
	body.children.length ? make("table", { className: "matrix" }, make("thead", {}, head), body)
		: make("p", { className: "dim" }, "The recording does not tell: no creation and no snapshot was seen."));
}

/* --- about --- */

function showAbout(page) {
	const meta = page.recording.meta;
	const began = meta.realtime ? new Date(meta.realtime / 1e6).toISOString().replace("T", " ").slice(0, 19) + " UTC" : null;
	byId("panel-about").replaceChildren(make("div", { className: "columns" }, make("section", {}, make("h3", {}, "The recording"), facts([
		["began", began], ["host", meta.host], ["kernel", meta.kernel], ["CPUs", String(meta.cpus)],
		["source", meta.source === "procfs" ? "sampled from /proc: what happened between two looks is not seen" : "every event, from the kernel"],
		["length", duration(meta.end)], ["records", meta.records.toLocaleString("en")],
		["lost", meta.lost ? meta.lost.toLocaleString("en") + " records: there are gaps" : "nothing"],
		["end", meta.cut ? "cut off: what came after the last whole chunk is not there" : null],
		["slices", page.recording.count.toLocaleString("en")], ["made by", "thrace " + meta.version]])),
	make("section", {}, make("h3", {}, "Words"), facts([
		["Running", "on a CPU"], ["Ready", "could run, has no CPU yet: woken, or its CPU was taken from it"],
		["Blocked", "waits for something: the bar says for what"],
		["evidence", "kernel: seen there; memory: read from the program; library: told by it; history: by who did it before"]]))));
}
