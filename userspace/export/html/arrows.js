"use strict";
/* Arrows between threads: who waits for whom, who woke and who created whom; and the places where records were lost. */

const TAU = 2 * Math.PI;

class Timeline extends Picture {
	arrow(x, fromThread, toThread, { dashed, faint } = {}) {
		const from = this.rowOf.get(fromThread.serial), to = this.rowOf.get(toThread.serial), pen = this.context;
		if (!from || !to || from === to || x < this.gutter || x > this.width)
			return;
		const y1 = this.screenY(from) + THREAD_ROW / 2;
		const down = to.y > from.y, y2 = this.screenY(to) + (down ? 3 : THREAD_ROW - 3);
		pen.strokeStyle = pen.fillStyle = this.theme.ink;
		pen.globalAlpha = faint ? 0.4 : 1;
		pen.lineWidth = faint ? 1 : 1.6;
		pen.setLineDash(dashed ? [4, 3] : []);
		pen.beginPath();
		pen.moveTo(x, y1);
		pen.lineTo(x, y2);
		pen.stroke();
		pen.setLineDash([]);
		pen.beginPath();
		pen.arc(x, y1, 2, 0, TAU);
		pen.moveTo(x, y2 + (down ? 2 : -2));
		pen.lineTo(x - 4, y2 - (down ? 6 : -6));
		pen.lineTo(x + 4, y2 - (down ? 6 : -6));
		pen.fill();
		pen.globalAlpha = 1;
		pen.lineWidth = 1;
	}

	wakerOf(i) {
		return this.recording.kind[i] === STATE_READY ? this.recording.bySerial.get(this.recording.aux[i]) : undefined;
	}

	/* Whom it waits for (dashed), who made it ready (plain). */
	drawArrowsOf(what) {
		if (!what || what.slice < 0 || !what.thread)
			return;
		const data = this.recording, i = what.slice, thread = what.thread;
		if (data.kind[i] >= STATE_BLOCKED) {
			const on = data.bySerial.get(data.aux[i]);
			const from = Math.max(data.begin[i], this.from), to = Math.min(data.finish[i], this.to);
			if (on)
				this.arrow(this.x(Math.min(Math.max(what.time || (2 * from + to) / 3, from), to)), thread, on, { dashed: true });
			if (i + 1 < thread.to && this.wakerOf(i + 1))
				this.arrow(this.x(data.begin[i + 1]), this.wakerOf(i + 1), thread);
		} else if (this.wakerOf(i)) {
			this.arrow(this.x(data.begin[i]), this.wakerOf(i), thread);
		}
	}

	drawEdges() {
		const data = this.recording;
		let left = 2000;
		for (const row of this.rows) {
			const y = this.screenY(row);
			if (!row.thread || y + row.height < this.top || y > this.height)
				continue;
			const first = firstAfter(data.finish, row.thread.from, row.thread.to, this.from);
			for (let i = first; i < row.thread.to && data.begin[i] < this.to && left; i++)
				if (this.wakerOf(i)) {
					this.arrow(this.x(data.begin[i]), this.wakerOf(i), row.thread, { faint: true });
					left--;
				}
		}
	}

	drawBirths() {
		if (this.recording.threads.length > 300)
			return;
		for (const thread of this.recording.threads) {
			const creator = thread.born && this.recording.bySerial.get(thread.creatorSerial);
			if (creator)
				this.arrow(this.x(thread.first), creator, thread, { faint: true });
		}
	}

	drawLosses() {
		const pen = this.context;
		pen.fillStyle = this.theme.lock;
		for (const [time] of this.recording.losses)
			pen.fillRect(this.x(time), this.top, 2, this.height);
	}
}
