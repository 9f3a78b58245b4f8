import { randomBytes } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";

/** Of the fields behind a process's name: when it began, in ticks since the machine did (`man proc_pid_stat`). */
const START_FIELD = 19;

/** Process ids mean something only where they are counted: on one start of one machine, in one container. */
const thisSpace = spaceOfIds();

/** Names this run of the program in the records: its process id, a part that no later run has, when it began, and where. */
export const thisOwner = [
  process.pid,
  randomBytes(4).toString("hex"),
  ...beginningOf(process.pid),
  ...thisSpace,
].join("-");

/** Tells whether an owner on another machine works, by who looks: each set of records has its own. */
const sightings = new Set<(owner: string) => boolean>();

/** From now on `look` tells who works elsewhere. Returns what ends that. */
export function lookElsewhere(look: (owner: string) => boolean): () => void {
  sightings.add(look);
  return () => void sightings.delete(look);
}

/**
 * Whether the run that wrote `owner` still works. A later run with the same process id (in a container) is another one,
 * and so is another program that got the number since: after the machine was started anew that is no rare thing. Of a
 * run on another machine it is known only where it says so in the records (see presence.ts).
 */
export function isAlive(owner: string): boolean {
  if (owner === thisOwner) return true;
  const [id = "", , noted, space] = owner.split("-");
  if (space !== undefined && space !== thisSpace[0]) return [...sightings].some((look) => look(owner));
  const pid = Number.parseInt(id, 10);
  if (!(pid > 0) || pid === process.pid || !isRunning(pid)) return false;
  const [found] = beginningOf(pid);
  return noted === undefined || found === undefined || noted === found;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** When a process began, in ticks; nothing where the system does not say (all but Linux). */
function beginningOf(pid: number): readonly string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const ticks = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[START_FIELD];
    return ticks === undefined ? [] : [`${bootOf()}.${ticks}`];
  } catch {
    return [];
  }
}

function bootOf(): string {
  return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").slice(0, 8);
}

/** Which start of which machine, and which container of it. */
function spaceOfIds(): readonly string[] {
  try {
    return [`${bootOf()}.${readlinkSync("/proc/self/ns/pid").replaceAll(/\D/gu, "")}`];
  } catch {
    return [];
  }
}
