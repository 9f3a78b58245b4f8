/** What a person typed as the id of a scan, put right: `s-7k3q`, `7K3Q` and `S-7K3Q` are the same. */
export function toScanId(text: string): string {
  return `S-${text.trim().toUpperCase().replace(/^S-/, "")}`;
}
