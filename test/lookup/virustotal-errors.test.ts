import { getEventListeners } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import { gzipSync } from "node:zlib";

import { describe, expect, test } from "vitest";

import type { Fault } from "../../src/demo/standin.ts";
import { adviceOf } from "../../src/lookup/virustotal-error.ts";
import { toNetworkError } from "../../src/lookup/virustotal-network.ts";
import type { Indicator } from "../../src/model.ts";
import { clientOf, errorOf, KEY, rawServer, standAndClient } from "./virustotal-stand.ts";

const IP: Indicator = { kind: "ip", value: "203.0.113.9" };
const HTML = { "content-type": "text/html" };
const MIB = 1024 * 1024;

describe("every error of VirusTotal has its remedy", () => {
  test.each([
    [400, "BadRequestError", "fail"],
    [400, "InvalidArgumentError", "fail"],
    [400, "NotAvailableYet", "fail"],
    [400, "UnselectiveContentQueryError", "fail"],
    [400, "UnsupportedContentQueryError", "fail"],
    [401, "AuthenticationRequiredError", "refuse"],
    [401, "UserNotActiveError", "refuse"],
    [401, "WrongCredentialsError", "refuse"],
    [403, "ForbiddenError", "refuse"],
    [404, "SomethingElseError", "fail"],
    [409, "AlreadyExistsError", "fail"],
    [424, "FailedDependencyError", "fail"],
    [429, "QuotaExceededError", "park"],
    [429, "TooManyRequestsError", "park"],
    [503, "TransientError", "retry"],
    [504, "DeadlineExceededError", "retry"],
  ])("%i %s: %s", async (status, code, remedy) => {
    const { standin, client } = await standAndClient({
      fault: () => ({ status, code, message: "It is so" }),
    });

    const error = await errorOf(client.ask(IP, KEY));

    expect(error).toMatchObject({ status, code, remedy, retryAfterMs: null });
    expect(error.message).toBe(`VirusTotal answered ${status} ${code}: It is so`);
    expect(standin.requests).toHaveLength(1);
  });

  test.each([
    [204, "fail"],
    [301, "fail"],
    [400, "fail"],
    [401, "refuse"],
    [403, "refuse"],
    [407, "fail"],
    [408, "retry"],
    [418, "fail"],
    [429, "park"],
    [500, "retry"],
    [502, "retry"],
    [503, "retry"],
    [504, "retry"],
    [599, "retry"],
  ])("%i without VirusTotal's JSON goes by its status: %s", async (status, remedy) => {
    const body = status === 204 ? "" : "<html><title>Error</title></html>";
    const { standin, client } = await standAndClient({ fault: () => ({ status, body, headers: HTML }) });

    const error = await errorOf(client.ask(IP, KEY));

    expect(error).toMatchObject({ status, code: `Http${status}`, remedy });
    expect(standin.requests).toHaveLength(1);
  });

  test("a redirect is not followed", async () => {
    const { standin: other } = await standAndClient();
    const { client } = await standAndClient({
      fault: () => ({
        status: 302,
        body: "",
        headers: { location: `${other.url}/ip_addresses/${IP.value}` },
      }),
    });

    expect(await errorOf(client.ask(IP, KEY))).toMatchObject({
      status: 302,
      code: "Http302",
      remedy: "fail",
    });
    expect(other.requests).toHaveLength(0);
  });
});

describe("a key that the stand-in turns away", () => {
  test.each([
    ["unknown", { other: {} }, 401, "WrongCredentialsError"],
    ["inactive", { [KEY]: { state: "inactive" } }, 401, "UserNotActiveError"],
    ["forbidden", { [KEY]: { state: "forbidden" } }, 403, "ForbiddenError"],
  ] as const)("%s", async (_, keys, status, code) => {
    const { client } = await standAndClient({ keys });

    expect(await errorOf(client.ask(IP, KEY))).toMatchObject({ status, code, remedy: "refuse" });
  });

  test.each(["", "two words", "line\nbreak", "schlüssel"])("%j is not even sent", async (key) => {
    const { standin, client } = await standAndClient();

    const error = await errorOf(client.ask(IP, key));

    expect(error).toMatchObject({ status: null, code: "InvalidKey", remedy: "refuse" });
    expect(standin.requests).toHaveLength(0);
  });
});

describe("429 in each of its forms", () => {
  const keys = { [KEY]: { perMinute: 1 } };
  const clock = { now: () => Date.parse("2026-11-21T10:00:00.400Z") };

  test.each([
    ["seconds", "QuotaExceededError", 60_000],
    // The client's clock stands at 10:00:00.000; the date is the next whole second after 10:01:00.400.
    ["date", "QuotaExceededError", 61_000],
    ["none", "QuotaExceededError", null],
    ["html", "Http429", null],
  ] as const)("%s", async (answer429, code, retryAfterMs) => {
    const { client } = await standAndClient({ keys, clock, answer429, objects: { [IP.value]: {} } });
    await client.ask(IP, KEY);

    expect(await errorOf(client.ask(IP, KEY))).toMatchObject({
      status: 429,
      code,
      remedy: "park",
      retryAfterMs,
    });
  });

  test("a 429 whose body breaks off is still one, with its Retry-After", async () => {
    const url = await rawServer(
      'HTTP/1.1 429 Too Many\r\nretry-after: 9\r\ncontent-length: 500\r\n\r\n{"err',
    );

    const error = await errorOf(clientOf(url).ask(IP, KEY));

    expect(error).toMatchObject({ status: 429, code: "Http429", remedy: "park", retryAfterMs: 9000 });
  });

  test("a 503 may name its time too", async () => {
    const { client } = await standAndClient({
      fault: () => ({ status: 503, headers: { "retry-after": "2" } }),
    });

    expect(await errorOf(client.ask(IP, KEY))).toMatchObject({ code: "TransientError", retryAfterMs: 2000 });
  });
});

describe("a body that is not VirusTotal's is an error, never a verdict", () => {
  const packed = { "content-encoding": "gzip" };
  const cases: readonly (readonly [string, Fault, number | null, string, string])[] = [
    ["a page with 200", { status: 200, body: "<html>Log in</html>", headers: HTML }, 200, "NotJson", "retry"],
    [
      "a proxy's page with 404",
      { status: 404, body: "<html>Not here</html>", headers: HTML },
      404,
      "NotJson",
      "retry",
    ],
    ["nothing", { status: 200, body: "" }, 200, "NotJson", "retry"],
    ["a page with 502", "html", 502, "Http502", "retry"],
    ["half of the JSON", "truncated", 200, "TruncatedBody", "retry"],
    [
      "half of the JSON with 404",
      { status: 404, body: '{"error": {"code": "NotF' },
      404,
      "TruncatedBody",
      "retry",
    ],
    ["a number", { status: 200, body: "7" }, 200, "UnexpectedBody", "retry"],
    ["null", { status: 200, body: "null" }, 200, "UnexpectedBody", "retry"],
    ["an empty object", { status: 200, body: "{}" }, 200, "UnexpectedBody", "retry"],
    [
      "an error with 200",
      { status: 200, body: '{"error":{"code":"NotFoundError"}}' },
      200,
      "UnexpectedBody",
      "retry",
    ],
    ["an empty object with 404", { status: 404, body: "{}" }, 404, "Http404", "fail"],
    [
      "JSON that calls itself gzip",
      { status: 200, body: "{}", headers: packed },
      200,
      "UnexpectedBody",
      "retry",
    ],
    [
      "gzip that breaks off",
      { status: 200, body: gzipSync("{}".repeat(999)).subarray(0, 30), headers: packed },
      200,
      "TruncatedBody",
      "retry",
    ],
    [
      "an unknown encoding",
      { status: 200, body: "x", headers: { "content-encoding": "br" } },
      200,
      "UnexpectedBody",
      "retry",
    ],
    ["more than 8 MiB", { status: 200, body: Buffer.alloc(9 * MIB, 32) }, 200, "BodyTooLarge", "fail"],
    [
      "gzip that unpacks to more than 8 MiB",
      { status: 200, body: gzipSync(Buffer.alloc(64 * MIB, 32)), headers: packed },
      200,
      "BodyTooLarge",
      "fail",
    ],
  ];

  test.each(cases)("%s", async (_, fault, status, code, remedy) => {
    const { standin, client } = await standAndClient({ objects: { [IP.value]: {} }, fault: () => fault });

    expect(await errorOf(client.ask(IP, KEY))).toMatchObject({ status, code, remedy });
    expect(standin.requests).toHaveLength(1);
  });

  test("the connection is used again after an error", async () => {
    const faults: (Fault | undefined)[] = [{ status: 200, body: "<html>" }, "reset", undefined];
    const { client } = await standAndClient({ objects: { [IP.value]: {} }, fault: () => faults.shift() });

    await errorOf(client.ask(IP, KEY));
    await errorOf(client.ask(IP, KEY));

    expect(await client.ask(IP, KEY)).not.toBeNull();
  });
});

describe("a connection that fails", () => {
  test.each([
    ["reset", ["ConnectionReset"]],
    // A reset may overtake the bytes before it, so that the answer never begins.
    ["reset-mid-body", ["ConnectionReset", "TruncatedBody"]],
    ["close-mid-body", ["TruncatedBody"]],
  ] as const)("%s: may pass, and is not sent again", async (fault, codes) => {
    const { standin, client } = await standAndClient({ objects: { [IP.value]: {} }, fault: () => fault });

    const error = await errorOf(client.ask(IP, KEY));

    expect(codes).toContain(error.code);
    expect(error.remedy).toBe("retry");
    expect(standin.requests).toHaveLength(1);
  });

  test("a reset of a connection that was kept open is not sent again either", async () => {
    const { standin, client } = await standAndClient({
      objects: { [IP.value]: {} },
      fault: ({ nth }) => (nth === 2 ? "reset" : undefined),
    });
    await client.ask(IP, KEY);

    expect(await errorOf(client.ask(IP, KEY))).toMatchObject({ code: "ConnectionReset", remedy: "retry" });
    expect(standin.requests).toHaveLength(2);
  });

  test("nobody listens", async () => {
    const { standin, client } = await standAndClient();
    await standin.close();

    expect(await errorOf(client.ask(IP, KEY))).toMatchObject({ code: "ConnectionRefused", remedy: "retry" });
  });

  test.each([
    ["ENOTFOUND", "NameNotResolved", "retry"],
    ["EAI_AGAIN", "NameNotResolved", "retry"],
    ["ETIMEDOUT", "Timeout", "retry"],
    ["EPIPE", "ConnectionReset", "retry"],
    ["EHOSTUNREACH", "NetworkError", "retry"],
    ["SELF_SIGNED_CERT_IN_CHAIN", "CertificateRejected", "fail"],
    ["ERR_TLS_CERT_ALTNAME_INVALID", "CertificateRejected", "fail"],
  ])("%s is %s", (systemCode, code, remedy) => {
    const cause = Object.assign(new Error("as the system words it"), { code: systemCode });

    const error = toNetworkError(cause, null);

    expect(error).toMatchObject({ status: null, code, remedy });
    expect(error.cause).toBeUndefined();
  });

  test("what comes is not HTTP", async () => {
    const client = clientOf(await rawServer("SSH-2.0-OpenSSH_9.6\r\n"));

    expect(await errorOf(client.ask(IP, KEY))).toMatchObject({ code: "NetworkError", remedy: "retry" });
  });
});

describe("the timeout", () => {
  test.each<Fault>(["hang", { delayMs: 2000 }])("no answer in time (%j)", async (fault) => {
    const { standin, client } = await standAndClient({ fault: () => fault, timeoutMs: 60 });

    const error = await errorOf(client.ask(IP, KEY));

    expect(error).toMatchObject({ status: null, code: "Timeout", remedy: "retry" });
    expect(standin.requests).toHaveLength(1);
  });

  test("a body that stays away counts as well", async () => {
    const url = await rawServer("HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{", "stays");

    expect(await errorOf(clientOf(url, 80).ask(IP, KEY))).toMatchObject({ status: 200, code: "Timeout" });
  });

  test("the timeout runs while a request waits for a connection", async () => {
    const { standin } = await standAndClient({ fault: () => "hang" });
    const client = clientOf(standin.url, 60, 1);

    const errors = await Promise.all([errorOf(client.ask(IP, KEY)), errorOf(client.ask(IP, KEY))]);

    expect(errors.map(({ code }) => code)).toEqual(["Timeout", "Timeout"]);
    expect(standin.requests).toHaveLength(1);
  });
});

describe("a call that is called off", () => {
  test("ends at once, and its connection with it", async () => {
    const { client } = await standAndClient({ fault: () => "hang" });
    const stop = new AbortController();

    const asked = client.ask(IP, KEY, stop.signal);
    setTimeout(() => stop.abort(), 20);

    await expect(asked).rejects.toMatchObject({ name: "AbortError" });
  });

  test("is not sent when it was called off before", async () => {
    const { standin, client } = await standAndClient();

    await expect(client.ask(IP, KEY, AbortSignal.abort("enough"))).rejects.toMatchObject({
      name: "AbortError",
    });
    expect(standin.requests).toHaveLength(0);
  });

  test("leaves nothing behind on a signal that many calls share", async () => {
    const { client } = await standAndClient({ objects: { [IP.value]: {} } });
    const stop = new AbortController();

    await client.ask(IP, KEY, stop.signal);
    await client.ask(IP, KEY, stop.signal);

    expect(getEventListeners(stop.signal, "abort")).toHaveLength(0);
  });
});

describe("the key is never in an error", () => {
  const echo = { code: "WrongCredentialsError", message: `Wrong API key ${KEY}, sent as x-apikey: ${KEY}` };
  const cases: readonly (readonly [string, Fault])[] = [
    ["repeated by VirusTotal", { status: 401, ...echo }],
    ["repeated on a page", { status: 403, body: `<html>${KEY}</html>` }],
    ["repeated in broken JSON", { status: 200, body: `{"key": "${KEY}` }],
    ["cut at its end", { status: 400, code: "BadRequestError", message: "x".repeat(280) + KEY }],
    [
      "repeated around a mark that is not shown",
      { status: 401, code: "X", message: KEY.replace("b", "b\u007f") },
    ],
    ["reset", "reset"],
    ["closed in the middle", "close-mid-body"],
    ["no answer in time", "hang"],
  ];

  test.each(cases)("%s", async (_, fault) => {
    const { client } = await standAndClient({
      objects: { [IP.value]: {} },
      fault: () => fault,
      timeoutMs: 400,
    });

    const error = await errorOf(client.ask(IP, KEY));

    expect(inspect(error, { depth: 10, showHidden: true, getters: true })).not.toContain(KEY.slice(0, 12));
    expect(JSON.stringify(error)).not.toContain(KEY.slice(0, 12));
  });

  test("in a code made of letters", async () => {
    const key = "onlyletters";
    const { client } = await standAndClient({
      keys: { [key]: {} },
      fault: () => ({ status: 400, code: `Bad${key}` }),
    });

    expect(inspect(await errorOf(client.ask(IP, key)), { depth: 10 })).not.toContain(key);
  });

  test("in an answer that is not HTTP", async () => {
    const client = clientOf(await rawServer(`x-apikey: ${KEY}\r\n\r\n`));

    expect(inspect(await errorOf(client.ask(IP, KEY)), { depth: 10, showHidden: true })).not.toContain(KEY);
  });
});

describe("advice", () => {
  const codes = [
    "QuotaExceededError",
    "Timeout",
    "Http302",
    "Http403",
    "Http407",
    "Http418",
    "Http429",
    "Http502",
    "NeverHeardOf",
  ];

  test.each(codes)("%s: one sentence", (code) => {
    expect(adviceOf(code)).toMatch(/^[A-Z][^\n]{20,120}\.$/);
  });

  test("says for each kind of status something of its own", () => {
    expect(new Set(codes.map(adviceOf)).size).toBe(codes.length);
  });

  test("stands for every code of the tables for operators", () => {
    const text = readFileSync(join(import.meta.dirname, "../../docs/operations.md"), "utf8");
    const rows = text.split("\n").filter((line) => /^\| (\d{3}|`[A-Z])/.test(line));
    const codes = rows.flatMap((row) => row.match(/`(?:[A-Z]\w+Error|NotAvailableYet|Http\d{3})`/g) ?? []);

    expect(codes.length).toBeGreaterThan(20);
    for (const code of codes) expect(adviceOf(code.replaceAll("`", ""))).not.toBe(adviceOf("NeverHeardOf"));
  });
});
