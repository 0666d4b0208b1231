/**
 * Draws the report of the example repository, as a terminal shows it, to .github/report.svg.
 *
 *   node .github/scripts/picture.ts           writes it
 *   node .github/scripts/picture.ts --check   exits 1 when it differs
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const root = join(import.meta.dirname, '../..');
const file = join(root, '.github/report.svg');
const COMMAND = 'node dist/cli.js fixtures/repos/webshop';

/** Lines of the report that are shown of its beginning and its end; more would be too small to read. */
const HEAD = 62;
const TAIL = 10;

/** Longer lines go on in the next, as in a terminal. */
const COLUMNS = 140;

/** Size of a character cell and the space around the text, in pixels. */
const CELL = { width: 7.8, height: 18 };
const MARGIN = 20;

/** Colours by SGR code. */
const FOREGROUND = new Map([
  ['31', '#ff7b72'],
  ['32', '#7ee787'],
  ['33', '#e3b341'],
  ['34', '#79c0ff'],
  ['35', '#d2a8ff'],
  ['36', '#76e3ea'],
  ['97', '#ffffff'],
]);
const BACKGROUND = new Map([['41', '#b62324']]);

interface Run {
  readonly text: string;
  readonly codes: readonly string[];
}

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
const svg = draw([`$ ${COMMAND}`, ...report()]);
if (!values.check) writeFileSync(file, svg);
else if (readFileSync(file, 'utf8') !== svg) {
  process.stderr.write('.github/report.svg is out of date: build, then run `npx node .github/scripts/picture.ts`\n');
  process.exitCode = 1;
}

function report(): string[] {
  const [program = '', ...parameters] = COMMAND.split(' ');
  const { status, stdout, stderr } = spawnSync(program, parameters, {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '', FORCE_COLOR: '1' },
  });
  if (status !== 1) throw new Error(`${COMMAND} is to end with 1 and did with ${status}: ${stderr}`);
  const lines = stdout.trimEnd().split('\n');
  const rest = lines.length - HEAD - TAIL;
  return rest <= 0 ? lines : [...lines.slice(0, HEAD), '', `\u001b[2m(${rest} more lines)\u001b[0m`, '', ...lines.slice(-TAIL)];
}

function draw(lines: readonly string[]): string {
  const rows = lines.flatMap((line) => wrap(runs(line)));
  const width = Math.ceil(COLUMNS * CELL.width + 2 * MARGIN);
  const height = rows.length * CELL.height + 2 * MARGIN;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="Report of an audit in a terminal">`,
    `<rect width="100%" height="100%" rx="8" fill="#0d1117"/>`,
    `<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="13" fill="#e6edf3">`,
    ...rows.flatMap((parts, row) => drawRow(parts, MARGIN + row * CELL.height)),
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

/** Rows of at most COLUMNS characters; an empty line is one row. */
function wrap(parts: readonly Run[]): Run[][] {
  const rows: Run[][] = [[]];
  let column = 0;
  for (const { text, codes } of parts) {
    for (let at = 0; at < text.length;) {
      if (column === COLUMNS) {
        rows.push([]);
        column = 0;
      }
      const piece = text.slice(at, at + COLUMNS - column);
      rows.at(-1)?.push({ text: piece, codes });
      at += piece.length;
      column += piece.length;
    }
  }
  return rows;
}

function drawRow(parts: readonly Run[], top: number): string[] {
  let column = 0;
  return parts.flatMap((run) => {
    const left = MARGIN + column * CELL.width;
    column += run.text.length;
    return run.text.trim() === '' ? [] : drawRun(run, left, top);
  });
}

function drawRun({ text, codes }: Run, x: number, top: number): string[] {
  const colour = codes.flatMap((code) => FOREGROUND.get(code) ?? []).at(-1);
  const behind = codes.flatMap((code) => BACKGROUND.get(code) ?? []).at(-1);
  const width = pixels(text.length * CELL.width);
  const style = [
    colour === undefined ? '' : ` fill="${colour}"`,
    codes.includes('1') ? ' font-weight="bold"' : '',
    codes.includes('2') ? ' opacity="0.65"' : '',
    codes.includes('4') ? ' text-decoration="underline"' : '',
  ].join('');
  const box = `<rect x="${pixels(x)}" y="${pixels(top)}" width="${width}" height="${CELL.height}" fill="${behind}"/>`;
  const words = `<text x="${pixels(x)}" y="${pixels(top + CELL.height * 0.72)}" textLength="${width}" xml:space="preserve"${style}>${escape(text)}</text>`;
  return behind === undefined ? [words] : [box, words];
}

/** Splits a line at its SGR sequences. */
function runs(line: string): Run[] {
  let codes: string[] = [];
  const parts: Run[] = [];
  for (const [index, part] of line.split(/\u001b\[([0-9;]*)m/u).entries()) {
    if (index % 2 === 0) {
      if (part !== '') parts.push({ text: part, codes });
      continue;
    }
    const given = part === '' ? ['0'] : part.split(';');
    codes = [...codes, ...given].slice([...codes, ...given].lastIndexOf('0') + 1);
  }
  return parts;
}

function pixels(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
