import { z } from "zod";

import { newAsk, type Ask } from "./ask.ts";
import type { House } from "./house.ts";
import type { Input } from "./inputs.ts";
import { sleep } from "./patience.ts";

/** The format of the program that this one takes the place of. */
export const OLD_FORM = "POST /verificar_ip";

const AGAIN_MS = 300;
const MOST_TRIES = 300;

const Begun = z.object({ id: z.string() });
const Rows = z.object({ resultados: z.array(z.object({ ip: z.string() })) });

/** Asks over HTTP, again and again until it is taken, as programs do. */
export async function askOverHttp(house: House, input: Input, asks: Ask[], isOld: boolean): Promise<void> {
  const ask = newAsk("http", "a program", isOld ? OLD_FORM : "POST /api/scans", input);
  asks.push(ask);
  while (!ask.isTaken && ask.tries < MOST_TRIES) {
    ask.tries += 1;
    ask.isTaken = await (isOld ? postOld(house, ask) : postScan(house, ask)).catch(() => false);
    if (!ask.isTaken) await sleep(AGAIN_MS);
  }
}

async function postScan({ httpUrl }: House, { text }: Ask): Promise<boolean> {
  const response = await post(`${httpUrl}/api/scans`, { text });
  return response.status === 201 && Begun.safeParse(await response.json()).success;
}

/** Who is told to come again later looks at the scan then, which is looked at in the end anyway. */
async function postOld({ httpUrl }: House, { text, indicators }: Ask): Promise<boolean> {
  const ips = text.split(" ");
  const response = await post(`${httpUrl}/verificar_ip`, { ips });
  if (response.status === 202) return true;
  if (response.status !== 200) return false;
  const { resultados } = Rows.parse(await response.json());
  return resultados.length === indicators;
}

async function post(url: string, body: unknown): Promise<Response> {
  return fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", prefer: "wait=20" },
    body: JSON.stringify(body),
  });
}
