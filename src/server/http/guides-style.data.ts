/**
 * The style sheet of the public pages of help: the colours of the web app's tokens (src/web/theme/tokens.css), system
 * faces, one column from 320 pixels, and paper.
 */
export const guideStyle = `
:root {
  color-scheme: light dark;
  --desk: light-dark(oklch(0.943 0.008 235), oklch(0.2 0.014 252));
  --sheet: light-dark(oklch(0.997 0.001 90), oklch(0.262 0.015 252));
  --ink: light-dark(oklch(0.27 0.028 252), oklch(0.945 0.007 90));
  --ink-soft: light-dark(oklch(0.43 0.024 250), oklch(0.8 0.012 240));
  --line: light-dark(oklch(0.9 0.008 235), oklch(0.345 0.015 252));
  --line-strong: light-dark(oklch(0.56 0.018 245), oklch(0.62 0.018 248));
  --accent: light-dark(oklch(0.43 0.1 250), oklch(0.79 0.088 242));
  --on-accent: light-dark(oklch(0.99 0.003 90), oklch(0.21 0.03 250));
  --accent-wash: light-dark(oklch(0.936 0.024 245), oklch(0.335 0.042 250));
  --ochre: light-dark(oklch(0.66 0.13 68), oklch(0.79 0.125 75));
  --ochre-wash: light-dark(oklch(0.955 0.032 85), oklch(0.33 0.035 75));
  --good: light-dark(oklch(0.6 0.13 160), oklch(0.72 0.13 160));
  --good-wash: light-dark(oklch(0.955 0.03 160), oklch(0.32 0.04 160));
  --bad: light-dark(oklch(0.55 0.19 27), oklch(0.7 0.16 27));
  --bad-wash: light-dark(oklch(0.95 0.03 27), oklch(0.33 0.06 27));
  --leaf: light-dark(oklch(0.42 0.09 160), oklch(0.8 0.1 160));
}
* { box-sizing: border-box; }
html { background: var(--desk); }
body { margin: 0; color: var(--ink); font: 1.0625rem/1.6 "Segoe UI", system-ui, -apple-system, Cantarell, "Noto Sans", sans-serif; overflow-wrap: break-word; }
a { color: var(--accent); text-underline-offset: 0.15em; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
.skip { position: absolute; left: -999rem; }
.skip:focus { left: 1rem; top: 0.5rem; background: var(--sheet); padding: 0.5rem 1rem; }
header, main, footer { max-width: 46rem; margin: 0 auto; padding: 0 1rem; }
header { display: flex; flex-wrap: wrap; gap: 0.25rem 1.5rem; align-items: baseline; justify-content: space-between; padding-block: 1rem; }
header .home { font-weight: 650; font-size: 1.125rem; text-decoration: none; }
header nav { display: flex; flex-wrap: wrap; gap: 0 1.25rem; }
header nav a, header .home, .profiles a, ul.guides > li > a { display: inline-block; padding: 0.3rem 0; }
main { background: var(--sheet); border-radius: 14px; padding: 1.5rem clamp(1rem, 4vw, 2.5rem) 2rem; }
h1 { font: 600 1.75rem/1.25 "Iowan Old Style", "Palatino Linotype", P052, Palatino, Georgia, serif; margin: 0 0 0.5rem; }
h2 { font-size: 1.1875rem; line-height: 1.3; margin: 2rem 0 0.5rem; }
h3 { font-size: 1.0625rem; margin: 1.25rem 0 0.25rem; }
p { margin: 0 0 0.75rem; }
li { margin: 0.25rem 0; }
.lead { color: var(--ink-soft); font-size: 1.125rem; }
.soft, small { color: var(--ink-soft); }
.next { background: var(--accent-wash); border-left: 4px solid var(--accent); border-radius: 5px; padding: 0.75rem 1rem; margin: 1rem 0 1.5rem; }
.next p, .incidents p { margin: 0; }
.incidents { background: var(--ochre-wash); border-left: 4px solid var(--ochre); border-radius: 5px; padding: 0.75rem 1rem; margin: 0 0 1.5rem; }
.incidents h2 { margin: 0 0 0.25rem; font-size: 1.0625rem; }
ul.guides, ul.contacts, ul.profiles { list-style: none; padding: 0; margin: 0; }
ul.guides li { border-top: 1px solid var(--line); padding: 0.35rem 0 0.6rem; margin: 0; }
ul.guides p { margin: 0; color: var(--ink-soft); font-size: 0.9375rem; }
ul.profiles { display: flex; flex-wrap: wrap; gap: 0 1.25rem; }
ul.profiles a[aria-current] { color: var(--ink); font-weight: 650; text-decoration: none; }
ul.contacts li { border-top: 1px solid var(--line); padding: 0.5rem 0; margin: 0; }
ul.contacts a, footer a, td a { display: inline-block; min-height: 1.5rem; }
ul.profiles a { min-width: 1.5rem; }
a[href^="tel:"] { white-space: nowrap; }
form + details, form + ul.profiles { margin-top: 1rem; }
.open { color: var(--leaf); font-weight: 650; }
label { display: block; font-weight: 600; margin: 0.75rem 0 0.25rem; }
input[type="search"], textarea, select { width: 100%; max-width: 100%; font: inherit; color: inherit; background: var(--sheet); border: 1px solid var(--line-strong); border-radius: 8px; padding: 0.5rem 0.7rem; }
select { width: auto; }
textarea { min-height: 7rem; resize: vertical; }
button { font: inherit; font-weight: 600; color: var(--on-accent); background: var(--accent); border: 1px solid var(--accent); border-radius: 8px; padding: 0.5rem 1.1rem; min-height: 2.5rem; cursor: pointer; margin: 0.5rem 0.5rem 0 0; }
.vote button { background: transparent; color: var(--accent); }
code { font: 0.9em ui-monospace, "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
.wide { overflow-x: auto; margin: 0 0 1rem; }
table { border-collapse: collapse; }
th, td { border: 1px solid var(--line); padding: 0.4rem 0.6rem; text-align: left; vertical-align: top; }
img { max-width: 100%; height: auto; }
article img { display: block; margin: 0.75rem 0 1rem; border: 1px solid var(--line); border-radius: 8px; }
footer { padding-block: 1.25rem 2rem; color: var(--ink-soft); font-size: 0.9375rem; }
.news { background: var(--ochre-wash); border-left: 4px solid var(--ochre); border-radius: 5px; padding: 0.75rem 1rem; margin: 0 0 1.5rem; }
.news p { margin: 0; }
.overall { font-size: 1.25rem; font-weight: 650; border-radius: 8px; padding: 0.6rem 1rem; margin: 0 0 0.5rem; border-left: 6px solid var(--good); background: var(--good-wash); }
.overall.degraded { border-color: var(--ochre); background: var(--ochre-wash); }
.overall.down { border-color: var(--bad); background: var(--bad-wash); }
.overall.maintenance { border-color: var(--accent); background: var(--accent-wash); }
ul.components { list-style: none; padding: 0; margin: 0; }
ul.components > li { border-top: 1px solid var(--line); padding: 0.6rem 0; margin: 0; }
.component .line { display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; justify-content: space-between; margin: 0; }
.component .name { font-weight: 600; }
.state::before { content: ""; display: inline-block; width: 0.7em; height: 0.7em; border-radius: 50%; margin-right: 0.4em; background: var(--good); }
.state.degraded::before { background: var(--ochre); border-radius: 2px; }
.state.down::before { background: var(--bad); border-radius: 0; transform: rotate(45deg); }
.state.maintenance::before { background: var(--accent); border-radius: 2px; }
.share { font-size: 0.9375rem; color: var(--ink-soft); margin: 0; }
.bars { display: block; width: 100%; height: 1.5rem; margin: 0.15rem 0; }
.bars path { fill: var(--good); }
.bars .unknown { fill: var(--line); }
.bars .degraded { fill: var(--ochre); }
.bars .down { fill: var(--bad); }
.bars .maintenance { fill: var(--accent); }
details { font-size: 0.9375rem; }
summary { cursor: pointer; padding: 0.25rem 0; color: var(--accent); }
article.incident { border-left: 4px solid var(--ochre); padding: 0 0 0 1rem; margin: 0 0 1.5rem; }
article.incident.major { border-color: var(--bad); }
article.incident.maintenance, article.incident.info { border-color: var(--accent); }
article.incident h3 { margin-top: 0; }
ol.steps { list-style: none; padding: 0; margin: 0; }
ol.steps li { margin: 0 0 0.5rem; }
ol.steps p { margin: 0; }
input[type="email"] { width: 100%; max-width: 26rem; font: inherit; color: inherit; background: var(--sheet); border: 1px solid var(--line-strong); border-radius: 8px; padding: 0.5rem 0.7rem; }
table.card { width: 100%; }
.verdict { border-left: 6px solid var(--line-strong); border-radius: 8px; padding: 0.75rem 1rem; margin: 1rem 0; background: var(--desk); }
.verdict h2 { margin: 0 0 0.25rem; }
.verdict h2::before { content: "?"; display: inline-block; min-width: 1.5em; margin-right: 0.4em; border-radius: 50%; text-align: center; color: var(--sheet); background: var(--line-strong); }
.verdict.official { border-color: var(--good); background: var(--good-wash); }
.verdict.official h2::before { content: "✓"; background: var(--leaf); }
.verdict.look-alike { border-color: var(--bad); background: var(--bad-wash); }
.verdict.look-alike h2::before { content: "!"; background: var(--bad); }
.verdict code { overflow-wrap: anywhere; }
.verdict .do { font-weight: 600; margin: 0; }
.compare { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: 0.25rem 1rem; margin: 0 0 0.5rem; font-size: 1.125rem; }
.compare dt { font-size: 0.9375rem; }
.compare dd { margin: 0; }
mark { color: inherit; background: var(--ochre-wash); border-bottom: 3px solid var(--ochre); padding: 0 0.05em; min-width: 0.4em; display: inline-block; white-space: pre; }
summary h2 { display: inline; }
ul.places { list-style: none; padding: 0; margin: 0; }
@media (max-width: 30rem) { .compare { grid-template-columns: minmax(0, 1fr); gap: 0 1rem; } }
@media screen and (max-width: 40rem) {
  table.card, table.card tbody, table.card tr, table.card th, table.card td { display: block; border: 0; padding: 0; }
  table.card thead { position: absolute; left: -999rem; }
  table.card tr { border-top: 1px solid var(--line); padding: 0.6rem 0; }
}
@media (max-width: 48rem) { main { border-radius: 0; } }
@media print {
  html, main { background: none; }
  header, footer, form, .skip, .vote, .related { display: none; }
  body { font-size: 11pt; color: #000; }
  main { max-width: none; padding: 0; }
  h2, h3 { break-after: avoid; }
  li, tr, .next { break-inside: avoid; }
  article a[href^="https"]::after { content: " (" attr(href) ")"; font-size: 0.85em; }
}
`
