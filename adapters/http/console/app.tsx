import { useEffect } from "preact/hooks";

import { api, ApiError, OFFLINE } from "./api.ts";
import { Approvals } from "./approvals.tsx";
import { Audit } from "./audit.tsx";
import { Blocks } from "./blocks.tsx";
import { useConnection } from "./connection.ts";
import { Login } from "./login.tsx";
import { Logs } from "./logs.tsx";
import { Quota } from "./quota.tsx";
import { focusMain, useRoute } from "./route.ts";
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

/** The console: its pages, or the way in. */
export function App() {
  const connection = useConnection();
  const { data: about, again } = usePoll(() => api.about(), 30_000);
  const [page = ""] = useRoute();
  useEffect(() => {
    const name = PAGES.find(([path]) => path === page)?.[1] ?? "Scan";
    document.title = `${connection === "locked" ? "Log in" : name} · vtip`;
  }, [page, connection]);
  const away = connection === "away" ? <Away /> : null;
  if (connection === "locked") return <Login onDone={again} />;
  if (about === null) return <main class="container-fluid">{away ?? <p aria-busy="true">Loading …</p>}</main>;
  return (
    <>
      <a
        class="skip"
        href="#main"
        onClick={(event) => {
          // The part behind # names the page here.
          event.preventDefault();
          focusMain();
        }}
      >
        Skip to the page
      </a>
      {about.isDemo ? <p class="demo">DEMO: invented data. Nothing is sent to VirusTotal.</p> : null}
      <header class="container-fluid">
        <Navigation page={page} user={about.hasLogin ? about.user : null} />
      </header>
      <main id="main" class="container-fluid" tabIndex={-1}>
        {away}
        <Page />
      </main>
    </>
  );
}

function Away() {
  return (
    <p class="away" role="alert">
      {OFFLINE}
    </p>
  );
}

/** `user`: who is logged in; null where nobody has to. */
function Navigation({ page, user }: { readonly page: string; readonly user: string | null }) {
  const { data: proposals } = usePoll(() => api.proposals(), 10_000);
  const open = proposals?.length ?? 0;
  return (
    <nav aria-label="Pages">
      <strong>vtip</strong>
      <ul>
        {PAGES.map(([path, name]) => (
          <li key={path}>
            <a href={`#${path}`} aria-current={page === path ? "page" : undefined}>
              {name}
              {path === "approvals" && open > 0 ? (
                <span class="count">
                  {open}
                  <span class="visually-hidden"> open</span>
                </span>
              ) : null}
            </a>
          </li>
        ))}
      </ul>
      {user === null ? null : (
        <div class="who">
          <span title="logged in">{user}</span>
          <Logout />
        </div>
      )}
    </nav>
  );
}

function Logout() {
  return (
    <button type="button" class="small outline secondary logout" onClick={() => void leave()}>
      Log out
    </button>
  );
}

async function leave(): Promise<void> {
  try {
    await api.logout();
    location.reload();
  } catch (caught) {
    // That the server is away is said already: nobody is logged out then.
    if (!(caught instanceof ApiError)) throw caught;
  }
}

function Page() {
  const [page = "", id] = useRoute();
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
