import "@picocss/pico/css/pico.min.css";
import "uplot/dist/uPlot.min.css";
import "./console.css";
import { render } from "preact";

import { App } from "./app.tsx";

const root = document.getElementById("app");
if (root !== null) render(<App />, root);
