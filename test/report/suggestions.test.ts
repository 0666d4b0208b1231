import { structuredPatch } from 'diff';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Finding, RemediationPlan } from '../../src/domain/finding.ts';
import { SourceText, applyEdits } from '../../src/domain/source.ts';
import type { Edit } from '../../src/domain/source.ts';
import type { ChangedFile, Suggestion } from '../../src/report/suggestions.ts';
import { closedSuggestion, planSuggestions, suggestionWords } from '../../src/report/suggestions.ts';
import type { Report } from '../../src/report/report.ts';
import { INVISIBLE, hostileReport, hostileText } from './hostile.ts';
import { bucket, cleanReport, reportOf } from './sample.ts';
import type { SampleResource } from './sample.ts';

const FILE = 'infra/main.tf';

const MAIN = `# Pictures of the shop.
resource "aws_s3_bucket" "pictures" {
  bucket = "shop-pictures"
}

resource "aws_s3_bucket_acl" "pictures" {
  bucket = aws_s3_bucket.pictures.id
  acl    = "public-read"
}

resource "aws_s3_bucket" "logs" {
  bucket = "shop-logs"
  acl    = "public-read"
}
`;

const ACL = [
  '  acl    = "public-read"\n}\n\nresource "aws_s3_bucket" "logs"',
  '  acl    = "private"\n}\n\nresource "aws_s3_bucket" "logs"',
] as const;
const LOGS_ACL = ['  bucket = "shop-logs"\n  acl    = "public-read"', '  bucket = "shop-logs"\n  acl    = "private"'] as const;
const BLOCK = [
  '  bucket = "shop-pictures"\n}\n',
  '  bucket = "shop-pictures"\n}\n\nresource "aws_s3_bucket_public_access_block" "pictures" {\n  bucket            = aws_s3_bucket.pictures.id\n  block_public_acls = true\n}\n',
] as const;

type Change = readonly [before: string, after: string];

/** The edit that makes one text of another, as small as it can be. */
function editOf(source: SourceText, [before, after]: Change): Edit {
  const at = source.text.indexOf(before);
  if (at === -1) throw new Error(`the source does not hold ${before}`);
  let start = 0;
  while (start < Math.min(before.length, after.length) && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < Math.min(before.length, after.length) - start && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  return { span: source.span(at + start, at + before.length - end), replacement: after.slice(start, after.length - end) };
}

const FINGERPRINT = '0123456789abcdef0123456789abcdef';

function planOf(source: SourceText, changes: readonly Change[]): RemediationPlan {
  const edits = changes.map((change) => editOf(source, change));
  const proof = { closes: [FINGERPRINT], resourcesAudited: 2 };
  return { summary: 'Make it private.', steps: [], edits, safety: 'needs-review', commands: [], proof };
}

interface Given {
  readonly address?: string;
  readonly changes?: readonly Change[];
  /** Changes for single findings, worst first; by default the same as all together. */
  readonly single?: readonly (readonly Change[])[];
  readonly severity?: Finding['severity'];
  readonly message?: string;
  readonly text?: string;
}

function resourceOf({
  address = 'aws_s3_bucket.pictures',
  changes = [ACL],
  single = [changes],
  severity = 'CRITICAL',
  message,
  text = MAIN,
}: Given): SampleResource {
  const source = new SourceText(FILE, text);
  const [sample] = bucket.findings;
  if (sample === undefined) throw new Error('the sample has no finding');
  const findings = single.map((own, index): Finding => ({
    ...sample,
    address,
    severity,
    ruleId: 'aws-s3-no-public-acl',
    message: message ?? 'acl is "public-read", which lets everyone read the bucket; it must be private.',
    fingerprint: index === 0 ? FINGERPRINT : `${index}`.padEnd(32, '0'),
    span: source.span(0, 1),
    remediationPlan: planOf(source, own),
  }));
  return { ...bucket, address, findings, severity, remediationPlan: changes.length === 0 ? null : planOf(source, changes) };
}

function report(resources: readonly Given[], text = MAIN): Report {
  const source = new SourceText(FILE, text);
  return reportOf({
    resources: resources.map((each) => resourceOf({ text, ...each })),
    source: (file) => (file === FILE ? source : undefined),
  });
}

/** What GitHub shows of a file that was `before`; null: the file is new. */
function changed(before: string | null, after = MAIN): ChangedFile[] {
  const { hunks } = structuredPatch('', '', before ?? '', after, undefined, undefined, { context: 3 });
  const patch = hunks.flatMap(({ oldStart, oldLines, newStart, newLines, lines }) => [
    `@@ -${oldStart},${oldLines} +${newStart},${newLines} @@ resource`,
    ...lines,
  ]);
  return [{ file: FILE, patch: patch.join('\n') }];
}

/** `file:first-last` and the text that is suggested. */
function placed({ suggestions }: { suggestions: readonly Suggestion[] }): string[] {
  return suggestions.map(
    ({ file, startLine, endLine, body }) => `${file}:${startLine}-${endLine}\n${/^```suggestion\n([^]*?)\n```$/mu.exec(body)?.[1] ?? body}`,
  );
}

describe('a suggestion', () => {
  it('stands on the lines that change, and says what it closes', () => {
    const { suggestions } = planSuggestions(report([{}]), changed(null));
    expect(suggestions).toEqual([
      {
        file: FILE,
        startLine: 8,
        endLine: 8,
        subject: expect.stringMatching(/^[0-9a-f]{16}$/u) as string,
        content: expect.stringMatching(/^[0-9a-f]{16}$/u) as string,
        body: [
          'This change closes 1 finding of `aws_s3_bucket.pictures`:',
          '- **CRITICAL** S3 bucket must not grant access to everyone by its ACL: acl is `"public-read"`, which lets everyone read the bucket; it must be private.',
          '```suggestion\n  acl    = "private"\n```',
          '<sub>Proof: applied to a copy and audited again: 1 finding gone, none new (2 resources audited). Safety: needs review.</sub>',
        ].join('\n\n'),
      },
    ]);
  });

  it('combines what is close together into one', () => {
    expect(placed(planSuggestions(report([{ changes: [ACL, LOGS_ACL] }]), changed(null)))).toEqual([
      `${FILE}:8-13\n  acl    = "private"\n}\n\nresource "aws_s3_bucket" "logs" {\n  bucket = "shop-logs"\n  acl    = "private"`,
    ]);
  });

  it('takes the line before along where lines are only added', () => {
    expect(placed(planSuggestions(report([{ changes: [BLOCK] }]), changed(null)))).toEqual([
      `${FILE}:4-4\n}\n\nresource "aws_s3_bucket_public_access_block" "pictures" {\n  bucket            = aws_s3_bucket.pictures.id\n  block_public_acls = true\n}`,
    ]);
  });

  it('takes the line after along at the start of a file, and the one before at its end', () => {
    const first = ['# Pictures of the shop.', '# Checked.\n# Pictures of the shop.'] as const;
    expect(placed(planSuggestions(report([{ changes: [first] }]), changed(null)))).toEqual([
      `${FILE}:1-1\n# Checked.\n# Pictures of the shop.`,
    ]);
    const text = MAIN.trimEnd();
    const last = ['"shop-logs"\n  acl    = "public-read"\n}', '"shop-logs"\n  acl    = "public-read"\n}\n\n# End'] as const;
    expect(placed(planSuggestions(report([{ changes: [last] }], text), changed(null, text)))).toEqual([`${FILE}:14-14\n}\n\n# End`]);
  });

  it('removes lines', () => {
    const removal = ['  bucket = "shop-logs"\n  acl    = "public-read"\n', '  bucket = "shop-logs"\n'] as const;
    expect(
      planSuggestions(report([{ changes: [removal] }]), changed(null)).suggestions.map(({ startLine, endLine, body }) => [
        startLine,
        endLine,
        body.includes('```suggestion\n```'),
      ]),
    ).toEqual([[13, 13, true]]);
  });

  it('has a part for each place that is far from the others, and says to commit them together', () => {
    const text = `${MAIN}${'# filler\n'.repeat(20)}resource "aws_s3_bucket" "last" {\n  acl = "public-read"\n}\n`;
    const last = ['"last" {\n  acl = "public-read"', '"last" {\n  acl = "private"'] as const;
    const { suggestions } = planSuggestions(report([{ changes: [ACL, last] }], text), changed(null, text));
    expect(placed({ suggestions })).toEqual([`${FILE}:8-8\n  acl    = "private"`, `${FILE}:36-36\n  acl = "private"`]);
    expect(suggestions.map(({ body }) => body.split('\n\n').slice(0, -2))).toEqual([
      [
        'This change closes 1 finding of `aws_s3_bucket.pictures`:',
        expect.stringMatching(/^- \*\*CRITICAL\*\* /u) as string,
        '**Part 1 of 2**: commit all parts together, with “Add suggestion to batch”.',
      ],
      [
        'This change closes 1 finding of `aws_s3_bucket.pictures`:',
        '**Part 2 of 2**: commit all parts together, with “Add suggestion to batch”.',
      ],
    ]);
  });

  it('tells parts that say the same apart', () => {
    const text = `a = "public"\n${'#\n'.repeat(9)}a = "public"\n`;
    const changes = [
      ['a = "public"\n#', 'a = "private"\n#'],
      ['#\na = "public"', '#\na = "private"'],
    ] as const;
    const { suggestions } = planSuggestions(report([{ changes }], text), changed(null, text));
    expect(placed({ suggestions })).toEqual([`${FILE}:1-1\na = "private"`, `${FILE}:11-11\na = "private"`]);
    expect(new Set(suggestions.map(({ content }) => content)).size).toBe(2);
  });

  it('is the same wherever its lines move, and another for another text or resource', () => {
    const moved = `# A new first line.\n${MAIN}`;
    const [one] = planSuggestions(report([{}]), changed(null)).suggestions;
    const [two] = planSuggestions(report([{}], moved), changed(null, moved)).suggestions;
    const [three] = planSuggestions(report([{ address: 'aws_s3_bucket.other' }]), changed(null)).suggestions;
    const [four] = planSuggestions(report([{ changes: [BLOCK] }]), changed(null)).suggestions;
    expect([two?.startLine, two?.subject, two?.content]).toEqual([9, one?.subject, one?.content]);
    expect(three?.subject).not.toBe(one?.subject);
    expect(four?.subject).toBe(one?.subject);
    expect(new Set([one, three, four].map((each) => each?.content)).size).toBe(3);
  });
});

describe('a change that cannot stand beside the diff', () => {
  const nothing = { suggestions: [], unplaced: 1 };
  const far = MAIN.replace('# Pictures', '# Photos');
  const beside = (before: string | null, given: Given = {}, text = MAIN) => planSuggestions(report([given], text), changed(before, text));

  it('since its lines are not in it', () => {
    expect(beside(far)).toMatchObject(nothing);
    expect(planSuggestions(report([{}]), [])).toMatchObject(nothing);
  });

  it('since GitHub leaves out the diff of its file, or it is another file', () => {
    const [file] = changed(null);
    expect(planSuggestions(report([{}]), [{ file: FILE, patch: null }])).toMatchObject(nothing);
    expect(planSuggestions(report([{}]), [{ file: 'main.tf', patch: file?.patch ?? '' }])).toMatchObject(nothing);
  });

  it('since a part of it is not in it', () => {
    expect(beside(far, { changes: [ACL, BLOCK] })).toMatchObject(nothing);
  });

  it('since its ends lie in two hunks', () => {
    const text = MAIN.replace('# Pictures', '# Photos').replace('"shop-logs"', '"shop-access-logs"');
    const long = [
      '  bucket = "shop-pictures"\n}\n\nresource "aws_s3_bucket_acl" "pictures" {\n  bucket = aws_s3_bucket.pictures.id\n  acl    = "public-read"',
      '  bucket = "a"\n} # b\n# c\nresource "aws_s3_bucket_acl" "d" {\n  bucket = "e"\n  acl    = "private"',
    ] as const;
    expect(beside(MAIN, { changes: [long] }, text)).toMatchObject(nothing);
  });

  it('since what was audited says something else there than the head commit', () => {
    expect(
      planSuggestions(
        report([{}]),
        changed(null, MAIN.replace('  acl    = "public-read"\n}\n\nres', '  acl    = "public-read-write"\n}\n\nres')),
      ),
    ).toMatchObject(nothing);
    expect(planSuggestions(report([{}]), changed(null, `# merged\n${MAIN}`))).toMatchObject(nothing);
  });

  it.each([
    ['a fence', 'acl    = "```"'],
    ['another fence', 'acl    = "~~~"'],
    ['text that runs backwards', 'acl    = "\u202eetavirp"'],
    ['a character without width', 'acl    = "pri\u200bvate"'],
    ['more than can be read', `acl    = "${'x'.repeat(10_001)}"`],
  ])('since it holds %s', (_, line) => {
    expect(beside(null, { changes: [['acl    = "public-read"', line]] })).toMatchObject(nothing);
  });

  it('since it replaces what cannot be seen, or lines that end with CR', () => {
    const bidi = MAIN.replace('  acl    = "public-read"', '  acl    = "public-read" # \u202e');
    expect(beside(null, { changes: [['"public-read" # \u202e', '"private"']] }, bidi)).toMatchObject(nothing);
    const dos = MAIN.replaceAll('\n', '\r\n');
    expect(beside(null, { changes: [['"public-read"', '"private"']] }, dos)).toMatchObject(nothing);
  });

  it('since the diff is not what it says it is', () => {
    for (const patch of ['', 'no diff', '@@ -1,2 +1,99 @@\n+x', '@@ -0,0 +8 @@\n+  acl    = "public-read"\n+more', '@@ -x,y +z @@']) {
      expect(planSuggestions(report([{}]), [{ file: FILE, patch }])).toMatchObject(nothing);
    }
  });

  it('gives way to the fix of the worst finding for which it can', () => {
    const before = MAIN.replace('"shop-logs"', '"old-logs"');
    expect(placed(beside(before, { changes: [BLOCK, LOGS_ACL], single: [[BLOCK], [LOGS_ACL]] }))).toEqual([
      `${FILE}:13-13\n  acl    = "private"`,
    ]);
  });
});

describe('several resources', () => {
  it('come worst first, one on the same lines', () => {
    const resources = [
      { address: 'aws_s3_bucket.logs', changes: [LOGS_ACL], severity: 'HIGH' as const },
      { address: 'aws_s3_bucket.pictures', changes: [ACL] },
      {
        address: 'aws_s3_bucket.other',
        changes: [
          [
            '  acl    = "public-read"\n}\n\nresource "aws_s3_bucket" "logs"',
            '  acl    = "log-delivery-write"\n}\n\nresource "aws_s3_bucket" "logs"',
          ],
        ] as const,
        severity: 'LOW' as const,
      },
    ];
    const plan = planSuggestions(report(resources), changed(null));
    expect(placed(plan)).toEqual([`${FILE}:8-8\n  acl    = "private"`, `${FILE}:13-13\n  acl    = "private"`]);
    expect(plan.unplaced).toBe(1);
  });

  it('with the same change have it once, and none is missing', () => {
    const plan = planSuggestions(report([{}, { address: 'aws_s3_bucket_acl.pictures' }]), changed(null));
    expect(placed(plan)).toEqual([`${FILE}:8-8\n  acl    = "private"`]);
    expect(plan.unplaced).toBe(0);
  });

  it('have 30 suggestions at most', () => {
    const text = Array.from({ length: 33 }, (_, index) => `acl_${index} = "public-read"\n${'#\n'.repeat(9)}`).join('');
    const resources = Array.from({ length: 33 }, (_, index) => ({
      address: `aws_s3_bucket.b${index}`,
      changes: [[`acl_${index} = "public-read"`, `acl_${index} = "private"`]] as const,
    }));
    const plan = planSuggestions(report(resources, text), changed(null, text));
    expect(plan.suggestions).toHaveLength(30);
    expect(suggestionWords(plan)).toBe(
      '<sub>30 suggestions to commit with one click stand beside the changed lines. The proven changes of 3 more resources are only here: ' +
        'their lines are not all in the diff of this pull request, or cannot be shown there safely, or there are more than 30.</sub>',
    );
  });

  it('without a proven change need none, and there is nothing to say', () => {
    const plan = planSuggestions(report([{ changes: [], single: [[]] }]), changed(null));
    expect(plan).toMatchObject({ suggestions: [], unplaced: 0 });
    expect(suggestionWords(plan)).toBe(null);
    expect(suggestionWords(planSuggestions(report([{}]), changed(null)))).toBe(
      '<sub>1 suggestion to commit with one click stands beside the changed lines.</sub>',
    );
    expect(suggestionWords(planSuggestions(report([{}]), []))).toContain('The proven changes of 1 resource are only here: ');
  });
});

describe('the fate of what a suggestion was about', () => {
  const [suggestion] = planSuggestions(report([{}]), changed(null)).suggestions;
  const subject = suggestion?.subject ?? '';
  const fate = (now: Report): string => planSuggestions(now, []).fateOf(subject);
  const healthy = { ...resourceOf({}), findings: [], remediationPlan: null };
  const elsewhere = { ...cleanReport.coverage, failed: [] };

  it('is fixed when it was judged and has no finding, or is gone while everything could be read', () => {
    expect(fate(reportOf({ resources: [healthy], coverage: { ...elsewhere, failed: [{ path: 'x.tf', reason: 'syntax' }] } }))).toBe(
      'fixed',
    );
    expect(fate(reportOf({ resources: [], coverage: elsewhere }))).toBe('fixed');
  });

  it('is changed while it has a finding', () => {
    expect(fate(report([{ changes: [LOGS_ACL] }]))).toBe('changed');
  });

  it('is unknown when it was not judged', () => {
    const { root, address, file, startLine, endLine } = healthy;
    expect(
      fate(reportOf({ resources: [healthy], failedAudits: [{ root, address, file, startLine, endLine, reason: 'time is up' }] })),
    ).toBe('unknown');
    expect(fate(reportOf({ resources: [], coverage: { ...elsewhere, failed: [{ path: 'x.tf', reason: 'syntax' }] } }))).toBe('unknown');
    expect(fate(reportOf({ resources: [], diagnostics: [{ level: 'undecided', code: 'limit', message: 'too much' }] }))).toBe('unknown');
  });

  it('is told in words of ours', () => {
    expect(closedSuggestion('fixed')).toBe('✅ Fixed: nothing is found here any more.');
    expect(closedSuggestion('changed')).toMatch(/^This suggestion does not apply any more: /u);
  });
});

describe('whatever a repository holds', () => {
  it('the suggestion ends where it should, and no name is more than a name', () => {
    fc.assert(
      fc.property(hostileText, hostileText, (name, value) => {
        const text = `acl = "x"\n`;
        const given = { address: name, message: name, changes: [['"x"', JSON.stringify(value)]] as const };
        for (const { body } of planSuggestions(report([given], text), changed(null, text)).suggestions) {
          const [head = '', inside = '', foot = ''] = body.split(/^```(?:suggestion)?$/mu);
          expect(body.match(/^```/gmu)).toHaveLength(2);
          expect(inside).toBe(`\nacl = ${JSON.stringify(value)}\n`);
          expect(foot).toBe(
            '\n\n<sub>Proof: applied to a copy and audited again: 1 finding gone, none new (2 resources audited). Safety: needs review.</sub>',
          );
          expect(body.replaceAll('\n', '').replaceAll('\t', '')).not.toMatch(INVISIBLE);
          // Outside of code spans nothing is left that GitHub reads as more than words.
          expect(head.replaceAll(/(`+)[^]*?[^`]\1(?!`)/gu, '')).not.toMatch(/[@<>[\]#|]|https?:|\n\n[^-]/u);
        }
        planSuggestions(hostileReport(name), [{ file: name, patch: `@@ -0,0 +1,1 @@\n+${name} = ${name}` }]);
      }),
    );
  });

  it('committing a suggestion gives the text that was proven', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', 'b', '', 'c = 1'), { minLength: 1, maxLength: 40 }),
        fc.array(fc.nat(), { minLength: 1, maxLength: 4 }),
        fc.constantFrom('x', 'x\ny', '', '\n', 'x\n'),
        (lines, places, replacement) => {
          const text = `${lines.join('\n')}\n`;
          const source = new SourceText(FILE, text);
          const starts = [...new Set(places.map((place) => place % text.length))];
          const edits = starts.map((start): Edit => ({ span: source.span(start, start + (start % 2)), replacement }));
          const base = planOf(source, []);
          const resource = { ...resourceOf({ text, changes: [] }), findings: [], remediationPlan: { ...base, edits } };
          const withFinding = { ...resource, findings: resourceOf({ text, changes: [], single: [[]] }).findings };
          const { suggestions } = planSuggestions(reportOf({ resources: [withFinding], source: () => source }), changed(null, text));
          const committed = suggestions.toReversed().reduce((now, { startLine, endLine, body }) => {
            const own = /^```suggestion\n([^]*?)```$/mu.exec(body)?.[1] ?? '';
            return [...now.slice(0, startLine - 1), ...(own === '' ? [] : own.slice(0, -1).split('\n')), ...now.slice(endLine)];
          }, source.text.slice(0, -1).split('\n'));
          const proven = applyEdits(text, edits);
          if (suggestions.length > 0) expect(`${committed.join('\n')}\n`).toBe(proven.endsWith('\n') ? proven : `${proven}\n`);
        },
      ),
    );
  });
});
