// A process that runs the program again and again, one run after the other: to start it anew for each would take the
// processor most of the tests' time. Each run is the program's first file evaluated anew, with arguments, environment,
// folder and streams of its own; what that file loads is loaded once. A run has ended when nothing is open that would
// keep a process alive.
import { syncBuiltinESMExports } from "node:module";
import { Readable, Writable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import { pathToFileURL } from "node:url";

/** What would keep a process alive for longer has been forgotten. */
const END_WITHIN_MS = 20_000;

const program = pathToFileURL(process.argv[2] ?? "").href;
let runs = 0;
let last = Promise.resolve();

process.on("message", (run) => {
  last = last.then(async () => process.send?.({ id: run.id, ended: await toEnd(run) }));
});

async function toEnd({ args, env, folder, input }) {
  const [stdout, stderr] = [toText(), toText()];
  process.argv = [process.argv[0], new URL(program).pathname, ...args];
  process.chdir(folder);
  for (const name of Object.keys(process.env)) delete process.env[name];
  for (const [name, value] of Object.entries(env)) if (value !== undefined) process.env[name] = value;
  setStreams({ stdin: Readable.from([Buffer.from(input)]), stdout: stdout.stream, stderr: stderr.stream });
  process.exitCode = undefined;
  const before = open();
  runs += 1;
  await import(`${program}?${runs}`);
  for (const end = Date.now() + END_WITHIN_MS; open().length > before.length && Date.now() < end;)
    await pause(2);
  const left = open().length > before.length;
  if (left) process.stderr.write(`does not end: ${open().join(", ")}`);
  const status = left ? null : (process.exitCode ?? 0);
  process.exitCode = undefined;
  // The folder is taken away after the test.
  process.chdir("/");
  return { status, stdout: stdout.text(), stderr: stderr.text() };
}

/** What keeps this process alive. */
function open() {
  return process.getActiveResourcesInfo();
}

function setStreams(streams) {
  for (const [name, value] of Object.entries(streams))
    Object.defineProperty(process, name, { value, configurable: true });
  syncBuiltinESMExports();
}

function toText() {
  const chunks = [];
  const stream = new Writable({
    decodeStrings: true,
    write(chunk, _, done) {
      chunks.push(chunk);
      done();
    },
  });
  return { stream, text: () => Buffer.concat(chunks).toString("utf8") };
}
