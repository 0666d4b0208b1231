/** Command lines for what is already live: those of one plan, and a script of all. */
import { groupBy } from '../domain/group-by.ts';
import { keyOf } from '../domain/resource.ts';
import { shellWord } from './encode/shell-word.ts';
import { shorten, visible } from './encode/visible.ts';
import type { Report, ReportedFinding } from './report.ts';
import { worstFirst } from './report.ts';
import { SCRIPT_REFUSED, plural, severityWords } from './words.ts';

/** Characters of a comment. */
const COMMENT_LIMIT = 500;

/**
 * A shell script of command lines, one a line. Null without commands, and when an argument cannot be
 * written so that a person sees what would run: then there is no script at all, not a part of one.
 */
export function shellScript(commands: readonly (readonly string[])[]): string | null {
  const lines = commandLines(commands);
  return lines === null ? null : `#!/bin/sh\nset -eu\n${lines.join('\n')}\n`;
}

/** The command lines alone, under the same conditions. */
export function commandLines(commands: readonly (readonly string[])[]): string[] | null {
  const lines: string[] = [];
  for (const command of commands) {
    const words: string[] = [];
    for (const argument of command) {
      const word = shellWord(argument);
      if (word === null) return null;
      words.push(word);
    }
    lines.push(words.join(' '));
  }
  return lines.length === 0 ? null : lines;
}

/**
 * Prints each command so that it could be pasted, and runs it only with `--apply`. The words that it prints
 * are those that it would run: there is no second text that could differ.
 */
const FRAME = `set -eu
unset CDPATH

apply=no
case "\${1-}" in
  --apply) apply=yes ;;
  '') ;;
  *)
    printf 'usage: %s [--apply]\\n' "$0" >&2
    exit 2
    ;;
esac

show() {
  printf '+'
  for word in "$@"; do
    case "$word" in
      '' | *[!A-Za-z0-9_./:@%+,=-]*) printf " '%s'" "$(printf '%s' "$word" | sed "s/'/'\\\\\\\\''/g")" ;;
      *) printf ' %s' "$word" ;;
    esac
  done
  printf '\\n'
}

run() {
  show "$@"
  if [ "$apply" = yes ]; then "$@"; fi
}

# Looks at what is there before it is changed; there may be nothing.
look() {
  show "$@"
  if [ "$apply" = yes ]; then "$@" || printf 'nothing to see\\n'; fi
}
`;

/** A POSIX shell script of every command for a live resource, by resource, worst first; none for what is silenced. */
export function renderScript(report: Report): string {
  const wanted = worstFirst(report).filter(
    ({ finding }) => finding.standing.silence === null && (finding.remediationPlan?.commands.length ?? 0) > 0,
  );
  const blocks = [...groupBy(wanted, ({ resource }) => keyOf(resource)).values()].map(resourceBlock);
  const { name, version } = report.tool;
  const about = [
    `Changes live resources as the findings of ${name} ${version} ask for.`,
    'Prints the commands; runs them when started with --apply, and stops at the first that fails.',
    blocks.length === 0
      ? 'There is no command to run.'
      : `${plural(blocks.length, 'resource')}; change what is declared too, or the next deployment undoes it.`,
  ];
  return ['#!/bin/sh', ...about.map(comment), FRAME, ...blocks].join('\n');
}

function resourceBlock(own: readonly ReportedFinding[]): string {
  const [first] = own;
  if (first === undefined) return '';
  const { address, file, startLine } = first.resource;
  const commands = new Map(
    own.flatMap(({ finding }) => finding.remediationPlan?.commands ?? []).map((each) => [JSON.stringify(each), each]),
  );
  const lines = [...commands.values()].map(startedLine);
  return [
    comment(`${address} (${file}:${startLine})`),
    ...own.map((each) => comment(`  ${severityWords(each)} ${each.finding.ruleId}`)),
    ...(lines.includes(null) ? [comment(SCRIPT_REFUSED)] : lines),
    '',
  ].join('\n');
}

/** Null under the conditions of {@link shellScript}. */
function startedLine(command: readonly string[]): string | null {
  const line = commandLines([command]);
  const [program, , operation = ''] = command;
  const looks = program === 'aws' && /^(?:get|describe|list|head)-/u.test(operation);
  return line === null ? null : `${looks ? 'look' : 'run'} ${line.join('')}`;
}

/** One line, whatever the text. */
function comment(text: string): string {
  return `# ${shorten(visible(text), COMMENT_LIMIT)}`;
}
