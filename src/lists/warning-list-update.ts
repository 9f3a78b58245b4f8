/** What became of one warning list. `key` is the folder it lies in, `count` how many addresses and networks it has now. */
export type UpdatedList =
  | { readonly kind: "new" | "same"; readonly key: string; readonly name: string; readonly count: number }
  | {
      readonly kind: "changed";
      readonly key: string;
      readonly name: string;
      readonly count: number;
      readonly added: number;
      readonly removed: number;
    }
  /** `reason` is part of a sentence; `isKept`: there is an older one, which stays as it was. */
  | { readonly kind: "failed"; readonly key: string; readonly reason: string; readonly isKept: boolean };

/** What an update of the warning lists did, in the order of their keys. */
export interface WarningListUpdate {
  readonly folder: string;
  readonly lists: readonly UpdatedList[];
}
