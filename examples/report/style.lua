-- SPDX-License-Identifier: MIT
-- How the report looks: by day and by night, on a small screen, on paper.

return [[
:root {
  color-scheme: light dark;
  --ink: #1c2430; --soft: #57606a; --line: #d8dee4; --ground: #ffffff;
}
@media screen and (prefers-color-scheme: dark) {
  :root { --ink: #e6edf3; --soft: #9aa4af; --line: #30363d; --ground: #0d1117; }
}
body {
  background: var(--ground);
  color: var(--ink);
  font: 15px/1.5 system-ui, "Segoe UI", "DejaVu Sans", sans-serif;
  margin: 2rem auto;
  max-width: 64rem;
  padding: 0 1.5rem;
}
h1 { font-size: 1.6rem; margin: 0; }
h2 { font-size: 1rem; margin: 0; }
header p, dt, caption, figcaption p { color: var(--soft); font-size: 0.85rem; margin: 0; }
dl { display: flex; flex-wrap: wrap; gap: 1rem 3rem; margin: 1.5rem 0 2.5rem; }
dd { font-size: 1.5rem; font-weight: 600; margin: 0; }
.charts {
  display: grid;
  gap: 2.5rem;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr));
}
figure { break-inside: avoid; margin: 0; }
figcaption { margin-bottom: 0.75rem; }
figure svg { display: block; height: auto; width: 100%; }
.tables { align-items: start; display: flex; flex-wrap: wrap; gap: 2rem 4rem; margin-top: 3rem; }
.tables div { max-width: 100%; overflow-x: auto; }
table { border-collapse: collapse; font-size: 0.9rem; font-variant-numeric: tabular-nums; }
caption { padding-bottom: 0.5rem; text-align: left; }
th, td { border-bottom: 1px solid var(--line); padding: 0.2rem 0 0.2rem 1.1rem; text-align: right; }
th:first-child { padding-left: 0; text-align: left; }
tbody th { font-weight: 400; }
thead th { vertical-align: bottom; }
tr { break-inside: avoid; }
@media print {
  body { font-size: 10pt; margin: 0; max-width: none; padding: 0; }
  .charts { grid-template-columns: 1fr 1fr; }
}
]]
