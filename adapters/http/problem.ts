/** What is wrong with a request, for the one who sent it: `message` says what to do. */
export class Problem extends Error {
  readonly statusCode: number;

  constructor(statusCode: number, message: string) {
    super(message);
    this.name = "Problem";
    this.statusCode = statusCode;
  }
}
