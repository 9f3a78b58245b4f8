import { useState } from "preact/hooks";

import { api, ApiError } from "./api.ts";
import { Heading, Problem, typedIn } from "./words.tsx";

/** The way in where a token is set. */
export function Login({ onDone }: { readonly onDone: () => void }) {
  const [error, setError] = useState<ApiError | null>(null);
  async function send(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    try {
      await api.login(typedIn(event, "token"));
      onDone();
    } catch (caught) {
      if (caught instanceof ApiError) setError(caught);
      else throw caught;
    }
  }
  return (
    <main class="container narrow">
      <Heading>vtip</Heading>
      <form onSubmit={(event) => void send(event)}>
        <label>
          Token
          <input name="token" type="password" autocomplete="current-password" required />
        </label>
        <button type="submit">Log in</button>
      </form>
      <Problem error={error} />
      <p>
        It is <code>HTTP_TOKEN</code> of the server's settings, or your own. This browser stays logged in for
        12 hours.
      </p>
    </main>
  );
}
