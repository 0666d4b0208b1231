/** One finding of the page: what is wrong where, why it matters, and what to do. */
import type { RemediationPlan } from '../../domain/finding.ts';
import type { SourceText } from '../../domain/source.ts';
import { fileDiffs, unifiedDiff } from '../diff.ts';
import type { Html } from '../encode/html.ts';
import { codeLink, html, sentence } from '../encode/html.ts';
import type { Report, ReportedFinding, ResourceReport, RuleText } from '../report.ts';
import { shellScript } from '../script.ts';
import { SCRIPT_REFUSED, approvalCommand, approvalOf, approvalWords, proofWords, safetyWords, severityWords } from '../words.ts';
import { changes, sourceFrame } from './source.ts';

/** Names that a list within a finding shows. */
const NAMES = 10;

/** By its diff, the anchor of the finding under which a change is shown. */
export type ShownChanges = Map<string, string>;

/** A part that can be folded away, open at first; `anchor` is its id. */
export function findingArticle(each: ReportedFinding, anchor: string, report: Report, shown: ShownChanges): Html {
  const { finding, resource } = each;
  const { ruleId, severity, address, span, message } = finding;
  const rule = report.rules.get(ruleId);
  const source: SourceText | undefined = report.source(span.file);
  const place = `${span.file}:${span.start.line}:${span.start.column}`;
  const url = report.links === null ? null : report.links(span.file, span.start.line, span.end.line);
  return html`<article id="${anchor}" data-severity="${severity}" data-resource="${address}" data-file="${span.file}">
<details open>
<summary><h3><span class="severity ${severity.toLowerCase()}">${severityWords(each)}</span> ${sentence(rule?.title ?? ruleId)}</h3> <code>${address}</code></summary>
<p class="message">${sentence(message)}</p>
<p class="place">${codeLink(place, url)} in <code>${resource.type}</code>${resource.path === null ? html`` : html` <code>${resource.path}</code>`}${finding.standing.isNew ? '' : ', was there before'}</p>
${finding.standing.refusedSilences.map((refusal) => html`<p><b>Not silenced:</b> ${sentence(refusal)}</p>\n`)}${approval(each, report)}${source === undefined ? html`` : sourceFrame(source, span)}${rule === undefined ? html`` : html`<p><b>Why it matters:</b> ${sentence(rule.why)}</p>\n`}${
    finding.remediationPlan === null ? requirement(rule) : remediation(finding.remediationPlan, anchor, report, shown)
  }${facts(each, rule)}</details>
</article>
`;
}

/** What a person can decide, and the line of a comment that decides it. */
function approval(each: ReportedFinding, report: Report): Html {
  const own = approvalOf(each);
  if (own === null) return html``;
  const command = approvalCommand(each.resource, report);
  return html`<p><b>Approval:</b> ${sentence(approvalWords(own))}${command === null ? '' : '; to approve it for this commit, comment'}</p>
${command === null ? html`` : html`<pre tabindex="0">${command}</pre>\n`}`;
}

/** Several findings often have one fix: its diff stands under the first of them. */
function remediation(plan: RemediationPlan, anchor: string, report: Report, shown: ShownChanges): Html {
  const diff = unifiedDiff(plan.edits, report.source);
  const title = html`<b>Fix${plan.safety === null ? '' : ` (${safetyWords(plan.safety)})`}:</b>`;
  const before = diff === '' ? undefined : shown.get(diff);
  if (before !== undefined)
    return html`<p>${title} <a href="#${before}">the change above</a> closes this one too.</p>
${script(plan)}`;
  if (diff === '')
    return html`<p>${title} ${sentence(plan.summary)}</p>
${steps(plan.steps)}${script(plan)}`;
  shown.set(diff, anchor);
  return html`<p>${title} ${sentence(plan.summary)}</p>
${changes(fileDiffs(plan.edits, report.source))}${
    plan.proof === null ? html`` : html`<p class="proof">Proof: ${proofWords(plan.proof)}.</p>\n`
  }${script(plan)}`;
}

function script({ commands }: RemediationPlan): Html {
  if (commands.length === 0) return html``;
  const text = shellScript(commands);
  if (text === null) return html`<p>${SCRIPT_REFUSED}</p>\n`;
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => html`${line}\n`);
  return html`<p><b>Script for the live resource:</b></p>
<pre tabindex="0">${lines}</pre>
`;
}

/** What would be right, where there is nothing to fix before the value is known. */
function requirement(rule: RuleText | undefined): Html {
  return rule === undefined || rule.remedy.length === 0
    ? html``
    : html`<p><b>What is required:</b></p>
${steps(rule.remedy)}`;
}

function steps(all: readonly string[]): Html {
  return all.length === 0 ? html`` : html`<ol>${all.map((step) => html`<li>${sentence(step)}</li>`)}</ol>\n`;
}

function facts({ finding, resource }: ReportedFinding, rule: RuleText | undefined): Html {
  const linked = (direction: ResourceReport['related'][number]['direction']): string[] =>
    resource.related.filter((link) => link.direction === direction).map(({ address }) => address);
  return html`<dl>
<dt>Rule</dt><dd><code>${finding.ruleId}</code></dd>
${names('Instances', finding.instances, finding.instanceCount)}${names('Refers to', linked('to'))}${names('Referred to by', linked('from'))}${
    rule === undefined || rule.references.length === 0
      ? html``
      : html`<dt>References</dt><dd>${rule.references.map((url) => html`${codeLink(url, url)} `)}</dd>\n`
  }</dl>
`;
}

/** `total`: how many there are, where `all` are only the first of them. */
function names(title: string, all: readonly string[], total = all.length): Html {
  if (all.length === 0) return html``;
  const more = total - NAMES;
  return html`<dt>${title}</dt><dd>${all.slice(0, NAMES).map((name) => html`<code>${name}</code> `)}${more > 0 ? `and ${more} more` : ''}</dd>\n`;
}
