/** What to pass over at a `<`: offsets between which nothing is read. */
export interface Skip {
  readonly from: number;
  readonly to: number;
}

/** Slack's and Discord's mentions, with or without a label: `<@U12>`, `<#C12|general>`, `<!here>`, `<@&12>`. */
const MENTION = /<[@#!][\w&!^-]{1,64}(?:\^[^>\n|]{0,200})?(?:\|[^>\n]{0,200})?>/y;
/** Slack's links carry what the person wrote as their label: `<http://x.y|x.y>`, `<mailto:a@x.y|a@x.y>`. */
const LINK = /<((?:https?:\/\/|mailto:)([^|<>\s]{1,2000}))\|([^<>|\n]{1,2000})>/iy;

/** Says what of the mark-up at a `<` is to be passed over: a mention, or a label that only repeats its link. */
export function toSkip(source: string, at: number): Skip | null {
  switch (source.charCodeAt(at + 1) | 0x20) {
    case 0x60:
    case 0x23:
    case 0x21:
      MENTION.lastIndex = at;
      return MENTION.test(source) ? { from: at, to: MENTION.lastIndex } : null;
    case 0x68:
    case 0x6d: {
      LINK.lastIndex = at;
      const match = LINK.exec(source);
      if (match === null) return null;
      const [all, link = "", target = "", label = ""] = match;
      const isSame = label === link || trim(label) === trim(target);
      return isSame ? { from: at + all.length - label.length - 2, to: at + all.length } : null;
    }
    default:
      return null;
  }
}

function trim(text: string): string {
  return text.endsWith("/") ? text.slice(0, -1) : text;
}
