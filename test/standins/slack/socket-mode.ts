import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";

import { type WebSocket, WebSocketServer } from "ws";

import { type Ack, readAckBody } from "./ack.ts";

/** What travels over the socket to the bot. */
export interface Envelope {
  readonly type: "slash_commands" | "interactive" | "events_api";
  readonly payload: unknown;
  readonly accepts_response_payload: boolean;
  readonly retry_attempt?: number;
  readonly retry_reason?: string;
}

/** The connections that the bot opened. */
export interface SocketMode {
  /** A place to connect to, good for one connection. */
  open(): string;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Sends over one connection: the one of this number, or each in its turn. */
  send(envelope: Envelope, withinMs: number, connection?: number): Promise<Ack>;
  /** Tells the bot that Slack is about to close: one connection, or all. */
  disconnect(reason: "warning" | "refresh_requested" | "link_disabled", connection?: number): void;
  /** Cuts one connection without a word, or all. */
  drop(connection?: number): void;
  /** How many are open and not retired by `disconnect`. */
  connections(): number;
  /** Closes all connections, and cuts those that the bot doesn't close in turn. */
  stop(): Promise<void>;
}

/** An envelope that is not acknowledged yet. */
interface Waiting {
  readonly socket: WebSocket;
  answered(payload: unknown): void;
  lost(): void;
}

/** Clients take a connection without pings for dead. */
const PING_MS = 5_000;

const GOODBYE_MS = 100;

export function createSocketMode(host: string, appId: string, changed: () => void): SocketMode {
  const server = new WebSocketServer({ noServer: true });
  const tickets = new Set<string>();
  const sockets = new Set<WebSocket>();
  const retired = new WeakSet<WebSocket>();
  const waiting = new Map<string, Waiting>();
  let turn = 0;

  function welcome(socket: WebSocket): void {
    sockets.add(socket);
    const pings = setInterval(() => socket.ping(), PING_MS);
    socket.on("close", () => {
      clearInterval(pings);
      sockets.delete(socket);
      for (const one of waiting.values()) if (one.socket === socket) one.lost();
      changed();
    });
    socket.on("error", () => socket.terminate());
    socket.on("message", (data) => {
      const answer = JSON.parse((data as Buffer).toString()) as {
        readonly envelope_id: string;
        readonly payload?: unknown;
      };
      waiting.get(answer.envelope_id)?.answered(answer.payload);
    });
    const hello = {
      type: "hello",
      num_connections: sockets.size,
      debug_info: {},
      connection_info: { app_id: appId },
    };
    socket.send(JSON.stringify(hello));
    changed();
  }

  const usable = () => [...sockets].filter((socket) => !retired.has(socket));
  const chosen = (connection: number | undefined) =>
    connection === undefined ? [...sockets] : usable().slice(connection, connection + 1);

  function pick(connection: number | undefined): WebSocket | undefined {
    const open = usable();
    if (connection !== undefined) return open[connection];
    turn += 1;
    return open[turn % Math.max(1, open.length)];
  }

  function acknowledged(socket: WebSocket, envelope: Envelope, withinMs: number): Promise<Ack> {
    const id = randomUUID();
    const start = performance.now();
    return new Promise((resolve) => {
      const end = (ack: Pick<Ack, "ok" | "status" | "body" | "problem">) => {
        clearTimeout(clock);
        waiting.delete(id);
        resolve({ ...ack, ms: performance.now() - start });
      };
      const clock = setTimeout(() => end({ ok: false, status: 0, body: null, problem: "timeout" }), withinMs);
      waiting.set(id, {
        socket,
        answered: (payload) => end({ ok: true, status: 200, body: readAckBody(payload), problem: null }),
        lost: () => end({ ok: false, status: 0, body: null, problem: "unreachable" }),
      });
      socket.send(JSON.stringify({ ...envelope, envelope_id: id }));
    });
  }

  return {
    open() {
      const ticket = randomUUID();
      tickets.add(ticket);
      return `ws://${host}/link/?ticket=${ticket}&app_id=${appId}`;
    },
    upgrade(request, socket, head) {
      const ticket = new URL(request.url ?? "", "http://front").searchParams.get("ticket") ?? "";
      if (tickets.delete(ticket)) server.handleUpgrade(request, socket, head, welcome);
      else socket.end("HTTP/1.1 401 Unauthorized\r\n\r\n");
    },
    async send(envelope, withinMs, connection) {
      const socket = pick(connection);
      if (socket === undefined) return { ok: false, status: 0, ms: 0, body: null, problem: "unreachable" };
      return acknowledged(socket, envelope, withinMs);
    },
    disconnect(reason, connection) {
      for (const socket of chosen(connection)) {
        retired.add(socket);
        socket.send(JSON.stringify({ type: "disconnect", reason, debug_info: {} }));
      }
      changed();
    },
    drop(connection) {
      for (const socket of chosen(connection)) socket.terminate();
    },
    connections: () => usable().length,
    async stop() {
      const gone = [...sockets].map((socket) => new Promise((resolve) => socket.once("close", resolve)));
      for (const socket of sockets) socket.close(1001);
      const cut = setTimeout(() => {
        for (const socket of sockets) socket.terminate();
      }, GOODBYE_MS);
      await Promise.all(gone);
      clearTimeout(cut);
      server.close();
    },
  };
}
