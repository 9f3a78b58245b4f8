import { SaxesParser } from "saxes";

/** What a part of a workbook says, in order. Names are without their prefix: `x:row` and `row` are the same. */
export interface XmlListener {
  open?(name: string, attributes: Readonly<Record<string, string>>): void;
  text?(text: string): void;
  close?(name: string): void;
}

/**
 * Reads XML in chunks, in UTF-8 or UTF-16; a character that two chunks share stays whole.
 * @throws Error when it is not well-formed.
 */
export async function readXml(chunks: AsyncIterable<Uint8Array>, listener: XmlListener): Promise<void> {
  const parser = new SaxesParser<{ xmlns: false; position: false }>({ xmlns: false, position: false });
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("opentag", (tag) => {
    listener.open?.(toLocalName(tag.name), tag.attributes);
  });
  parser.on("text", (text) => {
    listener.text?.(text);
  });
  parser.on("cdata", (text) => {
    listener.text?.(text);
  });
  parser.on("closetag", (tag) => {
    listener.close?.(toLocalName(tag.name));
  });
  let decoder = null;
  for await (const chunk of chunks) {
    decoder ??= new TextDecoder(toEncoding(chunk));
    parser.write(decoder.decode(chunk, { stream: true }));
  }
  if (decoder) parser.write(decoder.decode()).close();
}

/** An attribute by its local name: `r:id` is `id` of relationships, whatever prefix the file has for them. */
export function attributeOf(attributes: Readonly<Record<string, string>>, localName: string): string | null {
  const name = Object.keys(attributes).find((key) => toLocalName(key) === localName);
  return name === undefined ? null : (attributes[name] ?? null);
}

function toLocalName(name: string): string {
  const colon = name.indexOf(":");
  return colon === -1 ? name : name.slice(colon + 1);
}

function toEncoding(start: Uint8Array): string {
  if (start[0] === 0xff && start[1] === 0xfe) return "utf-16le";
  return start[0] === 0xfe && start[1] === 0xff ? "utf-16be" : "utf-8";
}
