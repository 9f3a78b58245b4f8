import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

import { resetConnection } from "../../src/demo/connection-reset.ts";

/** A way to a server on loopback that can be cut without the server's knowing. */
export interface Relay {
  readonly port: number;
  /** A black hole from now on: connections stay, nothing passes either way, and who comes anew hears nothing. */
  hold(): void;
  /** Everything passes again, what was held back first. */
  flow(): void;
  /** Resets every connection there is; the next one passes. */
  reset(): void;
  stop(): Promise<void>;
}

/** Starts one to this port of loopback. */
export async function startRelay(target: number): Promise<Relay> {
  const near = new Set<Socket>();
  const far = new Map<Socket, Socket>();
  let isHeld = false;

  function join(one: Socket): void {
    const other = connect({ port: target, host: "127.0.0.1", noDelay: true });
    far.set(one, other);
    other.on("data", (chunk) => one.write(chunk));
    one.on("data", (chunk) => other.write(chunk));
    one.on("end", () => other.end());
    other.on("end", () => one.end());
    // As where nobody listens.
    other.on("error", () => resetConnection(one));
    other.on("close", () => one.destroy());
    one.on("close", () => {
      far.delete(one);
      other.destroy();
    });
    one.resume();
  }

  const server = createServer({ noDelay: true, pauseOnConnect: true, allowHalfOpen: true }, (one) => {
    near.add(one);
    one.on("error", () => undefined).on("close", () => near.delete(one));
    if (!isHeld) join(one);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    hold() {
      isHeld = true;
      for (const [one, other] of far) for (const socket of [one, other]) socket.pause();
    },
    flow() {
      isHeld = false;
      for (const one of near) {
        const other = far.get(one);
        if (other === undefined) join(one);
        else for (const socket of [one, other]) socket.resume();
      }
    },
    reset() {
      for (const one of near) resetConnection(one);
    },
    async stop() {
      const closed = once(server, "close");
      server.close();
      for (const one of near) one.destroy();
      await closed;
    },
  };
}
