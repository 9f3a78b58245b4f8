/** Names of elements that may follow a URL in HTML without a space. */
const ELEMENT =
  /^\/?(?:a|b|i|u|p|s|br|td|tr|th|li|ul|ol|hr|em|h[1-6]|div|span|strong|code|pre|img|tt|font|table|tbody|body|html|wbr|nobr|small|script|style|link|meta)\b/;
const OPENING = /(?:<|&lt;)(\/?[\p{L}_][\p{L}\p{N}_ -]{0,60})(?:>|&gt;)/uy;

/** Whether a placeholder such as `<VICTIM_ID>` begins at an offset: what stands there is a template, not one URL. */
export function isTemplate(source: string, offset: number): boolean {
  const code = source.charCodeAt(offset);
  if (code !== 0x3c && code !== 0x26) return false;
  OPENING.lastIndex = offset;
  const name = OPENING.exec(source)?.[1];
  return name !== undefined && !ELEMENT.test(name) && !name.startsWith("/");
}
