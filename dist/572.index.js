"use strict";
exports.id = 572;
exports.ids = [572];
exports.modules = {

/***/ 7113:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   k: () => (/* binding */ dataConverterOf),
/* harmony export */   y: () => (/* binding */ EncryptionCodec)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(77598);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(76760);
/**
 * Payloads as the server may see them: encrypted with AES-256-GCM and bound to the workflow they belong to, so that one
 * that was written without the key, changed, or taken from another workflow is refused.
 */


const ALGORITHM = 'aes-256-gcm';
const ENCODING = 'binary/encrypted';
/** NIST SP 800-38D: a random nonce of 96 bits serves 2^32 payloads of one key, some 10^8 audits. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const LENGTH_BYTES = 4;
/**
 * How client and worker write and read what the server keeps, failures included.
 * @param key 32 bytes
 * @param home folder that holds `failure-converter.js`, which the library takes by its path only
 */
function dataConverterOf(key, home) {
    return { payloadCodecs: [new EncryptionCodec(key)], failureConverterPath: node_path__WEBPACK_IMPORTED_MODULE_1__.join(home, 'failure-converter.js') };
}
class EncryptionCodec {
    #key;
    #keyId;
    /** @param key 32 bytes */
    constructor(key) {
        this.#key = (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHmac)('sha256', key).update('payloads').digest();
        this.#keyId = (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHmac)('sha256', key).update('key id').digest('hex').slice(0, 16);
    }
    async encode(payloads, context) {
        return payloads.map((payload) => this.#seal(payload, boundTo(context)));
    }
    /** @throws Error when a payload is not encrypted, or with another key, or does not belong to this workflow. */
    async decode(payloads, context) {
        return payloads.map((payload) => this.#open(payload, boundTo(context)));
    }
    #seal(payload, owner) {
        const nonce = (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.randomBytes)(NONCE_BYTES);
        const cipher = (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createCipheriv)(ALGORITHM, this.#key, nonce, { authTagLength: TAG_BYTES });
        cipher.setAAD(owner);
        const sealed = [nonce, cipher.update(pack(payload)), cipher.final(), cipher.getAuthTag()];
        return { metadata: { encoding: Buffer.from(ENCODING), 'encryption-key-id': Buffer.from(this.#keyId) }, data: Buffer.concat(sealed) };
    }
    #open({ metadata, data }, owner) {
        if (textOf(metadata?.['encoding']) !== ENCODING)
            throw new Error('the Temporal server answered with a payload that is not encrypted; it is not trusted');
        if (textOf(metadata?.['encryption-key-id']) !== this.#keyId)
            throw new Error('the payload was encrypted with another key than this run has: give the same temporal-encryption-key');
        const bytes = data ?? new Uint8Array();
        try {
            const decipher = (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createDecipheriv)(ALGORITHM, this.#key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
            decipher.setAAD(owner);
            decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
            return unpack(Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]));
        }
        catch (error) {
            throw new Error('the payload was changed, or belongs to another workflow; it is not trusted', { cause: error });
        }
    }
}
/** A workflow's own payloads and those of its activities have the same owner, as the steps hand them on. */
function boundTo(context) {
    return Buffer.from(context?.workflowId ?? '');
}
function textOf(bytes) {
    return Buffer.from(bytes ?? []).toString('utf8');
}
/** Length of the metadata, the metadata as JSON with its bytes in base64, the data. */
function pack({ metadata, data }) {
    const entries = Object.entries(metadata ?? {}).map(([name, bytes]) => [name, Buffer.from(bytes).toString('base64')]);
    const header = Buffer.from(JSON.stringify(entries));
    const length = Buffer.alloc(LENGTH_BYTES);
    length.writeUInt32BE(header.length);
    // Where there is no data, the library has an empty array for it.
    return Buffer.concat([length, header, Buffer.from(data ?? [])]);
}
function unpack(bytes) {
    const end = LENGTH_BYTES + bytes.readUInt32BE();
    const entries = JSON.parse(bytes.toString('utf8', LENGTH_BYTES, end));
    const metadata = Object.fromEntries(entries.map(([name, text]) => [name, Buffer.from(text, 'base64')]));
    return { metadata, data: bytes.subarray(end) };
}


/***/ }),

/***/ 22048:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   J: () => (/* binding */ TemporalUnavailable)
/* harmony export */ });
/* harmony import */ var _domain_explained_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(18879);

/** No Temporal server can be used; the message says why and what to do. A tool error: exit code 2. */
class TemporalUnavailable extends _domain_explained_js__WEBPACK_IMPORTED_MODULE_0__/* .Explained */ .t {
    constructor(message, options) {
        super(message, options);
        this.name = 'TemporalUnavailable';
    }
}


/***/ }),

/***/ 47443:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   _M: () => (/* binding */ repositoryOf),
/* harmony export */   gA: () => (/* binding */ taskQueueOf),
/* harmony export */   wZ: () => (/* binding */ workflowIdOf),
/* harmony export */   yz: () => (/* binding */ isRun)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(77598);
/**
 * What things are called on the server: digests under the run's key, so that whoever reads the server's lists learns no
 * name, can confirm no guess, and nobody without the key works on our queues or leaves results where we look for them.
 */

/** The same for the same declaration with the same digest. */
function workflowIdOf({ repository, key }, { root, address, digest }) {
    return `audit-${repository}-${keyed(key, [repository, root, address]).slice(0, 16)}-${keyed(key, [repository, root, address, digest]).slice(0, 32)}`;
}
/** The same for every process that reads the same bytes with the same program, so that a later one takes over from one that died. */
function taskQueueOf({ repository, key }, engine, refs) {
    return `audit-${keyed(key, [repository, engine, ...refs.map(({ digest }) => digest).toSorted()]).slice(0, 32)}`;
}
/** Whether a text is what {@link taskQueueOf} answers, which is also what a run is called. */
function isRun(text) {
    return /^audit-[0-9a-f]{32}$/u.test(text);
}
/** What {@link workflowIdOf} was given. */
function repositoryOf(workflowId) {
    return /^audit-(.*)-[0-9a-f]{16}-[0-9a-f]{32}$/u.exec(workflowId)?.[1] ?? '';
}
/** In lower-case hex; parts are told apart whatever they hold. */
function keyed(key, parts) {
    const hash = (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHmac)('sha256', key);
    for (const part of parts)
        hash.update(`${part.length}:`).update(part);
    return hash.digest('hex');
}


/***/ }),

/***/ 67544:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  z: () => (/* binding */ IDENTITY),
  f: () => (/* binding */ withSession)
});

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(77598);
// EXTERNAL MODULE: ./node_modules/@temporalio/client/lib/index.js
var lib = __webpack_require__(80980);
// EXTERNAL MODULE: ./build/temporal/codec.js
var codec = __webpack_require__(7113);
// EXTERNAL MODULE: external "node:timers/promises"
var promises_ = __webpack_require__(58500);
// EXTERNAL MODULE: ./node_modules/@temporalio/worker/lib/index.js
var worker_lib = __webpack_require__(6173);
// EXTERNAL MODULE: ./build/temporal/errors.js
var errors = __webpack_require__(22048);
;// CONCATENATED MODULE: ./build/temporal/connection.js



/** A server that accepts TCP is not ready yet: connecting and describing the namespace is repeated this often. */
const RETRY_MILLISECONDS = 40;
/** No single attempt may use up the deadline. */
const ATTEMPT_MILLISECONDS = 5000;
const CONNECT_DEADLINE_MILLISECONDS = 25_000;
let installed = false;
/** Everything that Temporal's own parts log goes through `log`; signals stay with us. */
function installRuntime(log) {
    if (installed)
        return;
    installed = true;
    worker_lib.Runtime.install({
        logger: new worker_lib.DefaultLogger('WARN', ({ level, message }) => log(`temporal ${level.toLowerCase()}: ${message}`)),
        telemetryOptions: { logging: { forward: {}, filter: { core: 'WARN', other: 'ERROR' } } },
        shutdownSignals: [],
        workerHeartbeatInterval: 0,
    });
}
/**
 * Connects and waits until the namespace answers; gives up when `signal` is aborted.
 * @throws TemporalUnavailable after the deadline, or at once when the server refuses the credentials.
 */
async function connect(target, signal, deadlineMilliseconds = CONNECT_DEADLINE_MILLISECONDS) {
    const until = performance.now() + deadlineMilliseconds;
    let last;
    while (performance.now() < until) {
        signal.throwIfAborted();
        const left = Math.min(ATTEMPT_MILLISECONDS, Math.max(1, until - performance.now()));
        const attempted = attempt(target, left);
        try {
            return await within(left, signal, attempted);
        }
        catch (error) {
            attempted.then((late) => late.close()).catch(() => undefined);
            if (isRefusal(error))
                throw unavailable(target, error);
            last = error;
        }
        await (0,promises_.setTimeout)(RETRY_MILLISECONDS);
    }
    throw unavailable(target, last);
}
async function attempt({ address, namespace, apiKey, tls }, milliseconds) {
    const connection = await worker_lib.NativeConnection.connect({
        address,
        ...(apiKey === null ? {} : { apiKey }),
        ...(tls === null ? {} : { tls: tlsOptions(tls) }),
    });
    try {
        await connection.withDeadline(Date.now() + milliseconds, () => connection.workflowService.describeNamespace({ namespace }));
        return connection;
    }
    catch (error) {
        await connection.close();
        throw error;
    }
}
function tlsOptions({ serverName, ca, client }) {
    return {
        ...(serverName === null ? {} : { serverNameOverride: serverName }),
        ...(ca === null ? {} : { serverRootCACertificate: Buffer.from(ca) }),
        ...(client === null ? {} : { clientCertPair: { crt: Buffer.from(client.certificate), key: Buffer.from(client.key) } }),
    };
}
/** Whatever comes first: the work, the end of its time, or the signal. */
async function within(milliseconds, signal, work) {
    const done = new AbortController();
    const late = (0,promises_.setTimeout)(milliseconds, undefined, { signal: AbortSignal.any([signal, done.signal]) }).then(() => {
        throw new Error(`no answer within ${Math.round(milliseconds)} ms`);
    });
    try {
        return await Promise.race([work, late]);
    }
    finally {
        done.abort();
    }
}
/** gRPC codes PERMISSION_DENIED and UNAUTHENTICATED: asking again cannot help. */
function isRefusal(error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    return code === 7 || code === 16;
}
function unavailable({ address, namespace }, cause) {
    const said = cause instanceof Error ? cause.message : String(cause);
    return new errors/* TemporalUnavailable */.J(`No Temporal server answers at ${address} for namespace "${namespace}" (${said.split('\n')[0] ?? ''}). Check temporal-address, temporal-namespace and the credentials, or leave temporal-address out to use the embedded server.`, { cause });
}

;// CONCATENATED MODULE: ./build/temporal/session.js
/** What everything that is done on a server begins with: a connection, and a client that reads and writes with the run's key. */




/** Written into every history, where the library would put the name of the machine. */
const IDENTITY = 'infrastructure-security-agent';
const KEY_BYTES = 32;
/** @throws TemporalUnavailable when the server cannot be reached. */
async function withSession({ target, home, signal, log }, work) {
    installRuntime(log);
    const connection = await connect(target, signal);
    try {
        const key = target.encryptionKey ?? (0,external_node_crypto_.randomBytes)(KEY_BYTES);
        const dataConverter = (0,codec/* dataConverterOf */.k)(key, home);
        const client = new lib.Client({ connection, namespace: target.namespace, identity: IDENTITY, dataConverter });
        const owner = (repository) => ({ repository, key: target.shared ? key : new Uint8Array() });
        return await work({ connection, client, dataConverter, owner });
    }
    finally {
        await connection.close();
    }
}


/***/ }),

/***/ 15572:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  t: () => (/* binding */ executionsOf),
  statusOfAudit: () => (/* binding */ statusOfAudit),
  statusOfRun: () => (/* binding */ statusOfRun)
});

// EXTERNAL MODULE: external "node:timers/promises"
var promises_ = __webpack_require__(58500);
// EXTERNAL MODULE: ./node_modules/@temporalio/common/lib/index.js
var lib = __webpack_require__(22134);
// EXTERNAL MODULE: ./build/domain/explained.js
var explained = __webpack_require__(18879);
// EXTERNAL MODULE: ./build/temporal/codec.js
var temporal_codec = __webpack_require__(7113);
// EXTERNAL MODULE: ./build/temporal/names.js
var names = __webpack_require__(47443);
// EXTERNAL MODULE: ./build/temporal/session.js + 1 modules
var session = __webpack_require__(67544);
;// CONCATENATED MODULE: ./build/temporal/steps-of.js
const STEPS_OF_ACTIVITIES = new Map([
    ['fetchMetadata', 'fetchMetadata'],
    ['analyzeRisk', 'analyzeRisk'],
    ['verifyApproval', 'approval'],
    ['generateFix', 'generateFix'],
]);
/** The one timer of an audit is the deadline of a decision, so it runs from the pause to its end. */
function stepsOf(events) {
    const steps = new Map();
    let last = '';
    const end = (key, event, state, attempt) => {
        const begun = steps.get(key);
        if (begun !== undefined)
            steps.set(key, { ...begun, state, ended: isoOf(event.eventTime), attempt: attempt ?? begun.attempt });
    };
    for (const event of events) {
        const time = isoOf(event.eventTime) ?? '';
        const local = localActivityOf(event);
        if (local !== null)
            steps.set(`local ${String(event.eventId)}`, { ...local, started: last, ended: time });
        const scheduled = STEPS_OF_ACTIVITIES.get(event.activityTaskScheduledEventAttributes?.activityType?.name ?? '');
        if (scheduled !== undefined && scheduled !== 'approval')
            steps.set(String(event.eventId), { step: scheduled, attempt: 1, started: time, ended: null, state: 'running' });
        const began = event.activityTaskStartedEventAttributes;
        const open = steps.get(String(began?.scheduledEventId));
        if (open !== undefined)
            steps.set(String(began?.scheduledEventId), { ...open, attempt: began?.attempt ?? 1 });
        const done = event.activityTaskCompletedEventAttributes;
        if (done)
            end(String(done.scheduledEventId), event, 'done');
        const failed = event.activityTaskFailedEventAttributes ?? event.activityTaskTimedOutEventAttributes;
        if (failed)
            end(String(failed.scheduledEventId), event, 'failed');
        if (event.timerStartedEventAttributes)
            steps.set('approval', { step: 'approval', attempt: null, started: time, ended: null, state: 'running' });
        if (event.timerFiredEventAttributes)
            end('approval', event, 'failed');
        if (event.timerCanceledEventAttributes)
            end('approval', event, 'done');
        last = time;
    }
    return [...steps.values()];
}
/** The library records a local activity as JSON in a marker; it began when the event before it was written, or some milliseconds later. */
function localActivityOf({ markerRecordedEventAttributes: marker }) {
    if (marker?.markerName !== 'core_local_activity')
        return null;
    const data = marker.details?.['data']?.payloads?.[0]?.data ?? new Uint8Array();
    try {
        const { activity_type, attempt } = JSON.parse(Buffer.from(data).toString('utf8'));
        const step = STEPS_OF_ACTIVITIES.get(String(activity_type));
        if (step === undefined)
            return null;
        return { step, attempt: Number(attempt), state: marker.failure ? 'failed' : 'done' };
    }
    catch {
        return null;
    }
}
function isoOf(time) {
    if (time === null || time === undefined)
        return null;
    return new Date(Number(time.seconds) * 1000 + Math.floor((time.nanos ?? 0) / 1e6)).toISOString();
}

// EXTERNAL MODULE: ./build/temporal/workflow-messages.js
var workflow_messages = __webpack_require__(16567);
;// CONCATENATED MODULE: ./build/temporal/status.js
/** How far audits are, from what the server says: it answers without a worker, and is asked nothing that needs one for long. */








/** The server is given this many milliseconds for each list. */
const LIST_MILLISECONDS = 10_000;
/** A worker that lives answers in some; without one no answer comes. */
const QUERY_MILLISECONDS = 1500;
/** Memos of audits that wait are long. */
const PAGE = 100;
/** gRPC's code. */
const NOT_FOUND = 5;
/**
 * The audits that a run started, in the order in which it did.
 * @throws Explained when there is no such run, or its key is another one
 * @throws TemporalUnavailable when the server cannot be reached
 */
async function statusOfRun(run, options) {
    if (!(0,names/* isRun */.yz)(run))
        throw new explained/* Explained */.t(`"${run}" is no run: give what the log of the audit calls "this run"`);
    return (0,session/* withSession */.f)(options, async ({ client }) => {
        const latest = new Map();
        for await (const execution of executionsOf(client, `TaskQueue = '${run}'`)) {
            const id = execution.execution?.workflowId ?? '';
            if (!latest.has(id))
                latest.set(id, execution);
        }
        if (latest.size === 0)
            throw new explained/* Explained */.t(`the server knows no audit of ${run}: it was another server or namespace, or long ago`);
        const readMemo = memoReader(options);
        const asked = { isAnswered: true };
        const statuses = [];
        for (const execution of latest.values())
            statuses.push(await statusOf(client, execution, await readMemo(execution), asked));
        return statuses.toSorted((a, b) => (a.started < b.started ? -1 : 1));
    });
}
/** Newest first, as the server lists them. */
async function* executionsOf(client, query) {
    const { namespace } = client.options;
    let nextPageToken;
    do {
        const asked = { namespace, query, pageSize: PAGE, ...(nextPageToken === undefined ? {} : { nextPageToken }) };
        const page = await client.withDeadline(Date.now() + LIST_MILLISECONDS, () => client.workflowService.listWorkflowExecutions(asked));
        yield* page.executions ?? [];
        nextPageToken = (page.nextPageToken?.length ?? 0) > 0 ? (page.nextPageToken ?? undefined) : undefined;
    } while (nextPageToken !== undefined);
}
/** Without a key nothing can be read; what was written with another one is told, since what else would be shown is a guess. */
function memoReader({ target: { encryptionKey } }) {
    if (encryptionKey === null)
        return async () => ({});
    const codec = new temporal_codec/* EncryptionCodec */.y(encryptionKey);
    return async ({ execution, memo }) => {
        const workflowId = execution?.workflowId ?? '';
        const entries = Object.entries(memo?.fields ?? {});
        try {
            const payloads = await codec.decode(entries.map(([, payload]) => payload), { type: 'workflow', namespace: '', workflowId });
            return Object.fromEntries(entries.map(([name], index) => [name, lib.defaultPayloadConverter.fromPayload(payloads[index] ?? {})]));
        }
        catch (error) {
            const why = error instanceof Error ? error.message : String(error);
            throw new explained/* Explained */.t(`What ${workflowId} has left cannot be read: ${why}. Without TEMPORAL_ENCRYPTION_KEY, ids and states are shown alone.`, {
                cause: error,
            });
        }
    };
}
async function statusOf(client, { execution, status, startTime, closeTime }, memo, asked) {
    const workflowId = execution?.workflowId ?? '';
    const state = stateOf(Number(status), memo.result);
    const common = { workflowId, address: memo.address ?? null, state, started: isoOf(startTime) ?? '', ended: isoOf(closeTime) };
    if (state === 'done')
        return { ...common, step: 'done', attempt: null };
    if (state !== 'running' && state !== 'waiting')
        return { ...common, step: null, attempt: null };
    const activity = await pendingOf(client, workflowId);
    if (activity !== null)
        return { ...common, ...activity };
    if (state === 'waiting')
        return { ...common, step: 'approval', attempt: null };
    const progress = asked.isAnswered ? await progressOf(client, workflowId) : null;
    asked.isAnswered = progress !== null;
    return { ...common, step: progress?.step ?? null, attempt: null };
}
/** Temporal's numbers for how a workflow is. */
function stateOf(status, result) {
    if (status === 1)
        return result?.approval?.state === 'waiting' ? 'waiting' : 'running';
    if (status === 2)
        return 'done';
    if (status === 3)
        return 'failed';
    return status === 7 ? 'timed out' : 'ended';
}
/** The activity that the server waits for, which it counts the attempts of. */
async function pendingOf({ workflowService, options: { namespace } }, workflowId) {
    const description = await workflowService.describeWorkflowExecution({ namespace, execution: { workflowId } }).catch(() => null);
    const [pending] = description?.pendingActivities ?? [];
    const step = STEPS_OF_ACTIVITIES.get(pending?.activityType?.name ?? '');
    return step === undefined ? null : { step, attempt: pending?.attempt ?? 1 };
}
async function progressOf(client, workflowId) {
    const ended = new AbortController();
    const late = (0,promises_.setTimeout)(QUERY_MILLISECONDS, null, { signal: ended.signal }).catch(() => null);
    const asked = client
        .withDeadline(Date.now() + QUERY_MILLISECONDS, () => client.workflow.getHandle(workflowId).query(workflow_messages/* PROGRESS */.Gd))
        .catch(() => null);
    return Promise.race([asked, late]).finally(() => ended.abort());
}
/**
 * One audit and its steps.
 * @throws Explained when there is no such workflow, or its key is another one
 * @throws TemporalUnavailable when the server cannot be reached
 */
async function statusOfAudit(workflowId, options) {
    return (0,session/* withSession */.f)(options, async ({ client }) => {
        const { workflowService } = client;
        const { namespace } = client.options;
        const execution = { workflowId };
        const described = await workflowService.describeWorkflowExecution({ namespace, execution }).catch((error) => {
            if (error instanceof Error && 'code' in error && error.code === NOT_FOUND)
                return null;
            throw error;
        });
        const info = described?.workflowExecutionInfo ?? null;
        if (info === null)
            throw new explained/* Explained */.t(`the server knows no audit "${workflowId}": it was another server or namespace, or long ago`);
        const audit = await statusOf(client, info, await memoReader(options)(info), { isAnswered: true });
        const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
        return { audit, steps: stepsOf(events ?? []) };
    });
}


/***/ }),

/***/ 16567:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Gd: () => (/* binding */ PROGRESS),
/* harmony export */   Nk: () => (/* binding */ DECIDE)
/* harmony export */ });
/* unused harmony export OTHER_HINTS */
/** Query; answers an {@link AuditProgress} while a worker lives. */
const PROGRESS = 'progress';
/** Signal with a {@link Hint}. What is decided is not for the signal to say. */
const DECIDE = 'decide';
/** The same under names that say what the sender believes was decided. */
const OTHER_HINTS = (/* unused pure expression or super */ null && (['approve', 'reject']));


/***/ })

};
;