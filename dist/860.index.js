"use strict";
exports.id = 860;
exports.ids = [860];
exports.modules = {

/***/ 34860:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  createScanners: () => (/* binding */ createScanners)
});

// EXTERNAL MODULE: ./build/domain/fingerprint.js
var fingerprint = __webpack_require__(22509);
// EXTERNAL MODULE: ./build/domain/source.js
var domain_source = __webpack_require__(14012);
// EXTERNAL MODULE: ./build/domain/value.js
var domain_value = __webpack_require__(71072);
// EXTERNAL MODULE: ./build/scanners/contract.js
var contract = __webpack_require__(85922);
;// CONCATENATED MODULE: ./build/scanners/text.js
/** Text of a scanner, made fit to be recorded; each report encodes it once more for where it goes. */
/** What cannot be seen or moves what is seen: controls, format characters (bidi, zero-width), separators, fillers, lone surrogates. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;
/** One line of at most `limit` characters: white space is one space, what cannot be seen is shown as `\u{200b}`. */
function oneLine(text, limit) {
    // More is not looked at: what is cut is counted in UTF-16 code units.
    const some = text
        .slice(0, limit * 4)
        .replaceAll(/\s+/gu, ' ')
        .trim();
    const characters = Array.from(some.replaceAll(INVISIBLE, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`));
    return characters.length <= limit && text.length <= limit * 4 ? characters.join('') : `${characters.slice(0, limit).join('')}…`;
}
/** Whether each character can be seen as what it is; line ends and tabs may be. */
function isPlain(text) {
    return text.replaceAll(/[\r\n\t]/gu, '').search(INVISIBLE) === -1;
}
/** Letters, digits, `.`, `_`, `-`, and at most 100 of them: a part of an identifier. */
function identifier(text) {
    return text.slice(0, 100).replaceAll(/[^A-Za-z0-9._-]/gu, '-');
}

;// CONCATENATED MODULE: ./build/scanners/answer.js




/** Characters that are recorded. */
const MESSAGE_LIMIT = 500;
const TITLE_LIMIT = 120;
/** The findings of an answer that are as its schema says: at most {@link MOST_FINDINGS}. */
function checked(answer, schema) {
    const listed = typeof answer === 'object' && answer !== null && 'findings' in answer ? answer.findings : undefined;
    if (!Array.isArray(listed))
        return { findings: [], problems: ['its answer has no structuredContent with a list of findings'] };
    const all = listed;
    const findings = [];
    const wrong = [];
    for (const [index, each] of all.slice(0, contract/* MOST_FINDINGS */.V8).entries()) {
        const parsed = schema.safeParse(each);
        if (parsed.success)
            findings.push(parsed.data);
        else
            wrong.push(parsed.error.issues.map(({ path, message }) => `findings[${index}]${path.map((step) => `.${String(step)}`).join('')}: ${message}`)[0] ?? '');
    }
    const [first] = wrong;
    return {
        findings,
        problems: [
            ...(first === undefined ? [] : [`${wrong.length} of its findings are not as the contract says: ${oneLine(first, 200)}`]),
            ...(all.length > contract/* MOST_FINDINGS */.V8 ? [`it answered with ${all.length} findings, of which the first ${contract/* MOST_FINDINGS */.V8} are taken`] : []),
        ],
    };
}
/** What `analyze_resource` found. */
function resourceFindings(answer, { scanner, resource, source }) {
    const { findings, problems } = checked(answer, contract/* resourceFinding */.SP);
    return {
        problems,
        findings: findings.map((finding) => {
            const concerned = instancesOf(finding.instances, resource);
            const [first] = concerned;
            return {
                ...wordsOf(finding, scanner),
                instances: concerned.map(({ address }) => address),
                span: placeOf(finding.attribute, first, resource) ?? linesIn(finding, resource, source) ?? resource.header,
                edits: finding.edit === undefined || source === undefined ? null : editsOf(finding.edit, resource, source),
            };
        }),
    };
}
/** A finding of `analyze_repository` in the resource that it was joined to. */
function joinedFinding(finding, { scanner, resource, source }) {
    return {
        ...wordsOf(finding, scanner),
        instances: instancesOf(finding.address === undefined ? undefined : [finding.address], resource).map(({ address }) => address),
        span: linesIn(finding, resource, source) ?? resource.header,
        edits: null,
    };
}
function wordsOf({ ruleId, title, severity, message }, scanner) {
    return {
        ruleId: `scanner/${identifier(scanner)}/${identifier(ruleId)}`,
        title: title === undefined || title.trim() === '' || message.includes(title) ? null : oneLine(title, TITLE_LIMIT),
        severity,
        message: oneLine(message, MESSAGE_LIMIT),
    };
}
/** Those that were named and are there; all of them when none is. */
function instancesOf(named, { instances }) {
    const some = new Set(named);
    const concerned = instances.filter(({ address }) => some.has(address));
    return concerned.length === 0 ? instances : concerned;
}
function placeOf(path, instance, { source }) {
    if (path === undefined || path.length === 0 || instance === undefined)
        return null;
    const { span } = (0,domain_value.at)(instance.attributes, ...path);
    return (0,domain_source/* contains */.gR)(source, span) ? span : null;
}
/** From the first character of the first line to the end of the last; null when these are not lines of the declaration. */
function linesIn({ startLine, endLine = startLine }, { source: { start, end } }, source) {
    if (startLine === undefined || endLine === undefined || source === undefined)
        return null;
    const last = Math.min(endLine, end.line);
    if (startLine < start.line || startLine > last)
        return null;
    const text = source.line(startLine);
    const from = (source.lineStarts[startLine - 1] ?? 0) + (text.length - text.trimStart().length);
    const to = (source.lineStarts[last - 1] ?? 0) + source.line(last).trimEnd().length;
    const span = source.span(Math.max(from, start.offset), Math.min(to, end.offset));
    return span.start.offset < span.end.offset ? span : null;
}
/** The part of the lines that changes, when that lies in the declaration and the text can be seen for what it is; else null. */
function editsOf({ startLine, endLine, replacement }, resource, source) {
    const from = source.lineStarts[startLine - 1];
    if (from === undefined || endLine < startLine || endLine > source.lineStarts.length || !isPlain(replacement))
        return null;
    const to = (source.lineStarts[endLine - 1] ?? 0) + source.line(endLine).length;
    const before = source.text.slice(from, to);
    const lineEnd = source.text.includes('\r\n') ? '\r\n' : '\n';
    const after = replacement
        .replaceAll(/\r\n|\r/gu, '\n')
        .replace(/\n$/u, '')
        .replaceAll('\n', lineEnd);
    const shortest = Math.min(before.length, after.length);
    let head = 0;
    while (head < shortest && before[head] === after[head])
        head += 1;
    let tail = 0;
    while (tail < shortest - head && before[before.length - 1 - tail] === after[after.length - 1 - tail])
        tail += 1;
    const span = source.span(from + head, to - tail);
    if (before === after || !(0,domain_source/* contains */.gR)(resource.source, span))
        return null;
    return [{ span, replacement: after.slice(head, after.length - tail) }];
}

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(77598);
// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(73024);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(76760);
;// CONCATENATED MODULE: ./build/scanners/environment.js
/** What a scanner's program is found by and is given: nothing of the job's but a few harmless variables. */



/** A scanner cannot be started as it is configured; the message is a sentence for whoever configured it. */
class ScannerRefused extends Error {
}
/** Names under which a runner keeps what would let a scanner act as the job. */
const FORBIDDEN = /^(?:GITHUB|INPUT|ACTIONS|RUNNER)_|TOKEN/iu;
/** They fetch what they run, so that nothing says what runs. */
const FETCHERS = new Set(['npx', 'bunx', 'pnpx', 'uvx', 'pipx']);
/**
 * Variables of a scanner's process: where programs are, a home of its own, its language, and what the policy gives it.
 * @throws ScannerRefused
 */
function environmentOf(given, home, job) {
    const forbidden = Object.keys(given).filter((name) => FORBIDDEN.test(name));
    if (forbidden.length > 0)
        throw new ScannerRefused(`its environment may not have ${forbidden.join(', ')}: such names are those of the job's own credentials and settings`);
    return { PATH: searched(job).join(external_node_path_.delimiter), HOME: home, LANG: job.environment['LANG'] ?? 'C.UTF-8', ...given };
}
/**
 * The arguments to start a scanner with, the first of them an absolute path.
 * @param sha256 lower-case hex digest of the program's file; null: not pinned
 * @throws ScannerRefused
 */
function commandOf([name, ...rest], sha256, job) {
    if (name === undefined)
        throw new ScannerRefused('its command is empty; give the program and its arguments');
    if (name === 'infra-audit')
        return [...job.program, ...rest];
    if (FETCHERS.has(external_node_path_.basename(name)))
        throw new ScannerRefused(`${name} fetches what it runs, so nothing says what that is; install the scanner beforehand and name its program`);
    const found = located(name, job);
    if (sha256 === null) {
        if (isBelow(job.root, found) || isBelow(job.root, real(found)))
            throw new ScannerRefused(`its program ${name} lies in the checkout, so the change could replace it; install it elsewhere, or pin it with sha256`);
    }
    else {
        const actual = (0,external_node_crypto_.createHash)('sha256').update((0,external_node_fs_.readFileSync)(found)).digest('hex');
        if (actual !== sha256.toLowerCase())
            throw new ScannerRefused(`its program ${name} is not the one that the policy pins: its sha256 is ${actual}, and ${sha256} is expected`);
    }
    return [found, ...rest];
}
function located(name, job) {
    const relative = name.includes('/') && !external_node_path_.isAbsolute(name);
    if (relative)
        throw new ScannerRefused(`its program ${name} is a relative path, which leads nowhere from an empty folder; give an absolute one`);
    const candidates = external_node_path_.isAbsolute(name) ? [name] : searched(job).map((folder) => external_node_path_.join(folder, name));
    const found = candidates.find(isProgram);
    if (found === undefined)
        throw new ScannerRefused(`its program ${name} is not installed; install it before this step, or mend the policy`);
    return found;
}
/** Folders of PATH that the change has no hand in. */
function searched({ root, environment }) {
    return (environment['PATH'] ?? '').split(external_node_path_.delimiter).filter((folder) => external_node_path_.isAbsolute(folder) && !isBelow(root, real(folder)));
}
function isBelow(root, file) {
    const relative = external_node_path_.relative(real(root), file);
    return !relative.startsWith('..') && !external_node_path_.isAbsolute(relative);
}
function real(file) {
    try {
        return (0,external_node_fs_.realpathSync)(file);
    }
    catch {
        return external_node_path_.resolve(file);
    }
}
function isProgram(file) {
    try {
        (0,external_node_fs_.accessSync)(file, external_node_fs_.constants.X_OK);
        return (0,external_node_fs_.statSync)(file).isFile();
    }
    catch {
        return false;
    }
}
/** sha256 of the files that a command names, as far as there are any: what another program found is not taken for ours. */
function digestsOf(command, job) {
    return command.flatMap((word, index) => {
        try {
            const file = index === 0 && word !== 'infra-audit' ? located(word, job) : word;
            return external_node_path_.isAbsolute(file) && (0,external_node_fs_.statSync)(file).isFile() ? (0,external_node_crypto_.createHash)('sha256').update((0,external_node_fs_.readFileSync)(file)).digest('hex') : [];
        }
        catch {
            return [];
        }
    });
}

// EXTERNAL MODULE: external "node:dns"
var external_node_dns_ = __webpack_require__(40610);
// EXTERNAL MODULE: external "node:http"
var external_node_http_ = __webpack_require__(37067);
// EXTERNAL MODULE: external "node:https"
var external_node_https_ = __webpack_require__(44708);
// EXTERNAL MODULE: external "node:net"
var external_node_net_ = __webpack_require__(77030);
// EXTERNAL MODULE: external "node:stream"
var external_node_stream_ = __webpack_require__(57075);
// EXTERNAL MODULE: ./node_modules/@modelcontextprotocol/sdk/dist/esm/client/streamableHttp.js + 11 modules
var streamableHttp = __webpack_require__(31502);
;// CONCATENATED MODULE: ./build/scanners/http.js








/** https://www.iana.org/assignments/iana-ipv4-special-registry and its IPv6 counterpart: what is not reachable from everywhere. */
const PRIVATE = new external_node_net_.BlockList();
for (const [network, prefix] of [
    ['0.0.0.0', 8],
    ['10.0.0.0', 8],
    ['100.64.0.0', 10],
    ['127.0.0.0', 8],
    ['169.254.0.0', 16],
    ['172.16.0.0', 12],
    ['192.0.0.0', 24],
    ['192.168.0.0', 16],
    ['198.18.0.0', 15],
    ['224.0.0.0', 3],
])
    PRIVATE.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of [
    ['::', 96],
    ['::ffff:0:0', 96],
    ['64:ff9b::', 96],
    ['64:ff9b:1::', 48],
    ['2002::', 16],
    ['fc00::', 7],
    ['fe80::', 10],
    ['ff00::', 8],
])
    PRIVATE.addSubnet(network, prefix, 'ipv6');
const LOOPBACK = new external_node_net_.BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');
/** @throws ScannerRefused when the address is one that no scanner may have */
function httpTransport(address) {
    const url = parsed(address);
    return new streamableHttp/* StreamableHTTPClientTransport */.j(url, {
        fetch: (target, init) => guardedFetch(url, new URL(target), init),
        reconnectionOptions: { maxRetries: 0, initialReconnectionDelay: 1000, maxReconnectionDelay: 1000, reconnectionDelayGrowFactor: 1 },
    });
}
function parsed(address) {
    const url = URL.canParse(address) ? new URL(address) : null;
    if (url === null)
        throw new ScannerRefused(`its address ${address} is no URL`);
    if (url.username !== '' || url.password !== '')
        throw new ScannerRefused('its address holds a password; a policy is no place for one');
    if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopbackName(url.hostname)))
        throw new ScannerRefused(`its address ${address} must begin with https://, or name this machine (http://localhost)`);
    const host = bare(url.hostname);
    if ((0,external_node_net_.isIP)(host) !== 0 && !isAllowed(host, isLoopbackName(url.hostname)))
        throw new ScannerRefused(`its address ${host} is of a private network`);
    return url;
}
function bare(hostname) {
    return hostname.replaceAll(/^\[|\]$/gu, '');
}
function isLoopbackName(hostname) {
    const host = bare(hostname);
    return host === 'localhost' || ((0,external_node_net_.isIP)(host) !== 0 && LOOPBACK.check(host, (0,external_node_net_.isIP)(host) === 6 ? 'ipv6' : 'ipv4'));
}
function isAllowed(address, loopback) {
    const family = (0,external_node_net_.isIP)(address) === 6 ? 'ipv6' : 'ipv4';
    return loopback ? LOOPBACK.check(address, family) : !PRIVATE.check(address, family);
}
/** Answers no redirect, opens no stream that the server could speak on by itself, and ends with the message's limit. */
async function guardedFetch(origin, target, init = {}) {
    if (target.origin !== origin.origin)
        throw new ScannerRefused(`${target.origin} is not the scanner's own origin`);
    if (init.method === 'GET')
        return new Response(null, { status: 405 });
    const loopback = isLoopbackName(target.hostname);
    const checkedLookup = (hostname, options, answer) => {
        (0,external_node_dns_.lookup)(hostname, { ...options, all: true }, (error, found) => {
            const refused = found?.find(({ address }) => !isAllowed(address, loopback));
            const [first] = found ?? [];
            if (error !== null)
                answer(error, '', 0);
            else if (refused !== undefined || first === undefined)
                answer(new ScannerRefused(`${hostname} leads to ${refused?.address ?? 'nowhere'}, an address of a private network`), '', 0);
            else if (options.all === true)
                answer(null, found);
            else
                answer(null, first.address, first.family);
        });
    };
    return new Promise((resolve, reject) => {
        const request = (target.protocol === 'https:' ? external_node_https_.request : external_node_http_.request)(target, {
            method: init.method ?? 'GET',
            headers: Object.fromEntries(new Headers(init.headers)),
            lookup: checkedLookup,
            ...(init.signal === null || init.signal === undefined ? {} : { signal: init.signal }),
        }, (response) => {
            const status = response.statusCode ?? 500;
            if (status >= 300 && status < 400) {
                request.destroy();
                reject(new ScannerRefused(`it answers with a redirect (status ${status}), which is not followed; give the address that it leads to`));
                return;
            }
            const headers = new Headers();
            for (const name of ['content-type', 'mcp-session-id']) {
                const value = response.headers[name];
                if (typeof value === 'string')
                    headers.set(name, value);
            }
            let size = 0;
            response.on('data', (chunk) => {
                size += chunk.length;
                if (size > contract/* MESSAGE_BYTES */._g)
                    response.destroy(new Error(`it answered with more than ${contract/* MESSAGE_BYTES */._g} bytes`));
            });
            const empty = [204, 205, 304].includes(status);
            resolve(new Response(empty ? null : external_node_stream_.Readable.toWeb(response), { status, headers }));
        });
        request.on('error', reject);
        request.end(init.body);
    });
}

;// CONCATENATED MODULE: ./build/scanners/redact.js

/** Attributes as JSON; `secrets` are the places in the source of what was left out. */
function redacted(value) {
    const secrets = [];
    return { json: tell(value, '', secrets), secrets };
}
function tell(value, name, secrets) {
    if (value.state === 'absent')
        return null;
    if (value.sensitive === true)
        return hide('it is marked as sensitive', value.span, secrets);
    if (value.state === 'unknown') {
        // Known parts of a text that is not known may be parts of a secret.
        if (secretName(name))
            secrets.push(value.span);
        return { unknown: value.reason };
    }
    const { data, span } = value;
    if ((0,domain_value/* isMap */.jh)(data))
        return Object.fromEntries([...data].map(([key, item]) => [key, tell(item, key, secrets)]));
    if ((0,domain_value/* isList */.Lv)(data))
        return data.map((item) => tell(item, name, secrets));
    if (typeof data !== 'string')
        return data;
    if (secretName(name) && data !== '')
        return hide('its name is that of a secret', span, secrets);
    return looksSecret(data) ? hide('it has the shape of a secret', span, secrets) : data;
}
function hide(reason, span, secrets) {
    secrets.push(span);
    return { redacted: reason };
}
/** Of the last words of a name: `db_password`, `MasterUserPassword`, `apiKey`; not `secret_arn`, `http_tokens`, `kms_key_id`. */
const SECRET_NAME = /(?:^|_)(?:password|passwd|passphrase|pwd|secret|token|credentials?|(?:private|api|access|auth|secret|encryption)_key)$/u;
function secretName(name) {
    return SECRET_NAME.test(name
        .slice(-200)
        .replaceAll(/(?<=[a-z0-9])(?=[A-Z])/gu, '_')
        .replaceAll('-', '_')
        .toLowerCase());
}
/** Linear: each repetition is bounded or a class that ends at what it cannot contain. */
const SHAPES = [
    /(?<![A-Za-z0-9])A(?:KIA|SIA)[A-Z0-9]{16}(?![A-Za-z0-9])/u,
    /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY/u,
    /(?<![A-Za-z0-9])(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{22}|glpat-[A-Za-z0-9_-]{20}|xox[abeprs]-[A-Za-z0-9-]{10}|npm_[A-Za-z0-9]{36})/u,
    /(?<![A-Za-z0-9])eyJ[A-Za-z0-9_-]{10,2000}\.eyJ[A-Za-z0-9_-]{10,4000}\.[A-Za-z0-9_-]{10}/u,
    /[a-z]:\/\/[^\s:@/"'<>]{1,64}:[^\s:@/"'<>$]{1,128}@/iu,
    /(?:pass(?:word|wd|phrase)|secret(?:_?access)?_?(?:key)?|token|api_?key)["']?\s{0,4}(?:=>|[=:])\s{0,4}["']?[^\s"'$<>{}[\]]{6}/iu,
];
/** One word of letters and digits in which hardly one comes twice, as keys are. */
const WORD = /^[A-Za-z0-9+/_=-]{24,512}$/u;
function looksSecret(text) {
    return (SHAPES.some((shape) => shape.test(text)) ||
        (WORD.test(text) && /\d/u.test(text) && /[a-z]/u.test(text) && /[A-Z]/u.test(text) && entropy(text) >= 4));
}
/** Bits for each character (Shannon). */
function entropy(text) {
    const counts = new Map();
    for (const character of text)
        counts.set(character, (counts.get(character) ?? 0) + 1);
    return -[...counts.values()].reduce((sum, count) => sum + (count / text.length) * Math.log2(count / text.length), 0);
}
/** Lines of source with `*` for each character of what is secret, so that lines and columns stay; lines with the shape of a secret too. */
function redactedSource(text, start, end, secrets) {
    const characters = text.slice(start, end).split('');
    for (const span of secrets) {
        for (let at = Math.max(span.start.offset, start); at < Math.min(span.end.offset, end); at += 1) {
            if (!/\s/u.test(characters[at - start] ?? ''))
                characters[at - start] = '*';
        }
    }
    return characters
        .join('')
        .split('\n')
        .map((line) => (SHAPES.some((shape) => shape.test(line)) ? line.replaceAll(/\S/gu, '*') : line))
        .join('\n');
}

;// CONCATENATED MODULE: ./build/scanners/question.js


/** What a scanner is told of a resource; its source only when it asks for that. */
function questionOf(resource, source, withSource) {
    const told = resource.instances.map(({ address, attributes }) => ({ address, ...redacted(attributes) }));
    const { file, start, end } = resource.source;
    const [first] = told;
    return {
        address: resource.address,
        type: resource.type,
        framework: resource.framework,
        attributes: asObject(first?.json),
        ...(told.length > 1 ? { instances: told.map(({ address, json }) => ({ address, attributes: asObject(json) })) } : {}),
        file,
        startLine: start.line,
        endLine: end.line,
        ...(withSource && source !== undefined
            ? {
                source: indented(resource, source, told.flatMap(({ secrets }) => secrets)),
            }
            : {}),
    };
}
/** The declaration's text with the indentation of its first line, so that lines and columns are those of the file. */
function indented({ source: { file, start, end } }, source, secrets) {
    const before = source.text.slice(source.lineStarts[start.line - 1] ?? 0, start.offset);
    const own = secrets.filter((span) => span.file === file);
    return (before.trim() === '' ? before : '') + redactedSource(source.text, start.offset, end.offset, own);
}
/** Attributes are told as an object also where they are not known as a whole. */
function asObject(json) {
    return contract/* attributes */.uK.parse(json ?? {});
}

// EXTERNAL MODULE: ./build/domain/group-by.js
var group_by = __webpack_require__(98350);
// EXTERNAL MODULE: ./build/domain/resource.js
var domain_resource = __webpack_require__(25061);
// EXTERNAL MODULE: ./node_modules/@modelcontextprotocol/sdk/dist/esm/client/index.js + 1 modules
var esm_client = __webpack_require__(53018);
;// CONCATENATED MODULE: ./build/scanners/budget.js
/** Time that may be spent while at least one call is under way; calls that overlap are not counted twice. */
class Budget {
    #left;
    #open = 0;
    #since = 0;
    #timer;
    #onSpent;
    constructor(milliseconds, onSpent) {
        this.#left = milliseconds;
        this.#onSpent = onSpent;
    }
    /** Begins a call; call the answer once when it is done. */
    begin() {
        if (this.#open === 0) {
            this.#since = performance.now();
            this.#timer = setTimeout(this.#onSpent, this.#left);
        }
        this.#open += 1;
        return () => {
            this.#open -= 1;
            if (this.#open > 0)
                return;
            this.#left = Math.max(0, this.#left - (performance.now() - this.#since));
            this.stop();
        };
    }
    stop() {
        clearTimeout(this.#timer);
    }
}

;// CONCATENATED MODULE: ./build/scanners/session.js
/** The conversation with one scanner: opened when it is first asked, used for every question, and over at the first thing that goes wrong with it. */





/** Tools that are looked at; a list without an end is none. */
const MOST_PAGES = 10;
/** The question could not be answered; the message is a sentence without the scanner's name. */
class NoAnswer extends Error {
}
class Session {
    #terms;
    #connect;
    #budget;
    #opening;
    #client;
    #transport;
    /** Why it is over. */
    #over = null;
    #closing;
    /** What the transport told last; when it closes, why. */
    #failure = null;
    #waiting = new Set();
    constructor(terms, connect) {
        this.#terms = terms;
        this.#connect = connect;
        const seconds = terms.timeoutMilliseconds / 1000;
        this.#budget = new Budget(terms.timeoutMilliseconds, () => {
            this.#end(`it took longer than the ${seconds} s that all of its calls may take together; give it more time in the policy, or make it faster`);
        });
    }
    /**
     * The tool for a use; undefined when the scanner does not have it.
     * @throws NoAnswer
     */
    tool(use) {
        return this.#within(async () => (await this.#open()).get(use));
    }
    /**
     * What the tool answered as structured content.
     * @throws NoAnswer
     */
    call(tool, question) {
        return this.#within(async () => {
            await this.#open();
            const result = await this.#client?.callTool({ name: tool.name, arguments: question }, undefined, this.#patience);
            if (result?.isError === true)
                throw new NoAnswer(`${tool.name} answered with an error: ${oneLine(textOf(result.content), 300)}`);
            return result?.structuredContent;
        });
    }
    close() {
        this.#end('it was closed');
        return this.#closing ?? Promise.resolve();
    }
    /** Within the budget, and no longer than the conversation lasts, however long its end takes. */
    async #within(work) {
        if (this.#over !== null)
            throw new NoAnswer(this.#over);
        const done = this.#budget.begin();
        let leave;
        try {
            return await new Promise((resolve, reject) => {
                leave = reject;
                this.#waiting.add(reject);
                work().then(resolve, reject);
            });
        }
        catch (error) {
            if (error instanceof NoAnswer)
                throw error;
            throw new NoAnswer(this.#over ?? oneLine(error instanceof Error ? error.message : String(error), 300), { cause: error });
        }
        finally {
            if (leave !== undefined)
                this.#waiting.delete(leave);
            done();
        }
    }
    #open() {
        this.#opening ??= this.#start().catch((error) => {
            this.#end(oneLine(error instanceof Error ? error.message : String(error), 500));
            throw new NoAnswer(this.#over ?? '', { cause: error });
        });
        return this.#opening;
    }
    async #start() {
        const transport = this.#connect();
        this.#transport = transport;
        // No capabilities: what a server asks of us (a model, folders, a person) is answered with an error.
        const client = new esm_client/* Client */.K({ name: 'infrastructure-security-agent', version: this.#terms.version }, { capabilities: {}, jsonSchemaValidator: UNUSED });
        this.#client = client;
        // oxlint-disable-next-line unicorn/prefer-add-event-listener -- a client is no event target
        client.onerror = (error) => {
            this.#failure = oneLine(error.message, 300);
        };
        // oxlint-disable-next-line unicorn/prefer-add-event-listener -- a client is no event target
        client.onclose = () => this.#end(this.#failure ?? 'it ended the conversation');
        await client.connect(transport, this.#patience);
        return this.#choose(await this.#listTools(client));
    }
    get #patience() {
        return { timeout: this.#terms.timeoutMilliseconds + 60_000 };
    }
    async #listTools(client) {
        const tools = [];
        let cursor;
        for (let page = 0; page < MOST_PAGES; page += 1) {
            const listed = await client.listTools(cursor === undefined ? {} : { cursor }, this.#patience);
            tools.push(...listed.tools);
            cursor = listed.nextCursor;
            if (cursor === undefined)
                return tools;
        }
        throw new ScannerRefused(`its list of tools does not end within ${MOST_PAGES} pages`);
    }
    #choose(tools) {
        const { toolsSha256, tools: wanted } = this.#terms;
        const actual = toolsDigest(tools);
        if (toolsSha256 !== null && toolsSha256.toLowerCase() !== actual)
            throw new ScannerRefused(`its tools are not those that the policy pins: their sha256 is ${actual}, and ${toolsSha256} is expected; look at what changed before you pin the new one`);
        const chosen = new Map();
        for (const use of ['analyzeResource', 'analyzeRepository']) {
            const { name, named } = wanted[use];
            const tool = tools.find((each) => each.name === name);
            if (tool !== undefined)
                chosen.set(use, tool);
            else if (named)
                throw new ScannerRefused(`it has no tool ${name}, which the policy names; it has ${namesOf(tools)}`);
        }
        if (chosen.size === 0)
            throw new ScannerRefused(`it has neither a tool ${wanted.analyzeResource.name} nor ${wanted.analyzeRepository.name}; it has ${namesOf(tools)}, of which the policy can name one`);
        return chosen;
    }
    #end(reason) {
        if (this.#over !== null)
            return;
        this.#over = reason;
        this.#budget.stop();
        for (const leave of this.#waiting)
            leave(new NoAnswer(reason));
        this.#closing = this.#transport?.close().catch(() => undefined);
    }
}
/** Answers are checked by our own schemas; a schema from a scanner is code from elsewhere, and is compiled nowhere. */
const UNUSED = {
    getValidator() {
        return (input) => ({ valid: true, data: input, errorMessage: undefined });
    },
};
function namesOf(tools) {
    return tools.length === 0 ? 'none' : oneLine(tools.map(({ name }) => name).join(', '), 200);
}
/** Of names, descriptions and schemas, whatever the order of tools or keys: lower-case hex. */
function toolsDigest(tools) {
    const told = tools.map(({ name, description, inputSchema, outputSchema }) => canonical({ name, description, inputSchema, outputSchema }));
    return (0,fingerprint/* digest */.b)(told.toSorted());
}
function canonical(json) {
    return JSON.stringify(json, (_key, value) => typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
        : value);
}
function textOf(content) {
    const parts = Array.isArray(content) ? content : [];
    return parts.map((part) => (typeof part === 'object' && part !== null && 'text' in part ? String(part.text) : '')).join(' ');
}

;// CONCATENATED MODULE: ./build/scanners/repository.js
/** One question about the whole repository, and its findings joined to resources by address, or by file and line. */







/** Answers that are taken, each with its own limit of findings. */
const repository_MOST_PAGES = 100;
/** Findings in no resource that are told one by one. */
const MOST_TOLD = 20;
/** @throws NoAnswer */
async function askRepository(session, tool, asked) {
    const { root, workspace } = asked;
    const files = [...new Set(workspace.resources.map(({ source }) => source.file))];
    const findings = [];
    const problems = new Set();
    let cursor;
    for (let page = 0; page < repository_MOST_PAGES; page += 1) {
        const question = { root, files, ...(cursor === undefined ? {} : { cursor }) };
        const answer = await session.call(tool, question);
        const some = checked(answer, contract/* repositoryFinding */.Qm);
        findings.push(...some.findings);
        for (const problem of some.problems)
            problems.add(problem);
        cursor = nextOf(answer);
        if (cursor === undefined)
            return join(findings, [...problems], asked);
    }
    throw new NoAnswer(`its answer about the repository does not end within ${repository_MOST_PAGES} pages`);
}
function nextOf(answer) {
    const next = typeof answer === 'object' && answer !== null && 'nextCursor' in answer ? answer.nextCursor : undefined;
    return typeof next === 'string' && next !== '' ? next.slice(0, 1024) : undefined;
}
function join(findings, problems, { scanner, root, workspace }) {
    const byFile = (0,group_by/* groupBy */.$)(workspace.resources, ({ source }) => source.file);
    const byAddress = new Map();
    const name = (address, resource) => {
        const same = byAddress.get(address);
        if (same === undefined)
            byAddress.set(address, [resource]);
        else if (!same.includes(resource))
            same.push(resource);
    };
    for (const resource of workspace.resources) {
        name(resource.address, resource);
        for (const { address } of resource.instances)
            name(address, resource);
    }
    const joined = new Map();
    const unplaced = [];
    for (const finding of findings) {
        const file = finding.file === undefined ? undefined : fromRoot(finding.file, root);
        const resources = finding.address === undefined
            ? (byFile.get(file ?? '') ?? []).filter(({ source }) => liesIn(finding, source.start.line, source.end.line))
            : (byAddress.get(finding.address) ?? []).filter(({ source }) => file === undefined || source.file === file);
        if (resources.length === 0)
            unplaced.push(finding);
        for (const resource of resources) {
            const own = joined.get((0,domain_resource/* keyOf */.T)(resource)) ?? [];
            own.push(joinedFinding(finding, { scanner, resource, source: workspace.source(resource.source.file) }));
            joined.set((0,domain_resource/* keyOf */.T)(resource), own);
        }
    }
    return { of: (resource) => joined.get((0,domain_resource/* keyOf */.T)(resource)) ?? [], problems, diagnostics: told(unplaced, scanner, root) };
}
function liesIn({ startLine }, first, last) {
    return startLine !== undefined && first <= startLine && startLine <= last;
}
/** With `/`, and without what leads there. */
function fromRoot(file, root) {
    const relative = external_node_path_.isAbsolute(file) ? external_node_path_.relative(root, file) : external_node_path_.normalize(file);
    return relative.replaceAll(external_node_path_.sep, '/');
}
/** Told and not counted: without a resource nothing was judged that the gate could hold against the change. */
function told(findings, scanner, root) {
    const diagnostics = findings.slice(0, MOST_TOLD).map((finding) => {
        const place = finding.address ?? [finding.file === undefined ? 'an unnamed file' : fromRoot(finding.file, root), finding.startLine].join(':');
        const message = `${finding.severity} finding ${identifier(finding.ruleId)} of the scanner ${scanner} lies in no resource (${oneLine(place, 200)}): ${oneLine(finding.message, 300)}`;
        return { level: 'warning', code: 'scanner-unplaced', message };
    });
    const more = findings.length - diagnostics.length;
    if (more > 0)
        diagnostics.push({
            level: 'warning',
            code: 'scanner-unplaced',
            message: `${more} more findings of the scanner ${scanner} lie in no resource`,
        });
    return diagnostics;
}

// EXTERNAL MODULE: external "node:os"
var external_node_os_ = __webpack_require__(48161);
// EXTERNAL MODULE: ./node_modules/@modelcontextprotocol/sdk/dist/esm/shared/stdio.js
var stdio = __webpack_require__(6224);
// EXTERNAL MODULE: external "node:child_process"
var external_node_child_process_ = __webpack_require__(31421);
;// CONCATENATED MODULE: ./build/scanners/process-group.js
/** Child processes that die with all of their own: each leads a process group, which is killed as a whole. */

/** After this, what did not end by SIGTERM is killed. */
const GRACE_MILLISECONDS = 1500;
const POLL_MILLISECONDS = 20;
/** Leaders of the groups that may still run. */
const living = new Set();
/** Never through a shell; standard streams are pipes. */
function spawnGroup([program = '', ...args], options) {
    const child = (0,external_node_child_process_.spawn)(program, args, { ...options, detached: true, shell: false, stdio: 'pipe' });
    const { pid } = child;
    if (pid !== undefined) {
        if (living.size === 0)
            process.on('exit', killAll);
        living.add(pid);
        // A leader that ended by itself leaves no one behind.
        child.once('exit', () => signal(pid, 'SIGKILL'));
    }
    return child;
}
/** Ends a group: asked first, killed after {@link GRACE_MILLISECONDS}. */
async function endGroup({ pid }) {
    if (pid === undefined || !living.has(pid))
        return;
    const deadline = Date.now() + GRACE_MILLISECONDS;
    let there = signal(pid, 'SIGTERM');
    while (there && Date.now() < deadline) {
        await new Promise((resolve) => setTimeout(resolve, POLL_MILLISECONDS));
        there = signal(pid, 0);
    }
    signal(pid, 'SIGKILL');
    living.delete(pid);
    if (living.size === 0)
        process.off('exit', killAll);
}
function killAll() {
    for (const pid of living)
        signal(pid, 'SIGKILL');
}
/** Whether there was anyone to send it to. */
function signal(pid, name) {
    try {
        return process.kill(-pid, name);
    }
    catch {
        return false;
    }
}

;// CONCATENATED MODULE: ./build/scanners/stdio.js
/** MCP over the standard streams of a program that is not trusted: what it says is limited before anything is made of it. */







/** Of standard error; what comes after it is only counted. */
const LOG_BYTES = 64 * 1024;
/** Messages that answer no question, since the last that did: notifications and questions of its own. */
const MOST_UNASKED = 1000;
class StdioTransport {
    onclose;
    onerror;
    onmessage;
    #program;
    #job;
    #log;
    #child;
    #folder;
    #chunks = [];
    #size = 0;
    /** Ids of questions without an answer yet. */
    #asked = new Set();
    #unasked = 0;
    #closing;
    /** @param log takes lines of any content: its encoder makes them harmless */
    constructor(program, job, log) {
        this.#program = program;
        this.#job = job;
        this.#log = log;
    }
    /** @throws ScannerRefused */
    async start() {
        const folder = (0,external_node_fs_.mkdtempSync)(external_node_path_.join((0,external_node_os_.tmpdir)(), 'infra-audit-scanner-'));
        this.#folder = folder;
        const [cwd, home] = [external_node_path_.join(folder, 'work'), external_node_path_.join(folder, 'home')];
        for (const each of [cwd, home])
            (0,external_node_fs_.mkdirSync)(each, { mode: 0o700 });
        const { command, sha256, environment } = this.#program;
        const child = spawnGroup(commandOf(command, sha256, this.#job), { cwd, env: environmentOf(environment, home, this.#job) });
        this.#child = child;
        child.stdout.on('data', (chunk) => this.#read(chunk));
        this.#relay(child.stderr);
        // A program that is gone is told by its exit; that its pipes break says nothing more.
        for (const stream of [child.stdin, child.stdout, child.stderr])
            stream.on('error', () => undefined);
        child.once('close', (code, signal) => {
            this.#fail(`its program ended${code === null ? ` by ${String(signal)}` : ` with exit code ${code}`} before it was asked to`);
        });
        await new Promise((resolve, reject) => {
            child.once('spawn', resolve);
            child.once('error', reject);
        });
    }
    async send(message) {
        const text = (0,stdio/* serializeMessage */.Ex)(message);
        if (this.#isClosed)
            throw new Error('its program has ended');
        if ('method' in message && 'id' in message)
            this.#asked.add(message.id);
        this.#child?.stdin.write(text);
    }
    close() {
        this.#closing ??= this.#close();
        return this.#closing;
    }
    async #close() {
        const child = this.#child;
        child?.stdin.end();
        for (const stream of child === undefined ? [] : [child.stdout, child.stderr])
            stream.destroy();
        if (child !== undefined)
            await endGroup(child);
        if (this.#folder !== undefined)
            (0,external_node_fs_.rmSync)(this.#folder, { recursive: true, force: true });
        this.onclose?.();
    }
    get #isClosed() {
        return this.#closing !== undefined;
    }
    #fail(reason) {
        if (this.#isClosed)
            return;
        this.onerror?.(new Error(reason));
        void this.close();
    }
    /** One message a line. */
    #read(chunk) {
        let rest = chunk;
        for (let end = rest.indexOf(10); end !== -1 && !this.#isClosed; end = rest.indexOf(10)) {
            this.#keep(rest.subarray(0, end));
            rest = rest.subarray(end + 1);
            const line = Buffer.concat(this.#chunks, this.#size);
            this.#chunks = [];
            this.#size = 0;
            if (!this.#isClosed)
                this.#take(line.toString('utf8'));
        }
        this.#keep(rest);
    }
    #keep(piece) {
        this.#size += piece.length;
        if (this.#size > contract/* MESSAGE_BYTES */._g)
            this.#fail(`it wrote a message of more than ${contract/* MESSAGE_BYTES */._g} bytes`);
        else if (piece.length > 0)
            this.#chunks.push(piece);
    }
    #take(line) {
        let message;
        try {
            message = (0,stdio/* deserializeMessage */.b_)(line);
        }
        catch {
            this.#fail('it wrote a line to standard output that is no JSON-RPC message; a log belongs to standard error');
            return;
        }
        const answers = !('method' in message) && this.#asked.delete(message.id);
        this.#unasked = answers ? 0 : this.#unasked + 1;
        if (this.#unasked > MOST_UNASKED)
            this.#fail(`it wrote more than ${MOST_UNASKED} messages that nobody asked for`);
        else
            this.onmessage?.(message);
    }
    #relay(stream) {
        let line = '';
        let room = LOG_BYTES;
        stream.setEncoding('utf8');
        stream.on('data', (text) => {
            if (room <= 0)
                return;
            const lines = (line + text.slice(0, room)).split('\n');
            line = lines.pop() ?? '';
            for (const each of lines)
                this.#log(each);
            room -= text.length;
            if (room <= 0)
                this.#log(`${line}… (its log is longer than ${LOG_BYTES} bytes; the rest is not shown)`);
        });
        stream.on('end', () => {
            if (room > 0 && line !== '')
                this.#log(line);
        });
    }
}

;// CONCATENATED MODULE: ./build/scanners/scanners.js










/** Nothing is started before it is asked for. */
function createScanners(settings, ports) {
    return new ConfiguredScanners(settings, ports);
}
class ConfiguredScanners {
    digest;
    #scanners;
    constructor(settings, ports) {
        this.#scanners = settings.map((setting) => new Scanner(setting, ports));
        const programs = settings.flatMap(({ server }) => ('url' in server ? [] : digestsOf(server.command, ports)));
        this.digest = (0,fingerprint/* digest */.b)([JSON.stringify(settings), ports.version, ports.today, ...programs]);
    }
    async analyze(resource, workspace) {
        return merged(await Promise.all(this.#scanners.map((scanner) => scanner.analyze(resource, workspace))));
    }
    async analyzeAgain(ruleId, resource, source) {
        const own = this.#scanners.filter((scanner) => scanner.says(ruleId));
        return merged(await Promise.all(own.map((scanner) => scanner.analyzeResource(resource, source))));
    }
    diagnostics() {
        return this.#scanners.flatMap((scanner) => scanner.diagnostics());
    }
    async close() {
        await Promise.all(this.#scanners.map((scanner) => scanner.close()));
    }
}
function merged(answers) {
    return { findings: answers.flatMap(({ findings }) => findings), failures: answers.flatMap(({ failures }) => failures) };
}
class Scanner {
    #setting;
    #session;
    #root;
    #joined;
    #diagnostics = [];
    constructor(setting, ports) {
        const { name, server, environment, tools, toolsSha256, timeoutMilliseconds } = setting;
        this.#setting = setting;
        this.#root = ports.root;
        const named = {
            analyzeResource: { name: tools.analyzeResource ?? contract/* TOOLS */.It.analyzeResource, named: tools.analyzeResource !== null },
            analyzeRepository: { name: tools.analyzeRepository ?? contract/* TOOLS */.It.analyzeRepository, named: tools.analyzeRepository !== null },
        };
        this.#session = new Session({ tools: named, toolsSha256, timeoutMilliseconds, version: ports.version }, () => 'url' in server
            ? httpTransport(server.url)
            : new StdioTransport({ ...server, environment }, ports, (line) => ports.log(`scanner ${name}: ${line}`)));
    }
    says(ruleId) {
        return ruleId.startsWith(`scanner/${identifier(this.#setting.name)}/`);
    }
    async analyze(resource, workspace) {
        const answers = await Promise.all([
            this.analyzeResource(resource, (file) => workspace.source(file)),
            this.#analyzeRepository(resource, workspace),
        ]);
        const { findings, failures } = merged(answers);
        // What ended the session is told by both.
        return { findings, failures: [...new Map(failures.map((failure) => [failure.reason, failure])).values()] };
    }
    analyzeResource(resource, source) {
        return this.#answer(async () => {
            const tool = await this.#session.tool('analyzeResource');
            if (tool === undefined)
                return { findings: [], problems: [] };
            const text = source(resource.source.file);
            const question = questionOf(resource, text, asksForSource(tool));
            if (Buffer.byteLength(JSON.stringify(question)) > contract/* MESSAGE_BYTES */._g)
                throw new NoAnswer(`the attributes of a resource are more than the ${contract/* MESSAGE_BYTES */._g} bytes that a scanner is told; split the declaration`);
            const answer = await this.#session.call(tool, question);
            return resourceFindings(answer, { scanner: this.#setting.name, resource, source: text });
        });
    }
    #analyzeRepository(resource, workspace) {
        return this.#answer(async () => {
            this.#joined ??= this.#session
                .tool('analyzeRepository')
                .then((tool) => tool === undefined ? null : askRepository(this.#session, tool, { scanner: this.#setting.name, root: this.#root, workspace }));
            const joined = await this.#joined;
            if (joined === null)
                return { findings: [], problems: [] };
            this.#diagnostics = joined.diagnostics;
            return { findings: joined.of(resource), problems: joined.problems };
        });
    }
    diagnostics() {
        return this.#diagnostics;
    }
    close() {
        return this.#session.close();
    }
    async #answer(work) {
        const failure = (reason) => ({ scanner: this.#setting.name, required: this.#setting.required, reason });
        try {
            const { findings, problems } = await work();
            return { findings, failures: problems.map(failure) };
        }
        catch (error) {
            if (error instanceof NoAnswer)
                return { findings: [], failures: [failure(error.message)] };
            throw error;
        }
    }
}
function asksForSource({ inputSchema }) {
    return Object.hasOwn(inputSchema.properties ?? {}, 'source');
}


/***/ })

};
;