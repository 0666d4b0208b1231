/** What would settle requirements that could not be decided, told from what their messages say is not known. */
import type { ReportedFinding } from './report.ts';
import { plural } from './words.ts';

/** Names that one sentence gives. */
const NAMES = 3;

interface Unknown {
  /** Its first group is what is not known; anchored, so that a long message costs no more than its length. */
  readonly pattern: RegExp;
  /** One sentence a name (`each`), or one for all of them. */
  readonly each: boolean;
  sentence(names: string, requirements: string): string;
}

const KINDS: readonly Unknown[] = [
  {
    pattern: /(?<![\w.-])(var\.[\w-]+) has no value here/gu,
    each: true,
    sentence: (name, requirements) => `Give ${name} a value (tf-vars), or a plan (plan-file), to settle ${requirements}.`,
  },
  {
    pattern: /(?<![\w-])parameter ([\w-]+) has no default here/gu,
    each: true,
    sentence: (name, requirements) => `Give parameter ${name} a value (cfn-parameters) to settle ${requirements}.`,
  },
  {
    pattern: /(?<![^\s;:(])([^\s;:()]+) (?:is read when|is known only when) Terraform runs/gu,
    each: false,
    sentence: (names, requirements) => `Give a plan (plan-file), which knows ${names}, to settle ${requirements}.`,
  },
  {
    pattern: /(?<![^\s;:(])([^\s;:()]+) is known only after creation/gu,
    each: false,
    sentence: (names, requirements) => `Give a plan (plan-file) of what exists already, for ${names}, to settle ${requirements}.`,
  },
  {
    pattern: /(?<![\w.-])(module\.[\w-]+(?:\.module\.[\w-]+)*) comes from "/gu,
    each: false,
    sentence: (names, requirements) => `Put ${names} into the repository, or give a plan (plan-file), to settle ${requirements}.`,
  },
  {
    pattern: /(?<![^\s;:(])([^\s;:()]+) is known only when the stack is created/gu,
    each: false,
    sentence: (names, requirements) => `No file settles ${requirements}: ${names} can be known only when the stack is created.`,
  },
];

/** One sentence for each thing to do, what settles most first. */
export function settling(findings: readonly ReportedFinding[]): string[] {
  const undecided = findings.filter(({ finding }) => finding.outcome === 'undecided');
  const sentences: { readonly text: string; readonly settles: number }[] = [];
  for (const { pattern, each, sentence } of KINDS) {
    const byName = new Map<string, Set<ReportedFinding>>();
    for (const one of undecided) {
      for (const [, name = ''] of one.finding.message.matchAll(pattern)) {
        const same = byName.get(name) ?? new Set();
        byName.set(name, same.add(one));
      }
    }
    const groups = each ? [...byName].map(([name, own]) => ({ names: [name], own })) : [{ names: [...byName.keys()], own: union(byName) }];
    for (const { names, own } of groups) {
      if (own.size === 0) continue;
      const more = names.length - NAMES;
      const listed = `${names.slice(0, NAMES).map(quoted).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
      sentences.push({ text: sentence(listed, plural(own.size, 'requirement')), settles: own.size });
    }
  }
  return sentences.toSorted((a, b) => b.settles - a.settles).map(({ text }) => text);
}

function union(byName: ReadonlyMap<string, ReadonlySet<ReportedFinding>>): Set<ReportedFinding> {
  return new Set([...byName.values()].flatMap((own) => [...own]));
}

/** Code in a sentence; a backtick in it would end it. */
function quoted(name: string): string {
  return `\`${name.replaceAll('`', "'")}\``;
}
