// Loaded before a program (`node --import`), and by the run itself: its time is the machine's plus the milliseconds that
// stand in CLOCK_FILE, a 64-bit float. It is read at each look at the clock, so that all move at the same moment.
import { openSync, readSync } from "node:fs";

const Machine = globalThis.Date;
const machineNow = Machine.now;
const file = openSync(process.env["CLOCK_FILE"] ?? "", "r");
const bytes = Buffer.alloc(8);

function now() {
  readSync(file, bytes, 0, 8, 0);
  return machineNow() + bytes.readDoubleLE(0);
}

Machine.now = now;
globalThis.Date = new Proxy(Machine, {
  construct: (target, given, as) => Reflect.construct(target, given.length === 0 ? [now()] : given, as),
});
