/** Why an address is never proposed, whatever is said of it: it is in a network of our own, or on a list of shared infrastructure. */
export type Guard =
  /** `network` as OWN_NETWORKS has it. */
  | { readonly kind: "own"; readonly network: string }
  /** `list` is the list's name. */
  | { readonly kind: "shared"; readonly list: string };
