/** What a comment asks of scanners, ours or others: text to data. */

/** Other scanners whose comments are understood. */
export type Scanner = 'checkov' | 'trivy' | 'tfsec' | 'kics' | 'cfn_nag' | 'guard';

export interface Directive {
  /** Null: it is ours. */
  readonly scanner: Scanner | null;
  /** Ids of rules as that scanner calls them; `*` for all. */
  readonly ids: readonly string[];
  /** Null: none is given. */
  readonly reason: string | null;
  /** `YYYY-MM-DD` */
  readonly until: string | null;
  /** What it means: the declaration it stands beside, the one it stands in, or all of its file. */
  readonly reach: 'beside' | 'around' | 'file';
  /** As in `Suppression` of domain/silences.ts. */
  readonly flaw: string | null;
}

/** Whether a text may hold any; cheap. */
export function mayHoldDirectives(text: string): boolean {
  return /infra-audit|checkov|bridgecrew|trivy:|tfsec:|kics-scan|cfn_nag|SuppressedRules/u.test(text);
}

/** A line of a comment longer than this is read as far as this. */
const LONGEST = 4096;

/** `comment` is a whole comment with its marks, `/*` ones of several lines included, or the text of a JSON comment. */
export function directivesIn(comment: string): Directive[] {
  const inner = comment.replace(/^(?:#+|\/\/+|\/\*+)/u, '').replace(/\*\/$/u, '');
  return inner.split('\n').flatMap((line) =>
    directivesOfLine(
      line
        .slice(0, LONGEST)
        .replace(/^[\s*]+/u, '')
        .trimEnd(),
    ),
  );
}

function directivesOfLine(line: string): Directive[] {
  const own = /^infra-audit:[ \t]*ignore(?=\s|$)/u.exec(line);
  if (own !== null) return [ownDirective(line.slice(own[0].length))];
  const checkov = /^(?:checkov|bridgecrew):skip=/u.exec(line);
  if (checkov !== null) return [checkovDirective(line.slice(checkov[0].length))];
  const kics = /^kics-scan[ \t]+(ignore-line|ignore-block|ignore|disable=\S+)$/u.exec(line)?.[1];
  if (kics !== undefined) return [kicsDirective(kics)];
  return trivyDirectives(line);
}

/** `RULE[,RULE] until=YYYY-MM-DD reason="..."` */
function ownDirective(text: string): Directive {
  const ids: string[] = [];
  const settings = new Map<string, string>();
  for (const [, key, quoted, bare, id] of text.matchAll(/([a-z]+)=(?:"([^"]*)"|(\S*))|([^\s,]+)/gu)) {
    if (key !== undefined) settings.set(key, quoted ?? bare ?? '');
    else if (id !== undefined) ids.push(id);
  }
  return ownSuppression(ids, settings);
}

const RULE_ID = /^(?:[a-z0-9][\w./-]*\*?|\*)$/iu;

/** Checks what a comment or an entry of metadata says. */
export function ownSuppression(ids: readonly string[], settings: ReadonlyMap<string, string>): Directive {
  const reason = settings.get('reason')?.trim() ?? '';
  const until = settings.get('until') ?? '';
  const other = [...settings.keys()].find((key) => key !== 'reason' && key !== 'until');
  const wrong = ids.find((id) => !RULE_ID.test(id));
  const flaws = [
    ...(ids.length === 0 ? ['names no rule'] : []),
    ...(wrong === undefined ? [] : [`names ${JSON.stringify(wrong.slice(0, 80))}, which is no rule`]),
    ...(reason === '' ? ['has no reason="..."'] : []),
    ...(reason.startsWith('"') ? ['has a reason without closing quote'] : []),
    ...(until === ''
      ? ['has no until=YYYY-MM-DD']
      : isDay(until)
        ? []
        : [`has until=${until.slice(0, 40)}, which is no day as YYYY-MM-DD`]),
    ...(other === undefined ? [] : [`has ${other.slice(0, 40)}=, but there are only until= and reason=`]),
  ];
  return {
    scanner: null,
    ids,
    reason: reason === '' ? null : reason,
    until: isDay(until) ? until : null,
    reach: 'beside',
    flaw: flaws.length === 0 ? null : flaws.join(' and '),
  };
}

/** `CKV_AWS_20[,CKV_AWS_21][:reason]` */
function checkovDirective(text: string): Directive {
  const colon = text.indexOf(':');
  const ids = colon === -1 ? text : text.slice(0, colon);
  return foreign('checkov', ids.split(/[\s,]+/u).filter(Boolean), 'around', colon === -1 ? null : text.slice(colon + 1).trim());
}

function kicsDirective(what: string): Directive {
  if (what.startsWith('disable=')) return foreign('kics', what.slice('disable='.length).split(',').filter(Boolean), 'file', null);
  return foreign('kics', ['*'], what === 'ignore' ? 'file' : 'beside', null);
}

/** Words `trivy:ignore:ID`, each with `:exp:YYYY-MM-DD` or that as the next word; other conditions are not known here. */
function trivyDirectives(line: string): Directive[] {
  const words = line.split(/\s+/u).map((word) => word.replace(/^#+/u, ''));
  return words.flatMap((word, index): Directive[] => {
    const [tool, verb, id, ...conditions] = word.split(':');
    if ((tool !== 'trivy' && tool !== 'tfsec') || verb !== 'ignore' || id === undefined || id === '') return [];
    const next = words[index + 1]?.split(':') ?? [];
    const given = next[0] === 'exp' || next[0] === 'ws' ? [...conditions, ...next] : conditions;
    const directive = foreign(tool, [id], 'beside', null);
    if (given.length === 0) return [directive];
    const [name, day = ''] = given;
    if (name === 'exp' && isDay(day) && given.length === 2) return [{ ...directive, until: day }];
    return [{ ...directive, flaw: `depends on ${given.join(':').slice(0, 80)}, which cannot be told here` }];
  });
}

/** What is meant for another scanner; it needs no reason. */
export function foreign(scanner: Scanner, ids: readonly string[], reach: Directive['reach'], reason: string | null): Directive {
  return { scanner, ids, reason: reason === '' ? null : reason, until: null, reach, flaw: null };
}

/** Whether a text is a day of the calendar, `YYYY-MM-DD`. */
function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/u.test(text)) return false;
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}
