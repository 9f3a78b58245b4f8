/** What is wrong with a request, for the one who sent it: `message` says what to do. */
export class Problem extends Error {
  readonly statusCode: number;

  constructor(statusCode: number, message: string) {
    super(message);
    this.name = "Problem";
    this.statusCode = statusCode;
  }
}

/** A sentence with the names of files and without where they are: who asks from elsewhere has nothing of that. */
export function withoutFolders(sentence: string): string {
  return sentence.replace(/(?<=^|[\s("'])(?:[A-Za-z]:)?[\\/](?:[^\\/\s"']+[\\/])+(?=[^\\/\s])/gu, "");
}
