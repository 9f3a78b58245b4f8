/** Text that looks like the logs of a small network. A few hosts make most of the traffic, as everywhere. */
export function logText(units: number): string {
  const random = createRandom(20_261_121);
  const lines: string[] = [];
  for (let length = 0; length < units;) {
    const line = `${LINES[random(LINES.length)]?.(random) ?? ""}\n`;
    lines.push(line);
    length += line.length;
  }
  return lines.join("").slice(0, units);
}

/** A list in which every line is another address. */
export function listText(units: number): string {
  const random = createRandom(20_261_121);
  const lines = Array.from({ length: Math.ceil(units / 9) }, () => `${anyAddress(random)}\n`);
  return lines.join("").slice(0, units);
}

/** Texts made to be slow: each looks for a long time as if an indicator were about to end. */
export const HOSTILE = ["a.a.a.", "1.1.1.", "[.[.[.", "::::", "http://http://"] as const;

/** One of them, repeated. */
export function hostileText(piece: string, units: number): string {
  return piece.repeat(Math.ceil(units / piece.length)).slice(0, units);
}

type Random = (below: number) => number;

const WORDS = [
  "session",
  "opened",
  "for",
  "user",
  "root",
  "policy",
  "default",
  "accept",
  "rule",
  "matched",
  "cache",
];
const NAMES = ["mail", "cdn", "static", "update", "api", "login", "files", "img"];
const ENDINGS = ["com", "net", "org", "de", "com.br", "io", "info", "ru"];

/** What programs write, from a firewall, a proxy, a resolver, a daemon, a mail server and a scanner. */
const LINES: readonly ((random: Random) => string)[] = [
  (r) =>
    `${time(r)} fw01 kernel: DROP IN=eth0 OUT= SRC=${address(r)} DST=192.168.${r(256)}.${r(256)} LEN=${r(1500)} PROTO=TCP SPT=${r(65_536)} DPT=443`,
  (r) =>
    `${address(r)} - - [21/Nov/2026:${clock(r)} +0000] "GET /${word(r)}/${word(r)}.php?id=${r(9999)} HTTP/1.1" 200 ${r(99_999)} "https://${host(r)}/${word(r)}" "Mozilla/5.0 (X11; Linux x86_64) Chrome/120.0.0.0"`,
  (r) =>
    `${time(r)} ns1 named[${r(9999)}]: client 10.0.${r(256)}.${r(256)}#${r(65_536)}: query: ${host(r)} IN A +E(0)K`,
  (r) => `${time(r)} app systemd[1]: ${sentence(r)}`,
  (r) => `${time(r)} app worker[${r(9999)}]: ${sentence(r)} took ${r(900)}.${r(900)} ms, ${sentence(r)}`,
  (r) =>
    `${time(r)} mx postfix/smtpd[${r(9999)}]: reject: RCPT from ${host(r)}[${address(r)}]: 554 5.7.1 <${word(r)}@${host(r)}>: ${sentence(r)}`,
  (r) => `${time(r)} av scan: /srv/${word(r)}/${word(r)}.exe sha256=${hex(r, 64)} ${sentence(r)}`,
  (r) => `${time(r)} app ${word(r)}: ${sentence(r)} ${sentence(r)}`,
];

function time(random: Random): string {
  return `2026-11-21T${clock(random)}.${100 + random(900)}Z`;
}

function clock(random: Random): string {
  return [random(24), random(60), random(60)].map((part) => String(part).padStart(2, "0")).join(":");
}

function address(random: Random): string {
  const at = skewed(random, 5000);
  return `${20 + (at % 79)}.${(at * 7) % 256}.${(at * 13) % 256}.${1 + (at % 251)}`;
}

function anyAddress(random: Random): string {
  return `${20 + random(79)}.${random(256)}.${random(256)}.${1 + random(254)}`;
}

function host(random: Random): string {
  const at = skewed(random, 3000);
  return `${NAMES[at % NAMES.length] ?? ""}${at % 50}.${WORDS[at % WORDS.length] ?? ""}${at}.${ENDINGS[at % ENDINGS.length] ?? ""}`;
}

/** The first are far more frequent than the last. */
function skewed(random: Random, below: number): number {
  return Math.floor((random(below) * random(below) * random(below)) / below ** 2);
}

function word(random: Random): string {
  return WORDS[random(WORDS.length)] ?? "";
}

function sentence(random: Random): string {
  return Array.from({ length: 3 + random(5) }, () => word(random)).join(" ");
}

function hex(random: Random, digits: number): string {
  return Array.from({ length: digits }, () => random(16).toString(16)).join("");
}

/** Always the same numbers (a linear congruential generator), so that every run reads the same text. */
function createRandom(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
