import type { Upload } from "../../src/contract.ts";
import { forwardedFiles } from "./attached-text.ts";
import { FileFields, type MessageFields } from "./payload.ts";

/** The files of a message, those of a message that it forwards too. */
export function toUploads(message: MessageFields): readonly Upload[] {
  return [...(message.files ?? []), ...forwardedFiles(message)].flatMap((value) => {
    const parsed = FileFields.safeParse(value);
    return parsed.success ? [toUpload(parsed.data)] : [];
  });
}

function toUpload(file: FileFields): Upload {
  const { id, name, title, size, url_private_download, url_private } = file;
  const url = url_private_download ?? url_private ?? null;
  return { name: name ?? title ?? id, size: size ?? null, ref: toRef({ id, url }) };
}

/** How a file is found again. Without an address Slack has to be asked for it: it hides those of shared channels. */
interface FileRef {
  readonly id: string;
  readonly url: string | null;
}

/** Slack's ids have no spaces, and neither have its addresses. */
function toRef({ id, url }: FileRef): string {
  return `${id} ${url ?? ""}`;
}

/** Reads what `toRef` wrote. */
export function toFileRef(ref: string): FileRef {
  const [id = "", url = ""] = ref.split(" ");
  return { id, url: url === "" ? null : url };
}

/** The files' ids in an order that does not depend on the delivery, as part of a delivery's name. */
export function toFileSet(files: readonly Upload[]): string {
  return files
    .map(({ ref }) => toFileRef(ref).id)
    .sort()
    .join("+");
}
