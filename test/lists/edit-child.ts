import { editBlacklist } from "../../src/lists/blacklist-file.ts";
import { addToBlacklist } from "../../src/lists/blacklist.ts";

/** Run by tests as a process of its own: adds 10.<network>.0.0, 10.<network>.0.1, … one by one, and prints each when it is on disk. */
const [file = "", network = "0", count = "0"] = process.argv.slice(2);

for (let host = 0; host < Number(count); host += 1) {
  const { added } = await editBlacklist(file, (text) =>
    addToBlacklist(text, [`10.${network}.${host >> 8}.${host & 255}`]),
  );
  process.stdout.write(`${added.join(" ")}\n`);
}
