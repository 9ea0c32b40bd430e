"use strict";
/*
 * The recording, from the page's data blocks into typed arrays. What a thread did stands in one stretch of the arrays,
 * in order of time, so that what is visible is found by halving.
 *
 * Blocks, in the order in which they were written: "s" slices (base64 of the bytes that html.c describes), "t" rows of
 * threads, "h" what threads share, "l" losses, "p" calls of places where threads are created, "c" which thread at which;
 * and one "m" that closes: the rest.
 */

const STATE_UNKNOWN = 0, STATE_NEW = 1, STATE_READY = 2, STATE_PREEMPTED = 3, STATE_RUNNING = 4, STATE_BLOCKED = 16;

/* Classes of what is drawn, as lanes.h numbers them. */
const CLASS = { nothing: 0, running: 1, ready: 2, join: 3, lock: 4, sleep: 5, io: 6, other: 7, unknown: 8 };

function blocksOf(name) {
	return Array.from(document.querySelectorAll("script.d-" + name), (block) => block.textContent);
}

function rowsOf(name) {
	return blocksOf(name).flatMap((text) => JSON.parse(text));
}

class Reader {
	constructor(base64) {
		this.text = atob(base64);
		this.at = 0;
	}

	get done() {
		return this.at >= this.text.length;
	}

	byte() {
		return this.text.charCodeAt(this.at++);
	}

	/* Seven bits a byte, the low ones first. Beyond 32 bits no shift will do. */
	number() {
		let value = 0, weight = 1, byte;
		do {
			byte = this.text.charCodeAt(this.at++);
			value += (byte & 0x7f) * weight;
			weight *= 128;
		} while (byte & 0x80);
		return value;
	}
}

/* One slice after another, into a callback: thread, begin, end, kind, and two numbers that depend on the kind. */
function readSlices(take) {
	let end = 0;
	for (const block of blocksOf("s")) {
		const reader = new Reader(block);
		while (!reader.done) {
			const serial = reader.number();
			end += reader.number();
			const begin = end - reader.number(), kind = reader.byte();
			let first = 0, second = 0;
			if (kind === STATE_RUNNING) {
				first = reader.number(); /* CPU and 1; 0: not known */
			} else if (kind === STATE_READY || kind >= STATE_BLOCKED) {
				first = reader.number(); /* serial of the waker, of whom the wait is on; 0: none */
				second = reader.number(); /* the waker's tid; the evidence */
			}
			take(serial, begin, end, kind, first, second);
		}
	}
}

const THREAD_FIELDS = ["serial", "tid", "pid", "processSerial", "name", "processName", "creatorSerial", "creatorTid",
	"first", "last", "end", "alive", "born", "cloneFlags", "daemon", "incomplete", "running", "ready", "blocked",
	"unknown", "voluntary", "involuntary", "migrations", "wakeups", "delays", "delayP50", "delayP99", "delayMax",
	"waits", "share"];

function readThreads() {
	return rowsOf("t").map((row) => {
		const thread = {};
		THREAD_FIELDS.forEach((field, i) => { thread[field] = row[i]; });
		thread.label = thread.name + " " + thread.tid;
		return thread;
	}).sort((a, b) => a.serial - b.serial);
}

/* How many of some stretches cover each moment: levels, and the area under them, so that means need no loop. */
class Steps {
	constructor(begins, ends) {
		begins.sort();
		ends.sort();
		const count = begins.length * 2;
		this.times = new Float64Array(count);
		this.levels = new Int32Array(count);
		this.areas = new Float64Array(count);
		this.max = 0;
		let b = 0, e = 0, level = 0, area = 0;
		for (let i = 0; i < count; i++) {
			const starts = b < begins.length && begins[b] < ends[e];
			const at = starts ? begins[b++] : ends[e++];
			area += i ? level * (at - this.times[i - 1]) : 0;
			level += starts ? 1 : -1;
			this.times[i] = at;
			this.levels[i] = level;
			this.areas[i] = area;
			this.max = Math.max(this.max, level);
		}
	}

	areaUntil(time) {
		const i = firstAfter(this.times, 0, this.times.length, time) - 1;
		return i < 0 ? 0 : this.areas[i] + this.levels[i] * (time - this.times[i]);
	}

	mean(from, to) {
		return to > from ? (this.areaUntil(to) - this.areaUntil(from)) / (to - from) : 0;
	}
}

/* Index of the first of array[low..high) that is greater than value; they are in order. */
function firstAfter(array, low, high, value) {
	while (low < high) {
		const middle = (low + high) >> 1;
		if (array[middle] > value)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

/* Of each place its calls in words, innermost first. */
function readPlaces() {
	const places = new Map();
	for (const [place, index, name, module, file, line, offset] of rowsOf("p")) {
		const calls = index ? places.get(place) || [] : [];
		calls[index] = (name || (module || "?").replace(/.*\//, "") + "+0x" + offset) + (line ? " (" + file + ":" + line + ")" : "");
		places.set(place, calls);
	}
	return places;
}

class Recording {
	constructor() {
		this.meta = JSON.parse(blocksOf("m")[0]);
		this.losses = rowsOf("l");
		this.shares = new Map(rowsOf("h").map((row) => [row[0], row.slice(1)]));
		this.threads = readThreads();
		const places = readPlaces();
		this.createdAt = new Map(rowsOf("c").map(([serial, place]) => [serial, places.get(place) || []]));
		this.bySerial = new Map(this.threads.map((thread) => [thread.serial, thread]));
		this.end = this.meta.end;
		this.load();
		this.group();
		this.sum();
	}

	/* Counts, then places: each thread's slices come to stand together, in the order in which they ended. */
	load() {
		const threads = this.threads, counts = new Map(), perCpu = new Map();
		let count = 0;
		readSlices((serial, begin, end, kind, cpu) => {
			counts.set(serial, (counts.get(serial) || 0) + 1);
			count++;
			if (kind === STATE_RUNNING && cpu)
				perCpu.set(cpu, (perCpu.get(cpu) || 0) + 1);
		});
		this.buildCpus(perCpu);
		let from = 0;
		for (const thread of threads) {
			thread.from = thread.to = from;
			from += counts.get(thread.serial) || 0;
		}
		this.count = count;
		this.begin = new Float64Array(count);
		this.finish = new Float64Array(count);
		this.kind = new Uint8Array(count);
		this.aux = new Uint32Array(count);
		this.more = new Uint32Array(count);
		readSlices((serial, begin, end, kind, aux, more) => {
			const thread = this.bySerial.get(serial);
			if (!thread)
				return;
			const at = thread.to++;
			this.begin[at] = begin;
			this.finish[at] = end;
			this.kind[at] = kind;
			this.aux[at] = aux;
			this.more[at] = more;
			if (kind === STATE_RUNNING && aux)
				this.addToCpu(aux, thread, at);
		});
	}

	/* Room for the slices of each CPU. They come in the order in which they ended: on one CPU that is also the order in
	 * which they began. */
	buildCpus(counts) {
		this.cpuOf = new Map([...counts].sort((a, b) => a[0] - b[0]).map(([cpu, count]) => [cpu, {
			number: cpu - 1, count: 0, begin: new Float64Array(count), finish: new Float64Array(count),
			slices: new Uint32Array(count), threads: new Array(count),
		}]));
		this.cpus = [...this.cpuOf.values()];
	}

	addToCpu(key, thread, slice) {
		const cpu = this.cpuOf.get(key), at = cpu.count++;
		cpu.begin[at] = this.begin[slice];
		cpu.finish[at] = this.finish[slice];
		cpu.slices[at] = slice;
		cpu.threads[at] = thread;
	}

	group() {
		const processes = new Map(this.meta.processes.map((row) => [row.serial, { ...row, threads: [] }]));
		for (const thread of this.threads) {
			let process = processes.get(thread.processSerial);
			if (!process) {
				process = { serial: thread.processSerial, pid: thread.pid, name: thread.processName, threads: [] };
				processes.set(process.serial, process);
			}
			process.threads.push(thread);
			thread.process = process;
		}
		this.processes = [...processes.values()].filter((process) => process.threads.length)
			.sort((a, b) => a.serial - b.serial);
	}

	/* Time Running and Ready before each slice of a thread: what a column of many slices holds is a difference. */
	sum() {
		this.ran = new Float64Array(this.count + 1);
		this.waited = new Float64Array(this.count + 1);
		for (let i = 0; i < this.count; i++) {
			const span = this.finish[i] - this.begin[i], kind = this.kind[i];
			this.ran[i + 1] = this.ran[i] + (kind === STATE_RUNNING ? span : 0);
			this.waited[i + 1] = this.waited[i] + (kind >= STATE_NEW && kind <= STATE_PREEMPTED ? span : 0);
		}
		for (const process of this.processes)
			process.steps = this.stepsOf(process.threads);
		this.steps = this.processes.length === 1 ? this.processes[0].steps : this.stepsOf(this.threads);
	}

	stepsOf(threads) {
		let count = 0;
		this.eachRunning(threads, () => count++);
		const begins = new Float64Array(count), ends = new Float64Array(count);
		let at = 0;
		this.eachRunning(threads, (i) => {
			begins[at] = this.begin[i];
			ends[at++] = this.finish[i];
		});
		return new Steps(begins, ends);
	}

	eachRunning(threads, visit) {
		for (const thread of threads)
			for (let i = thread.from; i < thread.to; i++)
				if (this.kind[i] === STATE_RUNNING)
					visit(i, thread);
	}

	classOf(kind) {
		if (kind === STATE_RUNNING)
			return CLASS.running;
		if (kind >= STATE_BLOCKED)
			return this.meta.kinds[kind - STATE_BLOCKED][1];
		return kind === STATE_UNKNOWN ? CLASS.unknown : CLASS.ready;
	}

	/* The thread's slice at a time, or -1. */
	sliceAt(thread, time) {
		const i = firstAfter(this.begin, thread.from, thread.to, time) - 1;
		return i >= thread.from && this.finish[i] >= time ? i : -1;
	}

	waitWords(kind, on) {
		const [word, , relation] = this.meta.kinds[kind];
		return on ? word + relation + on.name : word;
	}

	words(i) {
		const kind = this.kind[i];
		if (kind >= STATE_BLOCKED)
			return this.waitWords(kind - STATE_BLOCKED, this.bySerial.get(this.aux[i]));
		return { 0: "not known", 1: "created, not yet ready", 2: "Ready", 3: "Ready, preempted", 4: "Running" }[kind];
	}
}
