import { Agent, request } from "node:http";

/** One answer of a server on this machine. */
export interface LocalAnswer {
  readonly status: number;
  readonly type: string;
  readonly bytes: Buffer;
}

/** Requests to one port of this machine, over connections that stay open. */
export interface Requests {
  get(path: string, headers: Readonly<Record<string, string>>): Promise<LocalAnswer>;
  post(path: string, headers: Readonly<Record<string, string>>, body: string | Buffer): Promise<LocalAnswer>;
  stop(): void;
}

export function createRequests(port: number): Requests {
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  let isStopped = false;

  function ask(
    method: "GET" | "POST",
    path: string,
    headers: object,
    body: string | Buffer,
  ): Promise<LocalAnswer> {
    const length = { "content-length": Buffer.byteLength(body) };
    return new Promise((resolve, reject) => {
      const asked = request({
        agent,
        port,
        host: "127.0.0.1",
        method,
        path,
        headers: { ...headers, ...length },
      });
      // A server may end a connection that was idle just when it is used again: then it has not heard of this.
      asked.once("error", (error: NodeJS.ErrnoException) => {
        const isUnheard = asked.reusedSocket && error.code === "ECONNRESET" && !isStopped;
        if (isUnheard) resolve(ask(method, path, headers, body));
        else reject(error);
      });
      // There may be a second one behind the first.
      asked.on("error", () => undefined);
      asked.once("response", (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.once("error", reject);
        response.once("end", () => {
          const type = response.headers["content-type"] ?? "application/octet-stream";
          resolve({ status: response.statusCode ?? 0, type, bytes: Buffer.concat(chunks) });
        });
      });
      asked.end(body);
    });
  }

  return {
    get: (path, headers) => ask("GET", path, headers, ""),
    post: (path, headers, body) => ask("POST", path, headers, body),
    stop() {
      isStopped = true;
      agent.destroy();
    },
  };
}
