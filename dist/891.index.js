"use strict";
exports.id = 891;
exports.ids = [891];
exports.modules = {

/***/ 65891:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  auditAll: () => (/* binding */ auditAll)
});

// EXTERNAL MODULE: external "node:events"
var external_node_events_ = __webpack_require__(78474);
// EXTERNAL MODULE: external "node:timers/promises"
var promises_ = __webpack_require__(58500);
// EXTERNAL MODULE: ./node_modules/@temporalio/client/lib/index.js
var lib = __webpack_require__(80980);
// EXTERNAL MODULE: ./node_modules/@temporalio/common/lib/index.js
var common_lib = __webpack_require__(22134);
;// CONCATENATED MODULE: ./build/temporal/description.js
/** Temporal's number for pending tasks and activities that no worker has taken. */
const SCHEDULED = 1;
/** Which task waits for a worker; empty when none does. */
function waitingTask({ raw: { pendingWorkflowTask, pendingActivities } }) {
    const activity = pendingActivities?.find(({ state }) => Number(state) === SCHEDULED);
    if (activity !== undefined)
        return `activity ${activity.activityId} ${activity.attempt}`;
    if (Number(pendingWorkflowTask?.state) !== SCHEDULED)
        return '';
    return `workflow task ${String(pendingWorkflowTask?.originalScheduledTime?.seconds)}`;
}
/** Whether a worker has a task to do, or has one in hand. */
function isBusy({ raw: { pendingWorkflowTask, pendingActivities } }) {
    return (pendingWorkflowTask ?? null) !== null || (pendingActivities ?? []).length > 0;
}
/** What an audit has that waits for a person; null when it does not wait. */
function pauseOf({ status, memo }) {
    const { result = null } = (memo ?? {});
    return status.name === 'RUNNING' && result?.approval?.state === 'waiting' ? result : null;
}

;// CONCATENATED MODULE: ./build/temporal/silent.js

/** Some heartbeats of a step (see activities.ts). */
const SILENCE_MILLISECONDS = 1000;
const LOOK_MILLISECONDS = 200;
/** Temporal's number for a pending activity that a worker has taken. */
const STARTED = 2;
/**
 * Watches an audit that another process began, until `ended`. Its next task is for any worker at once, not first for that
 * process, which costs one that lives a replay. A step that beats no more is that of a process that died, and is failed,
 * so that its next attempt begins now and not when the heartbeat timeout is over, which has to be long enough for a
 * process that is only busy. That happens once: an attempt of one that is busy after all is lost, its audit is not.
 */
async function freeSilentStep(client, workflowId, ended) {
    await forgetItsWorker(client, workflowId);
    let [seen, since] = ['', 0];
    while (!ended.aborted) {
        const attempt = await startedAttempt(client, workflowId).catch(() => null);
        if (attempt?.sign !== seen)
            [seen, since] = [attempt?.sign ?? '', performance.now()];
        else if (attempt !== null && performance.now() - since > SILENCE_MILLISECONDS)
            return fail(client, workflowId, attempt);
        await (0,promises_.setTimeout)(LOOK_MILLISECONDS, undefined, { signal: ended }).catch(() => undefined);
    }
}
async function forgetItsWorker({ workflowService, options: { namespace } }, workflowId) {
    await workflowService.resetStickyTaskQueue({ namespace, execution: { workflowId } }).catch(() => undefined);
}
async function startedAttempt(client, workflowId) {
    const { raw, runId } = await client.workflow.getHandle(workflowId).describe();
    const started = raw.pendingActivities?.find(({ state }) => Number(state) === STARTED);
    if (started === undefined)
        return null;
    const { activityId = '', attempt, lastHeartbeatTime } = started;
    const beat = `${String(lastHeartbeatTime?.seconds)}.${String(lastHeartbeatTime?.nanos)}`;
    return { sign: `${activityId} ${attempt} ${beat}`, activityId: activityId ?? '', runId };
}
/** It may have ended in between, which the server then says and which changes nothing. */
async function fail(client, workflowId, { runId, activityId }) {
    const failure = { message: 'its process is gone', source: 'TypeScriptSDK', applicationFailureInfo: { type: 'ProcessGone' } };
    await client.workflowService
        .respondActivityTaskFailedById({ namespace: client.options.namespace, workflowId, runId, activityId, failure })
        .catch(() => undefined);
}

// EXTERNAL MODULE: ./build/temporal/workflow-messages.js
var workflow_messages = __webpack_require__(16567);
;// CONCATENATED MODULE: ./build/temporal/audits.js
/** The client's side of audits: starts workflows, attaches to those that are there, and waits for results. */







/** A worker that lives takes a task at once; the server gives back what a dead one had within its time limits, at most 10 s. */
const STARVED_MILLISECONDS = 3000;
const OBSERVED_MILLISECONDS = 20_000;
const audits_LOOK_MILLISECONDS = 500;
/** How long a server that is away is left in peace. */
const AWAY_MILLISECONDS = 500;
/** How long an audit that somebody decides on is waited for, until it is taken to wait on. */
const DECISION_MILLISECONDS = 20_000;
/** After this, and then twice as late each time, it is looked whether an audit waits for a person. */
const FIRST_LOOK_MILLISECONDS = 250;
const LAST_LOOK_MILLISECONDS = 2000;
/**
 * How long the server waits for a process that died amid a workflow task. One that lives and is late does the task again,
 * which costs no more than that.
 */
const WORKFLOW_TASK_TIMEOUT = '2s';
class Audits {
    #client;
    #taskQueue;
    #options;
    #stop;
    /** Started by this run as far as it knows: the server went before it answered. */
    #mayHaveStarted = new Set();
    constructor(client, taskQueue, options) {
        this.#client = client;
        this.#taskQueue = taskQueue;
        this.#options = options;
        this.#stop = AbortSignal.any([options.signal, AbortSignal.timeout(options.timeoutMilliseconds)]);
        (0,external_node_events_.setMaxListeners)(0, this.#stop);
    }
    async all(refs) {
        const outcomes = [];
        let next = 0;
        const lane = async () => {
            for (let index = next++; index < refs.length; index = next++) {
                const ref = refs[index];
                if (ref !== undefined)
                    outcomes[index] = await this.#one(ref);
            }
        };
        await Promise.all(Array.from({ length: Math.min(this.#options.maxParallel, refs.length) }, lane));
        return outcomes;
    }
    async #one({ ref, workflowId }) {
        try {
            const { result, reused } = await this.#resultOf(workflowId, ref);
            this.#options.onStep(ref, 'done');
            return { ref, workflowId, reused, result, failure: null };
        }
        catch (error) {
            return { ref, workflowId, reused: false, result: null, failure: reasonOf(error) };
        }
    }
    async #resultOf(workflowId, ref) {
        const first = await this.#ask(() => this.#attach(workflowId, ref));
        try {
            const result = await this.#wait(first, ref);
            // An earlier run's audit that a scanner did not answer.
            if (!first.reused || result.scannerFailures === undefined)
                return { result, reused: first.reused };
        }
        catch (error) {
            // An earlier run's audit that came to no result, such as one that nobody worked on until its time was up.
            if (!first.reused || !(error instanceof lib.WorkflowFailedError))
                throw error;
        }
        const second = await this.#ask(() => this.#attach(workflowId, ref, 'ALLOW_DUPLICATE'));
        return { result: await this.#wait(second, ref), reused: second.reused };
    }
    async #wait(attached, ref) {
        const result = await this.#settled(attached);
        if (result.approval?.state !== 'waiting')
            return result;
        this.#options.onStep(ref, 'approval');
        return this.#decided(attached, ref, result, result.approval);
    }
    /** The result, or what an audit has that waits for a person. */
    async #settled({ handle, reused }) {
        const done = new AbortController();
        const ends = this.#options.terms.approval === null ? () => handle.result() : () => this.#resultOrPause(handle);
        const [result] = await Promise.all([
            this.#ask(ends).finally(() => done.abort()),
            reused ? freeSilentStep(this.#client, handle.workflowId, AbortSignal.any([done.signal, this.#stop])) : undefined,
        ]);
        return result;
    }
    async #resultOrPause(handle) {
        const since = performance.now();
        for (let look = FIRST_LOOK_MILLISECONDS;; look = Math.min(look * 2, LAST_LOOK_MILLISECONDS)) {
            try {
                return await this.#client.withDeadline(Date.now() + look, () => handle.result());
            }
            catch (error) {
                if (!isLate(error))
                    throw error;
            }
            this.#stop.throwIfAborted();
            const description = await handle.describe();
            const paused = pauseOf(description);
            if (paused !== null && (!isBusy(description) || performance.now() - since > DECISION_MILLISECONDS))
                return paused;
        }
    }
    /** Hands on who may have decided, and what the audit makes of it. */
    async #decided(attached, ref, result, { fingerprints }) {
        const { handle } = attached;
        const ids = this.#options.approvals?.candidates({ ref, fingerprints }) ?? [];
        if (ids.length === 0)
            return result;
        for (const id of ids)
            await this.#ask(() => handle.signal(workflow_messages/* DECIDE */.Nk, { id }).catch(unlessGone));
        if (!(await this.#ask(() => this.#isAbandoned(handle))))
            return this.#settled(attached);
        return this.#wait(await this.#ask(() => this.#again(handle, ref)), ref);
    }
    /** Starts the audit, or finds the one that runs or is done. */
    async #attach(workflowId, ref, workflowIdReusePolicy = 'ALLOW_DUPLICATE_FAILED_ONLY') {
        const { workflow } = this.#client;
        try {
            const handle = await workflow.start('infrastructureAuditWorkflow', {
                workflowId,
                taskQueue: this.#taskQueue,
                args: [ref, this.#options.terms],
                memo: { address: ref.address },
                workflowIdReusePolicy,
                workflowIdConflictPolicy: 'FAIL',
                workflowTaskTimeout: WORKFLOW_TASK_TIMEOUT,
                workflowExecutionTimeout: this.#options.timeoutMilliseconds + (this.#options.terms.approval?.deadlineMilliseconds ?? 0),
                requestEagerStart: !this.#options.joinable,
            });
            return { handle, reused: false };
        }
        catch (error) {
            if (isOutage(error))
                this.#mayHaveStarted.add(workflowId);
            if (!(error instanceof lib.WorkflowExecutionAlreadyStartedError))
                throw error;
        }
        const handle = workflow.getHandle(workflowId);
        if (!(await this.#isAbandoned(handle)))
            return { handle, reused: !this.#mayHaveStarted.has(workflowId) };
        return this.#again(handle, ref);
    }
    async #again(handle, ref) {
        await handle.terminate('nobody works on its task queue any more').catch(unlessGone);
        return this.#attach(handle.workflowId, ref);
    }
    /** Running on another task queue, and a task of it waits there: the process that started it, for another commit, died. */
    async #isAbandoned(handle) {
        const until = performance.now() + OBSERVED_MILLISECONDS;
        let waiting = '';
        let since = 0;
        while (performance.now() < until && !this.#stop.aborted) {
            const description = await handle.describe();
            if (description.status.name !== 'RUNNING' || description.taskQueue === this.#taskQueue)
                return false;
            const task = waitingTask(description);
            if (pauseOf(description) !== null && !isBusy(description))
                return false;
            if (task !== waiting)
                [waiting, since] = [task, performance.now()];
            else if (task !== '' && performance.now() - since > STARVED_MILLISECONDS)
                return true;
            await (0,promises_.setTimeout)(audits_LOOK_MILLISECONDS);
        }
        return false;
    }
    /** Asks again while the server is away, until the run is stopped. */
    async #ask(call) {
        for (;;) {
            try {
                return await this.#unlessStopped(call());
            }
            catch (error) {
                if (!isOutage(error))
                    throw error;
                await this.#unlessStopped((0,promises_.setTimeout)(AWAY_MILLISECONDS));
            }
        }
    }
    async #unlessStopped(work) {
        work.catch(() => undefined);
        this.#stop.throwIfAborted();
        return new Promise((resolve, reject) => {
            const stopped = () => reject(this.#stop.reason instanceof Error ? this.#stop.reason : new Error('stopped'));
            this.#stop.addEventListener('abort', stopped, { once: true });
            work.then(resolve, reject).finally(() => this.#stop.removeEventListener('abort', stopped));
        });
    }
}
/** gRPC codes for which asking again may help: CANCELLED, UNKNOWN, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, ABORTED, INTERNAL, UNAVAILABLE. */
const OUTAGES = new Set([1, 2, 4, 8, 10, 13, 14]);
function isOutage(error) {
    if (!(error instanceof lib.ServiceError) || error.cause === undefined)
        return false;
    return 'code' in error.cause && OUTAGES.has(error.cause.code);
}
/** gRPC's DEADLINE_EXCEEDED. */
function isLate(error) {
    return error instanceof lib.ServiceError && error.cause !== undefined && 'code' in error.cause && error.cause.code === 4;
}
function unlessGone(error) {
    if (!(error instanceof lib.WorkflowNotFoundError))
        throw error;
}
function reasonOf(error) {
    if (error instanceof Error && error.name === 'TimeoutError')
        return 'the time limit (timeout-minutes) was reached';
    if (error instanceof lib.WorkflowFailedError)
        return rootCause(error.cause);
    return error instanceof Error ? error.message : String(error);
}
function rootCause(failure) {
    let cause = failure;
    while (cause instanceof common_lib.ActivityFailure && cause.cause !== undefined)
        cause = cause.cause;
    return cause instanceof Error ? cause.message : 'the workflow failed';
}

// EXTERNAL MODULE: ./build/temporal/names.js
var names = __webpack_require__(47443);
;// CONCATENATED MODULE: ./build/temporal/recorded.js
/** Ids are told to the server this many at a time; it answers with a memo of up to 8 KiB for each. */
const PAGE = 200;
const DEADLINE_MILLISECONDS = 10_000;
/**
 * Results that earlier runs left on the server, by workflow id. What it does not find, or the server does not answer in
 * time, is audited: the list is a short cut, and starting an audit that is done gives its result too.
 */
async function recordedResults(client, wanted, { log, signal }) {
    const results = new Map();
    const ids = wanted.map(({ workflowId }) => workflowId);
    try {
        await client.withDeadline(Date.now() + DEADLINE_MILLISECONDS, async () => {
            for (let start = 0; start < ids.length && !signal.aborted; start += PAGE) {
                const some = ids.slice(start, start + PAGE).map((id) => `'${id}'`);
                const query = `WorkflowId IN (${some.join(', ')}) AND ExecutionStatus = 'Completed'`;
                for await (const { workflowId, memo } of client.workflow.list({ query, pageSize: PAGE })) {
                    // The memo was read with this run's key and for this id, so it was written by an audit of the same digest.
                    const { result = null } = (memo ?? {});
                    // What a scanner did not answer then, it may answer now.
                    if (result !== null && result.scannerFailures === undefined)
                        results.set(workflowId, result);
                }
            }
        });
    }
    catch (error) {
        log(`temporal: earlier audits could not be listed (${error instanceof Error ? error.message : String(error)}); they are looked up one by one`);
    }
    return results;
}

// EXTERNAL MODULE: ./build/temporal/session.js + 1 modules
var session = __webpack_require__(67544);
// EXTERNAL MODULE: ./build/temporal/worker.js + 1 modules
var worker = __webpack_require__(65182);
;// CONCATENATED MODULE: ./build/temporal/auditor.js





/**
 * Audits every ref; the outcomes are in the order of the refs. A resource whose audit fails has an outcome that says why,
 * and the others go on. An audit that waits for a person has what was found, and is not waited for.
 * @throws TemporalUnavailable when the server cannot be reached at the start.
 */
async function auditAll(refs, options) {
    const { target, repository } = options;
    return (0,session/* withSession */.f)(options, async (session) => {
        const { client } = session;
        const owner = session.owner(repository);
        const taskQueue = (0,names/* taskQueueOf */.gA)(owner, options.engine, refs);
        if (target.shared)
            options.log(`temporal: this run is ${taskQueue}; \`infra-audit status --run ${taskQueue}\` tells how far it is`);
        // A worker finds the queue by the key, and whoever works there takes part.
        const joinable = target.shared && target.encryptionKey !== null;
        const named = refs.map((ref) => ({ ref, workflowId: (0,names/* workflowIdOf */.wZ)(owner, ref) }));
        const recorded = target.encryptionKey === null ? new Map() : await recordedResults(client, named, options);
        const missing = named.filter(({ workflowId }) => !recorded.has(workflowId));
        for (const { ref, workflowId } of named)
            if (recorded.has(workflowId))
                options.onStep(ref, 'done');
        const audited = new Map();
        if (missing.length > 0) {
            await (0,worker/* withWorker */.X)(session, { ...options, taskQueue }, async (signal) => {
                const audits = new Audits(client, taskQueue, { ...options, joinable, signal });
                for (const outcome of await audits.all(missing))
                    audited.set(outcome.workflowId, outcome);
            });
        }
        return named.map(({ ref, workflowId }) => {
            const result = recorded.get(workflowId);
            if (result !== undefined)
                return { ref, workflowId, reused: true, result, failure: null };
            return audited.get(workflowId) ?? { ref, workflowId, reused: false, result: null, failure: 'it was not audited' };
        });
    });
}


/***/ }),

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

/***/ 65182:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  X: () => (/* binding */ withWorker)
});

// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(76760);
// EXTERNAL MODULE: ./node_modules/@temporalio/worker/lib/index.js
var lib = __webpack_require__(6173);
// EXTERNAL MODULE: ./node_modules/@temporalio/activity/lib/index.js
var activity_lib = __webpack_require__(35582);
// EXTERNAL MODULE: ./build/domain/steps.js + 5 modules
var steps = __webpack_require__(75375);
;// CONCATENATED MODULE: ./build/temporal/activities.js


/** Well below what a process that takes over waits for (silent.ts), and below the heartbeat timeout of the workflow's regular activities. */
const HEARTBEAT_MILLISECONDS = 400;
/** Characters of a reason, which a person wrote at any length. */
const LONGEST_REASON = 2000;
/** Characters of JSON of an approval. */
const APPROVAL_LIMIT = 8 * 1024;
/** The workflow's activities over ports; a failure that trying again cannot mend is typed, so that the workflow does not retry it. */
function createActivities({ steps, onStep }) {
    return {
        fetchMetadata: (ref) => {
            onStep(ref, 'fetchMetadata');
            return attempted(() => steps.fetchMetadata(ref));
        },
        analyzeRisk: (ref, metadata) => {
            onStep(ref, 'analyzeRisk');
            return attempted(() => steps.analyzeRisk(ref, metadata));
        },
        generateFix: (ref, metadata, risk) => {
            onStep(ref, 'generateFix');
            return attempted(() => steps.generateFix(ref, metadata, risk));
        },
        verifyApproval: (id, request) => attempted(async () => {
            const approval = await steps.verifyApproval(id, request);
            return approval === null ? null : bounded(approval);
        }),
    };
}
/** Beats while it works, but for local activities, of which the server knows nothing. */
async function attempted(work) {
    const context = activity_lib.Context.current();
    const beat = context.info.isLocal ? undefined : setInterval(() => context.heartbeat(), HEARTBEAT_MILLISECONDS);
    try {
        return await work();
    }
    catch (error) {
        if (error instanceof steps/* StepFailure */.p)
            throw activity_lib.ApplicationFailure.nonRetryable(error.message, error.type);
        throw error;
    }
    finally {
        clearInterval(beat);
    }
}
/** @throws StepFailure when it is too long even with a shorter reason. */
function bounded(approval) {
    const { reason } = approval;
    const short = { ...approval, reason: reason !== null && reason.length > LONGEST_REASON ? `${reason.slice(0, LONGEST_REASON)}…` : reason };
    if (JSON.stringify(short).length > APPROVAL_LIMIT)
        throw new steps/* StepFailure */.p('ResultTooLarge', 'an approval is longer than can be recorded');
    return short;
}

// EXTERNAL MODULE: ./build/temporal/session.js + 1 modules
var session = __webpack_require__(67544);
;// CONCATENATED MODULE: ./build/temporal/worker.js
/** The worker, which runs workflows and their steps in this process. */




/** Works while `work` does, which is given a signal that is also aborted when the worker dies. */
async function withWorker({ connection, dataConverter }, { target, home, taskQueue, steps, maxParallel, signal, onStep }, work) {
    const slots = Math.max(40, maxParallel * 2);
    const worker = await lib.Worker.create({
        connection,
        namespace: target.namespace,
        identity: session/* IDENTITY */.z,
        taskQueue,
        dataConverter,
        workflowBundle: { codePath: external_node_path_.join(home, 'workflow-bundle.js') },
        activities: createActivities({ steps, onStep }),
        maxConcurrentWorkflowTaskExecutions: slots,
        maxConcurrentLocalActivityExecutions: slots,
        maxConcurrentActivityTaskExecutions: slots,
        maxCachedWorkflows: slots * 2,
        stickyQueueScheduleToStartTimeout: '1s',
        maxHeartbeatThrottleInterval: HEARTBEAT_MILLISECONDS,
        defaultHeartbeatThrottleInterval: HEARTBEAT_MILLISECONDS,
        shutdownGraceTime: '2s',
        shutdownForceTime: '4s',
    });
    const died = new AbortController();
    const running = worker.run().catch((error) => {
        // A step that hangs outlives the grace time; its resource has been reported as such.
        if (!(error instanceof lib.GracefulShutdownPeriodExpiredError))
            died.abort(error);
    });
    try {
        await work(AbortSignal.any([signal, died.signal]));
    }
    finally {
        if (worker.getState() === 'RUNNING')
            worker.shutdown();
        await running;
    }
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