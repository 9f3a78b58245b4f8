import { domainToASCII } from "node:url";

import { accept, reject, type Judgement } from "./judgement.ts";
import { FILE_ENDINGS } from "./name-endings.ts";
import { isPublicEnding, isTopLevelDomain, toInternalReason, toRegisteredName } from "./public-suffix.ts";

/** Lower case and punycode, without a trailing dot; null when the labels make no name. */
export function toCanonicalName(text: string): string | null {
  const name = (text.endsWith(".") ? text.slice(0, -1) : text).toLowerCase();
  if (isAscii(name) && !name.includes("xn--")) return name;
  const canonical = domainToASCII(name);
  // Signs such as ㈀ become several there, with brackets that no name has; such as ① digits, and the name another address.
  if (!/^[a-z\d._-]+$/.test(canonical)) return null;
  return /(?:^|\.)(?:\d+|0x[\da-f]*)$/.test(canonical) ? null : canonical;
}

/** Whether the ending belongs to the public Internet: it is a top-level domain that is not set aside. */
export function hasPublicEnding(name: string): boolean {
  return isPublicEnding(name.slice(name.lastIndexOf(".") + 1));
}

/**
 * Judges a canonical name that was clearly meant as a host: it stood in a URL, after an @, or was defanged.
 * Single labels, internal names and names without a public suffix are indicators that are never sent.
 */
export function judgeName(name: string): Judgement {
  if (name === "localhost") return accept("domain", name, "this machine");
  const fault = toLabelFault(name);
  if (fault !== null) return reject(fault);
  const internal = toInternalReason(name);
  if (!name.includes(".")) return accept("domain", name, "single label, not a public name");
  if (internal !== null) return accept("domain", name, internal);
  const ending = name.slice(name.lastIndexOf(".") + 1);
  if (!isTopLevelDomain(ending)) {
    if (FILE_ENDINGS.has(ending)) return reject("looks like a file name: no domain ends so");
    if (/^(?:\d{1,3}\.){3}\d+[a-z-]/.test(name)) return reject("address glued to other text");
    if (!/^[a-z\d-]*[a-z][a-z\d-]*$/.test(ending)) return reject("not a valid name");
    return accept("domain", name, "no public suffix");
  }
  const registered = toRegisteredName(name);
  if (registered === null) return toSuffix();
  return registered.includes("_") ? reject("underscore in the registered name") : accept("domain", name);
}

function toSuffix(): Judgement {
  return reject("public suffix, not a host");
}

/** What RFC 1035 forbids; underscores are common in the first labels and pass here. */
function toLabelFault(name: string): string | null {
  if (name.length > 253) return "name over 253 characters";
  for (const label of name.split(".")) {
    if (label === "") return "empty label in the name";
    if (label.length > 63) return "label over 63 characters";
    if (label.startsWith("-") || label.endsWith("-")) return "label starts or ends with a hyphen";
  }
  return null;
}

function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    if (text.charCodeAt(at) > 0x7f) return false;
  }
  return true;
}
