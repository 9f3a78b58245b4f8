import type { Socket } from "node:net";

/**
 * Cuts a connection off, by a reset where that is possible: of one that has said its goodbye already Node's
 * `resetAndDestroy` leaves a half that never closes, and keeps the whole process from ending.
 */
export function resetConnection(socket: Socket): void {
  if (socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}
