const LONGEST = 300;

/** Control characters, halves of surrogate pairs, and the marks that turn the direction of text around. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/**
 * Text from outside made safe to show on one line: nothing unprintable, without `secret`, trimmed, 300 characters at most.
 * Null when nothing is left.
 */
export function toPlainText(text: string, secret = ""): string | null {
  const printable = text.replaceAll(UNPRINTABLE, "");
  // What is unprintable may have stood within the secret, and a cut may leave most of it.
  const plain = (secret === "" ? printable : printable.replaceAll(secret, "[key]")).trim();
  if (plain === "") return null;
  return plain.length > LONGEST ? plain.slice(0, LONGEST).replace(/\p{Cs}$/u, "") : plain;
}
