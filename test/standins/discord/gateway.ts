import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";

import { GatewayIntentBits as Intent, GatewayOpcodes as Op } from "discord-api-types/v10";
import { type WebSocket, WebSocketServer } from "ws";

import { intentsRefusal } from "./intents.ts";
import { LIMITS } from "./limits.ts";
import type { PrivilegedIntent } from "./options.ts";

/** What travelled over a connection of the gateway. */
export interface GatewayFrame {
  readonly direction: "from bot" | "to bot";
  /** Counts connections from 1. */
  readonly connection: number;
  readonly op: Op;
  /** Of a dispatch. */
  readonly event: string | null;
  readonly data: unknown;
  readonly atMs: number;
}

/** An event on its way to the bot. */
export interface Event {
  readonly name: string;
  readonly data: unknown;
  /** One of these intents is needed; none is for 0. */
  readonly intents: number;
  /** What is sent without MESSAGE_CONTENT instead. */
  readonly withoutContent?: unknown;
}

/** The bot's connections, and the sessions that it may take up again. */
export interface Gateway {
  /** For `GET /gateway`. */
  readonly url: string;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Sends to every session, and keeps it for those that are not connected at the moment. True where one is connected. */
  dispatch(event: Event): boolean;
  /** Asks the bot to connect anew and to resume. */
  disconnect(): void;
  /** Cuts all connections without a word; what happens meanwhile is sent after RESUME. */
  drop(): void;
  /** Ends all sessions: the bot is to identify again. */
  invalidateSession(): void;
  /** Closes all connections with this code, as Discord does when it has had enough of a client. */
  close(code: number, reason?: string): void;
  /** From now on heartbeats are not answered; false: they are. */
  ignoreHeartbeats(ignored?: boolean): void;
  /** How many are open and identified. */
  connections(): number;
  frames(): readonly GatewayFrame[];
  stop(): Promise<void>;
}

interface GatewaySettings {
  readonly host: string;
  readonly token: string;
  readonly heartbeatMs: number;
  readonly granted: readonly PrivilegedIntent[];
  /** What a new session hears first. */
  welcome(session: { readonly id: string; readonly resumeUrl: string }): readonly Event[];
  readonly changed: () => void;
}

interface Session {
  readonly id: string;
  readonly intents: number;
  socket: WebSocket | null;
  seq: number;
  readonly sent: { readonly seq: number; readonly name: string; readonly data: unknown }[];
}

interface Frame {
  readonly op: Op;
  readonly d: unknown;
}

/** What the stand-in hears and does nothing about. */
const ONCE_IDENTIFIED: readonly Op[] = [Op.PresenceUpdate, Op.VoiceStateUpdate, Op.RequestGuildMembers];

const GOODBYE_MS = 100;

export function createGateway(settings: GatewaySettings): Gateway {
  const { host, token, heartbeatMs, granted, welcome, changed } = settings;
  const server = new WebSocketServer({ noServer: true });
  const sockets = new Map<WebSocket, number>();
  const sessions = new Map<string, Session>();
  const frames: GatewayFrame[] = [];
  let opened = 0;
  let areHeartbeatsIgnored = false;

  function send(
    socket: WebSocket,
    op: Op,
    data: unknown,
    event: string | null = null,
    seq: number | null = null,
  ): void {
    frames.push({
      direction: "to bot",
      connection: sockets.get(socket) ?? 0,
      op,
      event,
      data,
      atMs: Date.now(),
    });
    if (socket.readyState === socket.OPEN) socket.send(JSON.stringify({ op, d: data, s: seq, t: event }));
  }

  const sessionOf = (socket: WebSocket) =>
    [...sessions.values()].find((session) => session.socket === socket);

  function tell(session: Session, { name, data, intents, withoutContent }: Event): boolean {
    if (intents !== 0 && (session.intents & intents) === 0) return false;
    const isWhole = (session.intents & Intent.MessageContent) !== 0 || withoutContent === undefined;
    session.seq += 1;
    const sent = { seq: session.seq, name, data: isWhole ? data : withoutContent };
    session.sent.push(sent);
    if (session.socket !== null) send(session.socket, Op.Dispatch, sent.data, name, sent.seq);
    return session.socket !== null;
  }

  function identify(socket: WebSocket, data: Readonly<Record<string, unknown>>): void {
    if (sessionOf(socket) !== undefined) return socket.close(4005, "Already authenticated.");
    if (data["token"] !== token) return socket.close(4004, "Authentication failed.");
    const refused = intentsRefusal(data["intents"], granted);
    if (refused !== null)
      return socket.close(refused, refused === 4013 ? "Invalid intent(s)." : "Disallowed intent(s).");
    const session: Session = { id: randomUUID(), intents: Number(data["intents"]), socket, seq: 0, sent: [] };
    sessions.set(session.id, session);
    for (const event of welcome({ id: session.id, resumeUrl: `ws://${host}/resume` })) tell(session, event);
  }

  function resume(socket: WebSocket, data: Readonly<Record<string, unknown>>): void {
    if (data["token"] !== token) return socket.close(4004, "Authentication failed.");
    const session = sessions.get(String(data["session_id"]));
    const seq = Number(data["seq"]);
    if (session === undefined) return send(socket, Op.InvalidSession, false);
    if (seq > session.seq) return socket.close(4007, "Invalid seq.");
    session.socket?.terminate();
    session.socket = socket;
    for (const missed of session.sent.filter((one) => one.seq > seq))
      send(socket, Op.Dispatch, missed.data, missed.name, missed.seq);
    tell(session, { name: "RESUMED", data: {}, intents: 0 });
  }

  function hear(socket: WebSocket, frame: Frame): void {
    const data = (frame.d ?? {}) as Readonly<Record<string, unknown>>;
    if (frame.op === Op.Identify) return identify(socket, data);
    if (frame.op === Op.Resume) return resume(socket, data);
    if (frame.op === Op.Heartbeat)
      return areHeartbeatsIgnored ? undefined : send(socket, Op.HeartbeatAck, null);
    if (!ONCE_IDENTIFIED.includes(frame.op)) return socket.close(4001, "Unknown opcode.");
    if (sessionOf(socket) === undefined) socket.close(4003, "Not authenticated.");
  }

  function receive(socket: WebSocket, bytes: Buffer): void {
    if (bytes.length > LIMITS.gatewayPayloadBytes) return socket.close(4002, "Error while decoding payload.");
    const frame = parse(bytes);
    if (frame === null) return socket.close(4002, "Error while decoding payload.");
    const connection = sockets.get(socket) ?? 0;
    const data =
      frame.op === Op.Identify || frame.op === Op.Resume ? { ...(frame.d as object), token: "…" } : frame.d;
    frames.push({ direction: "from bot", connection, op: frame.op, event: null, data, atMs: Date.now() });
    const minute = frames.filter(
      (one) =>
        one.connection === connection && one.direction === "from bot" && one.atMs > Date.now() - 60_000,
    );
    if (minute.length > LIMITS.gatewayFramesPerMinute)
      return socket.close(4008, "You are being rate limited.");
    hear(socket, frame);
    changed();
  }

  function greet(socket: WebSocket, request: IncomingMessage): void {
    opened += 1;
    sockets.set(socket, opened);
    const { searchParams } = new URL(request.url ?? "/", "http://front");
    socket.on("close", (code) => {
      sockets.delete(socket);
      const session = sessionOf(socket);
      if (session !== undefined) {
        session.socket = null;
        // A bot that says goodbye does not come back to this session.
        if (code === 1000 || code === 1001) sessions.delete(session.id);
      }
      changed();
    });
    socket.on("error", () => socket.terminate());
    socket.on("message", (bytes) => receive(socket, bytes as Buffer));
    if (searchParams.get("v") !== "10" || searchParams.get("encoding") !== "json")
      return socket.close(4012, "Invalid API version.");
    send(socket, Op.Hello, { heartbeat_interval: heartbeatMs });
    changed();
  }

  return {
    url: `ws://${host}/gateway`,
    upgrade(request, socket, head) {
      server.handleUpgrade(request, socket, head, (open) => greet(open, request));
    },
    dispatch(event) {
      const told = [...sessions.values()].map((session) => tell(session, event));
      changed();
      return told.includes(true);
    },
    disconnect() {
      for (const socket of sockets.keys()) send(socket, Op.Reconnect, null);
    },
    drop() {
      for (const socket of sockets.keys()) {
        const session = sessionOf(socket);
        if (session !== undefined) session.socket = null;
        socket.terminate();
      }
    },
    invalidateSession() {
      const open = [...sessions.values()].flatMap(({ socket }) => socket ?? []);
      sessions.clear();
      for (const socket of open) send(socket, Op.InvalidSession, false);
    },
    close(code, reason = "") {
      for (const socket of sockets.keys()) socket.close(code, reason);
    },
    ignoreHeartbeats(ignored = true) {
      areHeartbeatsIgnored = ignored;
    },
    connections: () => [...sessions.values()].filter(({ socket }) => socket !== null).length,
    frames: () => frames,
    async stop() {
      const gone = [...sockets.keys()].map(
        (socket) => new Promise((resolve) => socket.once("close", resolve)),
      );
      for (const socket of sockets.keys()) socket.close(1001);
      const cut = setTimeout(() => {
        for (const socket of sockets.keys()) socket.terminate();
      }, GOODBYE_MS);
      await Promise.all(gone);
      clearTimeout(cut);
      server.close();
    },
  };
}

function parse(bytes: Buffer): Frame | null {
  try {
    const frame = JSON.parse(bytes.toString()) as Frame;
    return typeof frame.op === "number" ? frame : null;
  } catch {
    return null;
  }
}
