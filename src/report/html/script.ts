/** What the page can do beyond being read. Without it everything is visible, and the filters are not. */
export const SCRIPT = `'use strict';
const filters = document.getElementById('filters');
const findings = [...document.querySelectorAll('[data-severity]')];
const articles = [...document.querySelectorAll('article')];
const boxes = [...filters.querySelectorAll('input[type=checkbox]')];
const resource = document.getElementById('resource');
const file = document.getElementById('file');

function apply() {
  const severities = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
  const holds = (text, part) => text.toLowerCase().includes(part.trim().toLowerCase());
  for (const finding of findings) {
    const data = finding.dataset;
    finding.hidden = !(severities.has(data.severity) && holds(data.resource, resource.value) && holds(data.file, file.value));
  }
  const count = findings.filter((finding) => !finding.hidden).length;
  document.getElementById('shown').textContent = count + ' of ' + findings.length + ' shown';
}

function reset() {
  for (const box of boxes) box.checked = true;
  resource.value = file.value = '';
  apply();
}

function fold(open) {
  for (const article of articles) article.querySelector('details').open = open;
}

function reveal() {
  const target = articles.find((finding) => finding.id === location.hash.slice(1));
  if (target === undefined) return;
  if (target.hidden) reset();
  target.querySelector('details').open = true;
  target.scrollIntoView();
}

filters.addEventListener('input', apply);
document.getElementById('reset').addEventListener('click', reset);
document.getElementById('open').addEventListener('click', () => fold(true));
document.getElementById('close').addEventListener('click', () => fold(false));
addEventListener('hashchange', reveal);
addEventListener('pageshow', apply);
filters.hidden = false;
apply();
reveal();
`;
