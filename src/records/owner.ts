import { randomBytes } from "node:crypto";

/** Names this run of the program in the records: its process id and a part that no later run has. */
export const thisOwner = `${process.pid}-${randomBytes(4).toString("hex")}`;

/** Whether the run that wrote `owner` still works. A later run with the same process id (in a container) is another one. */
export function isAlive(owner: string): boolean {
  if (owner === thisOwner) return true;
  const pid = Number.parseInt(owner, 10);
  if (!(pid > 0) || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
