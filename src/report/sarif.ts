/** SARIF 2.1.0 (OASIS) as GitHub code scanning takes it. */
import { gzipSync } from 'node:zlib';
import { groupBy } from '../domain/group-by.ts';
import type { RemediationPlan } from '../domain/finding.ts';
import type { Severity } from '../domain/severity.ts';
import type { Edit, Span } from '../domain/source.ts';
import type { Silence } from '../domain/standing.ts';
import { jsonText } from './encode/json.ts';
import { link, prose } from './encode/markdown.ts';
import { shorten, visible } from './encode/visible.ts';
import type { Report, ReportedFinding, RuleText } from './report.ts';
import { compareText, isCompared, nameOf, worstFirst } from './report.ts';
import type { Note } from './unjudged.ts';
import { unjudged, unresolved, unresolvedWords, warnings } from './unjudged.ts';
import { silenceWords } from './words.ts';

/** GitHub keeps the first 5,000 results of a run. */
const RESULT_LIMIT = 5000;

/** GitHub refuses a file of more than 10 MB after gzip. */
const GZIP_LIMIT = 10_000_000;

/** Our own limits: what could not be judged and warnings, and characters that a fix inserts. */
const NOTIFICATION_LIMIT = 1000;
const FIX_LIMIT = 65_536;

/** GitHub refuses descriptions of more than 1,024 characters. */
const TEXT_LIMIT = 1000;

type Level = 'error' | 'warning' | 'note';

interface Message {
  readonly text: string;
}

interface ArtifactLocation {
  readonly uri: string;
  readonly uriBaseId: '%SRCROOT%';
}

interface Region {
  readonly startLine: number;
  readonly startColumn?: number;
  readonly endLine?: number;
  readonly endColumn?: number;
}

interface Location {
  readonly physicalLocation: { readonly artifactLocation: ArtifactLocation; readonly region?: Region };
  readonly logicalLocations?: readonly { readonly fullyQualifiedName: string; readonly kind: 'resource' }[];
}

interface ReportingDescriptor {
  readonly id: string;
  readonly shortDescription: Message;
  readonly fullDescription: Message;
  readonly help: { readonly text: string; readonly markdown: string };
  readonly helpUri?: string;
  readonly defaultConfiguration: { readonly level: Level };
  readonly properties: { readonly tags: readonly string[]; readonly precision: 'high'; readonly 'security-severity': string };
}

interface Fix {
  readonly description: Message;
  readonly artifactChanges: readonly {
    readonly artifactLocation: ArtifactLocation;
    readonly replacements: readonly { readonly deletedRegion: Region; readonly insertedContent: { readonly text: string } }[];
  }[];
}

interface Result {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly level: Level;
  readonly message: Message;
  readonly locations: readonly [Location];
  readonly partialFingerprints: Readonly<Record<string, string>>;
  /** Absent where nothing was compared. */
  readonly baselineState?: 'new' | 'unchanged';
  /** Empty: nothing silences it. */
  readonly suppressions: readonly [] | readonly [Suppression];
  readonly fixes?: readonly [Fix];
  readonly properties: {
    readonly severity: Severity;
    readonly outcome: 'fail' | 'undecided';
    readonly blocks: boolean;
    readonly instances?: readonly string[];
    readonly instanceCount?: number;
  };
}

interface Suppression {
  /** `inSource` beside the declaration, `external` elsewhere. */
  readonly kind: 'inSource' | 'external';
  readonly status: 'accepted';
  readonly justification: string;
}

interface Notification {
  readonly level: Level;
  readonly message: Message;
  readonly descriptor: { readonly id: string };
  readonly locations?: readonly [Location];
}

export interface SarifLog {
  readonly $schema: string;
  readonly version: '2.1.0';
  readonly runs: readonly [
    {
      readonly tool: {
        readonly driver: { readonly name: string; readonly semanticVersion: string; readonly rules: readonly ReportingDescriptor[] };
      };
      readonly columnKind: 'utf16CodeUnits';
      readonly originalUriBaseIds: { readonly '%SRCROOT%': { readonly description: Message } };
      readonly invocations: readonly [
        { readonly executionSuccessful: boolean; readonly toolExecutionNotifications: readonly Notification[] },
      ];
      readonly results: readonly Result[];
    },
  ];
}

/**
 * Results worst first; what GitHub would cut is cut here, worst kept, and said in a notification.
 *
 * An undecided finding is a `note` that says so, not `kind: open`: the standard gives results of that kind
 * the level `none`, which hides them. Its rule's `security-severity` still sorts it with its like.
 *
 * `primaryLocationLineHash` is left to the upload, which computes it and warns of every other value.
 */
export function sarifLog(report: Report, most = RESULT_LIMIT): SarifLog {
  const findings = worstFirst(report);
  const shown = findings.slice(0, most);
  const rules = descriptors(shown, report);
  const indexes = new Map([...rules.keys()].map((id, index) => [id, index]));
  const failures = unjudged(report);
  const said = [
    ...failures.map((note) => ({ note, level: 'error' as const })),
    ...unresolved(report).map((note) => ({
      note: { ...note, message: `${note.message} (${unresolvedWords(note)})` },
      level: note.blocks ? ('error' as const) : ('warning' as const),
    })),
    ...warnings(report).map((note) => ({ note, level: 'warning' as const })),
  ];
  const notifications = [
    ...said.slice(0, NOTIFICATION_LIMIT).map(({ note, level }) => notification(note, level)),
    ...cut('notifications', said.length, NOTIFICATION_LIMIT),
    ...cut('results', findings.length, most),
  ];
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: report.tool.name, semanticVersion: report.tool.version, rules: [...rules.values()] } },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { '%SRCROOT%': { description: { text: 'The root of the audited repository.' } } },
        invocations: [{ executionSuccessful: failures.length === 0, toolExecutionNotifications: notifications }],
        results: shown.map((each) => result(each, report, indexes)),
      },
    ],
  };
}

/**
 * {@link sarifLog} as text to be written, with fewer results where it would be too large.
 * @param limit bytes after gzip
 */
export function renderSarif(report: Report, limit = GZIP_LIMIT): string {
  for (let log = sarifLog(report); ;) {
    const text = jsonText(log);
    const { length } = log.runs[0].results;
    // A UTF-16 code unit takes at most three bytes, which gzip hardly ever makes more.
    const size = text.length * 3 < limit ? 0 : gzipSync(text).length;
    if (size <= limit || length === 0) return text;
    log = sarifLog(report, Math.floor(length * Math.min(0.9, limit / size)));
  }
}

/** Says how many there are beyond those that are shown. */
function cut(what: 'results' | 'notifications', count: number, shown: number): Notification[] {
  if (count <= shown) return [];
  const text =
    what === 'results'
      ? `${count - shown} more findings are not in this file, which holds the worst ${shown}; the JSON report has them all.`
      : `${count - shown} more notifications are not in this file; the JSON report has them all.`;
  return [{ level: 'warning', message: { text }, descriptor: { id: `limit-${what}` } }];
}

/** GitHub takes the severity from the rule only, so a finding that is better or worse than its rule says gets a sub-rule. */
function descriptorId({ finding }: ReportedFinding, { rules }: Report): string {
  const usual = rules.get(finding.ruleId)?.severity ?? finding.severity;
  return finding.severity === usual ? finding.ruleId : `${finding.ruleId}/${finding.severity.toLowerCase()}`;
}

function descriptors(findings: readonly ReportedFinding[], report: Report): Map<string, ReportingDescriptor> {
  const byId = new Map<string, ReportingDescriptor>();
  for (const each of findings) {
    const id = descriptorId(each, report);
    if (!byId.has(id)) byId.set(id, descriptor(id, each.finding.severity, report.rules.get(each.finding.ruleId)));
  }
  return new Map([...byId].toSorted(([a], [b]) => compareText(a, b)));
}

function descriptor(id: string, severity: Severity, rule: RuleText | undefined): ReportingDescriptor {
  const title = rule?.title ?? id;
  const why = rule?.why ?? title;
  const remedy = rule?.remedy ?? [];
  const references = rule?.references ?? [];
  const known = [named('Controls', rule?.controls), named('The same elsewhere', rule?.equivalents)].filter((line) => line !== '');
  const text = [why, ...numbered(remedy), ...known, ...references].map((line) => visible(line)).join('\n');
  const markdown = [
    prose(why),
    numbered(remedy.map(prose)).join('\n'),
    ...known.map(prose),
    references.map((url) => `- ${link(url, url)}`).join('\n'),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
  return {
    id,
    shortDescription: message(title),
    fullDescription: message(why),
    help: { text, markdown },
    ...(references[0] === undefined ? {} : { helpUri: references[0] }),
    defaultConfiguration: { level: LEVELS[severity] },
    properties: { tags: ['security', 'infrastructure-as-code'], precision: 'high', 'security-severity': SCORES[severity] },
  };
}

/** `Controls: fsbp S3.2, S3.3; cis 2.1`; `''` without any. */
function named(title: string, ids: RuleText['controls'] = {}): string {
  const lists = Object.entries(ids).map(([source, own]) => `${source} ${own.join(', ')}`);
  return lists.length === 0 ? '' : `${title}: ${lists.join('; ')}`;
}

function numbered(steps: readonly string[]): string[] {
  return steps.map((step, index) => `${index + 1}. ${step}`);
}

const LEVELS = { CRITICAL: 'error', HIGH: 'error', MEDIUM: 'warning', LOW: 'note', INFO: 'note' } as const satisfies Record<
  Severity,
  Level
>;

/** GitHub: over 9.0 is critical, from 7.0 high, from 4.0 medium, from 0.1 low. */
const SCORES = { CRITICAL: '9.5', HIGH: '8.0', MEDIUM: '5.5', LOW: '2.0', INFO: '0.0' } as const satisfies Record<Severity, string>;

function result(each: ReportedFinding, report: Report, indexes: ReadonlyMap<string, number>): Result {
  const { finding, resource } = each;
  const ruleId = descriptorId(each, report);
  const fix = finding.remediationPlan === null ? null : fixOf(finding.remediationPlan);
  const undecided = finding.outcome === 'undecided';
  return {
    ruleId,
    ruleIndex: indexes.get(ruleId) ?? -1,
    level: undecided ? 'note' : LEVELS[finding.severity],
    message: message(`${undecided ? 'Could not be decided: ' : ''}${finding.message} (${nameOf(finding.address, resource)})`),
    locations: [
      {
        physicalLocation: { artifactLocation: artifact(finding.span.file), region: region(finding.span) },
        logicalLocations: [{ fullyQualifiedName: shorten(visible(`${resource.root}/${finding.address}`), TEXT_LIMIT), kind: 'resource' }],
      },
    ],
    partialFingerprints: { 'infrastructureSecurityAgent/v1': finding.fingerprint },
    ...(isCompared(report) ? { baselineState: finding.standing.isNew ? 'new' : 'unchanged' } : {}),
    suppressions: suppressions(finding.standing.silence),
    ...(fix === null ? {} : { fixes: [fix] }),
    properties: {
      severity: finding.severity,
      outcome: finding.outcome,
      blocks: finding.blocks,
      ...(finding.instances.length === 0
        ? {}
        : { instances: finding.instances.map((name) => visible(name)), instanceCount: finding.instanceCount }),
    },
  };
}

function suppressions(silence: Silence | null): Result['suppressions'] {
  if (silence === null) return [];
  const kind = silence.by === 'suppression' ? 'inSource' : 'external';
  return [{ kind, status: 'accepted', justification: message(silenceWords(silence)).text }];
}

function fixOf({ summary, edits }: RemediationPlan): Fix | null {
  if (edits.length === 0 || edits.reduce((sum, edit) => sum + edit.replacement.length, 0) > FIX_LIMIT) return null;
  const changes = [...groupBy(edits, ({ span }) => span.file)].map(([file, own]) => ({
    artifactLocation: artifact(file),
    replacements: own.map(replacement),
  }));
  return { description: message(summary), artifactChanges: changes };
}

function replacement({ span, replacement: text }: Edit): { deletedRegion: Region; insertedContent: { text: string } } {
  return { deletedRegion: region(span), insertedContent: { text } };
}

function notification({ code, message: text, file, line, column, endLine, endColumn }: Note, level: Level): Notification {
  const place: Region | undefined =
    line === null
      ? undefined
      : {
          startLine: line,
          ...(column === null ? {} : { startColumn: column }),
          ...(endLine === null ? {} : { endLine }),
          ...(endColumn === null ? {} : { endColumn }),
        };
  const where =
    file === null
      ? {}
      : {
          locations: [
            { physicalLocation: { artifactLocation: artifact(file), ...(place === undefined ? {} : { region: place }) } },
          ] as const,
        };
  return { level, message: message(text), descriptor: { id: code }, ...where };
}

/** Plain text; `](` would make a link of it. */
function message(text: string): Message {
  return { text: shorten(visible(text), TEXT_LIMIT).replaceAll('](', '] (') };
}

/** A relative reference (RFC 3986) from the audited root. */
function artifact(file: string): ArtifactLocation {
  const uri = file
    .split('/')
    .map((part) => encodeURIComponent(part.toWellFormed()))
    .join('/');
  return { uri, uriBaseId: '%SRCROOT%' };
}

function region({ start, end }: Span): Region {
  return { startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column };
}
