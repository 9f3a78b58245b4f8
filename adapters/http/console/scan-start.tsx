import { useEffect, useRef, useState } from "preact/hooks";

import { api, ApiError, type Recognised } from "./api.ts";
import { Scans } from "./scans.tsx";
import { Heading, Problem, toCount } from "./words.tsx";

/** Typing is over when nothing came for so long. */
const PAUSE_MS = 300;

/** Paste or drop anything; what was recognised is shown while typing, with the cost. */
export function ScanStart() {
  const [text, setText] = useState("");
  const [files, setFiles] = useState<readonly File[]>([]);
  const [isOver, setIsOver] = useState(false);
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  const recognised = useRecognised(text);
  const chooser = useRef<HTMLInputElement>(null);

  async function begin(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    setIsBusy(true);
    try {
      const scan = files.length === 0 ? await api.begin(text) : await api.beginWithFiles(text, files);
      location.hash = `#scans/${scan.id}`;
    } catch (caught) {
      if (!(caught instanceof ApiError)) throw caught;
      setError(caught);
    } finally {
      setIsBusy(false);
    }
  }

  function drop(event: DragEvent): void {
    event.preventDefault();
    setIsOver(false);
    setFiles([...files, ...(event.dataTransfer?.files ?? [])]);
  }

  const isEmpty = text.trim() === "" && files.length === 0;
  return (
    <>
      <Heading>Check addresses, domains, URLs and hashes</Heading>
      <form
        class={isOver ? "drop over" : "drop"}
        onSubmit={(event) => void begin(event)}
        onDragOver={(event) => {
          event.preventDefault();
          setIsOver(true);
        }}
        onDragLeave={() => setIsOver(false)}
        onDrop={drop}
      >
        <label for="text">Paste anything, defanged or not</label>
        <textarea
          id="text"
          rows={6}
          value={text}
          placeholder="1.2.3[.]4, hxxp://bad[.]example/login, a whole report …"
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <FoundWhileTyping found={recognised} />
        <ul class="files">
          {files.map((file, at) => (
            <li key={`${file.name} ${at}`}>
              {file.name}{" "}
              <button
                type="button"
                aria-label={`Remove ${file.name}`}
                class="secondary outline small"
                onClick={() => setFiles(files.filter((_, other) => other !== at))}
              >
                Remove
              </button>
            </li>
          ))}
        </ul>
        <input
          ref={chooser}
          id="files"
          class="hidden"
          type="file"
          multiple
          aria-label="Files to check"
          onChange={(event) => setFiles([...files, ...(event.currentTarget.files ?? [])])}
        />
        <div class="row">
          <button type="submit" disabled={isEmpty || isBusy} aria-busy={isBusy}>
            Check
          </button>
          <button type="button" class="secondary outline" onClick={() => chooser.current?.click()}>
            Add a file …
          </button>
          <small>txt, csv, tsv, xlsx; or drop it here</small>
        </div>
        <Problem error={error} />
      </form>
      <Scans isShort />
    </>
  );
}

function useRecognised(text: string): Recognised | null {
  const [found, setFound] = useState<Recognised | null>(null);
  useEffect(() => {
    if (text.trim() === "") {
      setFound(null);
      return;
    }
    let isLate = false;
    async function look(): Promise<void> {
      const answer = await api.recognise(text).catch(() => null);
      // Such as of a text that is too long to be looked at while typing: what was found before is wrong for it.
      if (!isLate) setFound(answer);
    }
    const timer = setTimeout(() => void look(), PAUSE_MS);
    return () => {
      isLate = true;
      clearTimeout(timer);
    };
  }, [text]);
  return found;
}

function FoundWhileTyping({ found }: { readonly found: Recognised | null }) {
  if (found === null) return <p class="found">&nbsp;</p>;
  const { count, cached, toLookUp, left, indicators, refused } = found;
  const budget = left === null ? "" : ` of ${toCount(left)} left today`;
  return (
    <div class="found" aria-live="polite">
      <p>
        <strong>{toCount(count)} recognised</strong>: {toCount(cached)} cached, {toCount(toLookUp)} to look up
        {budget}
        {refused.length > 0 ? `; ${toCount(refused.length)} refused` : ""}
      </p>
      <p class="chips">
        {indicators.slice(0, 40).map(({ indicator, kind }) => (
          <code key={indicator} title={kind}>
            {indicator}
          </code>
        ))}
      </p>
      {refused.length === 0 ? null : (
        <details>
          <summary>Refused, and why</summary>
          <ul>
            {refused.map(({ input, reason }, at) => (
              <li key={at}>
                <code>{input}</code> {reason}
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}
