import { useEffect, useState } from "preact/hooks";

import { api, type About, ApiError } from "./api.ts";
import { Approvals } from "./approvals.tsx";
import { Audit } from "./audit.tsx";
import { Blocks } from "./blocks.tsx";
import { Login } from "./login.tsx";
import { Logs } from "./logs.tsx";
import { Quota } from "./quota.tsx";
import { ScanPage } from "./scan-page.tsx";
import { ScanStart } from "./scan-start.tsx";
import { Scans } from "./scans.tsx";
import { usePoll } from "./use-poll.ts";

const PAGES = [
  ["", "Scan"],
  ["scans", "Scans"],
  ["approvals", "Approvals"],
  ["blocks", "Blocklist"],
  ["audit", "Audit"],
  ["quota", "Quota"],
  ["logs", "Logs"],
] as const;

/** The page that the address names: `#scans/S-7K3Q`. */
function useRoute(): readonly string[] {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const change = () => setHash(location.hash);
    addEventListener("hashchange", change);
    return () => removeEventListener("hashchange", change);
  }, []);
  return hash.replace(/^#\/?/u, "").split("/").map(decodeURIComponent);
}

/** The console: its pages, or the way in. */
export function App() {
  const route = useRoute();
  const [page = ""] = route;
  const { data: about, error, again } = usePoll<About>(() => api.about(), 30_000);
  const { data: proposals } = usePoll(() => api.proposals(), 10_000);
  useEffect(() => {
    const name = PAGES.find(([path]) => path === page)?.[1] ?? "Scan";
    document.title = `${name} · vtip`;
  }, [page]);
  if (error instanceof ApiError && error.status === 401) return <Login onDone={again} />;
  const open = proposals?.length ?? 0;
  return (
    <>
      <a class="skip" href="#main">
        Skip to the page
      </a>
      {about?.isDemo ? <p class="demo">DEMO: invented data. Nothing is sent to VirusTotal.</p> : null}
      <header class="container-fluid">
        <nav aria-label="Pages">
          <strong>vtip</strong>
          <ul>
            {PAGES.map(([path, name]) => (
              <li key={path}>
                <a href={`#${path}`} aria-current={page === path ? "page" : undefined}>
                  {name}
                  {path === "approvals" && open > 0 ? <span class="count"> {open}</span> : null}
                </a>
              </li>
            ))}
          </ul>
        </nav>
      </header>
      <main id="main" class="container-fluid">
        {error !== null && error.status === 0 ? (
          <p class="problem" role="alert">
            {error.message}
          </p>
        ) : null}
        <Page route={route} />
      </main>
    </>
  );
}

function Page({ route: [page = "", id] }: { readonly route: readonly string[] }) {
  switch (page) {
    case "scans":
      return id === undefined ? <Scans /> : <ScanPage key={id} id={id} />;
    case "approvals":
      return <Approvals />;
    case "blocks":
      return <Blocks ip={id ?? null} />;
    case "audit":
      return <Audit />;
    case "quota":
      return <Quota />;
    case "logs":
      return <Logs />;
    default:
      return <ScanStart />;
  }
}
