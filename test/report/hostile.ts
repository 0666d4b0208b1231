/** Names as somebody would choose them who wants a report to say or do something else. */
import * as fc from 'fast-check';
import type { Finding } from '../../src/domain/finding.ts';
import { SourceText } from '../../src/domain/source.ts';
import type { Report } from '../../src/report/report.ts';
import { bucket, reportOf } from './sample.ts';

const PIECES = [
  '\u0000',
  '\u0007',
  '\u001b[31m',
  '\u001b]8;;https://evil.example\u0007',
  '\u007f',
  '\u009b2J',
  '\r',
  '\n',
  '\r\n',
  '\u0085',
  '\u2028',
  '\u2029',
  '\u202e',
  '\u2066',
  '\u200b',
  '\u200d',
  '\ufeff',
  '\u00ad',
  '\u{e0041}',
  '\ud800',
  '\udc00',
  '\u3164',
  '##[error]',
  '###[',
  '::error::',
  '::add-mask::a',
  '%0A',
  '%25',
  ',',
  ':',
  '\n::set-output name=a::b',
  '\n##[group]',
  '`',
  '``',
  '```',
  '~~~',
  '|',
  '\\|',
  '\\',
  '@octocat',
  '@acme/owners',
  '#1',
  'GH-1',
  'https://evil.example',
  'www.evil.example',
  'a@evil.example',
  'deadbeefdeadbeef',
  'abc1234',
  '\ufff9',
  '<img src=x onerror=y>',
  '</details>',
  '<!--',
  '-->',
  '![x](https://evil.example/x.png)',
  '[x](https://evil.example)',
  '](',
  '# ',
  '- ',
  '1. ',
  '> ',
  '---',
  '***',
  '___',
  '    ',
  '\t',
  '"',
  "'",
  "''",
  '$(id)',
  '${x}',
  '`id`',
  '$IFS',
  ';',
  '&',
  '!',
  '~',
  '--',
  '=',
  ' ',
  'logs',
  'é',
  '水',
  '🦊',
  '&lt;',
  '&#64;',
  ':smile:',
  '$$x$$',
] as const;

/** One or more such pieces, strung together. */
export const hostileText = fc.array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 12 }).map((pieces) => pieces.join(''));

export const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

/** A report in which everything that comes from a repository is this text. */
export function hostileReport(text: string): Report {
  const source = new SourceText(text, `${text} = ${text}\n`);
  const span = source.span(0, text.length);
  const finding: Finding = {
    ruleId: 'aws-s3-no-public-acl',
    severity: 'CRITICAL',
    outcome: 'fail',
    message: text,
    address: text,
    instances: [text, `${text}2`],
    instanceCount: 2,
    span,
    fingerprint: '0123456789abcdef0123456789abcdef',
    remediationPlan: {
      summary: text,
      steps: [text],
      edits: [{ span, replacement: `"${text}"` }],
      safety: 'safe',
      commands: [['aws', text]],
      proof: { closes: ['0123456789abcdef0123456789abcdef'], resourcesAudited: 1 },
    },
  };
  const advice: Finding = {
    ...finding,
    outcome: 'undecided',
    ruleId: text,
    fingerprint: 'fedcba9876543210fedcba9876543210',
    remediationPlan: null,
  };
  const standing = { isNew: false, silence: null, refusedSilences: [text] };
  const silence = { by: 'exception', reason: text, owner: text, until: text, place: text } as const;
  const silenced = { ...advice, fingerprint: 'a'.repeat(32), standing: { ...standing, silence } };
  const place = { root: text, address: text, file: text, startLine: 1, endLine: 1 };
  const report = reportOf({
    block: 'new',
    base: { commit: 'abcdef1', unavailable: text },
    headSha: '1234567',
    resources: [
      {
        ...bucket,
        ...place,
        path: text,
        type: text,
        instances: [text, `${text}2`],
        related: [
          { address: `${text}4`, direction: 'from' },
          { address: `${text}5`, direction: 'to' },
        ],
        findings: [
          { ...finding, standing: { ...standing, isNew: true } },
          advice,
          silenced,
          { ...advice, fingerprint: 'b'.repeat(32), severity: 'LOW', standing },
        ],
        approval: { state: 'waiting', fingerprints: [finding.fingerprint], deadline: text },
        remediationPlan: finding.remediationPlan,
      },
    ],
    notCovered: [{ address: text, type: text, file: text }],
    coverage: {
      scanned: [{ path: text, reason: text }],
      failed: [{ path: `${text}3`, reason: text }],
      ignored: [{ path: text, reason: text }],
    },
    diagnostics: [
      { level: 'undecided', code: 'syntax', message: text, file: text, span },
      { level: 'unresolved', code: 'module', message: text, file: text },
      { level: 'warning', code: 'note', message: text, file: text },
    ],
    failedAudits: [{ ...place, reason: text }],
    source: (file) => (file === text ? source : undefined),
    links: () => `https://github.com/acme/shop/blob/0a1b/${text}`,
  });
  return report;
}
