import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";

/** Of the fields behind a process's name: when it began, in ticks since the machine did (`man proc_pid_stat`). */
const START_FIELD = 19;

/** Names this run of the program in the records: its process id, a part that no later run has, and when it began. */
export const thisOwner = [process.pid, randomBytes(4).toString("hex"), ...beginningOf(process.pid)].join("-");

/**
 * Whether the run that wrote `owner` still works. A later run with the same process id (in a container) is another one,
 * and so is another program that got the number since: after the machine was started anew that is no rare thing.
 */
export function isAlive(owner: string): boolean {
  if (owner === thisOwner) return true;
  const pid = Number.parseInt(owner, 10);
  if (!(pid > 0) || pid === process.pid || !isRunning(pid)) return false;
  const [, , noted] = owner.split("-");
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

/** When a process began, on which start of the machine; nothing where the system does not say (all but Linux). */
function beginningOf(pid: number): readonly string[] {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").slice(0, 8);
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const ticks = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[START_FIELD];
    return ticks === undefined ? [] : [`${boot}.${ticks}`];
  } catch {
    return [];
  }
}
